"""What the use-cases of this package ask of whoever keeps the records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from jaga.cases.appeal import Appeal, Reviewed
from jaga.cases.case import Case
from jaga.cases.decision import Approval, Decision, Step
from jaga.cases.measure import CaseMeasure
from jaga.cases.notice import DisclosedPicture, Filing, Notice
from jaga.cases.places import Place
from jaga.cases.statement import Statement
from jaga.cases.target import Target
from jaga.cases.views import (
    AppealView,
    CaseFilter,
    CaseView,
    DecisionView,
    InboxItem,
    NoticeView,
    Page,
    QueueRow,
)
from jaga.core.ids import (
    AppealId,
    CaseId,
    DecisionId,
    EvidenceId,
    InboxId,
    MediaId,
    MemberId,
    NoticeId,
    StaffId,
    StatementId,
)
from jaga.ledger.entry import EntryId


@dataclass(frozen=True, slots=True)
class Deliberation:
    """A decision with everything that another person's word on it depends on."""

    case: Case
    decision: Decision
    approvals: tuple[Approval, ...]


@dataclass(frozen=True, slots=True)
class Contest:
    """An appeal with the decision it is against."""

    appeal: Appeal
    disputed: Deliberation


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """A file that a piece of evidence names."""

    name: str
    size: int
    sha256: str
    thumbnail_sha256: str | None


OpenFile = Callable[[str], Iterator[bytes]]
"""The bytes with this SHA-256, piece by piece, wherever they are kept. Raises `FileNotFoundError`."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A piece of evidence as a person sees it."""

    id: EvidenceId
    kind: str
    subject: str
    content: bytes


class CaseWork(Protocol):
    """One transaction: the case is locked when it is loaded, and all that is recorded is kept, or nothing."""

    async def case(self, id: CaseId, *, version: int | None = None) -> Case:
        """Raises `UnknownCase`, or `CaseChanged` unless it is at `version`."""
        ...

    async def deliberation(self, id: DecisionId) -> Deliberation:
        """Raises `UnknownDecision`."""
        ...

    async def contest(self, id: AppealId) -> Contest:
        """Raises `UnknownAppeal`."""
        ...

    async def statement(self, id: StatementId) -> tuple[Statement, Case]:
        """Raises `UnknownStatement`."""
        ...

    async def record_decision(self, step: Step) -> None: ...

    async def record_approval(self, step: Step, approval: Approval) -> None: ...

    async def record_appeal(self, appeal: Appeal, case: Case) -> None:
        """Raises `AppealExists`."""
        ...

    async def record_review(self, reviewed: Reviewed) -> None: ...

    async def resolve(self, uri: str) -> Target | None:
        """What an address of the open side, or of an account, leads to."""
        ...

    async def record_notice(self, filing: Filing, target: Target, now: datetime) -> tuple[Notice, EntryId]:
        """The notice with its case, opened or joined, and its entry of the ledger."""
        ...

    async def case_of_evidence(self, id: EvidenceId) -> Case:
        """Raises `UnknownEvidence`."""
        ...

    async def open_evidence(self, id: EvidenceId, *, by: StaffId, purpose: str, now: datetime) -> Opening:
        """Who looked and what for is on record before they see it. Raises `UnknownEvidence`."""
        ...

    async def open_file(self, id: EvidenceId, media: MediaId, *, by: StaffId, now: datetime) -> EvidenceFile:
        """On record like the opening of the evidence itself, for the purpose said there. Raises `UnknownEvidence`, or
        `EvidenceNotOpened` unless the same person opened it a moment ago.
        """
        ...

    async def open_picture(
        self, id: EvidenceId, number: int, *, by: StaffId, now: datetime
    ) -> DisclosedPicture:
        """As `open_file`, for the photo of the disclosed message at `number`."""
        ...


class Records(Protocol):
    def transaction(self) -> AbstractAsyncContextManager[CaseWork]: ...


class CaseReader(Protocol):
    """What the desk, members and notifiers see; reads without locking."""

    async def queue(self, filter: CaseFilter, *, after: str | None, limit: int) -> Page[QueueRow]: ...

    async def case(self, id: CaseId) -> CaseView:
        """Raises `UnknownCase`."""
        ...

    async def decision(self, id: DecisionId) -> DecisionView:
        """Raises `UnknownDecision`."""
        ...

    async def appeals(self, *, state: str | None, after: str | None, limit: int) -> Page[AppealView]: ...

    async def appeal_of(self, statement: StatementId) -> AppealView | None: ...

    async def statement(self, id: StatementId) -> Statement:
        """Raises `UnknownStatement`."""
        ...

    async def notice(self, id: NoticeId) -> NoticeView:
        """Raises `UnknownNotice`."""
        ...

    async def entry_of(self, ref: str) -> EntryId | None:
        """The first entry of the ledger about the record with this id."""
        ...

    async def inbox(self, member: MemberId, *, after: str | None, limit: int) -> Page[InboxItem]: ...

    async def mark_read(self, member: MemberId, id: InboxId, *, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision on its way to its effect."""

    decision: DecisionId
    measures: tuple[CaseMeasure, ...]


class Carrying(Protocol):
    """The worker's side: each step is one transaction, and doing it twice changes nothing."""

    async def pending(self, id: DecisionId) -> Pending | None:
        """None once the effect is confirmed, or when there is nothing to carry out."""
        ...

    async def overdue(self, *, older_than: datetime) -> list[DecisionId]:
        """Decisions that became effective before that instant and have no confirmed effect."""
        ...

    async def apply(self, measure: CaseMeasure, *, now: datetime) -> None:
        """The effect on the open side, the vault and `applied_at`, together and once."""
        ...

    async def places(self, id: DecisionId) -> list[Place]:
        """Everything public that the decision concerns, with what a reader must find there now."""
        ...

    async def settle_files(self, id: DecisionId) -> None:
        """The bytes of the case's files go where they belong now: into the vault, or back to where readers get them."""
        ...

    async def account_name(self, member: MemberId) -> str: ...

    async def confirm(self, id: DecisionId, *, at: datetime) -> None:
        """The effect was seen from outside: clocks stop, notices are answered, the author is told, the ledger knows."""
        ...

    async def tell_silenced(self, *, now: datetime) -> int:
        """Tell authors whose lawful silence has ended; returns how many."""
        ...

    async def record_breaches(self, *, now: datetime) -> int:
        """Mark every clock that has run out; returns in how many cases."""
        ...

    async def close_rested(self, *, now: datetime) -> int:
        """Close cases whose appeal window is over; returns how many."""
        ...

    async def purge_evidence(self, *, now: datetime) -> int:
        """Delete evidence whose time of keeping is over, its files with it; returns how many."""
        ...

    async def settle_case(self, id: CaseId) -> None:
        """Like `settle_files`, for a case that nobody has decided."""
        ...

    async def settle_all(self, *, now: datetime) -> None:
        """Put right what lies elsewhere than the records want it."""
        ...


class LockAccount(Protocol):
    """Shut an account of the homeserver, or open it again; repeating it changes nothing. Chats are not touched."""

    async def lock(self, name: str) -> None: ...

    async def unlock(self, name: str) -> None: ...


class ReadPublicly(Protocol):
    """Fetch every public path of a place as any reader would. Raises `EffectNotSeen`."""

    async def __call__(self, place: Place) -> None: ...
