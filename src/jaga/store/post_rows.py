"""How a row of `posts` (or of its view) becomes a `Post`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import TextClause, text

from jaga.channels.channel import Channel
from jaga.channels.entities import Entity
from jaga.channels.post import Attachment, Post
from jaga.core.ids import ChannelId, MediaId, PostId
from jaga.store.quick import quick

_POST = """
    p.id, p.channel_id, c.name AS channel, c.kind AS channel_kind, p.number, m.name AS author, p.text, p.entities, p.media, p.state,
    p.version, p.created_at, p.published_at, p.edited_at, p.pinned_at, p.reply_to, p.comment_on, p.album, p.source
"""
_POST_JOINS = "JOIN channels c ON c.id = p.channel_id JOIN members m ON m.id = p.author_id"

_CHANNEL = """
    c.id AS home_id, c.number AS channel_number, c.name, c.title, c.about, c.kind, c.language, c.category, c.picture,
    c.version AS channel_version, c.created_at AS channel_created_at
"""


def statement(sql: str) -> TextClause:
    """`sql` with `{POST}`, `{POST_JOINS}` and `{CHANNEL}` filled in; values are always bound, never written in."""
    return text(sql.format(POST=_POST, POST_JOINS=_POST_JOINS, CHANNEL=_CHANNEL))


def quick_statement(sql: str) -> str:
    """The same for `Database.quickly`."""
    return quick(sql.format(POST=_POST, POST_JOINS=_POST_JOINS, CHANNEL=_CHANNEL))


def post_of(row: Any, *, comments: int = 0) -> Post:
    """`row` with `{POST}`."""
    return Post(
        id=PostId(row.id),
        channel_id=ChannelId(row.channel_id),
        channel=row.channel,
        number=row.number,
        author=shown_author(row.author, kind=row.channel_kind, comment_on=row.comment_on),
        text=row.text,
        entities=tuple(Entity.stored(shape) for shape in row.entities),
        media=tuple(Attachment.stored(shape) for shape in row.media),
        state=row.state,
        version=row.version,
        created_at=row.created_at,
        published_at=row.published_at,
        edited_at=row.edited_at,
        pinned_at=row.pinned_at,
        reply_to=None if row.reply_to is None else PostId(row.reply_to),
        comment_on=None if row.comment_on is None else PostId(row.comment_on),
        comments=comments,
        album=row.album,
        source=row.source,
    )


def shown_author(name: str, *, kind: str, comment_on: str | None) -> str | None:
    """A channel's own posts speak for the channel: which editor wrote one is nobody else's business."""
    return None if kind == "channel" and comment_on is None else name


def channel_of(row: Any) -> Channel:
    """`row` with `{CHANNEL}`."""
    return Channel(
        id=ChannelId(row.home_id),
        number=row.channel_number,
        name=row.name,
        title=row.title,
        about=row.about,
        kind=row.kind,
        language=row.language,
        category=row.category,
        picture=None if row.picture is None else MediaId(row.picture),
        version=row.channel_version,
        created_at=row.channel_created_at,
    )
