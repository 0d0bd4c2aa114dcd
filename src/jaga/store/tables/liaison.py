"""The direct line: authorities, officers, submissions, replies, feedback, and the nonces already seen."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from jaga.store.tables.base import instant, key, metadata, points_to

authorities = Table(
    "authorities",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("regimes", ARRAY(Text), nullable=False),
    Column("categories", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column(
        "two_officers", Boolean, nullable=False, server_default=text("false")
    ),  # submitter and authoriser differ
    Column("state", Text, nullable=False, server_default="proposed"),
    instant("proposed_at", required=True),
    instant("approved_at"),
    CheckConstraint("state in ('proposed', 'approved', 'suspended')", name="state"),
    CheckConstraint(
        "type in ('ministry', 'judicial', 'law_enforcement', 'other', 'trusted_flagger')", name="type"
    ),
)

authority_approvals = Table(
    "authority_approvals",
    metadata,
    points_to("authority_id", "authorities.id"),
    points_to("staff_id", "staff.id"),
    instant("given_at", required=True),
    PrimaryKeyConstraint("authority_id", "staff_id"),
)

officers = Table(
    "officers",
    metadata,
    key(),
    points_to("authority_id", "authorities.id"),
    Column("name", Text, nullable=False),
    Column("post", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False, unique=True),  # Ed25519, 32 bytes
    Column("authoriser", Boolean, nullable=False),
    instant("enrolled_at", required=True),
    instant("revoked_at"),
)

submissions = Table(
    "submissions",
    metadata,
    key(),
    points_to("case_id", "cases.id"),
    points_to("authority_id", "authorities.id"),
    points_to("officer_id", "officers.id"),
    Column("authoriser_id", Text),
    Column("kind", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("external_ref", Text, nullable=False),
    Column("state", Text, nullable=False),
    # As signed, so that the signature can be verified again; sealed with the vault's key, since it names people.
    Column("body", LargeBinary, nullable=False),
    Column("body_sha256", LargeBinary, nullable=False),
    Column("signature", JSONB, nullable=False),  # Signature-Input, Signature, Content-Digest, method, address
    instant("nondisclosure_until"),
    Column("missing", JSONB, nullable=False, server_default=text("'[]'")),  # what a reply must bring
    Column("refusal", Text),
    Column("entry_id", Text, nullable=False),  # the ledger entry whose receipt the officer holds
    Column("sop_version", Text, nullable=False),
    instant("issued_at", required=True),
    instant("received_at", required=True, index=True),
    instant("complete_at"),  # all required items are there: the clock's start
    UniqueConstraint("authority_id", "body_sha256"),  # the same bytes are the same submission
    CheckConstraint(
        "state in ('queued', 'clarification', 'refused', 'in_review', 'actioned', 'no_action', 'impossible', "
        "'feedback_sent')",
        name="state",
    ),
)

submission_targets = Table(
    "submission_targets",
    metadata,
    points_to("submission_id", "submissions.id"),
    Column("position", Integer, nullable=False),
    Column("uri", Text, nullable=False),
    points_to("case_id", "cases.id", required=False),
    Column("outcome", Text, nullable=False),  # found, unknown, private_space, already_removed
    instant("gone_at"),  # for already_removed: since when, as far as we can vouch for it
    PrimaryKeyConstraint("submission_id", "position"),
    CheckConstraint(
        "outcome in ('found', 'unknown', 'private_space', 'already_removed')",
        name="outcome",
    ),
)

replies = Table(
    "replies",
    metadata,
    key(),
    points_to("submission_id", "submissions.id"),
    points_to("officer_id", "officers.id"),
    Column("body", LargeBinary, nullable=False),  # sealed, as a submission's
    Column("body_sha256", LargeBinary, nullable=False),
    Column("signature", JSONB, nullable=False),
    instant("received_at", required=True),
    UniqueConstraint("submission_id", "body_sha256"),
)

feedback = Table(
    "feedback",
    metadata,
    key(),
    points_to("submission_id", "submissions.id"),
    Column("occasion", Text, nullable=False),  # intake, a reply's id, a decision's id
    Column("form", Text, nullable=False),  # id_mr5, annex_ii, annex_iii, dsa9_effect, refusal
    Column("body", JSONB, nullable=False),
    Column("entry_id", Text, nullable=False),
    instant("issued_at", required=True),
    instant("fetched_at"),
    UniqueConstraint("submission_id", "occasion"),  # one answer to each
)

nonces = Table(
    "nonces",
    metadata,
    Column("key_id", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    instant("seen_at", required=True, index=True),
    PrimaryKeyConstraint("key_id", "nonce"),
)

# Authentic requests that did not get in (replayed, stale, revoked key): one row a day, reason and officer.
line_refusals = Table(
    "line_refusals",
    metadata,
    Column("day", Date, nullable=False),
    Column("code", Text, nullable=False),
    points_to("officer_id", "officers.id"),
    Column("count", Integer, nullable=False),
    instant("last_at", required=True),
    PrimaryKeyConstraint("day", "code", "officer_id"),
)
