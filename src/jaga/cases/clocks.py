"""Clocks: promises with an instant. They are stored as instants, so that no outage and no restart can lose one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from jaga.sop.model import ClockRule


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClock:
    """One running or stopped clock of a case, under the version of the SOP that was in force at its start."""

    name: str
    subject: str = ""
    """The submission whose clock it is; empty for the case's own."""

    sop_version: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    missed_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.stopped_at is None

    def stopped(self, at: datetime) -> CaseClock:
        """Stopping again changes nothing; stopping late leaves the breach on record."""
        if not self.running:
            return self
        return replace(
            self, stopped_at=at, missed_at=self.missed_at or (self.due_at if at > self.due_at else None)
        )

    def overdue(self, now: datetime) -> bool:
        return self.running and now > self.due_at


def start_clock(rule: ClockRule, *, at: datetime, sop_version: str, subject: str = "") -> CaseClock:
    return CaseClock(
        name=rule.name, subject=subject, sop_version=sop_version, started_at=at, due_at=at + rule.length
    )


def strictest(clocks: Iterable[CaseClock]) -> CaseClock | None:
    """The running clock that is due first: the one that counts (sop-and-law: the strictest applicable wins)."""
    return min((clock for clock in clocks if clock.running), key=lambda clock: clock.due_at, default=None)
