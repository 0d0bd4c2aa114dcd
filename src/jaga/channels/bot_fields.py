"""What a bot sends: named fields from a form, a query or a JSON body, where a form writes its JSON as text.

Refusals speak as Telegram's do, since bots and their libraries know those sentences.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from jaga.channels.bot_markup import parse_html, parse_markdown_v2
from jaga.channels.entities import Entity, parse_entities
from jaga.core.errors import MalformedInput
from jaga.core.text import Text

MOST_FILES = 10


class BadCall(MalformedInput):
    """A Bot API call that Telegram would refuse too; `why` is Telegram's own sentence."""

    code = "bad_call"
    text = Text(id="{why}", en="{why}")


class FileSent(Protocol):
    """A file in the request's form."""

    @property
    def name(self) -> str: ...

    @property
    def declared_type(self) -> str: ...

    def chunks(self) -> AsyncIterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Fields:
    values: Mapping[str, Any]
    files: Mapping[str, FileSent] = field(default_factory=dict)

    def json(self, name: str) -> Any:
        """The field as a JSON value; a form's text is read as JSON. Absent is `None`."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise BadCall(why=f"can't parse {name.replace('_', ' ')} JSON object") from None

    def words(self, name: str) -> str:
        """Plain text; absent is empty."""
        value = self.values.get(name, "")
        if not isinstance(value, str):
            raise BadCall(why=f"field {name} must be of type String")
        return value

    def number(self, name: str) -> int | None:
        value = self.values.get(name)
        if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 20:
            return int(value)
        if value is None or type(value) is int:
            return value
        raise BadCall(why=f"field {name} must be of type Number")

    def formatted(
        self, words: str, entities: str, within: Mapping[str, Any] | None = None
    ) -> tuple[str, Sequence[Entity]]:
        """Text with its formatting: `parse_mode`, or a list of entities. `within` is one medium of an album."""
        part = self if within is None else Fields(within)
        text, mode = part.words(words), part.words("parse_mode").lower()
        sent = part.json(entities)
        if sent:
            return text, parse_entities(sent)
        match mode:
            case "":
                return text, ()
            case "html":
                return parse_html(text)
            case "markdownv2":
                return parse_markdown_v2(text)
            case _:
                raise BadCall(why="unsupported parse_mode")

    def file(self, name: str) -> FileSent | str:
        """An upload, or the id of a file that was sent before."""
        if name in self.files:
            return self.files[name]
        return self._referred(self.words(name), name)

    def attached(self, medium: Mapping[str, Any]) -> FileSent | str:
        """The file of one medium of an album: `attach://NAME`, or a file's id."""
        return self._referred(Fields(medium).words("media"), "media")

    def _referred(self, reference: str, name: str) -> FileSent | str:
        if reference.startswith("attach://"):
            try:
                return self.files[reference.removeprefix("attach://")]
            except KeyError:
                raise BadCall(why="file part with the given name was not found") from None
        if not reference:
            raise BadCall(why=f"there is no {name} in the request")
        if "://" in reference:
            # We fetch nothing from elsewhere for anyone: it would tell others who publishes here.
            raise BadCall(why="wrong file identifier/HTTP URL specified: send the file itself")
        return reference

    def album(self) -> list[Mapping[str, Any]]:
        media = self.json("media")
        if not isinstance(media, list) or not all(isinstance(medium, Mapping) for medium in media):
            raise BadCall(why="can't parse media JSON object")
        if not 2 <= len(media) <= MOST_FILES:
            raise BadCall(why="too few or too many media in the album: 2-10 are allowed")
        return media

    def reply_to(self) -> int | None:
        parameters = self.json("reply_parameters")
        if isinstance(parameters, Mapping):
            return Fields(parameters).number("message_id")
        return self.number("reply_to_message_id")
