"""Banks of made-up words, for tests of the detector."""

from __future__ import annotations

from jaga.core.ids import BankEntryId
from jaga.detect.bank import Bank, BankChange
from jaga.detect.content import Content, Field
from jaga.detect.entry import Entry, Kind
from jaga.detect.verdict import Outcome


def entry(term: str, *, kind: Kind = Kind.TERM, outcome: Outcome = Outcome.REFUSE) -> Entry:
    return Entry(BankEntryId.new(), kind, term, "terrorism", outcome)


def bank_of(*entries: Entry | str) -> Bank:
    return Bank(
        BankChange(1, tuple(entry(item) if isinstance(item, str) else item for item in entries)),
    )


def found(bank: Bank, text: str) -> list[str]:
    """The original substrings that the bank's signals point to."""
    signals = bank.assess(Content(fields=(Field("text", text),)))
    return [text[signal.start : signal.end] for signal in signals]
