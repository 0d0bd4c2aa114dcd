"""What is answered: allow, hold or refuse, with every signal that led there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from jaga.core.canonical import Json


class Outcome(StrEnum):
    """What a bank entry asks for. The strictest of all signals decides; `flag` alone lets pass and is recorded."""

    FLAG = "flag"
    HOLD = "hold"
    REFUSE = "refuse"


UNSCANNABLE = "unscannable"
"""The rule and category of media that could not be decoded."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One finding: which rule, where. It points into the content and copies none of it."""

    rule: str
    """`term`, `link`, `file` or `unscannable`."""
    entry: str | None
    """The bank entry's id (`bnk_…`); none for `unscannable`."""
    category: str
    outcome: Outcome
    field: str
    """`Field.name`, or `CheckedMedia.name`."""
    start: int
    end: int
    """Code points of the field's text as it was sent; 0 and 0 for media."""

    def as_dict(self) -> dict[str, Json]:
        """As stored with a case."""
        return {
            "rule": self.rule,
            "entry": self.entry,
            "category": self.category,
            "outcome": self.outcome.value,
            "field": self.field,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Allow:
    """May be published. Signals, if any, are flags."""

    bank_version: int
    signals: tuple[Signal, ...] = ()
    name: ClassVar[Literal["allow"]] = "allow"


@dataclass(frozen=True, slots=True)
class Hold:
    """A person decides."""

    bank_version: int
    signals: tuple[Signal, ...]
    name: ClassVar[Literal["hold"]] = "hold"


@dataclass(frozen=True, slots=True)
class Refuse:
    """May not be published."""

    bank_version: int
    signals: tuple[Signal, ...]
    name: ClassVar[Literal["refuse"]] = "refuse"


Verdict = Allow | Hold | Refuse


def verdict_of(signals: tuple[Signal, ...], *, bank_version: int) -> Verdict:
    """The strictest outcome wins; the signals are ordered with the strictest first."""
    if not signals:
        return Allow(bank_version)
    strictness = (Outcome.REFUSE, Outcome.HOLD, Outcome.FLAG)
    ordered = tuple(sorted(signals, key=lambda signal: strictness.index(signal.outcome)))
    match ordered[0].outcome:
        case Outcome.REFUSE:
            return Refuse(bank_version, ordered)
        case Outcome.HOLD:
            return Hold(bank_version, ordered)
        case Outcome.FLAG:
            return Allow(bank_version, ordered)
