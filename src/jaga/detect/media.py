"""What became of an upload: the decoder's report on it, and its state when a post that carries it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class MediaState(StrEnum):
    """How far we could look inside."""

    DECODED = "decoded"
    """A picture whose pixels were read."""
    OPAQUE = "opaque"
    """No picture (a document, an archive): only its exact digest is compared."""
    UNDECODABLE = "undecodable"
    """Claims to be a picture and could not be read as one: held for a person, never clean."""


@dataclass(frozen=True, slots=True)
class CheckedMedia:
    """One attached file, by content address, as `Inspect` reported it when it was uploaded."""

    sha256: str
    """Lower-case hexadecimal."""
    state: MediaState
    name: str = "media[0]"
    """The field name under which a signal reports it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The file is a picture and was decoded; `thumbnail` is a new, metadata-free WEBP of at most 640 pixels."""

    mime: str
    width: int
    height: int
    thumbnail: bytes
    thumbnail_mime: str = "image/webp"


@dataclass(frozen=True, slots=True)
class Opaque:
    """The file is no picture; `mime` is what its first bytes say, else `application/octet-stream`."""

    mime: str


@dataclass(frozen=True, slots=True)
class Undecodable:
    """The file is, or is said to be, a picture that cannot be read: truncated, a bomb, a format we do not take."""

    mime: str
    reason: str
    """A stable code: `truncated_or_corrupt`, `too_many_pixels`, `too_large`, `unsupported_format`, `type_mismatch`,
    `took_too_long`, `decoder_died`, `missing`."""


MediaReport = Picture | Opaque | Undecodable


def state_of(report: MediaReport) -> MediaState:
    match report:
        case Picture():
            return MediaState.DECODED
        case Opaque():
            return MediaState.OPAQUE
        case Undecodable():
            return MediaState.UNDECODABLE


def media_path(root: Path, sha256: str) -> Path:
    """Where the open side's media with this digest lies: `ROOT/ab/ab12…`. Writers and the detector agree on it."""
    return root / sha256[:2] / sha256
