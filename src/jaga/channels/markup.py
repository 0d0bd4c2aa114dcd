"""The one place where text and entities become HTML. Everything that came from a person is escaped here."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from jaga.channels.entities import Entity

_TAGS = {
    "bold": ("<strong>", "</strong>"),
    "italic": ("<em>", "</em>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="spoiler" tabindex="0">', "</span>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
    "code": ("<code>", "</code>"),
    "hashtag": ('<span class="hashtag">', "</span>"),
}
_BLOCK_ENDS = ("</blockquote>", "</code></pre>")
_REL = "nofollow noopener ugc"


def render_html(text: str, entities: Sequence[Entity], *, site: str = "") -> str:
    """Safe HTML. `entities` as `formatted` gave them (nested, outer first); mentions lead to `site`/c/NAME."""
    if not entities:
        return _escaped(text)
    units = text.encode("utf-16-le")
    parts: list[str] = []
    # Where it ends, its closing tag, whether line breaks stay as they are.
    open_: list[tuple[int, str, bool]] = []
    at = 0

    def upto(place: int) -> None:
        nonlocal at
        if place > at:
            verbatim = any(keeps for _, _, keeps in open_)
            words = units[2 * at : 2 * place].decode("utf-16-le")
            if parts and parts[-1] in _BLOCK_ENDS:
                words = words.removeprefix("\n")  # a block ends its line by itself
            parts.append(_escaped(words, verbatim=verbatim))
            at = place

    for entity in entities:
        while open_ and open_[-1][0] <= entity.offset:
            upto(open_[-1][0])
            parts.append(open_.pop()[1])
        upto(entity.offset)
        opening, closing = _tags(entity, units, site)
        parts.append(opening)
        open_.append((entity.end, closing, entity.kind == "pre"))
    while open_:
        upto(open_[-1][0])
        parts.append(open_.pop()[1])
    upto(len(units) // 2)
    return "".join(parts)


def _tags(entity: Entity, units: bytes, site: str) -> tuple[str, str]:
    words = units[2 * entity.offset : 2 * entity.end].decode("utf-16-le")
    match entity.kind:
        case "text_link":
            return f'<a href="{escape(entity.url or "")}" rel="{_REL}">', "</a>"
        case "url":
            address = words if words.startswith("http") else f"https://{words}"
            return f'<a href="{escape(address)}" rel="{_REL}">', "</a>"
        case "mention":
            return f'<a href="{escape(site)}/c/{escape(words[1:].lower())}">', "</a>"
        case "pre":
            language = f' class="language-{escape(entity.language)}"' if entity.language else ""
            return f"<pre><code{language}>", "</code></pre>"
        case kind:
            return _TAGS.get(kind, ("", ""))


def _escaped(text: str, *, verbatim: bool = False) -> str:
    safe = escape(text)
    return safe if verbatim else safe.replace("\n", "<br>")
