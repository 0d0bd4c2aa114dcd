"""Files of removed, refused and held posts leave the open media store; which they are is a mark on the upload."""

from __future__ import annotations

from alembic import op

from jaga.store.tables.channels import READABLE_POSTS

revision = "0003"
down_revision = "0002"

# 0001 makes the tables as the code knows them, so on a new database all of this is there already.
_STATEMENTS = (
    "ALTER TABLE media ADD COLUMN IF NOT EXISTS put_away_at timestamptz",
    "CREATE INDEX IF NOT EXISTS ix_media_thumbnail_sha256 ON media (thumbnail_sha256)",
    """
    CREATE TABLE IF NOT EXISTS evidence_files (
        evidence_id text NOT NULL CONSTRAINT fk_evidence_files_evidence_id_evidence REFERENCES evidence (id),
        media_id text NOT NULL CONSTRAINT fk_evidence_files_media_id_media REFERENCES media (id),
        CONSTRAINT pk_evidence_files PRIMARY KEY (evidence_id, media_id))
    """,
    "CREATE INDEX IF NOT EXISTS ix_evidence_files_media_id ON evidence_files (media_id)",
    "ALTER TABLE evidence_accesses ADD COLUMN IF NOT EXISTS file text NOT NULL DEFAULT ''",
    "ALTER TABLE evidence_accesses DROP CONSTRAINT pk_evidence_accesses",
    "ALTER TABLE evidence_accesses ADD CONSTRAINT pk_evidence_accesses PRIMARY KEY (evidence_id, staff_id, at, file)",
    """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM information_schema.columns
                WHERE table_name = 'posts' AND column_name = 'withdrawn_media') THEN
            INSERT INTO evidence_files (evidence_id, media_id)
                SELECT e.id, f.id FROM posts p JOIN evidence e ON e.subject = p.id AND e.kind = 'content'
                JOIN media f ON f.id = ANY(p.withdrawn_media);
            UPDATE media SET put_away_at = now() WHERE id IN (SELECT unnest(withdrawn_media) FROM posts);
            DROP VIEW readable_posts;
            ALTER TABLE posts DROP COLUMN withdrawn_media;
        END IF;
    END $$
    """,
)


def upgrade() -> None:
    for statement in (*_STATEMENTS, READABLE_POSTS):
        op.execute(statement)
