"""Deciding a case: a ground that fits, measures the SOP allows, and as many other people's approval as it demands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from jaga.cases.case import DECIDABLE, Case, CaseState
from jaga.cases.errors import (
    FactsMissing,
    GroundDoesNotFit,
    MeasureDoesNotFit,
    NotPossibleNow,
    SamePerson,
)
from jaga.cases.measure import FITTING, FOREVER_DAYS, OPPOSITE, Act, CaseMeasure, aim, days_of
from jaga.cases.staff import Right, Staff, require
from jaga.cases.target import TargetKind
from jaga.core.ids import AppealId, CaseId, DecisionId, MeasureId, StaffId
from jaga.sop.model import Category, Clause, Measure, Sop

LONGEST_FACTS = 5_000  # DSA transparency database: decision_facts
RULE: Literal["rule"] = "rule"

# Measures that contradict one another in one decision.
_ALONE = frozenset({Measure.NO_VIOLATION})
_TAKES_AWAY = frozenset({Act.REMOVE_POST, Act.CLOSE_CHANNEL, Act.SUSPEND_ACCOUNT})
_WITHOUT_GROUND = frozenset({Measure.NO_VIOLATION, Measure.RELEASE_POST})
_NEVER_TOGETHER = (frozenset({Measure.REMOVE_POST, Measure.RELEASE_POST}),)


class DecisionState(StrEnum):
    NEEDS_APPROVAL = "needs_approval"
    CARRYING_OUT = "carrying_out"
    CARRIED_OUT = "carried_out"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class DecisionKind(StrEnum):
    DECISION = "decision"
    APPEAL = "appeal"


class Automated(StrEnum):
    """DSA transparency database: automated_decision."""

    NOT = "not_automated"
    PARTIALLY = "partially_automated"
    FULLY = "fully_automated"


class Consent(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Chosen:
    """One measure as somebody chose it."""

    name: Measure
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person wants to decide."""

    ground: str | None
    measures: tuple[Chosen, ...]
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    id: DecisionId
    case: CaseId
    kind: DecisionKind
    ground: str | None
    """The SOP's clause; nothing where there is no violation."""

    measures: tuple[CaseMeasure, ...]
    facts: str
    decided_by: StaffId | Literal["rule"]
    automation: Automated
    approvals_needed: int
    state: DecisionState
    sop_version: str
    decided_at: datetime
    effective_from: datetime | None = None
    effect_at: datetime | None = None
    appeal: AppealId | None = None

    @property
    def effective(self) -> bool:
        return self.effective_from is not None

    @property
    def finds_violation(self) -> bool:
        return any(measure.in_force for measure in self.measures)

    @property
    def action(self) -> str:
        """The measures as one plain word for the ledger."""
        return "+".join(measure.act.value for measure in self.measures) or Measure.NO_VIOLATION.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    staff: StaffId
    outcome: Consent
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A decision and its case after one act of one person."""

    case: Case
    decision: Decision


def grounds_open(case: Case, sop: Sop) -> tuple[Clause, ...]:
    """The clauses that fit this case."""
    return tuple(clause for category in case.categories(sop) for clause in category.clauses)


def measures_open(case: Case, categories: Sequence[Category]) -> tuple[Measure, ...]:
    """What may be chosen in this case: the SOP allows it, it fits the target, and there is somebody to meet."""
    return tuple(
        measure
        for measure in FITTING[case.target.kind]
        if any(_is_open(measure, case, category) for category in categories)
    )


def _is_open(measure: Measure, case: Case, category: Category) -> bool:
    if measure is Measure.NO_VIOLATION:
        return not case.holds  # what is held either goes out or not: release it
    if measure is Measure.RELEASE_POST and not case.holds:
        return False
    if measure is Measure.REMOVE_POST and case.target.kind is not TargetKind.POST and not case.holds:
        return False
    return measure in category.approvals and aim(measure, case.target, case.concerned) is not None


def decide(case: Case, choice: Choice, sop: Sop, *, by: Staff, now: datetime) -> Step:
    """The decision that `choice` is under the SOP, or a refusal that says what is wrong with it."""
    require(by, Right.DECIDE, jurisdiction=case.jurisdiction)
    if case.state not in DECIDABLE:
        raise NotPossibleNow(state=case.state.value)
    _check_facts(choice.facts)
    category = _category_of(choice, case, sop)
    _check_measures(choice.measures, measures_open(case, [category]))
    needed = max(category.approvals.get(chosen.name, 0) for chosen in choice.measures)
    decision = Decision(
        id=DecisionId.new(),
        case=case.id,
        kind=DecisionKind.DECISION,
        ground=choice.ground,
        measures=tuple(
            measure for chosen in choice.measures if (measure := _measure(chosen, case, category)) is not None
        ),
        facts=choice.facts.strip(),
        decided_by=by.id,
        automation=Automated.PARTIALLY if case.holds else Automated.NOT,
        approvals_needed=needed,
        state=DecisionState.NEEDS_APPROVAL,
        sop_version=sop.version,
        decided_at=now,
    )
    if needed:
        return Step(case.moved(CaseState.NEEDS_APPROVAL), decision)
    return take_effect(case, decision, now)


def take_effect(case: Case, decision: Decision, now: datetime) -> Step:
    """All approvals are there: the measures are carried out, or, where there are none, the case is decided."""
    effective = replace(decision, effective_from=now)
    if decision.measures:
        return Step(case.moved(CaseState.CARRYING_OUT), replace(effective, state=DecisionState.CARRYING_OUT))
    done = replace(effective, state=DecisionState.CARRIED_OUT, effect_at=now)
    return Step(settle(case, done, now), done)


def settle(case: Case, decision: Decision, now: datetime) -> Case:
    """The case after the effect of its decision: decided, every clock stopped, and closed unless its target is gone.

    While the target stays off the public, further reports join the case and find it done. In all other cases the next
    report deserves a look of its own.
    """
    decided = replace(case.moved(CaseState.DECIDED).with_clocks_stopped(now), holds=False)
    about_target = [measure.act for measure in decision.measures if measure.target == case.target]
    if decision.kind is DecisionKind.APPEAL:
        target_is_back = any(act in OPPOSITE.values() for act in about_target)
        return decided.closed(now) if target_is_back else decided
    return decided if any(act in _TAKES_AWAY for act in about_target) else decided.closed(now)


def approve(
    case: Case, decision: Decision, earlier: Sequence[Approval], outcome: Consent, *, by: Staff, now: datetime
) -> tuple[Approval, Step]:
    """One more person's word on a decision. Nobody speaks twice, whichever way they come (`SamePerson`)."""
    require(by, Right.APPROVE, jurisdiction=case.jurisdiction)
    if decision.state is not DecisionState.NEEDS_APPROVAL:
        raise NotPossibleNow(state=decision.state.value)
    if by.id == decision.decided_by or any(by.id == approval.staff for approval in earlier):
        raise SamePerson
    approval = Approval(staff=by.id, outcome=outcome, given_at=now)
    if outcome is Consent.REJECT:
        rejected = replace(decision, state=DecisionState.REJECTED)
        return approval, Step(case.moved(CaseState.QUEUED), rejected)
    if approvals_missing(decision, [*earlier, approval]):
        return approval, Step(case, decision)
    return approval, take_effect(case, decision, now)


def approvals_missing(decision: Decision, approvals: Sequence[Approval]) -> int:
    """How many different people still have to approve; 0 once the decision is effective or rejected."""
    if decision.state is not DecisionState.NEEDS_APPROVAL:
        return 0
    people = {
        approval.staff
        for approval in approvals
        if approval.outcome is Consent.APPROVE and approval.staff != decision.decided_by
    }
    return max(0, decision.approvals_needed - len(people))


def _check_facts(facts: str) -> None:
    if not facts.strip() or len(facts) > LONGEST_FACTS:
        raise FactsMissing(limit=LONGEST_FACTS)


def _check_measures(chosen: Sequence[Chosen], open_here: Sequence[Measure]) -> None:
    names = [choice.name for choice in chosen]
    fitting = ", ".join(open_here)
    for choice in chosen:
        if choice.name not in open_here or names.count(choice.name) > 1:
            raise MeasureDoesNotFit(measure=choice.name.value, fitting=fitting)
        if choice.days is not None and not 1 <= choice.days <= FOREVER_DAYS:
            raise MeasureDoesNotFit(measure=f"{choice.name.value} ({choice.days})", fitting=fitting)
    together = set(names)
    contradictory = any(pair <= together for pair in _NEVER_TOGETHER) or (
        len(together) > 1 and together & _ALONE
    )
    if not names or contradictory:
        raise MeasureDoesNotFit(measure="+".join(names) or "-", fitting=fitting)


def _category_of(choice: Choice, case: Case, sop: Sop) -> Category:
    """The category whose rules the decision stands under: its ground's. Raises `GroundDoesNotFit`."""
    fitting = case.categories(sop)
    found = next((one for one in fitting if choice.ground and one.clause(choice.ground)), None)
    if found is not None:
        return found
    needs_no_ground = {chosen.name for chosen in choice.measures} <= _WITHOUT_GROUND
    if choice.ground is None and needs_no_ground:
        return fitting[0]
    raise GroundDoesNotFit(
        ground=choice.ground or "-",
        category=case.category,
        fitting=", ".join(clause.id for clause in grounds_open(case, sop)),
    )


def _measure(chosen: Chosen, case: Case, category: Category) -> CaseMeasure | None:
    target = aim(chosen.name, case.target, case.concerned)
    if target is None:
        return None
    return CaseMeasure(
        id=MeasureId.new(),
        act=Act(chosen.name.value),
        target=target,
        days=days_of(chosen.name, chosen.days, category.suspension),
    )
