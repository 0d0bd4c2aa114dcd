"""The two questions the open side asks, and the refusal that stands for "no answer".

`jaga.detect.client.DetectorClient` answers both over the detector's socket: pass `client.check` where a `Check` is
wanted and `client.inspect` where an `Inspect` is.
"""

from __future__ import annotations

from typing import Protocol

from jaga.core.errors import TooLarge, Unavailable
from jaga.core.text import Text
from jaga.detect.content import Content
from jaga.detect.media import MediaReport
from jaga.detect.verdict import Verdict


class DetectorUnavailable(Unavailable):
    """No verdict within the deadline: nothing may be published (fail closed)."""

    code = "detector_unavailable"
    text = Text(
        id="Pemeriksaan sebelum terbit sedang tidak tersedia, jadi belum ada yang diterbitkan. Coba lagi sebentar lagi.",
        en="The check before publication is not available, so nothing was published. Try again shortly.",
    )


class ContentTooLarge(TooLarge):
    """More text than is checked in one piece."""

    code = "content_too_large"


class Check(Protocol):
    """May this be published? Raises `DetectorUnavailable` or `ContentTooLarge`; never guesses."""

    async def __call__(self, content: Content) -> Verdict: ...


class Inspect(Protocol):
    """What is this upload? `sha256` names a file already stored at `media_path`; the type is the sender's claim."""

    async def __call__(self, sha256: str, declared_type: str) -> MediaReport: ...
