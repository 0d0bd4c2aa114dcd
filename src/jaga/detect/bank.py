"""The bank in force, in memory, and the judgment of one content against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from jaga.core.ids import BankEntryId
from jaga.detect.content import Content, Field
from jaga.detect.entry import Entry, Kind
from jaga.detect.links import Links
from jaga.detect.media import MediaState
from jaga.detect.terms import Automaton, Plan, Terms
from jaga.detect.verdict import UNSCANNABLE, Outcome, Signal, Verdict, verdict_of

MOST_SIGNALS = 200


@dataclass(frozen=True, slots=True)
class BankChange:
    """What came into force and what went out since an earlier version."""

    version: int
    added: tuple[Entry, ...] = ()
    removed: tuple[BankEntryId, ...] = ()


class Bank:
    """Every entry in force, ready for questions."""

    def __init__(self, whole: BankChange) -> None:
        """`whole` is the change since version 0. Slow for long lists."""
        self.version = whole.version
        self._entries: dict[str, Entry] = {}
        self._counts: Counter[str] = Counter()
        self._files: dict[str, dict[str, Entry]] = {}
        self._links = Links()
        self._terms = Terms(entry for entry in whole.added if entry.kind is Kind.TERM)
        self._admit(whole.added)

    def counts(self) -> dict[str, int]:
        """How many entries of each kind are in force."""
        return {kind: count for kind, count in self._counts.items() if count}

    def plan(self, change: BankChange) -> Plan | None:
        """The automaton that `change` needs built before `apply`, if any."""
        words = [entry for entry in change.added if entry.kind is Kind.TERM]
        return self._terms.plan(words) if words else None

    def apply(self, change: BankChange, *, kept: int = 0, built: Automaton | None = None) -> None:
        """Bring `change` into force: all of it between two questions. `kept` and `built` are what its plan asks."""
        if built is not None:
            self._terms.install(kept, built)
        for gone in change.removed:
            self._dismiss(gone)
        self._admit(change.added)
        self.version = change.version

    def _admit(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry.id not in self._entries:
                self._counts[entry.kind.value] += 1
            self._entries[entry.id] = entry
            match entry.kind:
                case Kind.FILE:
                    self._files.setdefault(entry.term, {})[entry.id] = entry
                case Kind.LINK:
                    self._links.add(entry.id, entry.term)
                case _:
                    pass

    def _dismiss(self, id: BankEntryId) -> None:
        entry = self._entries.pop(id, None)
        self._terms.remove(id)
        self._links.remove(id)
        if entry is None:
            return
        self._counts[entry.kind.value] -= 1
        if entry.kind is Kind.FILE:
            self._files[entry.term].pop(id, None)

    def assess(self, content: Content) -> tuple[Signal, ...]:
        """Every finding in `content`."""
        return tuple(
            signal
            for signals in (
                *map(self._in_text, content.fields),
                *map(self._in_link, content.links),
                self._in_media(content),
            )
            for signal in signals
        )

    def decide(self, content: Content) -> Verdict:
        """The strictest finding decides; of very many, the strictest are reported."""
        verdict = verdict_of(self.assess(content), bank_version=self.version)
        if len(verdict.signals) <= MOST_SIGNALS:
            return verdict
        return type(verdict)(verdict.bank_version, verdict.signals[:MOST_SIGNALS])

    def _in_text(self, field: Field) -> Iterator[Signal]:
        for found in self._terms.find(field.text):
            yield _signal("term", found.entry, field.name, found.start, found.end)
        for link in self._links.find(field.text):
            yield _signal("link", self._entries[link.id], field.name, link.start, link.end)

    def _in_link(self, field: Field) -> Iterator[Signal]:
        yield from self._in_text(field)
        if "%" in field.text:  # `%7Aqkabo`: what a browser's address line shows
            for found in self._terms.find(unquote(field.text)):
                yield _signal("term", found.entry, field.name, 0, len(field.text))

    def _in_media(self, content: Content) -> Iterator[Signal]:
        for media in content.media:
            for entry in self._files.get(media.sha256, {}).values():
                yield _signal("file", entry, media.name, 0, 0)
            if media.state is MediaState.UNDECODABLE:
                yield Signal(UNSCANNABLE, None, UNSCANNABLE, Outcome.HOLD, media.name, 0, 0)


def _signal(rule: str, entry: Entry, field: str, start: int, end: int) -> Signal:
    return Signal(rule, str(entry.id), entry.category, entry.outcome, field, start, end)
