"""Telling everybody concerned what came out, in the transaction that makes it so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases import wording
from jaga.cases.case import Case
from jaga.cases.decision import Decision, DecisionKind
from jaga.cases.measure import Act
from jaga.cases.statement import Statement
from jaga.core.ids import AppealId, CaseId, DecisionId, MemberId
from jaga.core.text import Text
from jaga.store import appeals, jobs
from jaga.store.cases import load_case
from jaga.store.decisions import load_decision, statement_of
from jaga.store.inbox import tell
from jaga.store.tables.cases import cases, decisions, notices, statements
from jaga.store.tables.members import inbox

FEEDBACK = "liaison.feedback"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Who hears of a case's outcome. `listeners` are jobs that get `{"case", "decision"}` (the direct line's answer)."""

    listeners: tuple[str, ...] = (FEEDBACK,)

    async def announce(self, conn: AsyncConnection, case: Case, decision: Decision, *, now: datetime) -> None:
        """The effect is there, or there is nothing to carry out."""
        if decision.kind is DecisionKind.APPEAL:
            await _answer_appeal(conn, decision, now)
        else:
            await _answer_notices(conn, case, decision, now)
            await tell_authors(conn, case, decision, now=now)
        for task in self.listeners:
            await jobs.defer(conn, task, {"case": case.id, "decision": decision.id})


async def tell_statement(
    conn: AsyncConnection, decision: Decision, statement: Statement, *, now: datetime
) -> None:
    await tell(
        conn,
        statement.member,
        kind="statement",
        subject=statement.id,
        title=wording.statement_title(decision),
        body=wording.statement_body(statement),
        now=now,
    )


async def tell_authors(conn: AsyncConnection, case: Case, decision: Decision, *, now: datetime) -> None:
    """Statements go out now, or when a lawful silence ends; each is told once."""
    if case.silent_until is not None and case.silent_until > now:
        return
    untold = ~exists().where(inbox.c.subject == statements.c.id)
    rows = await conn.execute(select(statements).where(statements.c.decision_id == decision.id, untold))
    for row in rows.all():
        await tell_statement(conn, decision, statement_of(row), now=now)
    author = case.concerned.author
    if author is not None and any(measure.act is Act.RELEASE_POST for measure in decision.measures):
        await _tell(
            conn, author, "released", case.target.id, (wording.RELEASED_TITLE, wording.RELEASED_BODY), now
        )


async def tell_silenced(conn: AsyncConnection, *, now: datetime) -> int:
    """Authors whose lawful silence has ended; returns how many decisions were told."""
    untold = exists().where(
        statements.c.decision_id == decisions.c.id,
        ~exists().where(inbox.c.subject == statements.c.id),
    )
    rows = await conn.execute(
        select(decisions.c.id, decisions.c.case_id)
        .join(cases, cases.c.id == decisions.c.case_id)
        .where(cases.c.silent_until <= now, decisions.c.effect_at.is_not(None), untold)
        .limit(100)
    )
    found = rows.all()
    for row in found:
        case = await load_case(conn, CaseId(row.case_id))
        await tell_authors(conn, case, await load_decision(conn, DecisionId(row.id)), now=now)
    return len(found)


async def _answer_notices(conn: AsyncConnection, case: Case, decision: Decision, now: datetime) -> None:
    outcome = "actioned" if decision.finds_violation else "no_violation"
    answered = await conn.execute(
        update(notices)
        .where(notices.c.case_id == case.id, notices.c.answered_at.is_(None))
        .values(outcome=outcome, answered_at=now)
        .returning(notices.c.id, notices.c.member_id)
    )
    for notice in answered.all():
        if notice.member_id is not None:
            words = (wording.NOTICE_TITLE, wording.notice_answer(outcome))
            await _tell(conn, MemberId(notice.member_id), "notice_outcome", notice.id, words, now)


async def _answer_appeal(conn: AsyncConnection, decision: Decision, now: datetime) -> None:
    if decision.appeal is None:
        return
    appeal = await appeals.load(conn, AppealId(decision.appeal))
    if appeal.outcome is not None:
        words = wording.appeal_answer(appeal.outcome, appeal.reasons or "")
        await _tell(conn, appeal.member, "appeal_outcome", appeal.statement, words, now)


async def _tell(
    conn: AsyncConnection,
    member: MemberId,
    kind: str,
    subject: str,
    words: tuple[Text, Text],
    now: datetime,
) -> None:
    await tell(conn, member, kind=kind, subject=subject, title=words[0], body=words[1], now=now)
