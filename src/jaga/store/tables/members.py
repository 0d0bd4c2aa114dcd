"""Members of the open side: the shadow of a Matrix account, and its sessions."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from jaga.store.tables.base import instant, key, metadata, points_to

members = Table(
    "members",
    metadata,
    key(),
    Column("name", Text, nullable=False, unique=True),  # the localpart of the Matrix id
    Column("display_name", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default="id"),
    instant("created_at", required=True),
    instant("posting_suspended_until"),  # year 9999 means until further notice
    instant("suspended_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),  # SHA-256; the token itself is never stored
    Column("subject", Text, nullable=False, index=True),  # a member's or a staff person's id
    instant("created_at", required=True),
    instant("expires_at", required=True, index=True),
)

inbox = Table(
    "inbox",
    metadata,
    key(),
    points_to("member_id", "members.id"),
    Column("kind", Text, nullable=False),  # statement, appeal_outcome, measure_lifted, notice_outcome
    Column("subject", Text, nullable=False),  # the id of what it is about
    Column("title", JSONB, nullable=False),  # {"id", "en"}: whoever reads it chooses the language
    Column("body", JSONB, nullable=False),
    instant("created_at", required=True),
    instant("read_at"),
)

picture_candidates = Table(
    "picture_candidates",
    metadata,
    Column("uri", Text, primary_key=True),  # reserved with the sealed side, which has nothing there yet
    points_to("member_id", "members.id"),
    Column("picture", LargeBinary, nullable=False),  # checked and made anew: a small WEBP
    instant("expires_at", required=True, index=True),
)
