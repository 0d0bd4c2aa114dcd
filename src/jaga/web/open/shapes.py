"""Channels, posts and the feed's events as JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from jaga.channels.channel import Channel
from jaga.channels.feed import FeedEvent
from jaga.channels.post import Attachment, Post
from jaga.channels.reading import Gone
from jaga.core.clock import rfc3339
from jaga.core.text import Text

# Our ids are strings with a type of their own.
json_bytes = msgspec.json.Encoder(enc_hook=str).encode


def channel_shape(channel: Channel, site: str) -> dict[str, Any]:
    return {
        "id": channel.id,
        "name": channel.name,
        "title": channel.title,
        "about": channel.about,
        "kind": channel.kind,
        "language": channel.language,
        "category": channel.category,
        "picture": channel.picture and f"{site}/api/v1/media/{channel.picture}/thumbnail",
        "url": f"{site}/c/{channel.name}",
        "created_at": rfc3339(channel.created_at),
    }


def post_shape(post: Post, site: str) -> dict[str, Any]:
    return {
        "id": post.id,
        "number": post.number,
        "channel": post.channel,
        "author": post.author,
        "text": post.text,
        "entities": [entity.as_dict() for entity in post.entities],
        "media": [media_shape(attachment, site) for attachment in post.media],
        "state": post.state,
        "version": post.version,
        "reply_to": post.reply_to,
        "from": None if post.source is None else post.source.get("from"),
        "comment_on": post.comment_on,
        "comments": post.comments,
        "album": post.album,
        "url": f"{site}/c/{post.channel}/{post.id}",
        "created_at": rfc3339(post.created_at),
        "published_at": _instant(post.published_at),
        "edited_at": _instant(post.edited_at),
        "pinned_at": _instant(post.pinned_at),
    }


def media_shape(attachment: Attachment, site: str) -> dict[str, Any]:
    address = f"{site}/api/v1/media/{attachment.id}"
    return {
        **attachment.as_dict(),
        "url": address,
        "thumbnail": f"{address}/thumbnail" if attachment.thumbnail else None,
    }


def gone_shape(gone: Gone, title: Callable[[str], Text]) -> dict[str, Any]:
    """The card in a removed post's place: what everyone may know of the decision."""
    return {
        "id": gone.id,
        "channel": gone.channel,
        "number": gone.number,
        "state": "removed",
        "category": gone.category,
        "category_title": None if gone.category is None else title(gone.category).as_dict(),
        "decided_by": gone.decided_by,
        "removed_at": _instant(gone.removed_at),
        "statement": gone.statement,
        "appeal_until": _instant(gone.appeal_until),
    }


def event_shape(event: FeedEvent, site: str) -> dict[str, Any]:
    """What a follower gets: the post as it stands, or that it is gone."""
    if event.post is not None and event.kind not in ("removed", "deleted"):
        return post_shape(event.post, site)
    state = "deleted" if event.kind == "deleted" else "removed"
    if event.post_id is None:
        state = {"removed": "closed", "restored": "open"}.get(event.kind, "changed")
    return {"id": event.post_id, "channel": event.channel, "state": state, "at": rfc3339(event.at)}


def frame_of(site: str) -> Callable[[FeedEvent], bytes]:
    """How an event goes over the wire; what authors delete is gone for followers just the same."""

    def frame(event: FeedEvent) -> bytes:
        name = "removed" if event.kind == "deleted" else event.kind
        body = json_bytes(event_shape(event, site))
        return b"id: %b\nevent: %b\ndata: %b\n\n" % (str(event.place).encode(), name.encode(), body)

    return frame


def _instant(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)
