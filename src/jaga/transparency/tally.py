"""Counting ledger entries. Pure: the same entries give the same numbers, here and in anybody's own script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from jaga.ledger.entry import Entry, EntryType

RULE = "rule"
DATA_REQUEST = "data_request"
REMOVAL_ORDER = "removal_order"
REFUSE_PUBLICATION = "refuse_publication"
HOLD = "hold"
OrderClass = Literal["order", "notice"]


@dataclass(slots=True)
class Tally:
    """The numbers of one period and jurisdiction. Counters are keyed by the plain words that entries carry."""

    entries: int = 0
    submissions: Counter[str] = field(default_factory=Counter)
    """By kind, requests for data among them."""

    submissions_by_regime: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    """Submissions refused, by the type of refusal."""

    data_refusals: Counter[str] = field(default_factory=Counter)
    """Requests for private data, all of which are refused, by the type of refusal."""

    turned_away: Counter[str] = field(default_factory=Counter)
    """Signed requests that did not get in: replayed, stale, a revoked key."""

    notices: int = 0
    refused_posts: Counter[str] = field(default_factory=Counter)
    """Refused before publication, by category."""

    held_posts: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    """Made by people, by category."""

    measures: Counter[str] = field(default_factory=Counter)
    """Confirmed in effect, by name."""

    statements: int = 0
    in_time: int = 0
    late: int = 0
    breaches: Counter[str] = field(default_factory=Counter)
    """Missed deadlines, by clock."""

    appeals: int = 0
    appeal_outcomes: Counter[str] = field(default_factory=Counter)
    to_effect: list[float] = field(default_factory=list)
    """Seconds from an order's receipt to its confirmed effect."""

    weeks: Counter[tuple[str, OrderClass]] = field(default_factory=Counter)
    """Orders and notices by the Monday of their week."""

    @property
    def data_requests(self) -> int:
        return self.submissions[DATA_REQUEST]

    @property
    def orders(self) -> int:
        return self.submissions[REMOVAL_ORDER]

    @property
    def median_to_effect(self) -> timedelta | None:
        return timedelta(seconds=median(self.to_effect)) if self.to_effect else None

    @property
    def appeals_decided(self) -> int:
        return self.appeal_outcomes.total()

    @property
    def appeals_granted(self) -> int:
        return self.appeal_outcomes["reversed"] + self.appeal_outcomes["partly"]

    def add(self, entry: Entry, *, received_at: datetime | None) -> None:
        """Count one entry. `received_at` is when the order that opened its case came in."""
        self.entries += 1
        match entry.type:
            case EntryType.SUBMISSION | EntryType.REFUSAL:
                self._add_submission(entry)
            case EntryType.NOTICE:
                self.notices += 1
                self.weeks[_monday(entry.at), "notice"] += 1
            case EntryType.DECISION:
                self._add_decision(entry)
            case EntryType.EFFECT:
                self._add_effect(entry, received_at)
            case EntryType.STATEMENT:
                self.statements += 1
            case EntryType.BREACH:
                self.breaches[entry.legal_class or "-"] += 1
            case EntryType.APPEAL:
                self.appeals += 1
            case EntryType.APPEAL_DECISION:
                self.appeal_outcomes[entry.outcome or "-"] += 1
            case _:
                pass  # onboarding, versions and the like are entries without a number of their own

    def _add_submission(self, entry: Entry) -> None:
        if entry.action is None:
            self.turned_away[entry.outcome or "-"] += 1
            return
        self.submissions[entry.action] += 1
        self.submissions_by_regime[entry.legal_class or "-"] += 1
        if (
            entry.outcome is not None and entry.outcome.isupper()
        ):  # refusal types are the only upper-case outcomes
            self.refusals[entry.outcome] += 1
        if entry.action == DATA_REQUEST:
            self.data_refusals[entry.outcome or "-"] += 1
        if entry.action == REMOVAL_ORDER:
            self.weeks[_monday(entry.at), "order"] += 1

    def _add_decision(self, entry: Entry) -> None:
        category = entry.category or "-"
        if entry.action == HOLD:
            self.held_posts[category] += 1
        elif entry.actor_class == RULE:
            self.refused_posts[category] += 1
        else:
            self.decisions[category] += 1

    def _add_effect(self, entry: Entry, received_at: datetime | None) -> None:
        for measure in (entry.action or "-").split("+"):
            self.measures[measure] += 1
        if entry.deadline_at is not None:
            if entry.at <= entry.deadline_at:
                self.in_time += 1
            else:
                self.late += 1
        if received_at is not None:
            self.to_effect.append((entry.at - received_at).total_seconds())


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """Which entries a tally counts; empty means all."""

    period: str = ""
    """A quarter, as in `2026-Q4`."""

    jurisdiction: str = ""


@dataclass(slots=True)
class Tallies:
    """A tally for all of the ledger, for each quarter, and for each jurisdiction."""

    size: int = 0
    _by_scope: dict[Scope, Tally] = field(default_factory=lambda: {Scope(): Tally()})
    _received: dict[str, datetime] = field(default_factory=dict)
    _jurisdictions: dict[str, str] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """The next entry of the ledger, in its order."""
        received_at = self._received_at(entry)
        for scope in self._scopes(entry):
            self._by_scope.setdefault(scope, Tally()).add(entry, received_at=received_at)
        self.size += 1

    def of(self, scope: Scope = Scope()) -> Tally:
        """The numbers of `scope`; all zero where nothing happened."""
        return self._by_scope.get(scope, Tally())

    @property
    def periods(self) -> list[str]:
        """Quarters with entries, the newest first."""
        return sorted({scope.period for scope in self._by_scope if scope.period}, reverse=True)

    @property
    def jurisdictions(self) -> list[str]:
        return sorted({scope.jurisdiction for scope in self._by_scope if scope.jurisdiction})

    def _scopes(self, entry: Entry) -> Iterator[Scope]:
        """A step of a case counts where the case began, also when the entry itself does not say where."""
        jurisdiction = entry.jurisdiction or (self._jurisdictions.get(entry.case, "") if entry.case else "")
        if entry.case is not None and entry.jurisdiction is not None:
            self._jurisdictions.setdefault(entry.case, entry.jurisdiction)
        for period in ("", quarter(entry.at)):
            yield Scope(period)
            if jurisdiction:
                yield Scope(period, jurisdiction)

    def _received_at(self, entry: Entry) -> datetime | None:
        if entry.case is None:
            return None
        if entry.type is EntryType.SUBMISSION and entry.action == REMOVAL_ORDER:
            self._received.setdefault(entry.case, entry.at)
        if entry.type is EntryType.EFFECT:
            return self._received.pop(entry.case, None)
        return None


def quarter(at: datetime) -> str:
    """`2026-Q4`, by UTC, as everything in the ledger."""
    return f"{at.year}-Q{(at.month - 1) // 3 + 1}"


def _monday(at: datetime) -> str:
    return (at.date() - timedelta(days=at.weekday())).isoformat()


def weeks_until(now: datetime, count: int) -> list[str]:
    """The Mondays of the last `count` weeks, the oldest first."""
    this = now.date() - timedelta(days=now.weekday())
    return [(this - timedelta(weeks=back)).isoformat() for back in range(count - 1, -1, -1)]
