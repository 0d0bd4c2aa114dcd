"""Pictures that members uploaded and have not yet made their profile's."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

# 0001 makes the tables as the code knows them, so on a new database all of this is there already.
_STATEMENTS = (
    """
    CREATE TABLE IF NOT EXISTS picture_candidates (
        uri text NOT NULL CONSTRAINT pk_picture_candidates PRIMARY KEY,
        member_id text NOT NULL
            CONSTRAINT fk_picture_candidates_member_id_members REFERENCES members (id),
        picture bytea NOT NULL,
        expires_at timestamptz NOT NULL)
    """,
    "CREATE INDEX IF NOT EXISTS ix_picture_candidates_member_id ON picture_candidates (member_id)",
    "CREATE INDEX IF NOT EXISTS ix_picture_candidates_expires_at ON picture_candidates (expires_at)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
