"""The door for measures: how a post, a channel or a member's right to post changes by a decision.

Every function works in the caller's transaction, writes the feed's events and raises the channel's version, so that
no reader and no cache can miss it. The channel's row is locked first, always, as publishing does.

A snapshot is what a post consists of: `text`, `entities`, `media`, `pinned_at`, `versions`. It is all that a case keeps
(encrypted) of a removed or refused post, and all that a restoration needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.channels.errors import ChannelUnknown, PostUnknown, WrongState
from jaga.core.clock import rfc3339
from jaga.core.ids import ChannelId, MemberId, PostId
from jaga.store.put_away import files_in, put_away
from jaga.store.tables.channels import channels, feed_events, post_versions, posts
from jaga.store.tables.members import members

FEED_CHANNEL = "jaga_feed"
_VISIBLE = ("published", "restored")


async def remove_post(conn: AsyncConnection, post_id: PostId, now: datetime) -> dict[str, Any]:
    """Take the post away: content and history leave the table and are returned, files are put away. Raises `WrongState` when it is gone."""
    post = await _locked(conn, post_id)
    if post.state in ("removed", "refused"):
        raise WrongState(state=post.state)
    history = await conn.execute(
        delete(post_versions).where(post_versions.c.post_id == post_id).returning(post_versions)
    )
    snapshot = _snapshot(post, history.all())
    await put_away(conn, files_in(snapshot), now=now)
    await conn.execute(
        update(posts)
        .where(posts.c.id == post_id)
        .values(
            text="",
            entities=[],
            media=[],
            pinned_at=None,
            state="removed",
            state_before_removal=post.state,
        )
    )
    if post.state in _VISIBLE:
        await announce(conn, post.channel_id, post_id, "removed", now)
    return snapshot


async def restore_post(
    conn: AsyncConnection, post_id: PostId, snapshot: Mapping[str, Any], now: datetime
) -> None:
    """Put a removed post back in place, with its history; what its author had deleted stays deleted."""
    post = await _locked(conn, post_id)
    if post.state != "removed":
        raise WrongState(state=post.state)
    deleted = post.state_before_removal == "deleted"
    await _fill(conn, post_id, snapshot, state="deleted" if deleted else "restored")
    await conn.execute(
        update(posts)
        .where(posts.c.id == post_id)
        .values(
            state_before_removal=None,
            pinned_at=_instant(snapshot.get("pinned_at")),
            published_at=func.coalesce(posts.c.published_at, now),
        )
    )
    for version in snapshot.get("versions", ()):
        await conn.execute(
            insert(post_versions).values(
                {**version, "post_id": post_id, "written_at": _instant(version["written_at"])}
            )
        )
    if not deleted:
        await announce(conn, post.channel_id, post_id, "restored", now)


async def release_post(conn: AsyncConnection, post_id: PostId, now: datetime) -> None:
    """Publish a held post as it stands."""
    post = await _locked(conn, post_id)
    if post.state != "held":
        raise WrongState(state=post.state)
    await conn.execute(
        update(posts)
        .where(posts.c.id == post_id)
        .values(state="published", published_at=func.coalesce(posts.c.published_at, now))
    )
    await announce(conn, post.channel_id, post_id, "post" if post.published_at is None else "restored", now)


async def publish_refused(
    conn: AsyncConnection, post_id: PostId, snapshot: Mapping[str, Any], now: datetime
) -> None:
    """A refusal was reversed: publish what was refused. A refused edit becomes the post's next version."""
    post = await _locked(conn, post_id)
    if post.state == "refused":
        await _fill(conn, post_id, snapshot, state="published")
        await conn.execute(update(posts).where(posts.c.id == post_id).values(published_at=now))
        return await announce(conn, post.channel_id, post_id, "post", now)
    if post.state not in _VISIBLE:
        raise WrongState(state=post.state)
    await keep_version(conn, post, now)
    await _fill(conn, post_id, snapshot, state=post.state)
    await conn.execute(
        update(posts).where(posts.c.id == post_id).values(version=post.version + 1, edited_at=now)
    )
    return await announce(conn, post.channel_id, post_id, "edit", now)


async def close_channel(conn: AsyncConnection, channel_id: ChannelId, now: datetime) -> None:
    """Nothing of the channel can be read any more; its posts stay as they are."""
    await _switch(conn, channel_id, only_from="open", to="closed")
    await announce(conn, channel_id, None, "removed", now)


async def reopen_channel(conn: AsyncConnection, channel_id: ChannelId, now: datetime) -> None:
    await _switch(conn, channel_id, only_from="closed", to="open")
    await announce(conn, channel_id, None, "restored", now)


async def release_channel(conn: AsyncConnection, channel_id: ChannelId, now: datetime) -> None:
    """A new channel, or a change of its title, about text or picture, was held and is now published."""
    row = await _locked_channel(conn, channel_id)
    if row.state != "held" and row.pending is None:
        raise WrongState(state=row.state)
    state = "open" if row.state == "held" else row.state
    await conn.execute(
        update(channels)
        .where(channels.c.id == channel_id)
        .values({**(row.pending or {}), "pending": None, "state": state})
    )
    await announce(conn, channel_id, None, "restored", now)


async def drop_channel_change(conn: AsyncConnection, channel_id: ChannelId, now: datetime) -> None:
    """The held change was not accepted; a held new channel is closed."""
    row = await _locked_channel(conn, channel_id)
    state = "closed" if row.state == "held" else row.state
    await conn.execute(update(channels).where(channels.c.id == channel_id).values(pending=None, state=state))
    if state != row.state:
        await announce(conn, channel_id, None, "removed", now)


async def suspend_posting(conn: AsyncConnection, member_id: MemberId, until: datetime | None) -> None:
    """The member may read, but not post, comment or edit before `until`; `None` lifts it."""
    await conn.execute(update(members).where(members.c.id == member_id).values(posting_suspended_until=until))


async def announce(
    conn: AsyncConnection, channel_id: str, post_id: str | None, kind: str, now: datetime
) -> None:
    """Write the feed's event and wake every process that serves followers when the transaction commits."""
    await conn.execute(insert(feed_events).values(channel_id=channel_id, post_id=post_id, kind=kind, at=now))
    await conn.execute(select(func.pg_notify(FEED_CHANNEL, "")))


async def keep_version(conn: AsyncConnection, post: Row[Any], now: datetime) -> None:
    """History is added, never edited: what stood until now."""
    await conn.execute(
        insert(post_versions).values(
            post_id=post.id,
            version=post.version,
            text=post.text,
            entities=post.entities,
            media=post.media,
            written_at=post.edited_at or post.published_at or now,
        )
    )


async def _locked(conn: AsyncConnection, post_id: PostId) -> Row[Any]:
    """The post's row, its channel's version raised; both are ours until the caller commits."""
    home = select(posts.c.channel_id).where(posts.c.id == post_id).scalar_subquery()
    await conn.execute(update(channels).where(channels.c.id == home).values(version=channels.c.version + 1))
    row = (await conn.execute(select(posts).where(posts.c.id == post_id).with_for_update())).one_or_none()
    if row is None:
        raise PostUnknown
    return row


async def _locked_channel(conn: AsyncConnection, channel_id: ChannelId) -> Row[Any]:
    row: Row[Any] | None = (
        await conn.execute(
            update(channels)
            .where(channels.c.id == channel_id)
            .values(version=channels.c.version + 1)
            .returning(channels)
        )
    ).one_or_none()
    if row is None:
        raise ChannelUnknown
    return row


async def _switch(conn: AsyncConnection, channel_id: ChannelId, *, only_from: str, to: str) -> None:
    row = await _locked_channel(conn, channel_id)
    if row.state != only_from:
        raise WrongState(state=row.state)
    await conn.execute(update(channels).where(channels.c.id == channel_id).values(state=to))


async def _fill(conn: AsyncConnection, post_id: PostId, snapshot: Mapping[str, Any], *, state: str) -> None:
    await conn.execute(
        update(posts)
        .where(posts.c.id == post_id)
        .values(
            text=snapshot["text"],
            entities=snapshot["entities"],
            media=snapshot["media"],
            state=state,
        )
    )


def _snapshot(post: Row[Any], history: Sequence[Row[Any]]) -> dict[str, Any]:
    return {
        "text": post.text,
        "entities": post.entities,
        "media": post.media,
        "pinned_at": post.pinned_at and rfc3339(post.pinned_at),
        "versions": [
            {
                "version": old.version,
                "text": old.text,
                "entities": old.entities,
                "media": old.media,
                "written_at": rfc3339(old.written_at),
            }
            for old in history
        ],
    }


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
