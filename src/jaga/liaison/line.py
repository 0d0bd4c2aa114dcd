"""The direct line's use-cases: authenticate, submit, reply, follow, fetch the formal answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from jaga.core.clock import Clock
from jaga.core.errors import JagaError
from jaga.core.ids import SubmissionId
from jaga.ledger.entry import EntryId
from jaga.ledger.ports import Receipts
from jaga.liaison import entries
from jaga.liaison.answering import Answering
from jaga.liaison.authority import require_approved
from jaga.liaison.errors import FeedbackNotReady, KeyRevoked, KeyUnknown, NonceReplayed
from jaga.liaison.feedback import Provider
from jaga.liaison.filing import Filing
from jaga.liaison.intake import require_lawful_nondisclosure, require_mandate
from jaga.liaison.parse import parse_reply, parse_submission
from jaga.liaison.ports import Records, Work
from jaga.liaison.record import Caller, Feedback, Filed
from jaga.liaison.signature import (
    RequestHead,
    addresses_of,
    read_claim,
    verify_digest,
    verify_fresh,
    verify_signature,
)
from jaga.sop.model import Sop

LARGEST_BODY = 10_000_000
"""Bytes, attachments included; one more and nothing of it is looked at."""

# An officer is better served by a late receipt than by a promise of one.
_RECEIPT_WITHIN = timedelta(seconds=10)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """How a submission stands, with the receipt of the officer's own last act on it."""

    filed: Filed
    receipt: str


@dataclass(frozen=True, slots=True)
class FormalAnswer:
    feedback: Feedback
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectLine:
    records: Records
    receipts: Receipts
    sop: Sop
    clock: Clock
    public_url: str
    server_name: str

    # --- who is it? -------------------------------------------------------------------------------------------------

    async def authenticate(
        self, *, method: str, host: str, target: str, headers: tuple[tuple[str, str], ...]
    ) -> Caller:
        """The officer behind a request, from its headers alone: a stranger's body is never received."""
        now = self.clock()
        addresses = addresses_of(
            public_url=self.public_url, server_name=self.server_name, host=host, target=target
        )
        head = RequestHead(method=method, addresses=addresses, headers=headers)
        claim = read_claim(head)
        enrolled = await self.records.enrolled(claim.key_id)
        if enrolled is None:
            raise KeyUnknown
        officer, authority = enrolled
        caller = Caller(officer, authority, verify_signature(head, claim, officer.public_key), now)
        try:
            _require_standing(caller)
        except JagaError as error:
            await self.records.note_refusal(error.code, officer, now)
            raise
        return caller

    # --- the officer's acts -------------------------------------------------------------------------------------------

    async def submit(self, caller: Caller, body: bytes) -> Answer:
        """Take in one submission. The same bytes sent again, under a new signature, get the same answer."""
        verify_digest(caller.signature.content_digest, body)
        submission = parse_submission(body)
        require_mandate(submission, caller.officer, caller.authority, self.sop)
        require_lawful_nondisclosure(submission, caller.at)
        filed = await self._once(caller, lambda work: self._filing.file(work, caller, submission, body))
        return await self._answer(filed)

    async def reply(self, caller: Caller, id: SubmissionId, body: bytes) -> Answer:
        """Take in what was missing; the clock starts at the reply that completes the submission."""
        verify_digest(caller.signature.content_digest, body)
        reply = parse_reply(body)
        filed = await self._once(caller, lambda work: self._filing.reply(work, caller, id, reply, body))
        return await self._answer(filed)

    async def status(self, caller: Caller, id: SubmissionId) -> Answer:
        filed = await self._once(caller, lambda work: work.load(id, caller.authority.id))
        return await self._answer(filed)

    async def feedback(self, caller: Caller, id: SubmissionId) -> FormalAnswer:
        """The newest formal answer; raises `FeedbackNotReady` while the effect is not confirmed."""

        async def fetch(work: Work) -> Feedback | None:
            filed = await work.load(id, caller.authority.id)
            return await work.newest_feedback(filed.id, at=caller.at)

        feedback = await self._once(caller, fetch)
        if feedback is None or feedback.entry_id is None:
            raise FeedbackNotReady
        return FormalAnswer(feedback, await self._receipt(feedback.entry_id))

    # ------------------------------------------------------------------------------------------------------------------

    async def _once(self, caller: Caller, act: Callable[[Work], Awaitable[T]]) -> T:
        """`act` in one transaction that uses up the signature's nonce; a replay is put on record."""
        try:
            async with self.records.transaction() as work:
                await work.use_nonce(caller)
                return await act(work)
        except NonceReplayed as error:
            await self.records.note_refusal(error.code, caller.officer, caller.at)
            raise

    async def _answer(self, filed: Filed) -> Answer:
        return Answer(filed, await self._receipt(filed.entry_id))

    async def _receipt(self, entry_id: EntryId) -> str:
        return await self.receipts.receipt_of(entry_id, within=_RECEIPT_WITHIN, opening=entries.RECEIPT_OPENS)

    @property
    def answering(self) -> Answering:
        """The worker's part: the formal answers that a confirmed decision makes due."""
        return Answering(records=self.records, sop=self.sop, clock=self.clock, provider=self._provider)

    @property
    def _provider(self) -> Provider:
        return Provider(name=self.server_name, contact=f"{self.public_url}/line")

    @property
    def _filing(self) -> Filing:
        ours = {urlsplit(self.public_url).netloc.lower(), self.server_name.lower()}
        return Filing(self.sop, self._provider, frozenset(ours - {""}))


def _require_standing(caller: Caller) -> None:
    """The signature is authentic; is it to be listened to?"""
    if caller.officer.revoked_at is not None:
        raise KeyRevoked
    verify_fresh(caller.signature.claim, caller.at)
    require_approved(caller.authority)
