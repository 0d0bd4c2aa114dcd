"""What the ledger learns of the direct line: classes, clocks and outcomes in the open; persons, links and words sealed.

The authority's own act is never erasable (sop-and-law 4), so the authority stands in plain words. Who filed it, which
address it names and what it says are commitments that the receipt opens for the officer.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from jaga.core.canonical import canonical_json
from jaga.core.ids import CaseId
from jaga.ledger.entry import Draft, Entry, EntryType
from jaga.liaison.authority import Authority, AuthorityState, Officer
from jaga.liaison.record import Caller, Feedback, Filed
from jaga.liaison.submission import Kind, Submission

RECEIPT_OPENS = ("body_sha256", "external_ref", "officer", "submission", "target")


def of_submission(
    submission: Submission,
    caller: Caller,
    body: bytes,
    *,
    id: str,
    case_id: CaseId,
    outcome: str,
    jurisdiction: str | None,
    deadline_at: datetime | None,
) -> Draft:
    """The intake: what came, from which authority, and what became of it."""
    return Entry.of(
        type=EntryType.REFUSAL if submission.kind is Kind.DATA_REQUEST else EntryType.SUBMISSION,
        at=caller.at,
        case=case_id,
        jurisdiction=jurisdiction,
        category=submission.category,
        authority=caller.authority.id,
        actor_class=caller.authority.type.value,
        legal_class=submission.regime,
        deadline_at=deadline_at,
        action=submission.kind.value,
        outcome=outcome,
        personal={
            "submission": id,
            "officer": caller.officer.id,
            "authoriser": submission.authoriser,
            "external_ref": submission.external_ref,
            "target": "\n".join(target.uri for target in submission.targets) or None,
            "body_sha256": hashlib.sha256(body).hexdigest(),
        },
    )


def of_reply(
    filed: Filed, caller: Caller, body: bytes, *, outcome: str, deadline_at: datetime | None
) -> Draft:
    return Entry.of(
        type=EntryType.REPLY,
        at=caller.at,
        case=filed.case_id,
        category=_category(filed),
        authority=caller.authority.id,
        actor_class=caller.authority.type.value,
        legal_class=filed.regime,
        deadline_at=deadline_at,
        outcome=outcome,
        personal={
            "submission": filed.id,
            "officer": caller.officer.id,
            "external_ref": filed.external_ref,
            "body_sha256": hashlib.sha256(body).hexdigest(),
        },
    )


def of_feedback(filed: Filed, feedback: Feedback, *, outcome: str) -> Draft:
    return Entry.of(
        type=EntryType.FEEDBACK,
        at=feedback.issued_at,
        case=filed.case_id,
        category=_category(filed),
        authority=filed.authority_id,
        legal_class=filed.regime,
        action=feedback.form,
        outcome=outcome,
        personal={
            "submission": filed.id,
            "external_ref": filed.external_ref,
            "body_sha256": digest_of(feedback),
        },
    )


def digest_of(feedback: Feedback) -> str:
    """SHA-256 of the answer's canonical JSON: what its ledger entry commits to."""
    return hashlib.sha256(canonical_json(feedback.body)).hexdigest()


def of_authority(authority: Authority, *, action: str, by: str | None, at: datetime) -> Draft:
    """A step of an authority's onboarding; which of our people took it is sealed."""
    return Entry.of(
        type=EntryType.AUTHORITY,
        at=at,
        jurisdiction=authority.country,
        authority=authority.id,
        actor_class=authority.type.value,
        action=action,
        outcome=authority.state.value,
        count=len(authority.approved_by) if authority.state is not AuthorityState.SUSPENDED else None,
        personal={"name": authority.name, "by": by},
    )


def of_officer(officer: Officer, *, action: str, at: datetime) -> Draft:
    return Entry.of(
        type=EntryType.OFFICER,
        at=at,
        authority=officer.authority_id,
        actor_class="authoriser" if officer.authoriser else "officer",
        action=action,
        personal={
            "officer": officer.id,
            "name": officer.name,
            "post": officer.post,
            "public_key": officer.public_key.hex(),
        },
    )


def of_turned_away(officer: Officer, *, code: str, at: datetime) -> Draft:
    """An authentic request that did not get in: replayed, stale, or signed with a revoked key."""
    return Entry.of(
        type=EntryType.REFUSAL,
        at=at,
        authority=officer.authority_id,
        actor_class="officer",
        outcome=code,
        personal={"officer": officer.id},
    )


def _category(filed: Filed) -> str | None:
    return filed.category or None
