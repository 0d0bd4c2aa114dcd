"""Which public places a decision concerns, and what the one view for readers says of them now."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal_column, select, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.decision import Decision
from jaga.cases.errors import UnknownEvidence
from jaga.cases.measure import CaseMeasure
from jaga.cases.places import ChannelPlace, MediaPlace, Place, PostPlace
from jaga.cases.target import TargetKind
from jaga.channels.feed import Place as FeedPlace
from jaga.core.ids import ChannelId, MediaId, PostId
from jaga.store.evidence import EvidenceVault
from jaga.store.tables.channels import channels, feed_events, posts

_readable = table("readable_posts")
_readable_id: ColumnElement[str] = literal_column("readable_posts.id")
_readable_media: ColumnElement[Any] = literal_column("readable_posts.media", JSONB)


async def places_of(conn: AsyncConnection, decision: Decision, evidence: EvidenceVault) -> list[Place]:
    """Posts with their files, and channels; an account has no public place of its own."""
    places: list[Place] = []
    for measure in decision.measures:
        match measure.target.kind:
            case TargetKind.POST:
                places += await _post(conn, measure, evidence)
            case TargetKind.CHANNEL:
                places += await _channel(conn, ChannelId(measure.target.id))
            case TargetKind.MEMBER | TargetKind.NONE:
                continue
    return places


async def _post(conn: AsyncConnection, measure: CaseMeasure, evidence: EvidenceVault) -> list[Place]:
    post_id = PostId(measure.target.id)
    row = (
        await conn.execute(
            select(posts, channels.c.name, channels.c.state.label("channel_state"))
            .join(channels, channels.c.id == posts.c.channel_id)
            .where(posts.c.id == post_id)
        )
    ).one_or_none()
    if row is None:
        return []
    removed = await _removed(conn, measure, evidence)
    files = {item["id"] for item in [*row.media, *removed.get("media", ())]}
    return [
        PostPlace(
            id=post_id,
            number=row.number,
            channel=row.name,
            comment_on=row.comment_on and PostId(row.comment_on),
            readable=await _is_readable(conn, post_id),
            channel_open=row.channel_state == "open",
            text=removed.get("text", ""),
            followed_from=await _followed_from(conn, post_id),
        ),
        *[await _file(conn, MediaId(file)) for file in sorted(files)],
    ]


async def _channel(conn: AsyncConnection, id: ChannelId) -> list[Place]:
    row: Row[Any] | None = (await conn.execute(select(channels).where(channels.c.id == id))).one_or_none()
    if row is None:
        return []
    return [ChannelPlace(id=id, name=row.name, readable=row.state == "open")]


async def _removed(conn: AsyncConnection, measure: CaseMeasure, evidence: EvidenceVault) -> dict[str, Any]:
    """What this measure took away, so that it can be looked for."""
    try:
        return await evidence.snapshot_of(conn, measure.id)
    except UnknownEvidence:
        return {}


async def _is_readable(conn: AsyncConnection, id: PostId) -> bool:
    found = await conn.execute(select(func.count()).select_from(_readable).where(_readable_id == id))
    return bool(found.scalar_one())


async def _followed_from(conn: AsyncConnection, id: PostId) -> str:
    # By the feed's order from its end: what a measure just wrote is found at once, however long the feed is.
    newest = (
        await conn.execute(
            select(feed_events.c.xact, feed_events.c.seq)
            .where(feed_events.c.post_id == id)
            .order_by(feed_events.c.xact.desc(), feed_events.c.seq.desc())
            .limit(1)
        )
    ).one_or_none()
    return "" if newest is None else str(FeedPlace(newest.xact, newest.seq - 1))


async def _file(conn: AsyncConnection, id: MediaId) -> MediaPlace:
    """A file that another readable post shows stays where it is."""
    shown = await conn.execute(
        select(func.count()).select_from(_readable).where(_readable_media.contains([{"id": id}]))
    )
    return MediaPlace(id=id, readable=bool(shown.scalar_one()))
