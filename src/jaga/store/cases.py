"""Cases, their clocks and their signals: opening, joining, moving. All in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.automatic import own_clock
from jaga.cases.case import Case, CaseState, Source
from jaga.cases.clocks import CaseClock
from jaga.cases.errors import CaseChanged, UnknownCase
from jaga.cases.leaves import breach_leaf, closing_leaf
from jaga.cases.target import Concerned, Target, TargetKind
from jaga.core.ids import CaseId, ChannelId, MemberId
from jaga.detect.verdict import Signal
from jaga.sop.model import Sop
from jaga.store import outbox
from jaga.store.evidence import EvidenceVault
from jaga.store.tables.cases import cases, clocks, decisions, signals
from jaga.store.tables.channels import channels, posts
from jaga.store.tables.ledger import ledger_chains


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The case that a report belongs to, whether it was opened now or joined."""

    id: CaseId
    state: CaseState
    joined: bool
    effect_at: datetime | None = None
    """Set where the target is already gone: the report can be answered at once."""


@dataclass(frozen=True, slots=True)
class CaseBook:
    """Opens cases under the SOP in force, or joins the open one: there is one open case for each target."""

    sop: Sop
    evidence: EvidenceVault

    async def open_or_join(
        self,
        conn: AsyncConnection,
        *,
        target_kind: TargetKind | str,
        target: str,
        category: str,
        source: Source | str,
        jurisdiction: str | None,
        clocks: Sequence[CaseClock] = (),
        now: datetime,
        state: CaseState = CaseState.QUEUED,
        silent_until: datetime | None = None,
    ) -> Opened:
        """`target` is the id of a post, channel or member; for `none`, of the submission that stays without one.

        `clocks` are the report's own (`start_clock`); the case's `own` clock runs from its opening.
        """
        aimed = Target(TargetKind(target_kind), target)
        await _one_at_a_time(conn, aimed)
        joined = await self._join(conn, aimed, category, jurisdiction, state, silent_until)
        if joined is None:
            joined = await self._open(
                conn, aimed, category, Source(source), jurisdiction, state, silent_until, now
            )
        for clock in clocks:
            await attach_clock(conn, joined.id, clock)
        return joined

    async def _join(
        self,
        conn: AsyncConnection,
        target: Target,
        category: str,
        jurisdiction: str | None,
        state: CaseState,
        silent_until: datetime | None,
    ) -> Opened | None:
        found = await _locked_case_about(conn, target)
        if found is None:
            return None
        complete = state is CaseState.QUEUED and found.state == CaseState.AWAITING_CLARIFICATION.value
        names = {found.category, *found.also}
        await conn.execute(
            update(cases)
            .where(cases.c.id == found.id)
            .values(
                version=found.version + 1,
                state=CaseState.QUEUED.value if complete else found.state,
                also=found.also if category in names else [*found.also, category],
                jurisdiction=found.jurisdiction or jurisdiction,
                silent_until=func.greatest(cases.c.silent_until, silent_until),
            )
        )
        done = await conn.execute(
            select(func.max(decisions.c.effect_at)).where(
                decisions.c.case_id == found.id, decisions.c.state == "carried_out"
            )
        )
        return Opened(
            id=CaseId(found.id),
            state=CaseState.QUEUED if complete else CaseState(found.state),
            joined=True,
            effect_at=done.scalar_one_or_none(),
        )

    async def _open(
        self,
        conn: AsyncConnection,
        target: Target,
        category: str,
        source: Source,
        jurisdiction: str | None,
        state: CaseState,
        silent_until: datetime | None,
        now: datetime,
    ) -> Opened:
        over = state in (CaseState.REFUSED, CaseState.CLOSED)
        case = Case(
            id=CaseId.new(),
            target=target,
            concerned=await concerned_by(conn, target),
            category=category,
            source=source,
            state=state,
            jurisdiction=jurisdiction,
            sop_version=self.sop.version,
            version=1,
            opened_at=now,
            closed_at=now if over else None,
            silent_until=silent_until,
            clocks=() if over else (own_clock(category, self.sop, at=now),),
        )
        await insert_case(conn, case)
        await self._keep_what_stands(conn, case, now)
        return Opened(id=case.id, state=state, joined=False)

    async def _keep_what_stands(self, conn: AsyncConnection, case: Case, now: datetime) -> None:
        """What was reported may be edited or deleted before somebody looks: keep it as it stands (TCO 6)."""
        if case.target.kind is not TargetKind.POST:
            return
        row = (
            (
                await conn.execute(
                    select(posts.c.text, posts.c.entities, posts.c.media, posts.c.version).where(
                        posts.c.id == case.target.id
                    )
                )
            )
            .mappings()
            .one_or_none()
        )
        if row is not None and (row["text"] or row["media"]):
            await self.evidence.keep_snapshot(
                conn,
                case=case.id,
                subject=case.target.id,
                snapshot=dict(row),
                now=now,
            )


async def concerned_by(conn: AsyncConnection, target: Target) -> Concerned:
    """Who stands behind a target, as the open side knows it now."""
    match target.kind:
        case TargetKind.POST:
            query = (
                select(posts.c.author_id, posts.c.channel_id, channels.c.owner_id)
                .join(channels, channels.c.id == posts.c.channel_id)
                .where(posts.c.id == target.id)
            )
        case TargetKind.CHANNEL:
            query = select(
                channels.c.owner_id.label("author_id"),
                channels.c.id.label("channel_id"),
                channels.c.owner_id,
            ).where(channels.c.id == target.id)
        case TargetKind.MEMBER:
            return Concerned(author=MemberId(target.id))
        case TargetKind.NONE:
            return Concerned()
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return Concerned()
    return Concerned(
        author=MemberId(row.author_id), channel=ChannelId(row.channel_id), owner=MemberId(row.owner_id)
    )


async def insert_case(conn: AsyncConnection, case: Case) -> None:
    await conn.execute(
        insert(cases).values(
            id=case.id,
            target_kind=case.target.kind.value,
            target=case.target.id,
            author_id=case.concerned.author,
            channel_id=case.concerned.channel,
            owner_id=case.concerned.owner,
            category=case.category,
            also=list(case.also),
            source=case.source.value,
            state=case.state.value,
            jurisdiction=case.jurisdiction,
            sop_version=case.sop_version,
            version=case.version,
            opened_at=case.opened_at,
            closed_at=case.closed_at,
            holds=case.holds,
            silent_until=case.silent_until,
        )
    )
    for clock in case.clocks:
        await attach_clock(conn, case.id, clock)


async def attach_clock(conn: AsyncConnection, case: CaseId, clock: CaseClock) -> None:
    """Start this clock; one of the same name and submission starts again (TCO 3(7), 3(8): with the reply)."""
    values = {
        "sop_version": clock.sop_version,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "stopped_at": clock.stopped_at,
        "missed_at": clock.missed_at,
    }
    await conn.execute(
        upsert(clocks)
        .values(case_id=case, name=clock.name, subject=clock.subject, **values)
        .on_conflict_do_update(index_elements=["case_id", "name", "subject"], set_=values)
    )


async def add_signals(conn: AsyncConnection, case: CaseId, found: Iterable[Signal]) -> None:
    """Further findings stand behind those that the case has already."""
    start = (
        await conn.execute(select(func.count()).select_from(signals).where(signals.c.case_id == case))
    ).scalar_one()
    rows = [
        {"case_id": case, "position": start + number, "signal": signal.as_dict()}
        for number, signal in enumerate(found)
    ]
    if rows:
        await conn.execute(insert(signals), rows)


async def move_case(
    conn: AsyncConnection, id: CaseId, to: CaseState, *, now: datetime, clocks: Sequence[CaseClock] = ()
) -> Case:
    """Move a case along its states, for whoever works on it beside the desk. Raises `NotPossibleNow`."""
    case = (await load_case(conn, id)).moved(to)
    if to in (CaseState.REFUSED, CaseState.CLOSED):
        case = case.with_clocks_stopped(now).closed(now)
    await save_case(conn, case, now=now)
    for clock in clocks:
        await attach_clock(conn, id, clock)
    return case


async def load_case(conn: AsyncConnection, id: CaseId, *, version: int | None = None) -> Case:
    """The case, locked until the caller commits. Raises `UnknownCase`, or `CaseChanged` unless it is at `version`."""
    row = (await conn.execute(select(cases).where(cases.c.id == id).with_for_update())).one_or_none()
    if row is None:
        raise UnknownCase
    if version is not None and row.version != version:
        raise CaseChanged
    running = await conn.execute(select(clocks).where(clocks.c.case_id == id).order_by(clocks.c.due_at))
    return case_of(row, [clock_of(clock) for clock in running])


async def save_case(conn: AsyncConnection, case: Case, *, now: datetime) -> None:
    """State, version and clocks. A clock found late, or a case that closes, is an entry of the ledger."""
    await conn.execute(
        update(cases)
        .where(cases.c.id == case.id)
        .values(state=case.state.value, version=case.version, closed_at=case.closed_at, holds=case.holds)
    )
    for clock in case.clocks:
        if not clock.running:
            await _stop(conn, case, clock, now)
    if case.closed_at == now:
        await _close_chain(conn, case, now)


async def _stop(conn: AsyncConnection, case: Case, clock: CaseClock, now: datetime) -> None:
    this = (
        clocks.c.case_id == case.id,
        clocks.c.name == clock.name,
        clocks.c.subject == clock.subject,
        clocks.c.stopped_at.is_(None),
    )
    await conn.execute(update(clocks).where(*this).values(stopped_at=clock.stopped_at))
    await record_breach(conn, case, clock, now=now)


async def record_breach(conn: AsyncConnection, case: Case, clock: CaseClock, *, now: datetime) -> None:
    """Mark a missed clock once; the ledger says so."""
    if not (clock.overdue(now) or clock.missed_at):
        return
    marked = await conn.execute(
        update(clocks)
        .where(
            clocks.c.case_id == case.id,
            clocks.c.name == clock.name,
            clocks.c.subject == clock.subject,
            clocks.c.missed_at.is_(None),
        )
        .values(missed_at=clock.due_at)
    )
    if marked.rowcount:
        await outbox.append(conn, breach_leaf(case, clock, now=now), ref=case.id)


async def _close_chain(conn: AsyncConnection, case: Case, now: datetime) -> None:
    length = (
        await conn.execute(
            select(ledger_chains.c.length).where(ledger_chains.c.case_id == case.id).with_for_update()
        )
    ).scalar_one_or_none()
    await outbox.append(conn, closing_leaf(case, length=length or 0, now=now), ref=case.id)


async def _one_at_a_time(conn: AsyncConnection, target: Target) -> None:
    """Two first reports of one target in the same instant must find each other."""
    await conn.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:target, 0))"),
        {"target": f"case:{target.kind.value}:{target.id}"},
    )


async def _locked_case_about(conn: AsyncConnection, target: Target) -> Row[Any] | None:
    """The open case about `target`, locked until the caller commits. Nothing joins what is about nothing."""
    if target.kind is TargetKind.NONE:
        return None
    found = await conn.execute(
        select(cases)
        .where(
            cases.c.target_kind == target.kind.value,
            cases.c.target == target.id,
            cases.c.closed_at.is_(None),
        )
        .with_for_update()
    )
    return found.one_or_none()


def case_of(row: Row[Any], running: Iterable[CaseClock] = ()) -> Case:
    return Case(
        id=CaseId(row.id),
        target=Target(TargetKind(row.target_kind), row.target),
        concerned=Concerned(
            author=row.author_id and MemberId(row.author_id),
            channel=row.channel_id and ChannelId(row.channel_id),
            owner=row.owner_id and MemberId(row.owner_id),
        ),
        category=row.category,
        also=tuple(row.also),
        source=Source(row.source),
        state=CaseState(row.state),
        jurisdiction=row.jurisdiction,
        sop_version=row.sop_version,
        version=row.version,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        holds=row.holds,
        silent_until=row.silent_until,
        clocks=tuple(running),
    )


def clock_of(row: Row[Any]) -> CaseClock:
    return CaseClock(
        name=row.name,
        subject=row.subject,
        sop_version=row.sop_version,
        started_at=row.started_at,
        due_at=row.due_at,
        stopped_at=row.stopped_at,
        missed_at=row.missed_at,
    )
