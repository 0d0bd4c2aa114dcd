"""Decisions, approvals, measures and statements of reasons, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.decision import (
    RULE,
    Approval,
    Automated,
    Consent,
    Decision,
    DecisionKind,
    DecisionState,
)
from jaga.cases.errors import UnknownDecision
from jaga.cases.measure import Act, CaseMeasure
from jaga.cases.statement import Reasons, Statement
from jaga.cases.target import Target, TargetKind
from jaga.core.ids import (
    AppealId,
    CaseId,
    DecisionId,
    MeasureId,
    MemberId,
    StaffId,
    StatementId,
)
from jaga.core.text import LANGUAGES, Language
from jaga.store.tables.cases import approvals, decisions, measures, statements
from jaga.store.tables.members import members


async def insert_decision(conn: AsyncConnection, decision: Decision) -> None:
    await conn.execute(
        insert(decisions).values(
            id=decision.id,
            case_id=decision.case,
            kind=decision.kind.value,
            ground=decision.ground,
            measures=[_as_decided(measure) for measure in decision.measures],
            facts=decision.facts,
            decided_by=decision.decided_by,
            automation=decision.automation.value,
            approvals_needed=decision.approvals_needed,
            state=decision.state.value,
            sop_version=decision.sop_version,
            appeal_id=decision.appeal,
            decided_at=decision.decided_at,
            effective_from=decision.effective_from,
            effect_at=decision.effect_at,
        )
    )


async def save_decision(conn: AsyncConnection, decision: Decision) -> None:
    await conn.execute(
        update(decisions)
        .where(decisions.c.id == decision.id)
        .values(
            state=decision.state.value,
            effective_from=decision.effective_from,
            effect_at=decision.effect_at,
        )
    )


async def insert_approval(conn: AsyncConnection, decision: DecisionId, approval: Approval) -> None:
    await conn.execute(
        insert(approvals).values(
            decision_id=decision,
            staff_id=approval.staff,
            outcome=approval.outcome.value,
            given_at=approval.given_at,
        )
    )


async def insert_reasons(conn: AsyncConnection, reasons: Sequence[Reasons]) -> None:
    for each in reasons:
        statement = each.statement
        await conn.execute(
            insert(statements).values(
                id=statement.id,
                decision_id=statement.decision,
                member_id=statement.member,
                language=statement.language,
                body=statement.body,
                issued_at=statement.issued_at,
                appeal_until=statement.appeal_until,
            )
        )


async def insert_measures(
    conn: AsyncConnection, decision: Decision, reasons: Sequence[Reasons], *, now: datetime
) -> None:
    """The rows that the worker carries out. The table refuses a restriction without its statement of reasons."""
    given = {measure: each.statement.id for each in reasons for measure in each.measures}
    rows = [
        {
            "id": measure.id,
            "decision_id": decision.id,
            "statement_id": given.get(measure.id),
            "lifts": measure.lifts,
            "name": measure.act.value,
            "target_kind": measure.target.kind.value,
            "target": measure.target.id,
            "terms": {} if measure.days is None else {"days": measure.days},
            "created_at": now,
            "applied_at": measure.applied_at,
            "confirmed_at": measure.confirmed_at,
        }
        for measure in decision.measures
    ]
    if rows:
        await conn.execute(insert(measures), rows)


async def languages_of(conn: AsyncConnection, who: Sequence[MemberId]) -> dict[MemberId, Language]:
    rows = await conn.execute(select(members.c.id, members.c.language).where(members.c.id.in_(who)))
    return {MemberId(member): language_named(name) for member, name in rows}


def language_named(name: str) -> Language:
    return next((language for language in LANGUAGES if language == name), "id")


async def case_of_decision(conn: AsyncConnection, id: DecisionId) -> CaseId:
    """Which case to lock first. Raises `UnknownDecision`."""
    found = await conn.execute(select(decisions.c.case_id).where(decisions.c.id == id))
    case = found.scalar_one_or_none()
    if case is None:
        raise UnknownDecision
    return CaseId(case)


async def load_decision(conn: AsyncConnection, id: DecisionId) -> Decision:
    """Raises `UnknownDecision`. Its case is locked before it, always."""
    row = (await conn.execute(select(decisions).where(decisions.c.id == id))).one_or_none()
    if row is None:
        raise UnknownDecision
    carried = (await conn.execute(select(measures).where(measures.c.decision_id == id))).all()
    return decision_of(row, carried)


async def load_approvals(conn: AsyncConnection, id: DecisionId) -> list[Approval]:
    rows = await conn.execute(
        select(approvals).where(approvals.c.decision_id == id).order_by(approvals.c.given_at)
    )
    return [
        Approval(staff=StaffId(row.staff_id), outcome=Consent(row.outcome), given_at=row.given_at)
        for row in rows
    ]


def decision_of(row: Row[Any], carried: Sequence[Row[Any]]) -> Decision:
    """The decision with its measures: as carried out where rows exist, else as decided."""
    state = {measure.id: measure for measure in carried}
    return Decision(
        id=DecisionId(row.id),
        case=CaseId(row.case_id),
        kind=DecisionKind(row.kind),
        ground=row.ground,
        measures=tuple(_measure_of(decided, state.get(decided["id"])) for decided in row.measures),
        facts=row.facts,
        decided_by=RULE if row.decided_by == RULE else StaffId(row.decided_by),
        automation=Automated(row.automation),
        approvals_needed=row.approvals_needed,
        state=DecisionState(row.state),
        sop_version=row.sop_version,
        decided_at=row.decided_at,
        effective_from=row.effective_from,
        effect_at=row.effect_at,
        appeal=row.appeal_id and AppealId(row.appeal_id),
    )


def statement_of(row: Row[Any]) -> Statement:
    return Statement(
        id=StatementId(row.id),
        decision=DecisionId(row.decision_id),
        member=MemberId(row.member_id),
        language=language_named(row.language),
        body=row.body,
        issued_at=row.issued_at,
        appeal_until=row.appeal_until,
        superseded_by=row.superseded_by and DecisionId(row.superseded_by),
    )


def _as_decided(measure: CaseMeasure) -> dict[str, Any]:
    return {
        "id": measure.id,
        "name": measure.act.value,
        "target_kind": measure.target.kind.value,
        "target": measure.target.id,
        "days": measure.days,
        "lifts": measure.lifts,
    }


def _measure_of(decided: dict[str, Any], carried: Row[Any] | None) -> CaseMeasure:
    return CaseMeasure(
        id=MeasureId(decided["id"]),
        act=Act(decided["name"]),
        target=Target(TargetKind(decided["target_kind"]), decided["target"]),
        days=decided["days"],
        lifts=decided["lifts"] and MeasureId(decided["lifts"]),
        applied_at=carried.applied_at if carried else None,
        confirmed_at=carried.confirmed_at if carried else None,
        lifted_at=carried.lifted_at if carried else None,
    )
