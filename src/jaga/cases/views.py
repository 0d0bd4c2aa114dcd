"""What people at the desk, authors and notifiers see of the records. Values only; pages and API render them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from jaga.cases.appeal import Appeal
from jaga.cases.case import Case
from jaga.cases.decision import Approval, Decision
from jaga.cases.statement import Statement
from jaga.core.ids import EvidenceId, NoticeId, StaffId
from jaga.core.text import Text
from jaga.sop.model import Clause, Measure

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of a list; `next` continues it, or nothing follows."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Empty `states` mean everything that still needs somebody's work."""

    states: tuple[str, ...] = ()
    category: str | None = None
    target: str | None = None
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    case: Case
    reports: int
    """How many notices and submissions it gathers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    id: NoticeId
    case: str
    category: str
    target_uri: str
    explanation: str
    notifier_name: str | None
    notifier_email: str | None
    language: str
    received_at: datetime
    outcome: str | None
    answered_at: datetime | None
    disclosed: int
    """How many messages a participant of a sealed chat chose to disclose; their text is evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    id: EvidenceId
    kind: str
    subject: str
    size: int
    kept_at: datetime
    keep_until: datetime
    purged_at: datetime | None
    committed: str | None
    """SHA-256 of what a participant disclosed, as the ledger commits to it; it stays when the evidence goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAccess:
    evidence: EvidenceId
    staff: StaffId
    staff_name: str
    purpose: str
    at: datetime
    file: str = ""
    """The media's id, or empty for the evidence itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    decision: Decision
    decided_by_name: str | None
    approvals: tuple[tuple[Approval, str], ...]
    """Each with the name of the person."""

    approvals_missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealView:
    appeal: Appeal
    statement: Statement
    case: Case
    disputed: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    case: Case
    target: Mapping[str, Any]
    """How the target is found: channel name, post number, member name; what of it still exists."""

    grounds: tuple[Clause, ...]
    measures_open: tuple[Measure, ...]
    signals: tuple[Mapping[str, Any], ...]
    notices: tuple[NoticeView, ...]
    decisions: tuple[DecisionView, ...]
    statements: tuple[Statement, ...]
    appeals: tuple[Appeal, ...]
    evidence: tuple[EvidenceRow, ...]
    accesses: tuple[EvidenceAccess, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxItem:
    id: str
    kind: str
    subject: str
    title: Text
    body: Text
    created_at: datetime
    read_at: datetime | None
    address: str | None = None
    """Where to read more: the statement of reasons."""
