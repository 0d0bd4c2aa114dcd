"""What the direct line asks of whoever keeps its records."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from jaga.cases.case import CaseState
from jaga.core.ids import AuthorityId, CaseId, DecisionId, OfficerId, ReplyId, SubmissionId
from jaga.ledger.entry import Draft, EntryId
from jaga.liaison.authority import Authority, Officer
from jaga.liaison.feedback import TargetResult
from jaga.liaison.intake import Subject
from jaga.liaison.record import Caller, Feedback, Filed, Papers, Report, RunningClock
from jaga.liaison.submission import Attachment, Submission
from jaga.liaison.target import OpenPlace


class Work(Protocol):
    """One transaction: all of it is kept, or nothing."""

    async def use_nonce(self, caller: Caller) -> None:
        """A signature is good for one request; raises `NonceReplayed` for the second."""
        ...

    async def officer(self, id: str) -> Officer | None: ...

    async def authority(self, id: AuthorityId) -> Authority: ...

    async def resolve(self, place: OpenPlace) -> Subject | None:
        """What an open-side address points to. There is no such question about the sealed side."""
        ...

    async def join_case(self, subject: Subject, report: Report, *, state: CaseState) -> CaseId:
        """Open the case about `subject` in `state`, or join the open one; a reply that completes it sends it on."""
        ...

    async def record_case(self, report: Report, *, state: CaseState) -> CaseId:
        """A case about nothing that we hold, so that a refusal or a clarification has its chain in the ledger."""
        ...

    async def leave_case(self, case_id: CaseId, *, at: datetime) -> None:
        """Close a case that only rested for this submission's reply; any other is left alone."""
        ...

    async def append(self, draft: Draft, *, ref: str) -> EntryId: ...

    async def keep_attachments(
        self, filed: Filed, attachments: Sequence[Attachment], *, at: datetime
    ) -> None:
        """Into the evidence vault of the submission's case."""
        ...

    async def earlier(self, authority_id: AuthorityId, body: bytes) -> SubmissionId | None:
        """The submission that this authority sent with these very bytes; the next one with them waits its turn."""
        ...

    async def save(self, filed: Filed, caller: Caller, papers: Papers) -> None: ...

    async def load(self, id: SubmissionId, authority_id: AuthorityId) -> Filed:
        """Locked until the end of the work. Raises `SubmissionNotFound`, alike for another authority's."""
        ...

    async def clocks(self, filed: Filed) -> tuple[RunningClock, ...]:
        """The submission's own clocks, or else the case's."""
        ...

    async def papers(self, id: SubmissionId) -> Submission:
        """The submission as it reads with every reply so far."""
        ...

    async def replied(self, id: SubmissionId, body: bytes) -> bool:
        """Whether these very bytes have come as a reply before."""
        ...

    async def save_reply(self, filed: Filed, caller: Caller, papers: Papers, *, id: ReplyId) -> None:
        """Keep the reply, and the submission as `filed` now says it stands."""
        ...

    async def issue(self, filed: Filed, feedback: Feedback) -> None:
        """Keep the feedback with its ledger entry, and the state that `filed` has with it."""
        ...

    async def newest_feedback(self, id: SubmissionId, *, at: datetime) -> Feedback | None:
        """The newest answer; that it was fetched is on record."""
        ...

    async def concerned_by(self, decision_id: DecisionId) -> tuple[Filed, ...]:
        """The submissions whose targets this decision was about and that have no answer on it, locked."""
        ...

    async def results(self, filed: Filed) -> tuple[TargetResult, ...] | None:
        """What became of each target; None while one that was found is still undecided."""
        ...


class Records(Protocol):
    def transaction(self) -> AbstractAsyncContextManager[Work]: ...

    async def enrolled(self, key_id: OfficerId) -> tuple[Officer, Authority] | None:
        """The holder of a key; looked up before anything else of a request is read."""
        ...

    async def note_refusal(self, code: str, officer: Officer, at: datetime) -> None:
        """Count an authentic request that was turned away; the first of a day, code and officer gets a ledger entry."""
        ...

    async def submissions_of(
        self, authority_id: AuthorityId, *, limit: int = 50, before: str | None = None
    ) -> tuple[Filed, ...]:
        """Newest first; `before` is the last id of the page before."""
        ...

    async def submissions_in(self, case_id: CaseId) -> tuple[tuple[Filed, Submission], ...]:
        """What was submitted about a case, oldest first, with its words as they read after every reply."""
        ...

    async def forget_nonces(self, *, now: datetime) -> int:
        """Delete those whose signatures are stale by now anyway; returns how many."""
        ...
