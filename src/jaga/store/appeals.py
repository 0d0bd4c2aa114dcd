"""Appeals, in the caller's transaction. Their case is locked before them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.appeal import Appeal, AppealOutcome, AppealState
from jaga.cases.errors import AppealExists, UnknownAppeal
from jaga.core.ids import AppealId, CaseId, DecisionId, MemberId, StaffId, StatementId
from jaga.store.tables.cases import appeals, decisions, statements


async def insert_appeal(conn: AsyncConnection, appeal: Appeal) -> None:
    """Raises `AppealExists`: there is one for each statement."""
    added = await conn.execute(
        insert_once(appeals)
        .values(
            id=appeal.id,
            statement_id=appeal.statement,
            case_id=appeal.case,
            member_id=appeal.member,
            text=appeal.text,
            state=appeal.state.value,
            filed_at=appeal.filed_at,
        )
        .on_conflict_do_nothing(index_elements=["statement_id"])
        .returning(appeals.c.id)
    )
    if added.scalar_one_or_none() is None:
        raise AppealExists


async def disputed_by(conn: AsyncConnection, id: AppealId) -> DecisionId:
    """The decision whose statement the appeal is against. Raises `UnknownAppeal`."""
    found = await conn.execute(
        select(statements.c.decision_id)
        .join(appeals, appeals.c.statement_id == statements.c.id)
        .where(appeals.c.id == id)
    )
    decision = found.scalar_one_or_none()
    if decision is None:
        raise UnknownAppeal
    return DecisionId(decision)


async def load(conn: AsyncConnection, id: AppealId) -> Appeal:
    return appeal_of((await conn.execute(select(appeals).where(appeals.c.id == id))).one())


async def save(conn: AsyncConnection, appeal: Appeal) -> None:
    await conn.execute(
        update(appeals)
        .where(appeals.c.id == appeal.id)
        .values(
            state=appeal.state.value,
            outcome=appeal.outcome and appeal.outcome.value,
            reviewed_by=appeal.reviewed_by,
            reasons=appeal.reasons,
            decided_at=appeal.decided_at,
        )
    )


async def supersede(conn: AsyncConnection, appeal: Appeal, *, by: DecisionId) -> None:
    """What was decided is no longer in force, and neither are its reasons."""
    disputed = await disputed_by(conn, appeal.id)
    await conn.execute(update(decisions).where(decisions.c.id == disputed).values(state="superseded"))
    await conn.execute(
        update(statements).where(statements.c.decision_id == disputed).values(superseded_by=by)
    )


def appeal_of(row: Row[Any]) -> Appeal:
    return Appeal(
        id=AppealId(row.id),
        statement=StatementId(row.statement_id),
        case=CaseId(row.case_id),
        member=MemberId(row.member_id),
        text=row.text,
        filed_at=row.filed_at,
        state=AppealState(row.state),
        outcome=row.outcome and AppealOutcome(row.outcome),
        reviewed_by=row.reviewed_by and StaffId(row.reviewed_by),
        reasons=row.reasons,
        decided_at=row.decided_at,
    )
