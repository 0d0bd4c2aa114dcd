"""Of evidence whose time is over, the desk says that it was there and when it was deleted."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    # 0001 makes the tables as the code knows them, so on a new database the column is there already.
    op.execute("ALTER TABLE evidence ADD COLUMN IF NOT EXISTS purged_at timestamptz")
