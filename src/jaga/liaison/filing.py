"""Filing: from a verified request to the records, inside one transaction that the caller opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from urllib.parse import urlsplit

from jaga.cases.case import CaseState
from jaga.core.ids import CaseId, ReplyId, SubmissionId
from jaga.ledger.entry import EntryId
from jaga.liaison import entries
from jaga.liaison.errors import ReplyNotAwaited
from jaga.liaison.feedback import ANNEX_II, Outcome, Provider, TargetResult, compose
from jaga.liaison.intake import (
    AlreadyDone,
    AssessedTarget,
    Assessment,
    Clarification,
    Queued,
    Refused,
    TargetOutcome,
    assess,
    require_authoriser,
)
from jaga.liaison.ports import Work
from jaga.liaison.record import (
    Caller,
    Filed,
    Papers,
    Report,
    RunningClock,
    SubmissionState,
    TargetRecord,
)
from jaga.liaison.submission import Reply, Submission, amend
from jaga.liaison.target import Elsewhere, SealedSide, place_of
from jaga.sop.model import Regime, Sop

_AT_ONCE = {
    TargetOutcome.FOUND: Outcome.INCOMPLETE,
    TargetOutcome.UNKNOWN: Outcome.INVALID_LINK,
    TargetOutcome.PRIVATE_SPACE: Outcome.PRIVATE_SPACE,
    TargetOutcome.ALREADY_REMOVED: Outcome.ALREADY_REMOVED,
}


@dataclass(frozen=True, slots=True)
class Filing:
    sop: Sop
    provider: Provider
    hosts: frozenset[str]
    """The names, with port, that addresses of the open side may carry besides the one the officer signed."""

    async def file(self, work: Work, caller: Caller, submission: Submission, body: bytes) -> Filed:
        """Record one submission; the same bytes from the same authority are one submission."""
        earlier = await work.earlier(caller.authority.id, body)
        if earlier is not None:
            return await work.load(earlier, caller.authority.id)
        authoriser = await work.officer(submission.authoriser) if submission.authoriser else None
        require_authoriser(submission, caller.officer, caller.authority, authoriser)
        assessment = await self._assess(work, caller, submission)
        filed = await self._file(work, caller, submission, body, assessment)
        await work.save(filed, caller, Papers(submission=submission, body=body, signature=caller.signature))
        if filed.refusal is None:  # what is refused leaves nothing for a desk to look at
            await work.keep_attachments(filed, submission.attachments, at=caller.at)
        await self._answer_at_once(work, caller, filed, assessment, occasion="intake")
        return replace(filed, clocks=await _clocks(work, filed, assessment))

    async def reply(self, work: Work, caller: Caller, id: SubmissionId, reply: Reply, body: bytes) -> Filed:
        """Record a reply and decide anew, as if the submission had come with it now."""
        before = await work.load(id, caller.authority.id)
        if await work.replied(id, body):
            return before
        if before.state is not SubmissionState.CLARIFICATION:
            raise ReplyNotAwaited(state=before.state.value)
        submission = amend(await work.papers(id), reply)
        assessment = await self._assess(work, caller, submission)
        filed, reply_id = await self._refile(work, caller, submission, before, assessment), ReplyId.new()
        deadline_at = _deadline(assessment, caller.at)
        draft = entries.of_reply(filed, caller, body, outcome=filed.state.value, deadline_at=deadline_at)
        filed = replace(filed, entry_id=await work.append(draft, ref=id))
        papers = Papers(submission=submission, body=body, signature=caller.signature)
        await work.save_reply(filed, caller, papers, id=reply_id)
        for case_id in sorted(before.cases - filed.cases):
            await work.leave_case(case_id, at=caller.at)
        await work.keep_attachments(filed, reply.attachments, at=caller.at)
        await self._answer_at_once(work, caller, filed, assessment, occasion=reply_id)
        return replace(filed, clocks=await _clocks(work, filed, assessment))

    # --- deciding ---------------------------------------------------------------------------------------------------

    async def _assess(self, work: Work, caller: Caller, submission: Submission) -> Assessment:
        hosts = self.hosts | {urlsplit(caller.signature.address).netloc.lower()}
        uris = dict.fromkeys(target.uri for target in submission.targets)
        targets = [await _resolve(work, uri, hosts) for uri in uris]
        return assess(submission, authority=caller.authority, targets=targets, sop=self.sop)

    # --- recording --------------------------------------------------------------------------------------------------

    async def _file(
        self, work: Work, caller: Caller, submission: Submission, body: bytes, assessment: Assessment
    ) -> Filed:
        submission_id = SubmissionId.new()
        report = self._report(submission_id, submission, caller.at, assessment)
        targets = await _join(work, assessment, report)
        case_id = _first(targets) or await work.record_case(report, state=_case_state(assessment))
        draft = entries.of_submission(
            submission,
            caller,
            body,
            id=submission_id,
            case_id=case_id,
            outcome=_word(assessment),
            jurisdiction=report.jurisdiction,
            deadline_at=_deadline(assessment, caller.at),
        )
        entry_id = await work.append(draft, ref=submission_id)
        return _decided(
            _filed(submission, caller, submission_id, case_id, entry_id, self.sop.version),
            assessment,
            targets,
            at=caller.at,
        )

    async def _refile(
        self, work: Work, caller: Caller, submission: Submission, before: Filed, assessment: Assessment
    ) -> Filed:
        report = self._report(before.id, submission, caller.at, assessment)
        targets = await _join(work, assessment, report)
        case_id = _first(targets) or before.case_id
        return _decided(replace(before, case_id=case_id), assessment, targets, at=caller.at)

    def _report(
        self, id: SubmissionId, submission: Submission, at: datetime, assessment: Assessment
    ) -> Report:
        regime = self._regime(submission.regime)
        silence = submission.nondisclosure
        return Report(
            submission_id=id,
            category=submission.category or "none",
            jurisdiction=regime.jurisdiction if regime is not None else None,
            clock=assessment.clock if isinstance(assessment, Queued) else None,
            sop_version=self.sop.version,
            at=at,
            silent_until=silence.until if silence is not None else None,
        )

    def _regime(self, name: str) -> Regime | None:
        return self.sop.regimes.get(name)

    # --- answering what is clear at once ------------------------------------------------------------------------------

    async def _answer_at_once(
        self, work: Work, caller: Caller, filed: Filed, assessment: Assessment, *, occasion: str
    ) -> None:
        """A refusal, and what was done before, are answered on the spot; so is a defective order under the TCO.

        TCO Art. 3(7) and 3(8) want Annex III without undue delay, where other regimes only ask for what is missing.
        """
        regime = self._regime(filed.regime)
        annex_iii = regime is not None and regime.feedback == ANNEX_II
        if isinstance(assessment, Queued) or (isinstance(assessment, Clarification) and not annex_iii):
            return
        feedback = compose(
            filed,
            caller.authority,
            _results(assessment.targets, caller.at),
            sop=self.sop,
            provider=self.provider,
            occasion=occasion,
            now=caller.at,
        )
        draft = entries.of_feedback(filed, feedback, outcome=str(feedback.body["outcome"]))
        entry_id = await work.append(draft, ref=feedback.id)
        await work.issue(filed, replace(feedback, entry_id=entry_id))


async def _resolve(work: Work, uri: str, hosts: frozenset[str]) -> AssessedTarget:
    match place_of(uri, hosts):
        case SealedSide():
            return AssessedTarget(uri=uri, outcome=TargetOutcome.PRIVATE_SPACE)
        case Elsewhere():
            return AssessedTarget(uri=uri, outcome=TargetOutcome.UNKNOWN)
        case place:
            return AssessedTarget.of(uri, await work.resolve(place))


async def _join(work: Work, assessment: Assessment, report: Report) -> tuple[TargetRecord, ...]:
    """Every target that exists gets its case; a refused submission opens none about anything that exists.

    Cases are joined in the order of their targets' ids, so that two long lists can never wait for each other.
    """
    ordered = sorted(assessment.targets, key=lambda target: target.subject.id if target.subject else "")
    joined = {target.uri: await _join_one(work, target, assessment, report) for target in ordered}
    return tuple(TargetRecord(target=target, case_id=joined[target.uri]) for target in assessment.targets)


async def _join_one(
    work: Work, target: AssessedTarget, assessment: Assessment, report: Report
) -> CaseId | None:
    if target.subject is None or isinstance(assessment, Refused):
        return None
    if target.outcome is TargetOutcome.ALREADY_REMOVED:
        return target.subject.case_id
    return await work.join_case(target.subject, report, state=_case_state(assessment))


def _case_state(assessment: Assessment) -> CaseState:
    match assessment:
        case Queued():
            return CaseState.QUEUED
        case Clarification():
            return CaseState.AWAITING_CLARIFICATION
        case Refused():
            return CaseState.REFUSED
        case AlreadyDone():
            return CaseState.CLOSED


def _filed(
    submission: Submission,
    caller: Caller,
    id: SubmissionId,
    case_id: CaseId,
    entry_id: EntryId,
    sop_version: str,
) -> Filed:
    return Filed(
        id=id,
        case_id=case_id,
        authority_id=caller.authority.id,
        officer_id=caller.officer.id,
        kind=submission.kind,
        regime=submission.regime,
        category=submission.category or "",
        urgency=submission.urgency.value,
        external_ref=submission.external_ref,
        state=SubmissionState.QUEUED,
        targets=(),
        sop_version=sop_version,
        issued_at=submission.issued_at,
        received_at=caller.at,
        entry_id=entry_id,
    )


def _decided(
    filed: Filed, assessment: Assessment, targets: tuple[TargetRecord, ...], *, at: datetime
) -> Filed:
    """The record as this assessment leaves it."""
    filed = replace(filed, targets=targets, missing=(), refusal=None, complete_at=None)
    match assessment:
        case Queued():
            return replace(filed, state=SubmissionState.QUEUED, complete_at=at)
        case Clarification():
            return replace(filed, state=SubmissionState.CLARIFICATION, missing=assessment.missing)
        case Refused():
            return replace(filed, state=SubmissionState.REFUSED, refusal=assessment.code)
        case AlreadyDone():
            return replace(filed, state=SubmissionState.FEEDBACK_SENT, complete_at=at)
        case _:
            assert_never(assessment)


def _word(assessment: Assessment) -> str:
    """The outcome as the ledger names it: the refusal's own code, so that counts need nothing else."""
    match assessment:
        case Queued():
            return "queued"
        case Clarification():
            return "clarification"
        case Refused():
            return assessment.code.value
        case AlreadyDone():
            return "already_removed"


def _results(targets: Sequence[AssessedTarget], at: datetime) -> tuple[TargetResult, ...]:
    return tuple(
        TargetResult(
            uri=target.uri,
            outcome=_AT_ONCE[target.outcome],
            # Where no measure of ours took it away, what we can vouch for is the moment we found it gone.
            effect_at=(target.subject.gone_at or at) if target.subject and target.subject.gone else None,
        )
        for target in targets
    )


def _first(targets: Sequence[TargetRecord]) -> CaseId | None:
    """The case that the submission is named with: its first target's that is still to be decided."""
    found = (record for record in targets if record.target.outcome is TargetOutcome.FOUND)
    return next((record.case_id for record in found if record.case_id is not None), None)


async def _clocks(work: Work, filed: Filed, assessment: Assessment) -> tuple[RunningClock, ...]:
    """The clock that this act started; where the regime sets none, the platform's own promise for the case."""
    if not isinstance(assessment, Queued) or filed.complete_at is None:
        return ()
    if assessment.clock is None:
        return await work.clocks(filed)
    started_at = filed.complete_at
    due_at = started_at + assessment.clock.length
    return (RunningClock(name=assessment.clock.name, started_at=started_at, due_at=due_at),)


def _deadline(assessment: Assessment, at: datetime) -> datetime | None:
    if isinstance(assessment, Queued) and assessment.clock is not None:
        return at + assessment.clock.length
    return None
