"""Text as bots write it, in the Bot API's `HTML` and `MarkdownV2`, read into plain text and entities.

The rules and the sentences of refusal are those of https://core.telegram.org/bots/api#formatting-options, so that a
bot's author finds the help that exists for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from jaga.channels.entities import Entity, utf16_length, web_link
from jaga.core.errors import MalformedInput
from jaga.core.text import Text

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "",  # a custom emoji is shown by the ordinary one inside
}
_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*)\s*>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
_MARKS = {"_": "italic", "__": "underline", "*": "bold", "~": "strikethrough", "||": "spoiler", "`": "code"}
_FENCE = re.compile(r"```(?:([A-Za-z0-9+#_.-]{1,30})(?=\n))?\n?")
_LINK_END = re.compile(r"\(((?:\\.|[^\\)])*)\)", re.DOTALL)


class BadMarkup(MalformedInput):
    code = "bad_markup"
    text = Text(id="Format teks tidak dapat dibaca: {why}", en="can't parse entities: {why}")


@dataclass(slots=True)
class _Open:
    kind: str
    opener: str
    offset: int
    url: str | None = None
    language: str | None = None


@dataclass(slots=True)
class _Builder:
    """Plain text as it grows, and the entities that are open in it."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def write(self, words: str) -> None:
        self.pieces.append(words)
        self.length += utf16_length(words)

    def begin(self, kind: str, opener: str, *, url: str | None = None, language: str | None = None) -> None:
        self.open.append(_Open(kind, opener, self.length, url, language))

    def end(self, *, url: str | None = None) -> None:
        """Close the innermost entity. Empty ones and links that nobody may follow leave no trace."""
        last = self.open.pop()
        link = web_link(url or last.url or "") if last.kind == "text_link" else None
        if not last.kind or self.length == last.offset or (last.kind == "text_link" and link is None):
            return
        self.entities.append(Entity(last.kind, last.offset, self.length - last.offset, link, last.language))

    def result(self) -> tuple[str, tuple[Entity, ...]]:
        return "".join(self.pieces), tuple(self.entities)


def parse_html(source: str) -> tuple[str, tuple[Entity, ...]]:
    """`parse_mode=HTML`. Raises `BadMarkup`."""
    built = _Builder()
    position = 0
    while position < len(source):
        sign = source[position]
        if sign == "<":
            position = _tag(source, position, built)
        elif sign == "&" and (reference := _REFERENCE.match(source, position)):
            built.write(unescape(reference.group()))
            position = reference.end()
        else:
            plain = next((i for i in range(position + 1, len(source)) if source[i] in "<&"), len(source))
            built.write(source[position:plain])
            position = plain
    if built.open:
        raise BadMarkup(why=f'Can\'t find end tag corresponding to start tag "{built.open[-1].opener}"')
    return built.result()


def _tag(source: str, position: int, built: _Builder) -> int:
    tag = _TAG.match(source, position)
    at = len(source[:position].encode())
    if tag is None or tag.group(2).lower() not in _TAGS:
        name = tag.group(2) if tag else source[position + 1 : position + 20].split(">", maxsplit=1)[0]
        raise BadMarkup(why=f'Unsupported start tag "{name}" at byte offset {at}')
    name = tag.group(2).lower()
    if tag.group(1):
        _close_tag(name, at, built)
    else:
        _open_tag(name, _attributes(tag.group(3)), at, built)
    return tag.end()


def _close_tag(name: str, at: int, built: _Builder) -> None:
    if not built.open:
        raise BadMarkup(why=f"Unexpected end tag at byte offset {at}")
    if built.open[-1].opener != name:
        wanted = built.open[-1].opener
        raise BadMarkup(
            why=f'Unmatched end tag at byte offset {at}, expected "</{wanted}>", found "</{name}>"'
        )
    built.end()


def _open_tag(name: str, attributes: dict[str, str], at: int, built: _Builder) -> None:
    kind = _TAGS[name]
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise BadMarkup(why=f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    if name == "blockquote" and "expandable" in attributes:
        kind = "expandable_blockquote"
    language = _language(attributes.get("class", "")) if name == "code" else None
    outer = built.open[-1] if built.open else None
    if language is not None and outer is not None and outer.kind == "pre" and outer.offset == built.length:
        # <pre><code class="language-x"> is one block with a language, not code inside a block.
        outer.language = language
        kind = ""
    built.begin(kind, name, url=attributes.get("href"))


def _attributes(source: str) -> dict[str, str]:
    return {
        found.group(1).lower(): unescape(found.group(2) or found.group(3) or found.group(4) or "")
        for found in _ATTRIBUTE.finditer(source)
    }


def _language(classes: str) -> str | None:
    return classes.removeprefix("language-") if classes.startswith("language-") else None


def parse_markdown_v2(source: str) -> tuple[str, tuple[Entity, ...]]:
    """`parse_mode=MarkdownV2`. Raises `BadMarkup`."""
    built = _Builder()
    position = 0
    while position < len(source):
        position = _step(source, position, built)
    while built.open and built.open[-1].kind in ("blockquote", "expandable_blockquote"):
        built.end()
    if built.open:
        kind = built.open[-1].kind.replace("text_link", "TextUrl").capitalize()
        at = built.open[-1].offset
        raise BadMarkup(why=f"Can't find end of {kind} entity at byte offset {at}")
    return built.result()


def _step(source: str, position: int, built: _Builder) -> int:
    """Read one sign, or one mark, and say where the next one begins."""
    sign = source[position]
    inner = built.open[-1].kind if built.open else ""
    if sign == "\\" and position + 1 < len(source) and 0 < ord(source[position + 1]) <= 126:
        built.write(source[position + 1])
        return position + 2
    if inner in ("code", "pre"):
        return _verbatim(source, position, built)
    if sign == "\n":
        return _line_end(source, position, built)
    if _starts_line(source, position) and (quote := _quote(source, position, built)):
        return quote
    if sign not in _RESERVED:
        built.write(sign)
        return position + 1
    return _mark(source, position, built)


def _verbatim(source: str, position: int, built: _Builder) -> int:
    fence = built.open[-1].opener
    if source.startswith(fence, position):
        built.end()
        return position + len(fence)
    if source[position] == "`":
        raise BadMarkup(why=_reserved("`"))
    built.write(source[position])
    return position + 1


def _line_end(source: str, position: int, built: _Builder) -> int:
    """A quotation lasts while its lines begin with `>`."""
    quoting = bool(built.open) and built.open[-1].kind in ("blockquote", "expandable_blockquote")
    if quoting and not source.startswith(">", position + 1):
        built.end()
    built.write("\n")
    return position + 2 if quoting and source.startswith(">", position + 1) else position + 1


def _starts_line(source: str, position: int) -> bool:
    return position == 0 or source[position - 1] == "\n"


def _quote(source: str, position: int, built: _Builder) -> int | None:
    for opener, kind in (("**>", "expandable_blockquote"), (">", "blockquote")):
        if source.startswith(opener, position):
            built.begin(kind, opener)
            return position + len(opener)
    return None


def _mark(source: str, position: int, built: _Builder) -> int:
    for mark in ("```", "__", "||", "`", "_", "*", "~", "[", "]", "!["):
        if source.startswith(mark, position):
            return _begin_or_end(source, position, mark, built)
    raise BadMarkup(why=_reserved(source[position]))


def _begin_or_end(source: str, position: int, mark: str, built: _Builder) -> int:
    after = position + len(mark)
    last = built.open[-1] if built.open else None
    if mark == "]":
        return _link(source, after, built)
    if last is not None and last.opener == mark:
        built.end()
        return after
    if mark == "||" and last is not None and last.kind == "expandable_blockquote":
        return after  # the quotation's closing sign; its end of line closes it
    if mark == "```":
        fence = _FENCE.match(source, position)
        built.begin("pre", mark, language=fence.group(1) if fence else None)
        return fence.end() if fence else after
    if mark in ("[", "!["):
        built.begin("text_link", mark)
        return after
    built.begin(_MARKS[mark], mark)
    return after


def _link(source: str, after: int, built: _Builder) -> int:
    if not built.open or built.open[-1].opener not in ("[", "!["):
        raise BadMarkup(why=_reserved("]"))
    address = _LINK_END.match(source, after)
    built.end(url=re.sub(r"\\(.)", r"\1", address.group(1)) if address else None)
    return address.end() if address else after


def _reserved(sign: str) -> str:
    return f"Character '{sign}' is reserved and must be escaped with the preceding '\\'"
