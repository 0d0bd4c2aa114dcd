"""The feed's events, in an order that no late commit can break."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

from jaga.channels.feed import Batch, FeedEvent, Place
from jaga.core.gather import Gathered
from jaga.core.ids import ChannelId, PostId
from jaga.store.database import Database
from jaga.store.post_rows import post_of, quick_statement
from jaga.store.post_states import FEED_CHANNEL
from jaga.store.quick import quick

_LAST = 2**63 - 1
_HORIZON = quick("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin")
# Transactions get their number when they first write and commit in any order. Below `xmin` all have ended: what is
# there is there, and nothing can come before it any more. What is above waits for the next look.
_AFTER = quick_statement("""
    WITH now AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin),
    due AS (
        SELECT e.* FROM feed_events e, now
        WHERE (e.xact, e.seq) > (:xact, :seq) AND e.xact < now.xmin
            AND (e.xact, e.seq) <= (:upto_xact, :upto_seq)
            AND (CAST(:channels AS text[]) IS NULL OR e.channel_id = ANY(:channels))
        ORDER BY e.xact, e.seq LIMIT :limit
    )
    SELECT due.xact, due.seq, due.channel_id AS event_channel, home.name AS event_channel_name, due.post_id, due.kind AS
        event_kind, due.at, p.*,
        EXISTS (SELECT 1 FROM feed_events late, now WHERE late.xact >= now.xmin) AS waiting
    FROM due JOIN channels home ON home.id = due.channel_id
    LEFT JOIN LATERAL (
        SELECT {POST} FROM readable_posts p {POST_JOINS} WHERE p.id = due.post_id
    ) p ON true
    ORDER BY due.xact, due.seq
""")
_CALL = quick("SELECT pg_notify(:channel, '')")
_WAITING = quick("""
    SELECT EXISTS (
        SELECT 1 FROM feed_events WHERE xact >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    ) AS waiting
""")


class StoredFeed:
    """Implements `jaga.channels.feed.FeedSource`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._horizon: Gathered[None, Place] = Gathered(self._ask_horizon, most=10_000)

    async def horizon(self) -> Place:
        return await self._horizon(None)

    async def _ask_horizon(self, asked: Sequence[None]) -> Sequence[Place]:
        """Followers come back all at once after a restart: one look is enough for all who wait."""
        (row,) = await self._database.quickly(_HORIZON)
        return [Place(row.xmin - 1, _LAST)] * len(asked)

    async def after(
        self, place: Place, *, upto: Place | None, channels: Collection[ChannelId] | None, limit: int
    ) -> Batch:
        end = upto or Place(_LAST, _LAST)
        values = {
            "xact": place.xact,
            "seq": place.seq,
            "upto_xact": end.xact,
            "upto_seq": end.seq,
            "channels": None if channels is None else list(channels),
            "limit": limit,
        }
        rows = await self._database.quickly(_AFTER, **values)
        if rows:
            return Batch([_event(row) for row in rows], rows[0].waiting or len(rows) == limit)
        (row,) = await self._database.quickly(_WAITING)
        return Batch([], row.waiting)

    async def call(self) -> None:
        await self._database.quickly(_CALL, channel=FEED_CHANNEL)

    async def calls(self) -> AsyncIterator[None]:
        async with self._database.listening(FEED_CHANNEL) as connection:
            async for _ in connection.notifies():
                yield


def _event(row: Any) -> FeedEvent:
    return FeedEvent(
        place=Place(row.xact, row.seq),
        channel_id=ChannelId(row.event_channel),
        channel=row.event_channel_name,
        post_id=None if row.post_id is None else PostId(row.post_id),
        kind=row.event_kind,
        at=row.at,
        post=None if row.id is None else post_of(row),
    )
