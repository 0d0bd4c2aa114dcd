"""What the SOP says, as frozen values. Every deadline, approval and wording of the product comes from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from jaga.core.errors import NotFound
from jaga.core.text import Text


class UnknownCategory(NotFound):
    code = "unknown_category"
    text = Text(
        id="SOP tidak memuat kategori {category}. Lihat /transparency/sop.",
        en="The SOP has no category {category}. See /transparency/sop.",
    )


class Measure(StrEnum):
    """What a decision may do. The names are the API's, the table's and the SOP's."""

    REMOVE_POST = "remove_post"
    RELEASE_POST = "release_post"
    CLOSE_CHANNEL = "close_channel"
    SUSPEND_POSTING = "suspend_posting"
    SUSPEND_ACCOUNT = "suspend_account"
    NO_VIOLATION = "no_violation"


class Automation(StrEnum):
    """How far a listed term or file may decide without a person."""

    REFUSE = "refuse"
    HOLD = "hold"
    NEVER = "never"


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"
    EMERGENCY_LIFE = "emergency_life"


class RequiredItem(StrEnum):
    """What a regime asks a submission to bring; a missing one is named exactly in the clarification."""

    OFFICIAL_LETTER = "official_letter"
    LEGAL_ANALYSIS = "legal_analysis"
    LEGAL_BASIS = "legal_basis"
    REASONS = "reasons"
    LINK = "link"
    SCREENSHOT = "screenshot"
    COURT_RULING = "court_ruling"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A promise: `length` from the start until the effect is confirmed."""

    name: str
    length: timedelta
    basis: str
    """The article of law, or `own` for a target the platform set itself."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One ground for a decision, such as `T-2`."""

    id: str
    title: Text
    text: Text
    illegal: bool
    """Illegal content (DSA 17(3)(d)) rather than incompatible with the terms (17(3)(e))."""

    legal_ground: str


@dataclass(frozen=True, slots=True)
class Category:
    name: str
    title: Text
    own_clock: ClockRule
    automation: Automation
    exemption_check: bool
    """News, research, art or counter-speech is asked for before an own-initiative removal (TCO Art. 1(3))."""

    anonymous_notices: bool
    """A notice needs neither name nor e-mail (DSA 16(2)(c))."""

    clauses: tuple[Clause, ...]
    approvals: Mapping[Measure, int]
    """How many people other than the decider must approve; a measure that is absent is not open to this category."""

    suspension: timedelta
    """How long `suspend_posting` lasts unless the decision says otherwise."""

    tdb_category: str
    tdb_keyword: str

    def clause(self, id: str) -> Clause | None:
        return next((clause for clause in self.clauses if clause.id == id), None)


@dataclass(frozen=True, slots=True)
class Requirement:
    item: RequiredItem
    text: Text


@dataclass(frozen=True, slots=True)
class Regime:
    """A body of law under which authorities write to the direct line."""

    name: str
    title: Text
    jurisdiction: str
    kinds: tuple[str, ...]
    clocks: Mapping[Urgency, ClockRule]
    urgent_categories: tuple[str, ...]
    """Categories that this law itself calls urgent; empty where the submission's word counts."""

    requirements: tuple[Requirement, ...]
    feedback: str

    def clock(self, urgency: Urgency, category: str) -> ClockRule:
        """The clock that this law sets; an urgency it does not know runs on the normal one."""
        if category in self.urgent_categories and urgency is not Urgency.NORMAL:
            return self.clocks.get(Urgency.URGENT, self.clocks[Urgency.NORMAL])
        if not self.urgent_categories:
            return self.clocks.get(urgency, self.clocks[Urgency.NORMAL])
        return self.clocks[Urgency.NORMAL]


@dataclass(frozen=True, slots=True)
class Sop:
    version: str
    title: Text
    introduction: Text
    appeal_window: timedelta
    evidence_kept: timedelta
    categories: Mapping[str, Category]
    regimes: Mapping[str, Regime]

    def category(self, name: str) -> Category:
        """Raises `UnknownCategory`."""
        try:
            return self.categories[name]
        except KeyError:
            raise UnknownCategory(category=name) from None

    def clause(self, id: str) -> tuple[Category, Clause] | None:
        """The clause with this id and the category it stands in."""
        for category in self.categories.values():
            clause = category.clause(id)
            if clause is not None:
                return category, clause
        return None
