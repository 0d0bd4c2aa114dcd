"""A channel's history as Telegram Desktop exports it ("Export chat history", machine-readable JSON).

The format is documented at https://core.telegram.org/import-export and in what the program itself writes: one
`result.json` with `messages`, and folders with photos and files beside it. Nothing in it is trusted: paths stay below
the export, numbers are bounded, and a message that cannot be read is counted, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from jaga.channels.entities import Entity, utf16_length
from jaga.channels.post import Wanted
from jaga.core.errors import MalformedInput
from jaga.core.ids import MediaId
from jaga.core.text import Text

NOT_INCLUDED = "(File not included"  # how the program marks a file that was left out
_STYLES = {
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strikethrough": "strikethrough",
    "spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "text_link": "text_link",
}


class BadExport(MalformedInput):
    code = "bad_export"
    text = Text(id="Ekspor tidak dapat dibaca: {why}.", en="The export cannot be read: {why}.")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    path: PurePosixPath
    """Below the export's folder."""

    name: str
    photo: bool

    def wanted(self, uploaded: MediaId) -> Wanted:
        """As a post asks for it once it was uploaded."""
        return Wanted(uploaded, "photo" if self.photo else "document", self.name)


@dataclass(frozen=True, slots=True)
class ExportedMessage:
    number: int
    at: datetime
    edited_at: datetime | None
    text: str
    entities: tuple[Entity, ...]
    reply_to: int | None
    files: tuple[ExportedFile, ...]
    missing_files: int
    """Files that the exporting person left out, or that the format has but a post cannot carry."""


@dataclass(frozen=True, slots=True)
class ServiceMessage:
    """Somebody joined, a title changed: nothing that was written."""

    number: int


@dataclass(frozen=True, slots=True)
class UnreadableMessage:
    position: int
    why: str


Message = ExportedMessage | ServiceMessage | UnreadableMessage


@dataclass(frozen=True, slots=True)
class Export:
    title: str
    messages: tuple[Message, ...]


def parse_export(document: object) -> Export:
    """One chat's `result.json`. Raises `BadExport` when the whole is of another kind."""
    if not isinstance(document, Mapping) or not isinstance(document.get("messages"), Sequence):
        raise BadExport(why="it is not the JSON export of one chat; choose one channel and the JSON format")
    return Export(title=str(document.get("name") or ""), messages=tuple(_messages(document["messages"])))


def _messages(rows: Sequence[Any]) -> Iterator[Message]:
    for position, row in enumerate(rows):
        yield parse_message(row, position)


def parse_message(row: Any, position: int) -> Message:
    """One row of `messages`; `position` names it when it cannot be read."""
    try:
        return _message(row)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        return UnreadableMessage(position, f"{type(error).__name__}: {error}"[:200])


def _message(row: Mapping[str, Any]) -> ExportedMessage | ServiceMessage:
    number = _number(row["id"])
    if row["type"] != "message":
        return ServiceMessage(number)
    text, entities = _text(row)
    files, missing = _files(row)
    return ExportedMessage(
        number=number,
        at=_instant(row, "date"),
        edited_at=_instant(row, "edited") if row.get("edited") or row.get("edited_unixtime") else None,
        text=text,
        entities=entities,
        reply_to=_number(row["reply_to_message_id"]) if row.get("reply_to_message_id") is not None else None,
        files=files,
        missing_files=missing,
    )


def _number(value: object) -> int:
    if type(value) is not int or not -(2**53) < value < 2**53:
        raise ValueError("a message's number is not a whole number")
    return value


def _instant(row: Mapping[str, Any], key: str) -> datetime:
    """The Unix time where it is given; the plain date is in the exporting machine's own zone, so UTC is assumed."""
    seconds = row.get(f"{key}_unixtime")
    if seconds is not None:
        return datetime.fromtimestamp(int(seconds), UTC)
    at = datetime.fromisoformat(row[key])
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _text(row: Mapping[str, Any]) -> tuple[str, tuple[Entity, ...]]:
    """`text_entities` where the export has them, else `text`: words, or a list of words and styled pieces."""
    pieces = row.get("text_entities") or row.get("text") or ()
    if isinstance(pieces, str):
        return pieces, ()
    written: list[str] = []
    entities: list[Entity] = []
    offset = 0
    for piece in pieces:
        words = piece if isinstance(piece, str) else _words(piece)
        length = utf16_length(words)
        if isinstance(piece, Mapping) and length:
            entities.extend(_entity(piece, offset, length))
        written.append(words)
        offset += length
    return "".join(written), tuple(entities)


def _words(piece: Mapping[str, Any]) -> str:
    words = piece["text"]
    if not isinstance(words, str):
        raise TypeError("a piece of text is no text")
    return words


def _entity(piece: Mapping[str, Any], offset: int, length: int) -> Iterator[Entity]:
    """Links, mentions and hashtags in plain sight are found again from the text itself."""
    kind = _STYLES.get(str(piece.get("type")))
    if kind == "text_link":
        yield Entity(kind, offset, length, url=str(piece.get("href") or ""))
    elif kind is not None:
        yield Entity(kind, offset, length, language=str(piece["language"]) if piece.get("language") else None)


def _files(row: Mapping[str, Any]) -> tuple[tuple[ExportedFile, ...], int]:
    found: list[ExportedFile] = []
    missing = 0
    for key in ("photo", "file"):
        value = row.get(key)
        if value is None:
            continue
        if not isinstance(value, str) or not value or value.startswith(NOT_INCLUDED):
            missing += 1
            continue
        path = _below(value)
        found.append(ExportedFile(path, str(row.get("file_name") or path.name), photo=key == "photo"))
    missing += sum(1 for key in ("poll", "location_information", "contact_information") if row.get(key))
    return tuple(found), missing


def _below(value: str) -> PurePosixPath:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\x00" in value or "\\" in value:
        raise ValueError("a file's path leaves the export")
    return path
