"""What becomes of something that somebody wants to publish: exactly one of three."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from jaga.core.ids import CaseId, StatementId

Thing_co = TypeVar("Thing_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Published(Generic[Thing_co]):
    """Everybody can read it now."""

    thing: Thing_co


@dataclass(frozen=True, slots=True)
class Held:
    """A person decides; nobody sees it until then."""

    id: str
    """The post's or the channel's."""
    case: CaseId


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody ever saw it. The author has a statement of reasons and may appeal."""

    id: str
    statement: StatementId
    category: str


Outcome = Published[Thing_co] | Held | Refused
