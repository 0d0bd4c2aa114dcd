"""What is on record about a submission: the words it came with, what became of them, and whose clocks run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Any

from jaga.core.ids import AuthorityId, CaseId, FeedbackId, OfficerId, SubmissionId
from jaga.ledger.entry import EntryId
from jaga.liaison.authority import Authority, Officer
from jaga.liaison.intake import AssessedTarget, Missing
from jaga.liaison.refusal import RefusalCode
from jaga.liaison.signature import Signature
from jaga.liaison.submission import Kind, Submission
from jaga.sop.model import ClockRule


@unique
class SubmissionState(StrEnum):
    QUEUED = "queued"
    CLARIFICATION = "clarification"
    REFUSED = "refused"
    IN_REVIEW = "in_review"
    ACTIONED = "actioned"
    NO_ACTION = "no_action"
    IMPOSSIBLE = "impossible"
    FEEDBACK_SENT = "feedback_sent"


@dataclass(frozen=True, slots=True)
class Caller:
    """An officer whose signature was verified, and the authority they act for."""

    officer: Officer
    authority: Authority
    signature: Signature
    at: datetime
    """When the request arrived: the instant that every clock starts from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a case is opened for, or what joins one."""

    submission_id: SubmissionId
    category: str
    jurisdiction: str | None
    clock: ClockRule | None
    """None while something is missing: the clock starts with the reply that completes the submission."""

    sop_version: str
    at: datetime
    silent_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    name: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    missed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRecord:
    target: AssessedTarget
    case_id: CaseId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One submission as it stands."""

    id: SubmissionId
    case_id: CaseId
    authority_id: AuthorityId
    officer_id: OfficerId
    kind: Kind
    regime: str
    category: str
    urgency: str
    external_ref: str
    state: SubmissionState
    targets: tuple[TargetRecord, ...]
    missing: tuple[Missing, ...] = ()
    refusal: RefusalCode | None = None
    sop_version: str
    issued_at: datetime
    received_at: datetime
    complete_at: datetime | None = None
    entry_id: EntryId
    clocks: tuple[RunningClock, ...] = ()

    @property
    def cases(self) -> frozenset[CaseId]:
        """Every case that the submission stands in."""
        return frozenset(record.case_id for record in self.targets if record.case_id) | {self.case_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What was signed and sent: sealed in the vault, never in a column."""

    submission: Submission = field(repr=False)
    body: bytes = field(repr=False)
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """The formal answer, in the form that the regime prescribes."""

    id: FeedbackId
    submission_id: SubmissionId
    occasion: str
    """What it answers: `intake`, a reply's id or a decision's id; one answer each."""

    form: str
    body: Mapping[str, Any]
    issued_at: datetime
    entry_id: EntryId | None = None
