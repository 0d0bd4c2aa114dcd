"""The ways in which a text can be read: as written, and as a reader sees through disguises.

    as written        NFC and case folding; for scripts and signs that folding would spoil
    as seen           look-alike letters, invisible characters, case, white space, stretched letters
    run together      the same without punctuation and emoji inside words, spelled-out words joined: `z.q.k` `z q k`
    as leet           the same two with digits and signs read as letters, in words that mix them: `zqk4b0`

Every step is linear in the text. Each reading is scanned on its own; offsets lead back to the original.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from jaga.detect.leet import LEET, Leet, excerpts, has_signs, is_leet, may_be_leet, read_leet, read_signs
from jaga.detect.lookalikes import SEEN_AS, all_seen_as, is_written_without_spaces
from jaga.detect.offsets import Change, Form

_SPACES = re.compile(r"\s+")
_SPELLED = re.compile(r"(?<!\S)\S(?: {1,3}\S(?!\S)){2,}")
_TWO_SINGLE = re.compile(r" \S {1,3}\S ")
_STRETCHED = re.compile(r"([^\W\d_])\1+")
_STRETCHED_BEYOND_ASCII = re.compile(r"([^\W\d_a-z])\1+")
_DOUBLES = AhoCorasick([letter * 2 for letter in string.ascii_lowercase])

_SHORTEST_INSIDE_SPELLED = 4
_SHORTEST_BESIDE_DIGITS = 4


# --- the steps -----------------------------------------------------------------------------------------------------


def as_written(text: str) -> Form:
    """NFC and case folding."""
    source = Form(text)
    if unicodedata.is_normalized("NFC", text):
        return Form(text.casefold(), source=source, changes=_case_folding)
    composed = Form("".join(map(_composed, _clusters(text))), source=source, changes=_composing)
    return Form(composed.text.casefold(), source=composed, changes=_case_folding)


def _case_folding(text: str) -> Iterator[Change]:
    for position, character in enumerate(text):
        if (length := len(character.casefold())) != 1:
            yield position, position + 1, length


def _composed(cluster: str) -> str:
    return unicodedata.normalize("NFC", cluster)


def _composing(text: str) -> Iterator[Change]:
    position = 0
    for cluster in _clusters(text):
        end = position + len(cluster)
        yield position, end, len(_composed(cluster))
        position = end


def _clusters(text: str) -> Iterator[str]:
    """A character with all that may be composed with it: marks, and the later letters of a Hangul syllable."""
    start = 0
    for position, character in enumerate(text):
        if unicodedata.category(character)[0] != "M" and not "\u1160" <= character <= "\u11ff":
            if position:
                yield text[start:position]
            start = position
    yield text[start:]


def as_seen(text: str) -> Form:
    """Look-alikes, invisible characters, case; white space becomes single spaces."""
    seen = Form(all_seen_as(text), source=Form(text), changes=_seeing)
    if "  " not in seen.text and seen.text.strip(" ") == seen.text:  # every white space is a plain one by now
        return seen
    return Form(" ".join(seen.text.split()), source=seen, changes=_spacing)


def _seeing(text: str) -> Iterator[Change]:
    for position, character in enumerate(text):
        value = SEEN_AS[ord(character)]
        if not isinstance(value, int):
            yield position, position + 1, len(value or "")


def _spacing(text: str) -> Iterator[Change]:
    for match in _SPACES.finditer(text):
        start, end = match.span()
        yield start, end, 0 if start == 0 or end == len(text) else 1


class _WordTable(dict[int, "int | None"]):
    """Keeps letters, digits, vowel marks and spaces; deletes every other character."""

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        kept = character.isalnum() or character == " " or unicodedata.category(character)[0] == "M"
        value = code if kept else None
        if code < 0x3400 or 0x1F000 <= code < 0x20000:
            self[code] = value
        return value


_WORDS = _WordTable()


class Together(NamedTuple):
    """A text without anything between letters but spaces."""

    form: Form
    joined: tuple[tuple[int, int], ...] = ()
    """Where spelled-out words were joined."""


def run_together(form: Form) -> Together:
    """Without punctuation and emoji, and with spelled-out words joined."""
    words = Form(form.text.translate(_WORDS), source=form, changes=_deleting)
    return _joined(words) if _TWO_SINGLE.search(f" {words.text} ") else Together(words)


def _joined(words: Form) -> Together:
    pieces: list[str] = []
    joined: list[tuple[int, int]] = []
    length = position = 0
    for match in _SPELLED.finditer(words.text):
        before = words.text[position : match.start()]
        together = match.group().replace(" ", "")
        start = length + len(before)
        length = start + len(together)
        joined.append((start, length))
        pieces += before, together
        position = match.end()
    pieces.append(words.text[position:])
    return Together(Form("".join(pieces), source=words, changes=_joining), tuple(joined))


def _deleting(text: str) -> Iterator[Change]:
    return ((at, at + 1, 0) for at, character in enumerate(text) if _WORDS[ord(character)] is None)


def _joining(text: str) -> Iterator[Change]:
    for match in _SPELLED.finditer(text):
        start = match.start()
        for space in _SPACES.finditer(match.group()):
            yield start + space.start(), start + space.end(), 0


def unstretched(form: Form) -> Form:
    """Every run of one letter becomes one letter. Runs of digits stay."""
    text, pieces, position = form.text, [], 0
    for _, start, end in _DOUBLES.find_matches_as_indexes(text, overlapping=True):
        pieces.append(text[position : start + 1])
        position = end
    text = "".join((*pieces, text[position:]))
    if not text.isascii():
        text = _STRETCHED_BEYOND_ASCII.sub(r"\1", text)
    return Form(text, source=form, changes=_unstretching)


def _unstretching(text: str) -> Iterator[Change]:
    return ((match.start(), match.end(), 1) for match in _STRETCHED.finditer(text))


# --- the readings --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """One form to scan, with what is needed to judge a hit in it."""

    form: Form
    unread: str | None = None
    """As leet: the same text before digits were read as letters."""
    joined: tuple[tuple[int, int], ...] = ()
    unstretched: bool = False

    def holds(self, start: int, end: int, *, runs: str | None) -> bool:
        """Whether `text[start:end]` is a word here, and no accident of the folding.

        `runs` is the term before its own double letters were folded: a listed `ass` is in `asss`, but not in `as`.
        """
        if self.joined and self._is_inside_spelled(start, end):
            pass
        elif not stands_alone(self.form.text, start, end):
            return False
        if runs is None and self.unread is None:
            return True
        before, after = self._before_unstretching(start, end)
        if runs is not None and not _stretches(self._full_text[before:after], runs):
            return False
        return self.unread is None or is_leet(self.unread[before:after], self._full_text[before:after])

    @property
    def _full_text(self) -> str:
        source = self.form.source if self.unstretched else self.form
        return source.text if source else ""

    def _before_unstretching(self, start: int, end: int) -> tuple[int, int]:
        return self.form.step_back(start, end) if self.unstretched else (start, end)

    def _is_inside_spelled(self, start: int, end: int) -> bool:
        # Where one spelled-out word ends and the next begins cannot be seen in `i t u z q k a b o`.
        first, last = self._before_unstretching(start, end)
        return end - start >= _SHORTEST_INSIDE_SPELLED and any(
            from_ <= first and last <= to for from_, to in self.joined
        )


def readings(text: str, *, reach: int = 4) -> Iterator[Reading]:
    """Every way to read `text` that differs from the others, the plainest first.

    `reach` is how many words on either side of a word in leet matter: those of the longest phrase that is looked for.
    """
    if not text.isascii():
        yield Reading(as_written(text))  # of ASCII, `as_seen` keeps everything
    base = as_seen(text)
    together = run_together(base)
    yield Reading(unstretched(base), unstretched=True)
    if together.form.text != base.text:
        yield Reading(unstretched(together.form), joined=together.joined, unstretched=True)
    if may_be_leet(base.text):
        yield from _as_leet(base, together, reach)


def _as_leet(base: Form, together: Together, reach: int) -> Iterator[Reading]:
    """Only excerpts around the words in question: what is listed elsewhere was found already."""
    for excerpt in excerpts(base, reach):
        yield from _leet_readings(Together(excerpt), known=excerpt.text)
        if has_signs(excerpt.text):  # running together would delete them
            for leet in LEET:
                signs_read = Form(read_signs(excerpt.text, leet), source=excerpt)
                yield from _leet_readings(run_together(signs_read), known=excerpt.text, ways=(leet,))
    for excerpt in excerpts(together.form, reach):
        start, end = excerpt.step_back(0, len(excerpt.text))
        joined = tuple((a - start, b - start) for a, b in together.joined if start <= a and b <= end)
        yield from _leet_readings(Together(excerpt, joined), known=excerpt.text)


def _leet_readings(before: Together, *, known: str, ways: Iterable[Leet] = LEET) -> Iterator[Reading]:
    text, seen = before.form.text, {known}
    for leet in ways:
        read = read_leet(text, leet)
        if read not in seen:
            seen.add(read)
            form = unstretched(Form(read, source=before.form))
            yield Reading(form, unread=text, joined=before.joined, unstretched=True)


# --- judging a hit -------------------------------------------------------------------------------------------------


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a word begins at `start` and one ends at `end`."""
    if start and not _parts(text[start - 1], text[start], end - start):
        return False
    return end >= len(text) or _parts(text[end], text[end - 1], end - start)


def _parts(beside: str, edge: str, length: int) -> bool:
    """Whether the characters `beside` and `edge` belong to different words."""
    if not beside.isalnum() or not edge.isalnum():
        return True
    if beside.isdigit():  # `zqkabo2` is the Indonesian plural; `mp3` is not the word `mp`
        return not edge.isdigit() and length >= _SHORTEST_BESIDE_DIGITS
    return is_written_without_spaces(edge) or is_written_without_spaces(beside)


def _stretches(text: str, term: str) -> bool:
    """Whether each run of letters in `text` is at least as long as in `term`."""
    lengths = [sum(1 for _ in run) for _, run in groupby(text)]
    wanted = [sum(1 for _ in run) for _, run in groupby(term)]
    return len(lengths) == len(wanted) and all(map(int.__ge__, lengths, wanted))
