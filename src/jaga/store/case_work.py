"""`jaga.cases.ports.Records`: one transaction of the desk, of an author or of a notifier."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.appeal import Appeal, AppealOutcome, Reviewed
from jaga.cases.case import Case
from jaga.cases.decision import Approval, Decision, DecisionKind, Step
from jaga.cases.errors import UnknownEvidence, UnknownStatement
from jaga.cases.leaves import (
    appeal_decision_leaf,
    appeal_leaf,
    approval_leaf,
    decision_leaf,
    statement_leaf,
)
from jaga.cases.notice import DisclosedPicture, Filing, Notice
from jaga.cases.ports import CaseWork, Contest, Deliberation, EvidenceFile, Opening
from jaga.cases.statement import Reasons, Statement, affected, write_statements
from jaga.cases.target import Target
from jaga.core.ids import AppealId, CaseId, DecisionId, EvidenceId, MediaId, StaffId, StatementId
from jaga.ledger.entry import EntryId
from jaga.sop.model import Sop
from jaga.store import appeals, jobs, notices, outbox
from jaga.store.cases import CaseBook, load_case, save_case
from jaga.store.database import Database
from jaga.store.decisions import (
    case_of_decision,
    insert_approval,
    insert_decision,
    insert_measures,
    insert_reasons,
    languages_of,
    load_approvals,
    load_decision,
    save_decision,
    statement_of,
)
from jaga.store.evidence import EvidenceVault
from jaga.store.outcomes import Outcomes
from jaga.store.tables.cases import decisions, evidence, statements
from jaga.store.targets import OpenSide

CARRY_OUT = "measures.carry_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecords:
    """Opens transactions on cases, under the SOP in force."""

    database: Database
    sop: Sop
    evidence: EvidenceVault
    outcomes: Outcomes
    open_side: OpenSide

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[CaseWork]:
        async with self.database.transaction() as conn:
            yield StoredCaseWork(conn, self)


@dataclass(frozen=True, slots=True)
class StoredCaseWork:
    conn: AsyncConnection
    records: CaseRecords

    async def case(self, id: CaseId, *, version: int | None = None) -> Case:
        return await load_case(self.conn, id, version=version)

    async def deliberation(self, id: DecisionId) -> Deliberation:
        case = await load_case(self.conn, await case_of_decision(self.conn, id))
        decision = await load_decision(self.conn, id)
        return Deliberation(case, decision, tuple(await load_approvals(self.conn, id)))

    async def contest(self, id: AppealId) -> Contest:
        disputed = await self.deliberation(await appeals.disputed_by(self.conn, id))
        return Contest(await appeals.load(self.conn, id), disputed)

    async def statement(self, id: StatementId) -> tuple[Statement, Case]:
        found = await self.conn.execute(
            select(statements, decisions.c.case_id)
            .join(decisions, decisions.c.id == statements.c.decision_id)
            .where(statements.c.id == id)
        )
        row = found.one_or_none()
        if row is None:
            raise UnknownStatement
        case = await load_case(self.conn, CaseId(row.case_id))
        again = await self.conn.execute(select(statements).where(statements.c.id == id))
        return statement_of(again.one()), case  # read again: now nobody else can change it

    async def record_decision(self, step: Step) -> None:
        case, decision = step.case, step.decision
        await insert_decision(self.conn, decision)
        await save_case(self.conn, case, now=decision.decided_at)
        await outbox.append(self.conn, decision_leaf(case, decision), ref=decision.id)
        await self._begin(case, decision)

    async def record_approval(self, step: Step, approval: Approval) -> None:
        case, decision = step.case, step.decision
        await insert_approval(self.conn, decision.id, approval)
        await save_decision(self.conn, decision)
        await save_case(self.conn, case, now=approval.given_at)
        await outbox.append(self.conn, approval_leaf(case, decision, approval), ref=decision.id)
        await self._begin(case, decision)

    async def record_appeal(self, appeal: Appeal, case: Case) -> None:
        await appeals.insert_appeal(self.conn, appeal)
        await save_case(self.conn, case, now=appeal.filed_at)
        await outbox.append(self.conn, appeal_leaf(case, appeal), ref=appeal.id)

    async def record_review(self, reviewed: Reviewed) -> None:
        case, decision, appeal = reviewed.step.case, reviewed.step.decision, reviewed.appeal
        await appeals.save(self.conn, appeal)
        await insert_decision(self.conn, decision)
        if appeal.outcome is AppealOutcome.REVERSED:
            await appeals.supersede(self.conn, appeal, by=decision.id)
        await save_case(self.conn, case, now=decision.decided_at)
        await outbox.append(self.conn, appeal_decision_leaf(case, appeal, decision), ref=appeal.id)
        await self._begin(case, decision)

    async def _begin(self, case: Case, decision: Decision) -> None:
        """An effective decision: reasons, measures and the job that carries them out, or nothing is left to do."""
        now = decision.effective_from
        if now is None:
            return
        reasons = await self._reasons(case, decision, now)
        await insert_reasons(self.conn, reasons)
        await insert_measures(self.conn, decision, reasons, now=now)
        for each in reasons:
            await outbox.append(
                self.conn, statement_leaf(case, decision, each.statement), ref=each.statement.id
            )
        if decision.measures:
            await jobs.defer(self.conn, CARRY_OUT, {"decision": decision.id})
        else:
            await self.records.outcomes.announce(self.conn, case, decision, now=now)

    async def _reasons(self, case: Case, decision: Decision, now: datetime) -> Sequence[Reasons]:
        if decision.kind is DecisionKind.APPEAL:
            return []  # its reasons are the answer to the appeal
        people = {member for measure in decision.measures if (member := affected(case, measure))}
        languages = await languages_of(self.conn, sorted(people))
        return write_statements(case, decision, self.records.sop, languages, now=now)

    async def resolve(self, uri: str) -> Target | None:
        return await self.records.open_side.resolve(self.conn, uri)

    async def record_notice(self, filing: Filing, target: Target, now: datetime) -> tuple[Notice, EntryId]:
        book = CaseBook(self.records.sop, self.records.evidence)
        return await notices.record(self.conn, book, filing, target, now=now)

    async def case_of_evidence(self, id: EvidenceId) -> Case:
        found = await self.conn.execute(select(evidence.c.case_id).where(evidence.c.id == id))
        case = found.scalar_one_or_none()
        if case is None:
            raise UnknownEvidence
        return await load_case(self.conn, CaseId(case))

    async def open_evidence(self, id: EvidenceId, *, by: StaffId, purpose: str, now: datetime) -> Opening:
        return await self.records.evidence.open(self.conn, id, by=by, purpose=purpose, now=now)

    async def open_file(self, id: EvidenceId, media: MediaId, *, by: StaffId, now: datetime) -> EvidenceFile:
        return await self.records.evidence.open_file(self.conn, id, media, by=by, now=now)

    async def open_picture(
        self, id: EvidenceId, number: int, *, by: StaffId, now: datetime
    ) -> DisclosedPicture:
        return await self.records.evidence.open_picture(self.conn, id, number, by=by, now=now)
