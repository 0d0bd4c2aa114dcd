"""What the ledger says of each act in a case: plain classes and instants, commitments to everything personal."""

from __future__ import annotations

from datetime import datetime

from jaga.cases.appeal import Appeal
from jaga.cases.case import Case
from jaga.cases.clocks import CaseClock
from jaga.cases.decision import RULE, Approval, Decision
from jaga.cases.notice import Notice
from jaga.cases.statement import Statement
from jaga.ledger.entry import Draft, Entry, EntryType


def held_leaf(case: Case, *, now: datetime) -> Draft:
    return Entry.of(
        type=EntryType.DECISION,
        at=now,
        case=case.id,
        category=case.category,
        actor_class=RULE,
        action="hold",
        outcome=case.state.value,
        deadline_at=_deadline(case),
        personal={"target": case.target.id},
    )


def decision_leaf(case: Case, decision: Decision) -> Draft:
    return Entry.of(
        type=EntryType.DECISION,
        at=decision.decided_at,
        case=case.id,
        jurisdiction=case.jurisdiction,
        category=case.category,
        actor_class=_class_of(decision),
        legal_class=decision.ground,
        action=decision.action,
        outcome=decision.state.value,
        deadline_at=_deadline(case),
        personal={"target": case.target.id, "by": decision.decided_by, "facts": decision.facts},
    )


def approval_leaf(case: Case, decision: Decision, approval: Approval) -> Draft:
    return Entry.of(
        type=EntryType.APPROVAL,
        at=approval.given_at,
        case=case.id,
        category=case.category,
        actor_class="staff",
        action=decision.action,
        outcome=approval.outcome.value,
        personal={"by": approval.staff, "decision": decision.id},
    )


def statement_leaf(case: Case, decision: Decision, statement: Statement) -> Draft:
    return Entry.of(
        type=EntryType.STATEMENT,
        at=statement.issued_at,
        case=case.id,
        category=case.category,
        actor_class=_class_of(decision),
        legal_class=decision.ground,
        action=decision.action,
        deadline_at=statement.appeal_until,
        personal={"statement": statement.id, "member": statement.member},
    )


def effect_leaf(case: Case, decision: Decision, *, at: datetime) -> Draft:
    return Entry.of(
        type=EntryType.EFFECT,
        at=at,
        case=case.id,
        jurisdiction=case.jurisdiction,
        category=case.category,
        action=decision.action,
        outcome="confirmed",
        deadline_at=_deadline(case),
        personal={"target": case.target.id, "decision": decision.id},
    )


def appeal_leaf(case: Case, appeal: Appeal) -> Draft:
    return Entry.of(
        type=EntryType.APPEAL,
        at=appeal.filed_at,
        case=case.id,
        category=case.category,
        actor_class="author",
        outcome=appeal.state.value,
        personal={"by": appeal.member, "text": appeal.text},
    )


def appeal_decision_leaf(case: Case, appeal: Appeal, decision: Decision) -> Draft:
    return Entry.of(
        type=EntryType.APPEAL_DECISION,
        at=decision.decided_at,
        case=case.id,
        category=case.category,
        actor_class="staff",
        action=decision.action if decision.measures else None,
        outcome=appeal.outcome.value if appeal.outcome else None,
        personal={"by": appeal.reviewed_by, "reasons": appeal.reasons, "appeal": appeal.id},
    )


def breach_leaf(case: Case, clock: CaseClock, *, now: datetime) -> Draft:
    return Entry.of(
        type=EntryType.BREACH,
        at=now,
        case=case.id,
        jurisdiction=case.jurisdiction,
        category=case.category,
        legal_class=clock.name,
        deadline_at=clock.due_at,
        outcome="missed",
    )


def closing_leaf(case: Case, *, length: int, now: datetime) -> Draft:
    """Says how long the chain is before this entry, so that a missing step shows."""
    return Entry.of(
        type=EntryType.CLOSING,
        at=now,
        case=case.id,
        category=case.category,
        outcome=case.state.value,
        count=length,
    )


def _class_of(decision: Decision) -> str:
    return RULE if decision.decided_by == RULE else "staff"


def _deadline(case: Case) -> datetime | None:
    clock = case.strictest_clock
    return clock.due_at if clock else None


def notice_leaf(case: Case, notice: Notice, *, disclosed: bytes | None) -> Draft:
    """`disclosed` is the SHA-256 of what a participant showed, photos and all, as the vault keeps it."""
    return Entry.of(
        type=EntryType.NOTICE,
        at=notice.received_at,
        case=case.id,
        category=notice.filing.category,
        actor_class="anyone" if notice.filing.member is None else "member",
        outcome=case.state.value,
        deadline_at=_deadline(case),
        personal={
            "target": notice.filing.target_uri,
            "explanation": notice.filing.explanation,
            "notifier": notice.filing.email or notice.filing.member,
            "disclosure": disclosed.hex() if disclosed else None,
        },
    )
