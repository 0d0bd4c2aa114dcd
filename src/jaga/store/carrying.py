"""`jaga.cases.ports.Carrying`: the worker's steps. Each is one transaction; a second time it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Row, and_, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.case import CaseState
from jaga.cases.decision import DecisionState, settle
from jaga.cases.errors import UnknownDecision
from jaga.cases.leaves import effect_leaf
from jaga.cases.measure import CaseMeasure
from jaga.cases.places import Place
from jaga.cases.ports import Pending
from jaga.core.ids import CaseId, DecisionId, MemberId
from jaga.store import outbox
from jaga.store.cases import load_case, record_breach, save_case
from jaga.store.database import Database
from jaga.store.decisions import case_of_decision, load_decision, save_decision
from jaga.store.effects import Effect, take_effect
from jaga.store.evidence import EvidenceVault, purge
from jaga.store.outcomes import Outcomes, tell_silenced
from jaga.store.places import places_of
from jaga.store.put_away import FileKeeper
from jaga.store.tables.cases import appeals, cases, clocks, decisions, measures, statements
from jaga.store.tables.members import members

_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCarrying:
    database: Database
    evidence: EvidenceVault
    outcomes: Outcomes
    files: FileKeeper

    async def pending(self, id: DecisionId) -> Pending | None:
        async with self.database.reading() as conn:
            try:
                decision = await load_decision(conn, id)
            except UnknownDecision:
                return None
        if decision.state is not DecisionState.CARRYING_OUT:
            return None
        return Pending(id, decision.measures)

    async def overdue(self, *, older_than: datetime) -> list[DecisionId]:
        async with self.database.reading() as conn:
            found = await conn.execute(
                select(decisions.c.id)
                .where(decisions.c.state == "carrying_out", decisions.c.effective_from < older_than)
                .order_by(decisions.c.effective_from)
                .limit(_AT_ONCE)
            )
            return [DecisionId(name) for name in found.scalars()]

    async def apply(self, measure: CaseMeasure, *, now: datetime) -> None:
        async with self.database.transaction() as conn:
            row = await _unapplied(conn, measure)
            if row is None:
                return
            case = await case_of_decision(conn, DecisionId(row.decision_id))
            await take_effect(Effect(conn=conn, measure=row, case=case, evidence=self.evidence, now=now))
            await conn.execute(update(measures).where(measures.c.id == row.id).values(applied_at=now))
            if row.lifts is not None:
                await conn.execute(update(measures).where(measures.c.id == row.lifts).values(lifted_at=now))

    async def places(self, id: DecisionId) -> list[Place]:
        async with self.database.transaction() as conn:
            return await places_of(conn, await load_decision(conn, id), self.evidence)

    async def settle_files(self, id: DecisionId) -> None:
        async with self.database.transaction() as conn:
            case = await case_of_decision(conn, id)
        await self.settle_case(case)

    async def settle_case(self, id: CaseId) -> None:
        await self.files.settle_case(id)

    async def settle_all(self, *, now: datetime) -> None:
        await self.files.settle_all(now=now)

    async def account_name(self, member: MemberId) -> str:
        async with self.database.reading() as conn:
            found = await conn.execute(select(members.c.name).where(members.c.id == member))
            return str(found.scalar_one())

    async def confirm(self, id: DecisionId, *, at: datetime) -> None:
        async with self.database.transaction() as conn:
            case = await load_case(conn, await case_of_decision(conn, id))
            decision = await load_decision(conn, id)
            if decision.state is not DecisionState.CARRYING_OUT:
                return
            await conn.execute(update(measures).where(measures.c.decision_id == id).values(confirmed_at=at))
            done = replace(decision, state=DecisionState.CARRIED_OUT, effect_at=at)
            await save_decision(conn, done)
            settled = settle(case, done, at)
            # The effect comes before the closing in the case's chain.
            await outbox.append(conn, effect_leaf(case, done, at=at), ref=id)
            await save_case(conn, settled, now=at)
            await self.outcomes.announce(conn, settled, done, now=at)

    async def tell_silenced(self, *, now: datetime) -> int:
        async with self.database.transaction() as conn:
            return await tell_silenced(conn, now=now)

    async def record_breaches(self, *, now: datetime) -> int:
        async with self.database.reading() as conn:
            late = await conn.execute(
                select(clocks.c.case_id)
                .where(clocks.c.due_at < now, clocks.c.stopped_at.is_(None), clocks.c.missed_at.is_(None))
                .order_by(clocks.c.due_at)
                .limit(_AT_ONCE)
            )
            ids = [CaseId(name) for name in dict.fromkeys(late.scalars())]
        for case_id in ids:
            async with self.database.transaction() as conn:
                case = await load_case(conn, case_id)
                for clock in case.clocks:
                    if clock.running:
                        await record_breach(conn, case, clock, now=now)
        return len(ids)

    async def close_rested(self, *, now: datetime) -> int:
        """Decided cases whose statements can no longer be appealed."""
        open_to_appeal = exists().where(
            statements.c.decision_id == decisions.c.id,
            decisions.c.case_id == cases.c.id,
            statements.c.appeal_until >= now,
        )
        disputed = exists().where(appeals.c.case_id == cases.c.id, appeals.c.state == "open")
        async with self.database.transaction() as conn:
            rested = await conn.execute(
                select(cases.c.id)
                .where(
                    and_(cases.c.state == CaseState.DECIDED.value, cases.c.closed_at.is_(None)),
                    ~open_to_appeal,
                    ~disputed,
                )
                .limit(_AT_ONCE)
            )
            ids = list(rested.scalars())
            for name in ids:
                case = await load_case(conn, CaseId(name))
                await save_case(conn, case.moved(CaseState.CLOSED).closed(now), now=now)
            return len(ids)

    async def purge_evidence(self, *, now: datetime) -> int:
        async with self.database.transaction() as conn:
            purged = await purge(conn, now=now)
        await self.files.settle_files(purged.files)
        return purged.count


async def _unapplied(conn: AsyncConnection, measure: CaseMeasure) -> Row[tuple[object, ...]] | None:
    """The measure's row, ours until the commit; None when somebody has applied it."""
    row = (
        await conn.execute(select(measures).where(measures.c.id == measure.id).with_for_update())
    ).one_or_none()
    return row if row is not None and row.applied_at is None else None
