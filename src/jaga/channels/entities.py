"""Formatting as Telegram's Bot API models it: entities over plain text; no markup is ever stored.

Offsets and lengths count UTF-16 code units. Links, mentions and hashtags inside the text are found here, never taken
from the sender, so that what a reader sees is what was checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from jaga.channels.errors import BadEntity
from jaga.channels.wording import clean
from jaga.core.text import Text

STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
BLOCKS = ("blockquote", "expandable_blockquote")
VERBATIM = ("code", "pre")
FOUND = ("url", "mention", "hashtag", "cashtag", "bot_command", "email", "phone_number")
SENT = (*STYLES, *BLOCKS, *VERBATIM, "text_link")
MOST_ENTITIES = 100
LONGEST_LINK = 2048

# The outer of two entities over the same text: blocks, then links, then styles, then verbatim.
_RANK = {kind: rank for rank, kind in enumerate((*BLOCKS, "text_link", *FOUND, *STYLES, *VERBATIM))}
_LANGUAGE = re.compile(r"[A-Za-z0-9+#_.-]{1,30}")
_FIND = re.compile(
    r"(?P<url>(?:https?://|(?<![\w.@/-])www\.)[^\s<>\"'`|\\^{}\u201c\u201d]{1,2000})"
    r"|(?<![\w@/])@(?P<mention>[A-Za-z0-9_]{3,32})(?![\w@])"
    r"|(?<![\w#&/])#(?P<hashtag>\w{1,64})(?![\w#])"
)
_TRAILING = ".,;:!?…'\"*_~"


@dataclass(frozen=True, slots=True)
class Entity:
    kind: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    @property
    def end(self) -> int:
        return self.offset + self.length

    def as_dict(self) -> dict[str, Any]:
        """As the Bot API writes it."""
        shape: dict[str, Any] = {"type": self.kind, "offset": self.offset, "length": self.length}
        if self.url is not None:
            shape["url"] = self.url
        if self.language is not None:
            shape["language"] = self.language
        return shape

    @classmethod
    def stored(cls, shape: Mapping[str, Any]) -> Entity:
        """The inverse of `as_dict`, for what `formatted` has already accepted."""
        return cls(shape["type"], shape["offset"], shape["length"], shape.get("url"), shape.get("language"))


def utf16_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def parse_entities(shapes: object) -> tuple[Entity, ...]:
    """What a client sent as `entities`, read strictly. Raises `BadEntity`; entities that we find ourselves are dropped."""
    if not isinstance(shapes, list | tuple):
        raise BadEntity(index=0, why=Text(id="harus berupa daftar.", en="it must be a list."))
    if len(shapes) > MOST_ENTITIES:
        raise BadEntity(
            index=MOST_ENTITIES,
            why=Text(id="paling banyak 100.", en="there may be at most 100."),
        )
    parsed = (_parse(index, shape) for index, shape in enumerate(shapes))
    return tuple(entity for entity in parsed if entity is not None)


def formatted(text: str, entities: Sequence[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """`text` in its normal form and every entity at its new place, with links, mentions and hashtags found.

    Raises `BadEntity` for entities that leave the text, split a character or cross each other.
    """
    text, sent = _cleaned(text, entities)
    nested = _nested(sent)
    return text, _ordered((*nested, *_found(text, nested)))


def links(entities: Iterable[Entity], text: str) -> tuple[str, ...]:
    """Every address that a reader could follow."""
    units = text.encode("utf-16-le")
    return tuple(
        entity.url or units[2 * entity.offset : 2 * entity.end].decode("utf-16-le")
        for entity in entities
        if entity.kind in ("text_link", "url")
    )


def web_link(address: str) -> str | None:
    """`address` when it may be followed from a public post: http or https, a host, no credentials."""
    address = address.strip()
    if len(address) > LONGEST_LINK or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or "\\" in address:
        return None
    return address


def _parse(index: int, shape: object) -> Entity | None:
    if not isinstance(shape, Mapping):
        raise BadEntity(index=index, why=Text(id="harus berupa objek.", en="it must be an object."))
    kind, offset, length = shape.get("type"), shape.get("offset"), shape.get("length")
    if kind in FOUND:
        return None
    if kind not in SENT:
        raise BadEntity(index=index, why=Text(id="jenisnya tidak dikenal.", en="its type is not known."))
    if type(offset) is not int or type(length) is not int or offset < 0 or length <= 0:
        raise BadEntity(
            index=index,
            why=Text(id="letaknya tidak sah.", en="its offset or length is not valid."),
        )
    entity = Entity(str(kind), offset, length)
    if kind == "text_link":
        return replace(entity, url=_followable(index, shape.get("url")))
    language = shape.get("language")
    if kind == "pre" and isinstance(language, str) and _LANGUAGE.fullmatch(language):
        return replace(entity, language=language)
    return entity


def _followable(index: int, url: object) -> str:
    link = web_link(url) if isinstance(url, str) else None
    if link is None:
        raise BadEntity(
            index=index,
            why=Text(
                id="tautannya harus http atau https yang utuh.",
                en="its link must be a complete http or https address.",
            ),
        )
    return link


def _cleaned(text: str, entities: Sequence[Entity]) -> tuple[str, tuple[Entity, ...]]:
    """Clean the text piece by piece between the entities' ends, so that each end is known afterwards."""
    if not entities:
        return clean(text).strip(), ()
    units = text.encode("utf-16-le", "surrogatepass")
    cuts = sorted({0, len(units) // 2, *(e.offset for e in entities), *(e.end for e in entities)})
    if cuts[-1] > len(units) // 2:
        index = next(i for i, entity in enumerate(entities) if entity.end > len(units) // 2)
        raise BadEntity(index=index, why=Text(id="melampaui teks.", en="it leaves the text."))
    places, pieces, length = {0: 0}, [], 0
    for start, end in pairwise(cuts):
        piece = clean(_whole(units[2 * start : 2 * end]))
        length += utf16_length(piece)
        places[end] = length
        pieces.append(piece)
    return _stripped("".join(pieces), [_moved(entity, places) for entity in entities])


def _whole(units: bytes) -> str:
    try:
        return units.decode("utf-16-le")
    except UnicodeDecodeError:
        raise BadEntity(
            index=0, why=Text(id="memotong sebuah karakter.", en="it splits a character.")
        ) from None


def _moved(entity: Entity, places: Mapping[int, int]) -> Entity:
    start = places[entity.offset]
    return replace(entity, offset=start, length=places[entity.end] - start)


def _stripped(text: str, entities: Sequence[Entity]) -> tuple[str, tuple[Entity, ...]]:
    bare = text.strip()
    leading = len(text) - len(text.lstrip())  # white space is never outside the basic plane
    length = utf16_length(bare)
    kept = []
    for entity in entities:
        start = min(max(entity.offset - leading, 0), length)
        end = min(max(entity.end - leading, 0), length)
        if end > start:
            kept.append(replace(entity, offset=start, length=end - start))
    return bare, tuple(kept)


def _ordered(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda e: (e.offset, -e.length, _RANK[e.kind])))


def _nested(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Entities as a tree, outer first. Verbatim text, links and quotes hold none of their kind: the inner one goes."""
    open_: list[Entity] = []
    kept: list[Entity] = []
    for entity in _ordered(set(entities)):
        while open_ and open_[-1].end <= entity.offset:
            open_.pop()
        if open_ and entity.end > open_[-1].end:
            raise BadEntity(
                index=len(kept), why=Text(id="bersilangan dengan yang lain.", en="it crosses another one.")
            )
        if any(_excludes(outer, entity) for outer in open_):
            continue
        open_.append(entity)
        kept.append(entity)
    return tuple(kept)


def _excludes(outer: Entity, inner: Entity) -> bool:
    if outer.kind in VERBATIM or outer.kind == inner.kind:
        return True
    return outer.kind in BLOCKS and inner.kind in BLOCKS


def _found(text: str, sent: Sequence[Entity]) -> Iterable[Entity]:
    """Links, mentions and hashtags as they stand in the text."""
    if not any(sign in text for sign in ("@", "#", "://", "www.")):
        return
    for match in _FIND.finditer(text):
        kind = str(match.lastgroup)
        words = _trimmed(match.group()) if kind == "url" else match.group()
        if kind == "url" and web_link(_with_scheme(words)) is None:
            continue
        start = utf16_length(text[: match.start()])
        entity = Entity(kind, start, utf16_length(words))
        if not any(_in_the_way(other, entity) for other in sent):
            yield entity


def _in_the_way(sent: Entity, found: Entity) -> bool:
    if sent.end <= found.offset or found.end <= sent.offset:
        return False
    inside = sent.offset <= found.offset and found.end <= sent.end
    around = found.offset <= sent.offset and sent.end <= found.end
    return sent.kind in (*VERBATIM, "text_link") or not (inside or (around and sent.kind in STYLES))


def _trimmed(address: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays when it was opened inside."""
    while address and (
        address[-1] in _TRAILING
        or (address[-1] == ")" and address.count("(") < address.count(")"))
        or (address[-1] == "]" and address.count("[") < address.count("]"))
    ):
        address = address[:-1]
    return address


def _with_scheme(address: str) -> str:
    return address if address.startswith("http") else f"https://{address}"
