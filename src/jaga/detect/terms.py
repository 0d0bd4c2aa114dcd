"""Finds many listed words in one pass over each reading of a text (Aho-Corasick; word edges are judged on hits).

An automaton cannot be changed, and building one for many words takes long. So the words are held in a few automata of
falling size: a new entry goes into the last and smallest, which is rebuilt in a millisecond; a removed one stays in
its automaton and is ignored there until the automaton is merged into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from jaga.core.ids import BankEntryId
from jaga.detect.entry import Entry
from jaga.detect.fold import Reading, as_seen, as_written, readings, run_together, unstretched
from jaga.detect.lookalikes import folding_spoils

_SMALL = 1_000
_LARGEST = 20_000
_MOST_SPANS = 20
_LOOSE_WORDS = 2
_SHORTEST_RUN_TOGETHER = 5


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and where it is in the original text."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    entry: Entry
    runs: str | None
    """The folded term with its double letters, if it has any."""


class Automaton:
    """Some entries, compiled. Building it is the slow part and needs nothing else."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        patterns: dict[str, list[_Pattern]] = {}
        for entry in self.entries:
            for text, runs in _spellings(entry.term):
                patterns.setdefault(text, []).append(_Pattern(entry, runs))
        self.reach = max((len(entry.term.split()) for entry in self.entries), default=0) + _LOOSE_WORDS
        """How many words a phrase may spread over, punctuation that stands alone included."""
        self._patterns = tuple(map(tuple, patterns.values()))
        self._automaton = AhoCorasick(list(patterns), store_patterns=False)

    def hits(self, reading: Reading) -> Iterator[tuple[_Pattern, int, int]]:
        for index, start, end in self._automaton.find_matches_as_indexes(reading.form.text, overlapping=True):
            for pattern in self._patterns[index]:
                if reading.holds(start, end, runs=pattern.runs):
                    yield pattern, start, end


def _spellings(term: str) -> Iterator[tuple[str, str | None]]:
    """What to look for: the term as written, as seen, and run together."""
    yield as_written(term).text, None
    if folding_spoils(term):
        return
    base = as_seen(term)
    together = run_together(base).form.text
    forms = {base.text, together}
    solid = together.replace(" ", "")
    if len(solid) >= _SHORTEST_RUN_TOGETHER:
        forms.add(solid)
    elif together != base.text:  # `a.s` must not become `as`
        forms.discard(together)
    for full in forms:
        yield from _folded(full)


def _folded(full: str) -> Iterator[tuple[str, str | None]]:
    text = unstretched(as_seen(full)).text
    if text:
        yield text, full if text != full else None


class Plan(NamedTuple):
    """How many of the first automata stay, and the entries of the new one."""

    kept: int
    entries: tuple[Entry, ...]


class Terms:
    """All terms in force."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        """Slow for long lists; done once, before the first question is answered."""
        self._live: dict[BankEntryId, Entry] = {entry.id: entry for entry in entries}
        self._automata: list[Automaton] = [Automaton(self._live.values())] if self._live else []
        self._reach = max((automaton.reach for automaton in self._automata), default=0)

    def __len__(self) -> int:
        return len(self._live)

    def remove(self, id: BankEntryId) -> None:
        self._live.pop(id, None)

    def plan(self, entries: Iterable[Entry]) -> Plan:
        """What to build so that `entries` come into force.

        Small automata at the end are taken into the new one, so that there are never many; a large one is not, since
        building holds up the whole process while it lasts.
        """
        words = tuple(entries)
        kept = len(self._automata)
        while kept:
            last = [entry for entry in self._automata[kept - 1].entries if entry.id in self._live]
            if len(last) > max(_SMALL, 2 * len(words)) or len(last) + len(words) > _LARGEST:
                break
            words = (*last, *words)
            kept -= 1
        return Plan(kept, words)

    def install(self, kept: int, automaton: Automaton) -> None:
        """Puts a planned automaton into force, all its entries at once."""
        self._automata[kept:] = [automaton]
        self._reach = max(self._reach, automaton.reach)
        self._live.update((entry.id, entry) for entry in automaton.entries)

    def find(self, text: str) -> list[Found]:
        """Every listed term in `text`, each place once, in the order of the readings."""
        spans: dict[BankEntryId, list[tuple[int, int]]] = {}
        found: list[Found] = []
        for reading in readings(text, reach=self._reach):
            for automaton in self._automata:
                for pattern, start, end in automaton.hits(reading):
                    entry = pattern.entry
                    places = spans.setdefault(entry.id, [])
                    if entry.id not in self._live or len(places) >= _MOST_SPANS:
                        continue
                    first, last = reading.form.origin(start, end)
                    if all(last <= from_ or to <= first for from_, to in places):
                        places.append((first, last))
                        found.append(Found(entry, first, last))
        return found
