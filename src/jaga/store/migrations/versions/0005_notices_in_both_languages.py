"""Official notices in both languages; those of before were written in one, and stay in it."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

# 0001 makes the tables as the code knows them, so on a new database the columns are what they should be already.
_EACH = """
    DO $$ BEGIN
        IF (SELECT data_type FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = 'inbox' AND column_name = '{column}') = 'text'
        THEN
            ALTER TABLE inbox ALTER COLUMN {column} TYPE jsonb
                USING jsonb_build_object('id', {column}, 'en', {column});
        END IF;
    END $$
"""


def upgrade() -> None:
    for column in ("title", "body"):
        op.execute(_EACH.format(column=column))
