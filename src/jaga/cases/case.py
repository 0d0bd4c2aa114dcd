"""A case: the unit of work about one target, from opening to closing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from jaga.cases.clocks import CaseClock, strictest
from jaga.cases.errors import NotPossibleNow
from jaga.cases.target import Concerned, Target
from jaga.core.ids import CaseId
from jaga.sop.model import Category, Sop


class CaseState(StrEnum):
    QUEUED = "queued"
    IN_REVIEW = "in_review"
    AWAITING_CLARIFICATION = "awaiting_clarification"
    NEEDS_APPROVAL = "needs_approval"
    CARRYING_OUT = "carrying_out"
    DECIDED = "decided"
    APPEALED = "appealed"
    REFUSED = "refused"
    CLOSED = "closed"


class Source(StrEnum):
    """What opened the case. Later reports join it and do not change its source."""

    REFUSED_POST = "refused_post"
    HELD_POST = "held_post"
    NOTICE = "notice"
    SUBMISSION = "submission"


_S = CaseState
NEXT: dict[CaseState, frozenset[CaseState]] = {
    _S.QUEUED: frozenset(
        {_S.IN_REVIEW, _S.AWAITING_CLARIFICATION, _S.NEEDS_APPROVAL, _S.CARRYING_OUT, _S.DECIDED, _S.REFUSED}
    ),
    _S.IN_REVIEW: frozenset(
        {_S.QUEUED, _S.AWAITING_CLARIFICATION, _S.NEEDS_APPROVAL, _S.CARRYING_OUT, _S.DECIDED}
    ),
    # A reply completes the submission, or the time for one runs out.
    _S.AWAITING_CLARIFICATION: frozenset({_S.QUEUED, _S.REFUSED, _S.CLOSED}),
    # Rejected decisions return the case to the queue.
    _S.NEEDS_APPROVAL: frozenset({_S.CARRYING_OUT, _S.QUEUED, _S.DECIDED}),
    _S.CARRYING_OUT: frozenset({_S.DECIDED}),
    _S.DECIDED: frozenset({_S.APPEALED, _S.CLOSED}),
    _S.APPEALED: frozenset({_S.DECIDED, _S.CARRYING_OUT}),
    _S.REFUSED: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset(),
}
DECIDABLE = frozenset({CaseState.QUEUED, CaseState.IN_REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    id: CaseId
    target: Target
    concerned: Concerned
    category: str
    source: Source
    state: CaseState
    jurisdiction: str | None
    sop_version: str
    version: int
    opened_at: datetime
    closed_at: datetime | None = None
    """From here on nothing joins it: another report of the same target opens a case of its own."""

    also: tuple[str, ...] = ()
    """Further categories, named by reports that joined."""

    holds: bool = False
    """Something waits unpublished for this case: a post, an edit, a new title."""

    silent_until: datetime | None = None
    """A lawful order forbids telling the author before this instant (TCO 11(3): six weeks at most)."""

    clocks: tuple[CaseClock, ...] = ()

    def moved(self, to: CaseState) -> Case:
        """The case one step on, as its next version. Raises `NotPossibleNow`."""
        if to not in NEXT[self.state]:
            raise NotPossibleNow(state=self.state.value)
        return replace(self, state=to, version=self.version + 1)

    def closed(self, at: datetime) -> Case:
        return replace(self, closed_at=self.closed_at or at)

    def with_clocks_stopped(self, at: datetime) -> Case:
        return replace(self, clocks=tuple(clock.stopped(at) for clock in self.clocks))

    def categories(self, sop: Sop) -> tuple[Category, ...]:
        """Where grounds may come from; all of the SOP while nobody knows yet what it is (media nobody could read)."""
        known = tuple(sop.categories[name] for name in (self.category, *self.also) if name in sop.categories)
        return known or tuple(sop.categories.values())

    @property
    def strictest_clock(self) -> CaseClock | None:
        return strictest(self.clocks)
