"""What has served its time on the open side goes: nothing is held that nobody needs."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text

from jaga.store.database import Database

KEYS_KEPT = timedelta(days=2)
"""Who repeats a request does so within minutes; an import that was interrupted goes on the next day."""
EVENTS_KEPT = timedelta(days=30)
"""How long a follower may stay away and still resume without a gap."""
DELETED_KEPT = timedelta(days=7)
"""What its author deleted can be looked at in a case meanwhile, and not afterwards."""

_KEYS = text("DELETE FROM idempotency_keys WHERE created_at < :before")
_INVITATIONS = text("DELETE FROM invitations WHERE expires_at < :before")
_PROOFS = text("DELETE FROM spent_proofs WHERE expires_at < :before")
_CANDIDATES = text("DELETE FROM picture_candidates WHERE expires_at < :before")
_EVENTS = text("DELETE FROM feed_events WHERE at < :before")
_DELETED = text("""
    WITH emptied AS (
        UPDATE posts p SET text = '', entities = '[]', media = '[]', source = NULL
        WHERE p.state = 'deleted' AND p.deleted_at < :before AND (p.text <> '' OR p.media <> '[]')
            AND NOT EXISTS (
                SELECT 1 FROM cases k WHERE k.target_kind = 'post' AND k.target = p.id AND k.closed_at IS NULL)
        RETURNING p.id
    )
    DELETE FROM post_versions v USING emptied WHERE v.post_id = emptied.id
""")


class StoredTidy:
    """Implements `jaga.channels.ports.Tidy`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(self, now: datetime) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(_KEYS, {"before": now - KEYS_KEPT})
            await connection.execute(_EVENTS, {"before": now - EVENTS_KEPT})
            await connection.execute(_INVITATIONS, {"before": now})
            await connection.execute(_DELETED, {"before": now - DELETED_KEPT})

    async def soon(self, now: datetime) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(_PROOFS, {"before": now})
            await connection.execute(_CANDIDATES, {"before": now})
