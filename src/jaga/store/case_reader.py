"""`jaga.cases.ports.CaseReader`: what people see of the records. Reads only, locks nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.decision import RULE, Decision, approvals_missing, grounds_open, measures_open
from jaga.cases.errors import UnknownCase, UnknownNotice, UnknownStatement
from jaga.cases.evidence import Vault
from jaga.cases.statement import Statement
from jaga.cases.target import Target, TargetKind
from jaga.cases.views import (
    AppealView,
    CaseFilter,
    CaseView,
    DecisionView,
    InboxItem,
    NoticeView,
    Page,
    QueueRow,
)
from jaga.core.errors import MalformedInput
from jaga.core.ids import CaseId, DecisionId, InboxId, MemberId, NoticeId, StatementId
from jaga.core.text import Text
from jaga.ledger.entry import EntryId
from jaga.sop.model import Sop
from jaga.store.appeals import appeal_of
from jaga.store.cases import case_of, clock_of
from jaga.store.database import Database
from jaga.store.decisions import load_approvals, load_decision, statement_of
from jaga.store.evidence_reader import accesses_of, entries_of, evidence_of
from jaga.store.notices import notice_view
from jaga.store.tables.cases import (
    appeals,
    cases,
    clocks,
    decisions,
    notices,
    signals,
    staff,
    statements,
)
from jaga.store.tables.channels import channels, posts
from jaga.store.tables.liaison import submissions
from jaga.store.tables.members import inbox, members
from jaga.store.targets import OpenSide

_OPEN_STATES = (
    "queued",
    "in_review",
    "awaiting_clarification",
    "needs_approval",
    "carrying_out",
    "appealed",
)
_NEVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


class MalformedCursor(MalformedInput):
    code = "malformed_cursor"
    text = Text(
        id="Penunjuk halaman ini tidak sah. Mulai dari awal.", en="This cursor is not valid. Start over."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCaseReader:
    database: Database
    sop: Sop
    vault: Vault
    open_side: OpenSide

    async def queue(self, filter: CaseFilter, *, after: str | None, limit: int) -> Page[QueueRow]:
        wanted = await self._with_target_id(filter)
        due = _strictest()
        order = func.coalesce(due, literal(_NEVER))
        reports = (
            select(func.count()).select_from(notices).where(notices.c.case_id == cases.c.id).scalar_subquery()
            + select(func.count())
            .select_from(submissions)
            .where(submissions.c.case_id == cases.c.id)
            .scalar_subquery()
        )
        query = _filtered(select(cases, order.label("due"), reports.label("reports")), wanted)
        if after is not None:
            instant, last = _parse_cursor(after)
            query = query.where(tuple_(order, cases.c.id) > tuple_(literal(instant), literal(last)))
        async with self.database.reading() as conn:
            rows = (await conn.execute(query.order_by(order, cases.c.id).limit(limit + 1))).all()
            running = await _clocks_of(conn, [row.id for row in rows[:limit]])
        items = tuple(
            QueueRow(case=case_of(row, running.get(row.id, [])), reports=row.reports) for row in rows[:limit]
        )
        more = len(rows) > limit
        return Page(items, _cursor(rows[limit - 1].due, rows[limit - 1].id) if more else None)

    async def case(self, id: CaseId) -> CaseView:
        async with self.database.transaction() as conn:
            row = (await conn.execute(select(cases).where(cases.c.id == id))).one_or_none()
            if row is None:
                raise UnknownCase
            running = await _clocks_of(conn, [id])
            case = case_of(row, running.get(id, []))
            return CaseView(
                case=case,
                target=await _whereabouts(conn, case.target),
                grounds=grounds_open(case, self.sop),
                measures_open=measures_open(case, case.categories(self.sop)),
                signals=tuple(
                    (
                        await conn.execute(
                            select(signals.c.signal)
                            .where(signals.c.case_id == id)
                            .order_by(signals.c.position)
                        )
                    ).scalars()
                ),
                notices=await _notices(conn, id),
                decisions=await _decisions(conn, id),
                statements=await _statements(conn, id),
                appeals=tuple(
                    appeal_of(appeal)
                    for appeal in await conn.execute(select(appeals).where(appeals.c.case_id == id))
                ),
                evidence=await evidence_of(conn, id),
                accesses=await accesses_of(conn, id),
            )

    async def decision(self, id: DecisionId) -> DecisionView:
        async with self.database.transaction() as conn:
            return await _decision_view(conn, await load_decision(conn, id))

    async def appeals(self, *, state: str | None, after: str | None, limit: int) -> Page[AppealView]:
        query = select(appeals)
        if state is not None:
            query = query.where(appeals.c.state == state)
        if after is not None:
            query = query.where(appeals.c.id > after)
        async with self.database.transaction() as conn:
            rows = (await conn.execute(query.order_by(appeals.c.id).limit(limit + 1))).all()
            items = [await _appeal_view(conn, row) for row in rows[:limit]]
        return Page(tuple(items), items[-1].appeal.id if len(rows) > limit else None)

    async def appeal_of(self, statement: StatementId) -> AppealView | None:
        async with self.database.transaction() as conn:
            found = await conn.execute(select(appeals).where(appeals.c.statement_id == statement))
            row = found.one_or_none()
            return None if row is None else await _appeal_view(conn, row)

    async def statement(self, id: StatementId) -> Statement:
        async with self.database.reading() as conn:
            found = await conn.execute(select(statements).where(statements.c.id == id))
        row = found.one_or_none()
        if row is None:
            raise UnknownStatement
        return statement_of(row)

    async def notice(self, id: NoticeId) -> NoticeView:
        async with self.database.reading() as conn:
            row = (await conn.execute(select(notices).where(notices.c.id == id))).one_or_none()
        if row is None:
            raise UnknownNotice
        return notice_view(row)

    async def entry_of(self, ref: str) -> EntryId | None:
        recorded = entries_of(ref).subquery()
        async with self.database.reading() as conn:
            found = await conn.execute(select(recorded.c.id).order_by(recorded.c.id).limit(1))
        entry = found.scalar_one_or_none()
        return None if entry is None else EntryId(entry)

    async def inbox(self, member: MemberId, *, after: str | None, limit: int) -> Page[InboxItem]:
        query = select(inbox).where(inbox.c.member_id == member)
        if after is not None:
            query = query.where(inbox.c.id < after)
        async with self.database.reading() as conn:
            rows = (await conn.execute(query.order_by(inbox.c.id.desc()).limit(limit + 1))).all()
        items = tuple(self._item(row) for row in rows[:limit])
        return Page(items, items[-1].id if len(rows) > limit else None)

    async def mark_read(self, member: MemberId, id: InboxId, *, now: datetime) -> None:
        async with self.database.transaction() as conn:
            await conn.execute(
                update(inbox)
                .where(inbox.c.id == id, inbox.c.member_id == member, inbox.c.read_at.is_(None))
                .values(read_at=now)
            )

    async def _with_target_id(self, wanted: CaseFilter) -> CaseFilter:
        """A target may be given by its address, an account by its name."""
        if wanted.target is None or not ("/" in wanted.target or wanted.target.startswith("@")):
            return wanted
        async with self.database.reading() as conn:
            target = await self.open_side.resolve(conn, wanted.target)
        return replace(wanted, target=target.id if target else "-")

    def _item(self, row: Any) -> InboxItem:
        leads = row.subject.startswith(f"{StatementId.prefix}_")
        return InboxItem(
            id=row.id,
            kind=row.kind,
            subject=row.subject,
            title=Text(**row.title),
            body=Text(**row.body),
            created_at=row.created_at,
            read_at=row.read_at,
            address=f"{self.open_side.public_url}/s/{row.subject}?key={self.vault.access_key(row.subject)}"
            if leads
            else None,
        )


def _strictest() -> ColumnElement[Any]:
    return (
        select(func.min(clocks.c.due_at))
        .where(clocks.c.case_id == cases.c.id, clocks.c.stopped_at.is_(None))
        .scalar_subquery()
    )


def _filtered(query: Select[Any], wanted: CaseFilter) -> Select[Any]:
    query = query.where(cases.c.state.in_(wanted.states or _OPEN_STATES))
    if wanted.category is not None:
        query = query.where(
            or_(cases.c.category == wanted.category, cases.c.also.contains([wanted.category]))
        )
    if wanted.target is not None:
        query = query.where(cases.c.target == wanted.target)
    if wanted.jurisdiction is not None:
        query = query.where(cases.c.jurisdiction == wanted.jurisdiction)
    return query


async def _clocks_of(conn: AsyncConnection, ids: list[Any]) -> Mapping[str, list[Any]]:
    rows = await conn.execute(
        select(clocks).where(clocks.c.case_id.in_(ids)).order_by(clocks.c.due_at, clocks.c.name)
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(clock_of(row))
    return found


async def _whereabouts(conn: AsyncConnection, target: Target) -> dict[str, Any]:
    """How people find the target; what is left of it."""
    match target.kind:
        case TargetKind.POST:
            query: Select[Any] = (
                select(posts.c.state, posts.c.number, channels.c.name.label("channel"))
                .join(channels, channels.c.id == posts.c.channel_id)
                .where(posts.c.id == target.id)
            )
        case TargetKind.CHANNEL:
            query = select(channels.c.state, channels.c.name.label("channel"), channels.c.title).where(
                channels.c.id == target.id
            )
        case TargetKind.MEMBER:
            query = select(members.c.name, members.c.suspended_at, members.c.posting_suspended_until).where(
                members.c.id == target.id
            )
        case TargetKind.NONE:
            return {}
    row = (await conn.execute(query)).mappings().one_or_none()
    return dict(row) if row is not None else {}


async def _notices(conn: AsyncConnection, case: CaseId) -> tuple[NoticeView, ...]:
    rows = await conn.execute(
        select(notices).where(notices.c.case_id == case).order_by(notices.c.id).limit(200)
    )
    return tuple(notice_view(row) for row in rows)


async def _decisions(conn: AsyncConnection, case: CaseId) -> tuple[DecisionView, ...]:
    ids = (
        await conn.execute(select(decisions.c.id).where(decisions.c.case_id == case).order_by(decisions.c.id))
    ).scalars()
    return tuple(
        [await _decision_view(conn, await load_decision(conn, DecisionId(each))) for each in ids.all()]
    )


async def _decision_view(conn: AsyncConnection, decision: Decision) -> DecisionView:
    given = await load_approvals(conn, decision.id)
    people = [*(approval.staff for approval in given), decision.decided_by]
    rows = await conn.execute(select(staff.c.id, staff.c.name).where(staff.c.id.in_(people)))
    names = {row.id: row.name for row in rows}
    return DecisionView(
        decision=decision,
        decided_by_name=None if decision.decided_by == RULE else names.get(decision.decided_by),
        approvals=tuple((approval, names.get(approval.staff, "")) for approval in given),
        approvals_missing=approvals_missing(decision, given),
    )


async def _statements(conn: AsyncConnection, case: CaseId) -> tuple[Statement, ...]:
    rows = await conn.execute(
        select(statements)
        .join(decisions, decisions.c.id == statements.c.decision_id)
        .where(decisions.c.case_id == case)
        .order_by(statements.c.id)
    )
    return tuple(statement_of(row) for row in rows)


async def _appeal_view(conn: AsyncConnection, row: Any) -> AppealView:
    found = await conn.execute(select(statements).where(statements.c.id == row.statement_id))
    statement = statement_of(found.one())
    case = (await conn.execute(select(cases).where(cases.c.id == row.case_id))).one()
    running = await _clocks_of(conn, [row.case_id])
    return AppealView(
        appeal=appeal_of(row),
        statement=statement,
        case=case_of(case, running.get(row.case_id, [])),
        disputed=await load_decision(conn, statement.decision),
    )


def _cursor(due: datetime, id: str) -> str:
    return base64.urlsafe_b64encode(f"{due.isoformat()} {id}".encode()).decode().rstrip("=")


def _parse_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        due, _, last = base64.urlsafe_b64decode(padded.encode("ascii")).decode("ascii").partition(" ")
        return datetime.fromisoformat(due), CaseId.parse(last)
    except (ValueError, binascii.Error, MalformedInput):
        raise MalformedCursor from None
