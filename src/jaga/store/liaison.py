"""The direct line's records: `jaga.liaison.ports` on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.case import CaseState, Source
from jaga.cases.clocks import start_clock
from jaga.cases.evidence import Sealed
from jaga.cases.target import TargetKind
from jaga.core.ids import AuthorityId, CaseId, DecisionId, OfficerId, ReplyId, SubmissionId
from jaga.ledger.entry import Draft, EntryId
from jaga.liaison import entries
from jaga.liaison.authority import Authority, Officer
from jaga.liaison.errors import NonceReplayed
from jaga.liaison.feedback import TargetResult
from jaga.liaison.intake import Subject
from jaga.liaison.parse import parse_reply, parse_submission
from jaga.liaison.record import Caller, Feedback, Filed, Papers, Report, RunningClock
from jaga.liaison.signature import SKEW
from jaga.liaison.submission import Attachment, Submission, amend
from jaga.liaison.target import OpenChannel, OpenPlace
from jaga.store import authorities, outbox, submissions
from jaga.store.cases import CaseBook, load_case, move_case
from jaga.store.database import Database
from jaga.store.tables.cases import decisions, measures
from jaga.store.tables.channels import channels, posts
from jaga.store.tables.liaison import line_refusals, nonces

# A nonce is remembered for longer than any signature that carries it can be fresh.
_NONCES_KEPT = 4 * SKEW

_GONE = ("removed", "refused", "deleted")
_TAKES_AWAY = ("remove_post", "close_channel", "refuse_publication")


@dataclass(frozen=True, slots=True)
class LineRecords:
    """`jaga.liaison.ports.Records`."""

    database: Database
    book: CaseBook

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[LineWork]:
        async with self.database.transaction() as connection:
            yield LineWork(connection, self.book)

    async def enrolled(self, key_id: OfficerId) -> tuple[Officer, Authority] | None:
        async with self.database.reading() as connection:
            return await authorities.enrolled(connection, key_id)

    async def note_refusal(self, code: str, officer: Officer, at: datetime) -> None:
        counted = (
            upsert(line_refusals)
            .values(day=at.date(), code=code, officer_id=officer.id, count=1, last_at=at)
            .on_conflict_do_update(
                index_elements=["day", "code", "officer_id"],
                set_={"count": line_refusals.c.count + 1, "last_at": at},
            )
            .returning(line_refusals.c.count)
        )
        async with self.database.transaction() as connection:
            if (await connection.execute(counted)).scalar_one() == 1:
                draft = entries.of_turned_away(officer, code=code, at=at)
                await outbox.append(connection, draft, ref=officer.id)

    async def forget_nonces(self, *, now: datetime) -> int:
        async with self.database.transaction() as connection:
            old = delete(nonces).where(nonces.c.seen_at < now - _NONCES_KEPT)
            return (await connection.execute(old)).rowcount

    async def submissions_of(
        self, authority_id: AuthorityId, *, limit: int = 50, before: str | None = None
    ) -> tuple[Filed, ...]:
        """For the officer's own page, newest first."""
        async with self.database.reading() as connection:
            return await submissions.of_authority(connection, authority_id, limit=limit, before=before)

    async def submissions_in(self, case_id: CaseId) -> tuple[tuple[Filed, Submission], ...]:
        """For the desk: what was submitted about a case, with its words as they read after every reply."""
        async with self.database.transaction() as connection:
            work = LineWork(connection, self.book)
            return tuple(
                [
                    (filed, await work.papers(filed.id))
                    for filed in await submissions.of_case(connection, case_id)
                ]
            )


@dataclass(frozen=True, slots=True)
class LineWork:
    """`jaga.liaison.ports.Work` in one transaction."""

    connection: AsyncConnection
    book: CaseBook

    async def use_nonce(self, caller: Caller) -> None:
        claim = caller.signature.claim
        used = await self.connection.execute(
            upsert(nonces)
            .values(key_id=claim.key_id, nonce=claim.nonce, seen_at=caller.at)
            .on_conflict_do_nothing()
            .returning(nonces.c.nonce)
        )
        if used.one_or_none() is None:
            raise NonceReplayed

    async def officer(self, id: str) -> Officer | None:
        return await authorities.load_officer(self.connection, id)

    async def authority(self, id: AuthorityId) -> Authority:
        return await authorities.load_authority(self.connection, id)

    # --- targets and cases ------------------------------------------------------------------------------------------

    async def resolve(self, place: OpenPlace) -> Subject | None:
        if isinstance(place, OpenChannel):
            query = select(channels).where(channels.c.name == place.name)
            row = (await self.connection.execute(query)).one_or_none()
            return None if row is None else await self._subject("channel", row, gone=row.state == "closed")
        query = select(posts.c.id, posts.c.state, posts.c.channel_id, channels.c.state.label("channel_state"))
        query = query.join(channels, channels.c.id == posts.c.channel_id)
        column = posts.c.number if isinstance(place.post, int) else posts.c.id
        query = query.where(column == place.post)
        if place.channel is not None:
            query = query.where(channels.c.name == place.channel)
        row = (await self.connection.execute(query)).one_or_none()
        if row is None:
            return None
        return await self._subject("post", row, gone=row.state in _GONE or row.channel_state == "closed")

    async def _subject(self, kind: str, row: Row[Any], *, gone: bool) -> Subject:
        if not gone:
            return Subject(kind=kind, id=row.id)
        taken = await self.connection.execute(
            select(measures.c.confirmed_at, decisions.c.case_id)
            .join(decisions, decisions.c.id == measures.c.decision_id)
            .where(
                or_(measures.c.target == row.id, measures.c.target == getattr(row, "channel_id", row.id)),
                measures.c.name.in_(_TAKES_AWAY),
                measures.c.confirmed_at.is_not(None),
                measures.c.lifted_at.is_(None),
            )
            .order_by(measures.c.confirmed_at.desc())
            .limit(1)
        )
        by_us = taken.one_or_none()
        if by_us is None:
            return Subject(kind=kind, id=row.id, gone=True)
        return Subject(
            kind=kind, id=row.id, gone=True, gone_at=by_us.confirmed_at, case_id=CaseId(by_us.case_id)
        )

    async def join_case(self, subject: Subject, report: Report, *, state: CaseState) -> CaseId:
        return await self._open(TargetKind(subject.kind), subject.id, report, state=state)

    async def record_case(self, report: Report, *, state: CaseState) -> CaseId:
        return await self._open(TargetKind.NONE, report.submission_id, report, state=state)

    async def _open(self, kind: TargetKind, target: str, report: Report, *, state: CaseState) -> CaseId:
        clock = (
            start_clock(
                report.clock, at=report.at, sop_version=report.sop_version, subject=report.submission_id
            )
            if report.clock is not None
            else None
        )
        opened = await self.book.open_or_join(
            self.connection,
            target_kind=kind,
            target=target,
            category=report.category,
            source=Source.SUBMISSION,
            jurisdiction=report.jurisdiction,
            clocks=[clock] if clock is not None else [],
            now=report.at,
            state=state,
            silent_until=report.silent_until,
        )
        return opened.id

    async def leave_case(self, case_id: CaseId, *, at: datetime) -> None:
        case = await load_case(self.connection, case_id)
        if case.state is not CaseState.AWAITING_CLARIFICATION:
            return
        if not await submissions.waiting_in(self.connection, case_id):
            await move_case(self.connection, case_id, CaseState.CLOSED, now=at)

    async def append(self, draft: Draft, *, ref: str) -> EntryId:
        return await outbox.append(self.connection, draft, ref=ref)

    async def keep_attachments(
        self, filed: Filed, attachments: Sequence[Attachment], *, at: datetime
    ) -> None:
        for attachment in attachments:
            await self.book.evidence.keep(
                self.connection,
                case=filed.case_id,
                kind="attachment",
                subject=filed.id,
                content=attachment.content,
                now=at,
            )

    # --- submissions, replies, feedback -------------------------------------------------------------------------------

    async def earlier(self, authority_id: AuthorityId, body: bytes) -> SubmissionId | None:
        return await submissions.same_bytes(self.connection, authority_id, body)

    async def save(self, filed: Filed, caller: Caller, papers: Papers) -> None:
        sealed = self._seal(papers.body, about=filed.id)
        await submissions.insert_submission(self.connection, filed, caller, papers, sealed=sealed)

    async def load(self, id: SubmissionId, authority_id: AuthorityId) -> Filed:
        return await submissions.load_submission(self.connection, id, authority_id)

    async def clocks(self, filed: Filed) -> tuple[RunningClock, ...]:
        return await submissions.clocks_of(self.connection, filed)

    async def papers(self, id: SubmissionId) -> Submission:
        (first, body), *later = await submissions.bodies(self.connection, id)
        submission = parse_submission(self._opened(body, about=first))
        for reply_id, sealed in later:
            submission = amend(submission, parse_reply(self._opened(sealed, about=reply_id)))
        return submission

    async def replied(self, id: SubmissionId, body: bytes) -> bool:
        return await submissions.replied(self.connection, id, body)

    async def save_reply(self, filed: Filed, caller: Caller, papers: Papers, *, id: ReplyId) -> None:
        sealed = self._seal(papers.body, about=id)
        await submissions.insert_reply(self.connection, filed, caller, papers, id=id, sealed=sealed)

    async def issue(self, filed: Filed, feedback: Feedback) -> None:
        await submissions.insert_feedback(self.connection, filed, feedback)

    async def newest_feedback(self, id: SubmissionId, *, at: datetime) -> Feedback | None:
        return await submissions.fetch_feedback(self.connection, id, at=at)

    async def concerned_by(self, decision_id: DecisionId) -> tuple[Filed, ...]:
        return await submissions.unanswered_after(self.connection, decision_id)

    async def results(self, filed: Filed) -> tuple[TargetResult, ...] | None:
        return await submissions.target_results(self.connection, filed)

    def _seal(self, body: bytes, *, about: str) -> bytes:
        return self.book.evidence.vault.seal(body, about=about).to_bytes()

    def _opened(self, sealed: bytes, *, about: str) -> bytes:
        return self.book.evidence.vault.open(Sealed.from_bytes(sealed), about=about)
