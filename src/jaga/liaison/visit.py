"""An officer looks at the direct line's pages: their key opens a link, the link opens a session, once.

    jaga line open --key PREFIX.key …   signs a request → a ticket → /line/enter/TICKET → a session of some hours

A session only reads. Whatever an authority does is signed with the officer's key, each act by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from jaga.channels.sessions import NoSession, SessionStore, SessionToken
from jaga.core.clock import Clock
from jaga.core.ids import OfficerId, SubmissionId
from jaga.ledger.ports import Receipts
from jaga.liaison import entries
from jaga.liaison.authority import Authority, AuthorityState, Officer
from jaga.liaison.line import FormalAnswer
from jaga.liaison.ports import Records
from jaga.liaison.record import Caller, Filed
from jaga.liaison.signature import verify_digest

TICKET_LASTS = timedelta(minutes=5)
VISIT_LASTS = timedelta(hours=8)
PAGE = 50
_TICKET = "ticket "


@dataclass(frozen=True, slots=True)
class Ticket:
    token: SessionToken
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Visitor:
    """An officer in a session, and the authority whose submissions they see."""

    officer: Officer
    authority: Authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    records: Records
    receipts: Receipts
    sessions: SessionStore
    clock: Clock

    async def invite(self, caller: Caller, body: bytes) -> Ticket:
        """A ticket for the officer whose signature this is. Raises `NonceReplayed`, `DigestMismatch`."""
        verify_digest(caller.signature.content_digest, body)
        async with self.records.transaction() as work:
            await work.use_nonce(caller)
        return await self._issue(f"{_TICKET}{caller.officer.id}", lasting=TICKET_LASTS)

    async def enter(self, ticket: SessionToken) -> Ticket:
        """The session that a ticket is good for; it is good for one. Raises `NoSession`."""
        subject = await self.sessions.subject_of(ticket.hash, now=self.clock()) or ""
        if not subject.startswith(_TICKET):
            raise NoSession
        await self.sessions.remove(ticket.hash)
        return await self._issue(subject.removeprefix(_TICKET), lasting=VISIT_LASTS)

    async def visitor(self, token: SessionToken) -> Visitor:
        """Raises `NoSession`, also once the key is revoked or the authority suspended."""
        subject = await self.sessions.subject_of(token.hash, now=self.clock()) or ""
        if not subject.startswith(f"{OfficerId.prefix}_"):
            raise NoSession
        enrolled = await self.records.enrolled(OfficerId(subject))
        if enrolled is None:
            raise NoSession
        officer, authority = enrolled
        if officer.revoked_at is not None or authority.state is not AuthorityState.APPROVED:
            raise NoSession
        return Visitor(officer, authority)

    async def leave(self, token: SessionToken) -> None:
        await self.sessions.remove(token.hash)

    async def submissions(self, visitor: Visitor, *, before: str | None = None) -> tuple[Filed, ...]:
        """The authority's submissions, newest first; one more than a page when another page follows."""
        return await self.records.submissions_of(visitor.authority.id, limit=PAGE + 1, before=before)

    async def submission(self, visitor: Visitor, id: SubmissionId) -> Filed:
        """Raises `SubmissionNotFound`."""
        async with self.records.transaction() as work:
            return await work.load(id, visitor.authority.id)

    async def receipt(self, visitor: Visitor, id: SubmissionId) -> str:
        filed = await self.submission(visitor, id)
        return await self.receipts.receipt_of(filed.entry_id, opening=entries.RECEIPT_OPENS)

    async def formal_answer(self, visitor: Visitor, id: SubmissionId) -> FormalAnswer | None:
        """The newest formal answer with its receipt; that it was fetched is on record."""
        async with self.records.transaction() as work:
            filed = await work.load(id, visitor.authority.id)
            feedback = await work.newest_feedback(filed.id, at=self.clock())
        if feedback is None or feedback.entry_id is None:
            return None
        receipt = await self.receipts.receipt_of(feedback.entry_id, opening=entries.RECEIPT_OPENS)
        return FormalAnswer(feedback, receipt)

    async def _issue(self, subject: str, *, lasting: timedelta) -> Ticket:
        now, token = self.clock(), SessionToken.new()
        await self.sessions.add(token.hash, subject=subject, created_at=now, expires_at=now + lasting)
        return Ticket(token, now + lasting)
