"""The normal form of what people write. What is checked is exactly what is stored and published.

Nothing that a reader cannot see gets through: no control characters, no direction overrides, no walls of zero-width
or stacked marks. What real scripts and emoji need stays (joiners, one variation selector, left-to-right marks).
"""

from __future__ import annotations

import re
import unicodedata

from jaga.channels.errors import BadField
from jaga.core.text import Text

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls; tab and newline stay
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u3164\uffa0"  # blanks that pretend to be letters
    "\u202a-\u202e\u2066-\u2069"  # direction overrides, embeddings and isolates
    "\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\uffff\ufdd0-\ufdef"
    "]|(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f)"  # a flag spelled with tags stays
    "|[\U000e0000-\U000e007f]+"
)
_ZERO_WIDTH = "\u061c\u200c-\u200f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_STACKED = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_WALL = re.compile(f"([{_ZERO_WIDTH}]{{2}})[{_ZERO_WIDTH}]+|([{_STACKED}]{{4}})[{_STACKED}]+")
_NEWLINE = re.compile("\r\n?|[\u2028\u2029\u0085]")
_PLAIN = re.compile(r"[\n\t\x20-\x7e]*")
_NOT_UNICODE = Text(id="bukan teks Unicode yang utuh.", en="it is not well-formed Unicode text.")
_FOLDER_LETTERS = re.compile(r'[/\\:*?"<>|]')


def clean(text: str) -> str:
    """`text` in its normal form (NFC). Raises `BadField` when it is not Unicode text at all."""
    if _PLAIN.fullmatch(text):
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate: valid JSON, but no text
        raise BadField(field="text", why=_NOT_UNICODE) from None
    seen = _UNSEEN.sub(r"\1", _NEWLINE.sub("\n", text))
    return unicodedata.normalize("NFC", _WALL.sub(r"\1\2", seen))


def clean_line(text: str) -> str:
    """A title or name: one line, single spaces."""
    return " ".join(clean(text).split())


def clean_file_name(name: str) -> str:
    """A name that is safe to show and to save under; the type is never taken from it."""
    letters = _FOLDER_LETTERS.sub("_", clean_line(name)).strip(". ")
    stem, dot, ending = letters.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: 120 - len(ending)]}.{ending}" if stem else ending
    return letters[:120]


def is_blank(text: str) -> bool:
    """Nothing a reader could see."""
    return not any(
        unicodedata.category(letter) not in ("Cf", "Zs", "Cc", "Mn") and letter != "\u2800" for letter in text
    )
