"""Cases, decisions, measures, statements of reasons, appeals, evidence, notices, and the staff who work on them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
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

staff = Table(
    "staff",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("country", Text),
    Column("language", Text, nullable=False, server_default="id"),
    Column("password_hash", Text),
    Column("totp_secret", LargeBinary),  # sealed with the evidence key
    Column("totp_last_step", Integer),  # a code works once
    Column("enrolment_hash", LargeBinary),
    instant("enrolment_expires_at"),
    instant("created_at", required=True),
    instant("disabled_at"),
    CheckConstraint("role in ('moderator', 'senior', 'representative', 'auditor', 'operator')", name="role"),
)

# Kept for known and unknown e-mail addresses alike, so that a lock tells nobody which exist.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("email_sha256", LargeBinary, primary_key=True),
    Column("count", Integer, nullable=False),  # since the last sign-in that succeeded
    instant("last_at", required=True, index=True),
    instant("locked_until"),
)

cases = Table(
    "cases",
    metadata,
    key(),
    Column("target_kind", Text, nullable=False),  # post, channel, member, none (a refused submission)
    Column("target", Text, nullable=False),
    # Who stands behind the target; no foreign keys, since the record outlives what it is about.
    Column("author_id", Text, index=True),
    Column("channel_id", Text),
    Column("owner_id", Text),
    Column("category", Text, nullable=False),
    Column(
        "also", ARRAY(Text), nullable=False, server_default=text("'{}'")
    ),  # categories that later reports name
    Column("source", Text, nullable=False),  # refused_post, held_post, notice, submission
    Column("state", Text, nullable=False),
    Column("jurisdiction", Text),
    Column("sop_version", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # optimistic lock
    instant("opened_at", required=True),
    instant("closed_at"),
    # An own publication, edit or change of the target waits for this case to be decided.
    Column("holds", Boolean, nullable=False, server_default=text("false")),
    instant("silent_until"),  # a lawful order not to tell the author yet
    CheckConstraint(
        "state in ('queued', 'in_review', 'awaiting_clarification', 'needs_approval', 'carrying_out', 'decided', "
        "'appealed', 'refused', 'closed')",
        name="state",
    ),
    # One open case per target: further reports join it.
    Index(
        "uq_cases_open_target",
        "target_kind",
        "target",
        unique=True,
        postgresql_where=text("closed_at is null and target_kind <> 'none'"),
    ),
    Index("ix_cases_state_opened", "state", "opened_at"),
)

clocks = Table(
    "clocks",
    metadata,
    points_to("case_id", "cases.id"),
    Column("name", Text, nullable=False),  # the SOP's name: own, mr5_urgent, mr5_normal, tco_remove…
    Column(
        "subject", Text, nullable=False, server_default=""
    ),  # the submission it belongs to; empty for the case's own
    Column("sop_version", Text, nullable=False),
    instant("started_at", required=True),
    instant("due_at", required=True, index=True),
    instant("stopped_at"),
    instant("missed_at"),
    PrimaryKeyConstraint("case_id", "name", "subject"),
)

signals = Table(
    "signals",
    metadata,
    points_to("case_id", "cases.id"),
    Column("position", Integer, nullable=False),
    Column("signal", JSONB, nullable=False),  # jaga.detect.Signal: entry, field, offsets; never the content
    PrimaryKeyConstraint("case_id", "position"),
)

notices = Table(
    "notices",
    metadata,
    key(),
    points_to("case_id", "cases.id"),
    Column("member_id", Text),
    Column("notifier_name", Text),
    Column("notifier_email", Text),
    Column("category", Text, nullable=False),
    Column("target_uri", Text, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("good_faith", Boolean, nullable=False),
    # How many messages a participant of a sealed chat chose to disclose; their text is evidence.
    Column("disclosed", Integer, nullable=False, server_default="0"),
    Column("language", Text, nullable=False),
    Column("outcome", Text),
    instant("received_at", required=True),
    instant("answered_at"),
)

decisions = Table(
    "decisions",
    metadata,
    key(),
    points_to("case_id", "cases.id"),
    Column("kind", Text, nullable=False),  # decision, appeal
    Column("ground", Text),  # the SOP's clause; empty where there is no violation
    # As decided: [{"id", "name", "target_kind", "target", "days", "lifts"}]; rows of `measures` once effective.
    Column("measures", JSONB, nullable=False),
    Column("facts", Text, nullable=False),
    Column("decided_by", Text, nullable=False),  # a staff id, or "rule"
    Column("automation", Text, nullable=False),  # not_automated, partially_automated, fully_automated
    Column("approvals_needed", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("sop_version", Text, nullable=False),
    Column("appeal_id", Text),
    instant("decided_at", required=True),
    instant("effective_from"),  # all approvals are there
    instant("effect_at"),  # confirmed on every public path
    CheckConstraint(
        "state in ('needs_approval', 'carrying_out', 'carried_out', 'rejected', 'superseded')", name="state"
    ),
    # Two people at once: the second finds a decision on its way.
    Index(
        "uq_decisions_pending",
        "case_id",
        unique=True,
        postgresql_where=text("state in ('needs_approval', 'carrying_out')"),
    ),
    Index("ix_decisions_carrying_out", "id", postgresql_where=text("state = 'carrying_out'")),
)

approvals = Table(
    "approvals",
    metadata,
    points_to("decision_id", "decisions.id"),
    points_to("staff_id", "staff.id"),
    Column("outcome", Text, nullable=False),
    instant("given_at", required=True),
    PrimaryKeyConstraint("decision_id", "staff_id"),
    CheckConstraint("outcome in ('approve', 'reject')", name="outcome"),
)

measures = Table(
    "measures",
    metadata,
    key(),
    points_to("decision_id", "decisions.id"),
    points_to("statement_id", "statements.id", required=False, index=False),
    points_to("lifts", "measures.id", required=False, index=False),
    Column("name", Text, nullable=False),
    Column("target_kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("terms", JSONB, nullable=False, server_default=text("'{}'")),  # for instance {"days": 7}
    instant("created_at", required=True),
    instant("applied_at"),
    instant("confirmed_at"),
    instant("lifted_at"),
    UniqueConstraint("decision_id", "name", "target"),
    # DSA 17: nothing is taken from anybody without reasons, whichever code path writes the row.
    CheckConstraint(
        "statement_id is not null or name not in ('remove_post', 'close_channel', 'suspend_posting', "
        "'suspend_account', 'refuse_publication')",
        name="reasons",
    ),
)

statements = Table(
    "statements",
    metadata,
    key(),
    points_to("decision_id", "decisions.id"),
    points_to("member_id", "members.id"),
    Column("language", Text, nullable=False),
    Column("body", JSONB, nullable=False),  # the fields of DSA Art. 17
    instant("issued_at", required=True),
    instant("appeal_until", required=True),
    Column("superseded_by", Text),
)

appeals = Table(
    "appeals",
    metadata,
    key(),
    points_to("statement_id", "statements.id"),
    points_to("case_id", "cases.id"),
    points_to("member_id", "members.id"),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("outcome", Text),
    Column("reviewed_by", Text),
    Column("reasons", Text),
    instant("filed_at", required=True),
    instant("decided_at"),
    UniqueConstraint("statement_id"),  # one appeal a statement
    CheckConstraint("state in ('open', 'decided')", name="state"),
    CheckConstraint("outcome in ('upheld', 'reversed', 'partly')", name="outcome"),
)

evidence = Table(
    "evidence",
    metadata,
    key(),
    points_to("case_id", "cases.id"),
    Column("kind", Text, nullable=False),  # content, attachment, disclosure
    Column("subject", Text, nullable=False),  # the post, submission or notice it is of
    points_to("measure_id", "measures.id", required=False),  # whose undoing needs it
    Column("key_id", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),  # of the ciphertext
    Column("nonce", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    instant("kept_at", required=True),
    instant("keep_until", required=True, index=True),
    instant("purged_at"),  # from then on nonce and ciphertext are empty
)

# Which uploads a snapshot names. Their bytes are sealed in the vault's directory, by digest, as long as a row is here.
evidence_files = Table(
    "evidence_files",
    metadata,
    points_to("evidence_id", "evidence.id", index=False),
    points_to("media_id", "media.id"),
    PrimaryKeyConstraint("evidence_id", "media_id"),
)

evidence_accesses = Table(
    "evidence_accesses",
    metadata,
    Column("evidence_id", Text, nullable=False),  # no foreign key: who looked stays on record
    Column("file", Text, nullable=False, server_default=""),  # the media's id; empty: the evidence itself
    points_to("case_id", "cases.id"),
    points_to("staff_id", "staff.id"),
    Column("purpose", Text, nullable=False),
    instant("at", required=True),
    PrimaryKeyConstraint("evidence_id", "staff_id", "at", "file"),
)

sop_versions = Table(
    "sop_versions",
    metadata,
    Column("version", Text, primary_key=True),
    Column("sha256", LargeBinary, nullable=False),
    Column("document", JSONB, nullable=False),
    instant("published_at", required=True),
)
