"""The direct line: authorities, officers, submissions, replies, feedback, and the nonces already seen."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
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
    points_to("case_id", "cases.id", required=False),
    points_to("authority_id", "authorities.id"),
    points_to("officer_id", "officers.id"),
    Column("authoriser_id", Text),
    Column("kind", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("external_ref", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # as signed, so that the signature can be verified again
    Column("signature", JSONB, nullable=False),  # Signature-Input, Signature, Content-Digest, method, target
    Column("nondisclosure_until", Text),
    Column("missing", JSONB, nullable=False, server_default=text("'[]'")),  # what a reply must bring
    Column("refusal", Text),
    Column("outbox_id", Text),  # where its ledger entry is
    Column("sop_version", Text, nullable=False),
    instant("issued_at", required=True),
    instant("received_at", required=True, index=True),
    instant("complete_at"),  # all required items are there: the clock's start
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
    Column("position", Text, nullable=False),
    Column("uri", Text, nullable=False),
    points_to("case_id", "cases.id", required=False),
    Column("outcome", Text),  # found, unknown, private_space, already_removed
    PrimaryKeyConstraint("submission_id", "position"),
)

replies = Table(
    "replies",
    metadata,
    key(),
    points_to("submission_id", "submissions.id"),
    points_to("officer_id", "officers.id"),
    Column("body", LargeBinary, nullable=False),
    instant("received_at", required=True),
)

feedback = Table(
    "feedback",
    metadata,
    key(),
    points_to("submission_id", "submissions.id"),
    Column("form", Text, nullable=False),  # id_mr5, annex_ii, annex_iii, refusal
    Column("body", JSONB, nullable=False),
    instant("issued_at", required=True),
    instant("fetched_at"),
)

nonces = Table(
    "nonces",
    metadata,
    Column("key_id", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    instant("seen_at", required=True, index=True),
    PrimaryKeyConstraint("key_id", "nonce"),
)
