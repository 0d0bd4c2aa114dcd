"""The desk's use-cases: who may see what, decide, approve, review an appeal, open evidence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from jaga.cases.appeal import Review, review
from jaga.cases.case import Case
from jaga.cases.decision import Choice, Consent, approve, decide
from jaga.cases.errors import PurposeMissing, UnknownAppeal, UnknownCase, UnknownDecision, UnknownEvidence
from jaga.cases.notice import DisclosedPicture
from jaga.cases.ports import CaseReader, CaseWork, EvidenceFile, OpenFile, Opening, Records
from jaga.cases.staff import Right, Role, Staff, require
from jaga.cases.views import AppealView, CaseFilter, CaseView, DecisionView, Page, QueueRow
from jaga.core.clock import Clock
from jaga.core.ids import AppealId, CaseId, DecisionId, EvidenceId, MediaId
from jaga.sop.model import Sop

LONGEST_PURPOSE = 300
LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    records: Records
    reader: CaseReader
    sop: Sop
    clock: Clock
    read_file: OpenFile
    """The bytes of what `access_evidence_file` gives."""

    async def queue(
        self, staff: Staff, wanted: CaseFilter, *, after: str | None = None, limit: int = 50
    ) -> Page[QueueRow]:
        """Cases by the strictest running clock; a representative's are those of their country."""
        require(staff, Right.READ)
        if staff.role is Role.REPRESENTATIVE:
            wanted = replace(wanted, jurisdiction=staff.country)
        return await self.reader.queue(wanted, after=after, limit=max(1, min(limit, LARGEST_PAGE)))

    async def access_case(self, staff: Staff, id: CaseId) -> CaseView:
        """Raises `UnknownCase`, also for a case that is not this person's business."""
        require(staff, Right.READ)
        view = await self.reader.case(id)
        if not _is_theirs(staff, view.case):
            raise UnknownCase
        return view

    async def access_decision(self, staff: Staff, id: DecisionId) -> DecisionView:
        require(staff, Right.READ)
        view = await self.reader.decision(id)
        try:
            await self.access_case(staff, view.decision.case)
        except UnknownCase:
            raise UnknownDecision from None
        return view

    async def decide(
        self, staff: Staff, id: CaseId, choice: Choice, *, version: int | None = None
    ) -> DecisionView:
        """Raises `CaseChanged` when somebody was quicker, and what `decision.decide` raises."""
        async with self.records.transaction() as work:
            case = await work.case(id, version=version)
            step = decide(case, choice, self.sop, by=staff, now=self.clock())
            await work.record_decision(step)
        return await self.reader.decision(step.decision.id)

    async def approve(self, staff: Staff, id: DecisionId, outcome: Consent) -> DecisionView:
        """Raises `SamePerson`, and what `decision.approve` raises."""
        async with self.records.transaction() as work:
            now = await work.deliberation(id)
            approval, step = approve(
                now.case, now.decision, now.approvals, outcome, by=staff, now=self.clock()
            )
            await work.record_approval(step, approval)
        return await self.reader.decision(id)

    async def access_evidence_file(self, staff: Staff, id: EvidenceId, media: MediaId) -> EvidenceFile:
        """The one door to a picture or file of the evidence. Raises `EvidenceNotOpened` unless this person opened the
        evidence a moment ago and said what for; the look is on record with that purpose.
        """
        async with self._evidence(staff, id) as work:
            return await work.open_file(id, media, by=staff.id, now=self.clock())

    async def access_disclosed_picture(self, staff: Staff, id: EvidenceId, number: int) -> DisclosedPicture:
        """As `access_evidence_file`, for the photo of a disclosed message."""
        async with self._evidence(staff, id) as work:
            return await work.open_picture(id, number, by=staff.id, now=self.clock())

    async def open_evidence(self, staff: Staff, id: EvidenceId, *, purpose: str) -> Opening:
        """Raises `PurposeMissing`; who opened what, when and why is kept for good."""
        async with self._evidence(staff, id) as work:
            if not purpose.strip() or len(purpose) > LONGEST_PURPOSE:
                raise PurposeMissing(limit=LONGEST_PURPOSE)
            return await work.open_evidence(id, by=staff.id, purpose=purpose.strip(), now=self.clock())

    @asynccontextmanager
    async def _evidence(self, staff: Staff, id: EvidenceId) -> AsyncIterator[CaseWork]:
        """For who may open it. Raises `OutOfRole`, `OutOfCountry`, and `UnknownEvidence` where it is not their business."""
        require(staff, Right.OPEN_EVIDENCE, jurisdiction=staff.country)  # whose case it is follows
        async with self.records.transaction() as work:
            if not _is_theirs(staff, await work.case_of_evidence(id)):
                raise UnknownEvidence
            yield work

    async def appeals(
        self, staff: Staff, *, state: str | None = "open", after: str | None = None, limit: int = 50
    ) -> Page[AppealView]:
        require(staff, Right.READ)
        page = await self.reader.appeals(state=state, after=after, limit=max(1, min(limit, LARGEST_PAGE)))
        return Page(tuple(item for item in page.items if _is_theirs(staff, item.case)), page.next)

    async def review(self, staff: Staff, id: AppealId, choice: Review) -> DecisionView:
        """Raises `SamePerson` for whoever decided or approved what is disputed."""
        async with self.records.transaction() as work:
            contest = await work.contest(id)
            disputed = contest.disputed
            if not _is_theirs(staff, disputed.case):
                raise UnknownAppeal
            reviewed = review(
                disputed.case,
                contest.appeal,
                disputed.decision,
                disputed.approvals,
                choice,
                by=staff,
                now=self.clock(),
            )
            await work.record_review(reviewed)
        return await self.reader.decision(reviewed.step.decision.id)


def _is_theirs(staff: Staff, case: Case) -> bool:
    return staff.role is not Role.REPRESENTATIVE or case.jurisdiction == staff.country
