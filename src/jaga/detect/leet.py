"""Digits and signs read as letters, in words that mix them: `zqk4b0`. Numbers, prices and `4G` are left alone."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from ahocorasick_rs import AhoCorasick

from jaga.detect.offsets import Change, Form

_FEWEST_LETTERS = 2
_MOST_EXCERPTS = 8


@dataclass(frozen=True, slots=True)
class Leet:
    """One way to read digits and signs as letters."""

    table: dict[int, int]
    keeps_digits_at_the_end: bool = False


_I = str.maketrans("401357869@$!|+", "aoiestbggasilt")
_L = str.maketrans("4013578692@$!|+", "aolestbbqzaslit")
# What 1, 6 and 9 stand for cannot be told, nor whether `19` in `k0v1d19` belongs to the word.
LEET = (Leet(_I), Leet(_L), Leet(_I, keeps_digits_at_the_end=True))

_SIGNS = "@$!|+"
_DIGITS_AND_SIGNS = string.digits + _SIGNS
_NOT_AT_END = "!|+"  # `babi!` ends with a sign, not with an i
_SIGN = re.compile(r"[@$]|[!|+](?=[^\s!|+])")
# From a word's start: letters, then a digit or sign, then the rest. Possessive, so that it stays linear.
_MIXED = re.compile(r"(?<![\w@$!|+])(?:[^\W\d_])*+[\d@$!|+][\w@$!|+]*+")
# Where a text may be leet: a letter beside a digit or sign; `@` and `$` also alone, in spelled-out words.
_PLACES = AhoCorasick(
    [
        "@",
        "$",
        *(letter + digit for letter in string.ascii_lowercase for digit in string.digits),
        *(mark + letter for letter in string.ascii_lowercase for mark in string.digits + _NOT_AT_END),
    ]
)


def may_be_leet(text: str) -> bool:
    """Quickly: most posts have neither digit nor sign."""
    return any(character in text for character in _DIGITS_AND_SIGNS)


def has_signs(text: str) -> bool:
    return bool(_SIGN.search(text))


def is_leet(before: str, after: str) -> bool:
    """Whether what was read as `after` had enough letters `before` to be called a word: `4g` is not `ag`."""
    return before == after or _letters_and_signs(before) >= _FEWEST_LETTERS


def _letters_and_signs(text: str) -> int:
    return sum(map(str.isalpha, text)) + sum(map(text.count, _SIGNS))


def read_leet(text: str, leet: Leet) -> str:
    """`text` with its mixed words read as letters; as long as before."""

    def read(match: re.Match[str]) -> str:
        word = match.group()
        core = word.rstrip(_NOT_AT_END)
        if leet.keeps_digits_at_the_end and core[-2:].isdigit():
            core = core.rstrip(string.digits)
        if core.isdigit() or _letters_and_signs(core) < _FEWEST_LETTERS:
            return word
        return core.translate(leet.table) + word[len(core) :]

    return _MIXED.sub(read, text)


def read_signs(text: str, leet: Leet) -> str:
    """`text` with its signs, but not its digits, read as letters; as long as before."""
    return _SIGN.sub(lambda sign: sign.group().translate(leet.table), text)


def excerpts(form: Form, reach: int) -> Iterator[Form]:
    """The places of `form` that may be leet, each with `reach` words on both sides, apart from each other."""
    ranges = _ranges(form.text, reach)
    if len(ranges) > _MOST_EXCERPTS:
        ranges = [(ranges[0][0], ranges[-1][1])]
    for start, end in ranges:
        yield Form(form.text[start:end], source=form, changes=partial(_cutting, start, end))


def _ranges(text: str, reach: int) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for _, place, _ in _PLACES.find_matches_as_indexes(text):
        if ranges and place < ranges[-1][1]:
            continue
        start, end = _words_around(text, place, reach, floor=ranges[-1][1] if ranges else 0)
        if ranges and start <= ranges[-1][1] + 1:
            start = ranges.pop()[0]
        ranges.append((start, end))
    return ranges


def _words_around(text: str, place: int, reach: int, *, floor: int) -> tuple[int, int]:
    """`reach` words before and after the one at `place`, and the whole of a word that is spelled out."""
    start, end = place, place
    for _ in range(reach + 1):
        start = max(text.rfind(" ", 0, max(start - 1, 0)) + 1, 0) if start > floor else start
        end = _next_space(text, end + 1)
    while start > max(floor, 1) and (start == 2 or text[start - 3] == " "):
        start -= 2
    while end + 2 <= len(text) and (end + 2 == len(text) or text[end + 2] == " "):
        end += 2
    return start, end


def _next_space(text: str, position: int) -> int:
    found = text.find(" ", position)
    return len(text) if found < 0 else found


def _cutting(start: int, end: int, text: str) -> Iterable[Change]:
    return ((0, start, 0), (end, len(text), 0))
