"""The direct line's rows: submissions with their targets, replies and feedback, to and from the domain's values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.core.ids import AuthorityId, CaseId, DecisionId, FeedbackId, OfficerId, ReplyId, SubmissionId
from jaga.core.text import Text
from jaga.ledger.entry import EntryId
from jaga.liaison.errors import SubmissionNotFound
from jaga.liaison.feedback import Outcome, TargetResult, outcome_of
from jaga.liaison.intake import AssessedTarget, Missing, Subject, TargetOutcome
from jaga.liaison.record import (
    Caller,
    Feedback,
    Filed,
    Papers,
    RunningClock,
    SubmissionState,
    TargetRecord,
)
from jaga.liaison.refusal import RefusalCode
from jaga.liaison.signature import Signature
from jaga.liaison.submission import Kind
from jaga.store.tables.cases import cases, clocks, decisions
from jaga.store.tables.liaison import feedback, replies, submission_targets, submissions

_OWN = "own"
_BEING_DECIDED = ("in_review", "needs_approval", "carrying_out")


# --- submissions -----------------------------------------------------------------------------------------------------


async def same_bytes(connection: AsyncConnection, authority_id: str, body: bytes) -> SubmissionId | None:
    """The submission with these bytes; whoever sends them at the same moment waits until this transaction ends."""
    digest = hashlib.sha256(body).digest()
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))"),
        {"subject": f"submission:{authority_id}:{digest.hex()}"},
    )
    found = await connection.execute(
        select(submissions.c.id).where(
            submissions.c.authority_id == authority_id, submissions.c.body_sha256 == digest
        )
    )
    earlier = found.scalar_one_or_none()
    return None if earlier is None else SubmissionId(earlier)


async def insert_submission(
    connection: AsyncConnection, filed: Filed, caller: Caller, papers: Papers, *, sealed: bytes
) -> None:
    silence = papers.submission.nondisclosure
    await connection.execute(
        insert(submissions).values(
            id=filed.id,
            authority_id=caller.authority.id,
            officer_id=caller.officer.id,
            authoriser_id=papers.submission.authoriser,
            kind=filed.kind.value,
            regime=filed.regime,
            category=filed.category,
            urgency=filed.urgency,
            external_ref=filed.external_ref,
            body=sealed,
            body_sha256=hashlib.sha256(papers.body).digest(),
            signature=_signature(papers.signature),
            nondisclosure_until=silence.until if silence is not None else None,
            sop_version=filed.sop_version,
            issued_at=filed.issued_at,
            received_at=filed.received_at,
            **_standing(filed),
        )
    )
    await _insert_targets(connection, filed)


async def insert_reply(
    connection: AsyncConnection, filed: Filed, caller: Caller, papers: Papers, *, id: ReplyId, sealed: bytes
) -> None:
    """The reply, and the submission as it stands with it."""
    await connection.execute(
        insert(replies).values(
            id=id,
            submission_id=filed.id,
            officer_id=caller.officer.id,
            body=sealed,
            body_sha256=hashlib.sha256(papers.body).digest(),
            signature=_signature(papers.signature),
            received_at=caller.at,
        )
    )
    await connection.execute(
        update(submissions).where(submissions.c.id == filed.id).values(**_standing(filed))
    )
    await connection.execute(
        submission_targets.delete().where(submission_targets.c.submission_id == filed.id)
    )
    await _insert_targets(connection, filed)


async def replied(connection: AsyncConnection, id: SubmissionId, body: bytes) -> bool:
    digest = hashlib.sha256(body).digest()
    same = exists().where(replies.c.submission_id == id, replies.c.body_sha256 == digest)
    return bool((await connection.execute(select(same))).scalar_one())


async def load_submission(connection: AsyncConnection, id: SubmissionId, authority_id: AuthorityId) -> Filed:
    """Locked until the end of the transaction. Raises `SubmissionNotFound`."""
    query = select(submissions).where(submissions.c.id == id, submissions.c.authority_id == authority_id)
    row = (await connection.execute(query.with_for_update())).one_or_none()
    if row is None:
        raise SubmissionNotFound
    return await _filed(connection, row)


async def bodies(connection: AsyncConnection, id: SubmissionId) -> list[tuple[str, bytes]]:
    """The sealed submission and its sealed replies, each with the id it is sealed under, in their order."""
    first = await connection.execute(
        select(submissions.c.id, submissions.c.body).where(submissions.c.id == id)
    )
    later = await connection.execute(
        select(replies.c.id, replies.c.body)
        .where(replies.c.submission_id == id)
        .order_by(replies.c.received_at, replies.c.id)
    )
    return [(row.id, row.body) for row in (*first, *later)]


async def of_authority(
    connection: AsyncConnection, authority_id: AuthorityId, *, limit: int, before: str | None = None
) -> tuple[Filed, ...]:
    """An authority's submissions, newest first; `before` is the last id of the page before."""
    query = select(submissions).where(submissions.c.authority_id == authority_id)
    if before is not None:
        query = query.where(submissions.c.id < before)
    rows = await connection.execute(query.order_by(submissions.c.id.desc()).limit(limit))
    return tuple([await _filed(connection, row) for row in rows.all()])


async def of_case(connection: AsyncConnection, case_id: CaseId) -> tuple[Filed, ...]:
    """Every submission that is about this case, oldest first."""
    targeted = select(submission_targets.c.submission_id).where(submission_targets.c.case_id == case_id)
    query = select(submissions).where(or_(submissions.c.case_id == case_id, submissions.c.id.in_(targeted)))
    rows = await connection.execute(query.order_by(submissions.c.id))
    return tuple([await _filed(connection, row) for row in rows.all()])


async def waiting_in(connection: AsyncConnection, case_id: CaseId) -> bool:
    """Whether any submission still rests in this case for a reply."""
    targeted = select(submission_targets.c.submission_id).where(submission_targets.c.case_id == case_id)
    waits = exists().where(
        submissions.c.state == SubmissionState.CLARIFICATION.value,
        or_(submissions.c.case_id == case_id, submissions.c.id.in_(targeted)),
    )
    return bool((await connection.execute(select(waits))).scalar_one())


# --- feedback ----------------------------------------------------------------------------------------------------------


async def insert_feedback(connection: AsyncConnection, filed: Filed, answer: Feedback) -> None:
    await connection.execute(
        insert(feedback).values(
            id=answer.id,
            submission_id=answer.submission_id,
            occasion=answer.occasion,
            form=answer.form,
            body=dict(answer.body),
            entry_id=answer.entry_id,
            issued_at=answer.issued_at,
        )
    )
    await connection.execute(
        update(submissions).where(submissions.c.id == filed.id).values(state=filed.state.value)
    )


async def fetch_feedback(connection: AsyncConnection, id: SubmissionId, *, at: datetime) -> Feedback | None:
    newest = (
        select(feedback.c.id)
        .where(feedback.c.submission_id == id)
        .order_by(feedback.c.issued_at.desc(), feedback.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = (
        await connection.execute(
            update(feedback)
            .where(feedback.c.id == newest)
            .values(fetched_at=func.coalesce(feedback.c.fetched_at, at))
            .returning(feedback)
        )
    ).one_or_none()
    if row is None:
        return None
    return Feedback(
        id=FeedbackId(row.id),
        submission_id=id,
        occasion=row.occasion,
        form=row.form,
        body=row.body,
        issued_at=row.issued_at,
        entry_id=EntryId(row.entry_id),
    )


async def unanswered_after(connection: AsyncConnection, decision_id: DecisionId) -> tuple[Filed, ...]:
    """Complete submissions about the decision's case that have no answer on it yet, locked."""
    case_id = select(decisions.c.case_id).where(decisions.c.id == decision_id).scalar_subquery()
    about = select(submission_targets.c.submission_id).where(submission_targets.c.case_id == case_id)
    answered = exists().where(
        feedback.c.submission_id == submissions.c.id, feedback.c.occasion == decision_id
    )
    rows = await connection.execute(
        select(submissions)
        .where(submissions.c.id.in_(about), submissions.c.complete_at.is_not(None), ~answered)
        .order_by(submissions.c.id)
        .with_for_update()
    )
    return tuple([await _filed(connection, row) for row in rows.all()])


async def target_results(connection: AsyncConnection, filed: Filed) -> tuple[TargetResult, ...] | None:
    """What became of each target; None while one that was found waits for its effect."""
    results = [await _result(connection, filed, record) for record in filed.targets]
    return None if None in results else tuple(result for result in results if result is not None)


async def _result(connection: AsyncConnection, filed: Filed, record: TargetRecord) -> TargetResult | None:
    uri = record.target.uri
    decided = await _newest_decision(connection, record, since=filed.complete_at or filed.received_at)
    if decided is not None:
        acts = [measure["name"] for measure in decided.measures]
        return TargetResult(
            uri=uri,
            outcome=outcome_of(acts),
            effect_at=decided.effect_at,
            measures=tuple(acts),
            ground=decided.ground,
        )
    match record.target.outcome:
        case TargetOutcome.FOUND:
            return None
        case TargetOutcome.UNKNOWN:
            return TargetResult(uri=uri, outcome=Outcome.INVALID_LINK)
        case TargetOutcome.PRIVATE_SPACE:
            return TargetResult(uri=uri, outcome=Outcome.PRIVATE_SPACE)
        case TargetOutcome.ALREADY_REMOVED:
            gone_at = record.target.subject.gone_at if record.target.subject else None
            return TargetResult(uri=uri, outcome=Outcome.ALREADY_REMOVED, effect_at=gone_at)


async def _newest_decision(
    connection: AsyncConnection, record: TargetRecord, *, since: datetime
) -> Row[Any] | None:
    if record.case_id is None:
        return None
    found = await connection.execute(
        select(decisions)
        .where(decisions.c.case_id == record.case_id, decisions.c.effect_at >= since)
        .order_by(decisions.c.effect_at.desc())
        .limit(1)
    )
    return found.one_or_none()


# --- rows and values -----------------------------------------------------------------------------------------------------


def _standing(filed: Filed) -> dict[str, object]:
    """The columns that a reply may change."""
    return {
        "case_id": filed.case_id,
        "state": filed.state.value,
        "missing": [
            {"item": missing.item, "text": missing.text.as_dict(), "uri": missing.uri}
            for missing in filed.missing
        ],
        "refusal": filed.refusal.value if filed.refusal is not None else None,
        "entry_id": filed.entry_id,
        "complete_at": filed.complete_at,
    }


async def _insert_targets(connection: AsyncConnection, filed: Filed) -> None:
    rows = [
        {
            "submission_id": filed.id,
            "position": position,
            "uri": record.target.uri,
            "case_id": record.case_id,
            "outcome": record.target.outcome.value,
            "gone_at": record.target.subject.gone_at if record.target.subject is not None else None,
        }
        for position, record in enumerate(filed.targets)
    ]
    if rows:
        await connection.execute(insert(submission_targets), rows)


async def _filed(connection: AsyncConnection, row: Row[Any]) -> Filed:
    submission_id = SubmissionId(row.id)
    state = SubmissionState(row.state)
    case_state = await connection.execute(select(cases.c.state).where(cases.c.id == row.case_id))
    if state is SubmissionState.QUEUED and case_state.scalar_one() in _BEING_DECIDED:
        state = SubmissionState.IN_REVIEW
    filed = Filed(
        id=submission_id,
        case_id=CaseId(row.case_id),
        authority_id=AuthorityId(row.authority_id),
        officer_id=OfficerId(row.officer_id),
        kind=Kind(row.kind),
        regime=row.regime,
        category=row.category,
        urgency=row.urgency,
        external_ref=row.external_ref,
        state=state,
        targets=await _targets(connection, submission_id),
        missing=tuple(
            Missing(item=missing["item"], text=Text(**missing["text"]), uri=missing["uri"])
            for missing in row.missing
        ),
        refusal=RefusalCode(row.refusal) if row.refusal is not None else None,
        sop_version=row.sop_version,
        issued_at=row.issued_at,
        received_at=row.received_at,
        complete_at=row.complete_at,
        entry_id=EntryId(row.entry_id),
    )
    return replace(filed, clocks=await clocks_of(connection, filed))


async def _targets(connection: AsyncConnection, id: SubmissionId) -> tuple[TargetRecord, ...]:
    rows = await connection.execute(
        select(submission_targets)
        .where(submission_targets.c.submission_id == id)
        .order_by(submission_targets.c.position)
    )
    return tuple(
        TargetRecord(
            target=AssessedTarget(
                uri=row.uri,
                outcome=TargetOutcome(row.outcome),
                subject=Subject(kind="", id="", gone=True, gone_at=row.gone_at) if row.gone_at else None,
            ),
            case_id=CaseId(row.case_id) if row.case_id is not None else None,
        )
        for row in rows
    )


async def clocks_of(connection: AsyncConnection, filed: Filed) -> tuple[RunningClock, ...]:
    """The submission's own clocks; where its regime sets none, the promise that the platform made for the case."""
    theirs_or_own = or_(
        clocks.c.subject == filed.id, (clocks.c.case_id == filed.case_id) & (clocks.c.name == _OWN)
    )
    found = await connection.execute(
        select(clocks).where(clocks.c.case_id.in_(filed.cases), theirs_or_own).order_by(clocks.c.due_at)
    )
    rows = found.all()
    theirs = [row for row in rows if row.subject == filed.id]
    shown: Sequence[Row[Any]] = theirs or (rows if filed.complete_at is not None else [])
    unique = {(row.name, row.started_at): row for row in shown}
    return tuple(
        RunningClock(
            name=row.name,
            started_at=row.started_at,
            due_at=row.due_at,
            stopped_at=row.stopped_at,
            missed_at=row.missed_at,
        )
        for row in unique.values()
    )


def _signature(signature: Signature) -> dict[str, str | None]:
    return {
        "method": signature.method,
        "address": signature.address,
        "signature_input": signature.signature_input,
        "signature": signature.signature,
        "content_digest": signature.content_digest,
    }
