"""Joining: proofs of work that were used, and invitations."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

# 0001 makes the tables as the code knows them, so on a new database all of this is there already.
_STATEMENTS = (
    """
    CREATE TABLE IF NOT EXISTS spent_proofs (
        digest bytea NOT NULL CONSTRAINT pk_spent_proofs PRIMARY KEY,
        expires_at timestamptz NOT NULL)
    """,
    "CREATE INDEX IF NOT EXISTS ix_spent_proofs_expires_at ON spent_proofs (expires_at)",
    """
    CREATE TABLE IF NOT EXISTS invitations (
        code_hash bytea NOT NULL CONSTRAINT pk_invitations PRIMARY KEY,
        uses integer NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL)
    """,
    """
    CREATE TABLE IF NOT EXISTS invitation_uses (
        code_hash bytea NOT NULL
            CONSTRAINT fk_invitation_uses_code_hash_invitations REFERENCES invitations (code_hash) ON DELETE CASCADE,
        name text NOT NULL,
        CONSTRAINT pk_invitation_uses PRIMARY KEY (code_hash, name))
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
