"""An appeal: one for each statement, free, within its time, decided by a person who had no part in the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from jaga.cases.case import Case, CaseState
from jaga.cases.decision import (
    LONGEST_FACTS,
    Approval,
    Automated,
    Decision,
    DecisionKind,
    DecisionState,
    Step,
    take_effect,
)
from jaga.cases.errors import AppealClosed, FactsMissing, MeasureDoesNotFit, NotPossibleNow, SamePerson
from jaga.cases.measure import OPPOSITE, CaseMeasure
from jaga.cases.staff import Right, Staff, require
from jaga.core.clock import rfc3339
from jaga.core.ids import AppealId, CaseId, DecisionId, MeasureId, MemberId, StaffId, StatementId
from jaga.core.text import written_day

LONGEST_APPEAL = 5_000


class AppealState(StrEnum):
    OPEN = "open"
    DECIDED = "decided"


class AppealOutcome(StrEnum):
    UPHELD = "upheld"
    REVERSED = "reversed"
    PARTLY = "partly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    id: AppealId
    statement: StatementId
    case: CaseId
    member: MemberId
    text: str
    filed_at: datetime
    state: AppealState = AppealState.OPEN
    outcome: AppealOutcome | None = None
    reviewed_by: StaffId | None = None
    reasons: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a reviewer wants to decide. `lift` names the measures that fall; all of them when it is `reversed`."""

    outcome: AppealOutcome
    reasons: str
    lift: tuple[MeasureId, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    appeal: Appeal
    step: Step


def file_appeal(
    case: Case, statement: StatementId, member: MemberId, text: str, *, until: datetime, now: datetime
) -> tuple[Appeal, Case]:
    """Raises `AppealClosed` when the window is over (DSA 20(1): six months from being told)."""
    if now > until:
        raise AppealClosed(until=rfc3339(until), day=written_day(until))
    if not text.strip() or len(text) > LONGEST_APPEAL:
        raise FactsMissing(limit=LONGEST_APPEAL)
    appeal = Appeal(
        id=AppealId.new(), statement=statement, case=case.id, member=member, text=text.strip(), filed_at=now
    )
    # A second statement of the same case may be appealed while the first is under review.
    return appeal, case if case.state is CaseState.APPEALED else case.moved(CaseState.APPEALED)


def review(
    case: Case,
    appeal: Appeal,
    disputed: Decision,
    approvals: Sequence[Approval],
    choice: Review,
    *,
    by: Staff,
    now: datetime,
) -> Reviewed:
    """The answer to an appeal: by a person (DSA 20(6)) who neither made nor approved what is disputed."""
    require(by, Right.REVIEW_APPEAL, jurisdiction=case.jurisdiction)
    if appeal.state is not AppealState.OPEN:
        raise NotPossibleNow(state=appeal.state.value)
    # Another statement of the same case may have been answered in the meantime.
    contested = case if case.state is CaseState.APPEALED else case.moved(CaseState.APPEALED)
    if by.id == disputed.decided_by or any(by.id == approval.staff for approval in approvals):
        raise SamePerson
    if not choice.reasons.strip() or len(choice.reasons) > LONGEST_FACTS:
        raise FactsMissing(limit=LONGEST_FACTS)
    answered = replace(
        appeal,
        state=AppealState.DECIDED,
        outcome=choice.outcome,
        reviewed_by=by.id,
        reasons=choice.reasons.strip(),
        decided_at=now,
    )
    measures = tuple(_undone(measure) for measure in falling(disputed, choice))
    answer = _answer(answered, disputed, measures, by=by.id, now=now)
    return Reviewed(answered, take_effect(contested, answer, now))


def _answer(
    answered: Appeal, disputed: Decision, measures: tuple[CaseMeasure, ...], *, by: StaffId, now: datetime
) -> Decision:
    """What the reviewer decided, as the decision that it is."""
    return Decision(
        id=DecisionId.new(),
        case=answered.case,
        kind=DecisionKind.APPEAL,
        ground=disputed.ground,
        measures=measures,
        facts=answered.reasons or "",
        decided_by=by,
        automation=Automated.NOT,
        approvals_needed=0,
        state=DecisionState.NEEDS_APPROVAL,
        sop_version=disputed.sop_version,
        decided_at=now,
        appeal=answered.id,
    )


def falling(disputed: Decision, choice: Review) -> tuple[CaseMeasure, ...]:
    """The measures in force that this outcome lifts. `partly` must name some and leave some."""
    standing = tuple(measure for measure in disputed.measures if measure.in_force)
    match choice.outcome:
        case AppealOutcome.UPHELD:
            return ()
        case AppealOutcome.REVERSED:
            return standing
        case AppealOutcome.PARTLY:
            lifted = tuple(measure for measure in standing if measure.id in choice.lift)
            if not lifted or len(lifted) == len(standing):
                raise MeasureDoesNotFit(
                    measure="partly", fitting=", ".join(f"{m.id} ({m.act.value})" for m in standing) or "-"
                )
            return lifted


def _undone(measure: CaseMeasure) -> CaseMeasure:
    return CaseMeasure(id=MeasureId.new(), act=OPPOSITE[measure.act], target=measure.target, lifts=measure.id)
