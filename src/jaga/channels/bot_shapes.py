"""Posts and channels in the shapes of Telegram's Bot API, so that its libraries read them unchanged.

https://core.telegram.org/bots/api#available-types. An album is one post here, so its messages share one `message_id`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jaga.channels.bot import Bot
from jaga.channels.channel import Channel
from jaga.channels.post import Attachment, Post

# Bot API: the chat id of a channel is -100 followed by its own number.
_CHANNEL_IDS = -1_000_000_000_000


def chat_id_of(channel: Channel) -> int:
    return _CHANNEL_IDS - channel.number


def user_of(bot: Bot) -> dict[str, Any]:
    """What `getMe` answers."""
    return {
        "id": bot.number,
        "is_bot": True,
        "first_name": bot.name,
        "username": f"{bot.name}_bot",
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def chat_of(channel: Channel) -> dict[str, Any]:
    kind = "channel" if channel.kind == "channel" else "supergroup"
    return {"id": chat_id_of(channel), "type": kind, "title": channel.title, "username": channel.name}


def full_chat_of(channel: Channel, pinned: Post | None) -> dict[str, Any]:
    """What `getChat` answers."""
    shape = chat_of(channel) | {
        "accent_color_id": 0,
        "max_reaction_count": 0,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if channel.about:
        shape["description"] = channel.about
    if pinned is not None:
        shape["pinned_message"] = message_of(pinned, channel)
    return shape


def messages_of(post: Post, channel: Channel) -> list[dict[str, Any]]:
    """One message a file, as `sendMediaGroup` answers; the caption stands with the first."""
    return [
        _message(post, channel, attachment, first=index == 0) for index, attachment in enumerate(post.media)
    ]


def message_of(post: Post, channel: Channel) -> dict[str, Any]:
    return _message(post, channel, post.media[0] if post.media else None, first=True)


def _message(post: Post, channel: Channel, attachment: Attachment | None, *, first: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "message_id": post.number,
        "date": _seconds(post.published_at or post.created_at),
        "chat": chat_of(channel),
        "sender_chat": chat_of(channel),
    }
    if post.edited_at is not None:
        shape["edit_date"] = _seconds(post.edited_at)
    if post.album is not None:
        shape["media_group_id"] = post.album
    if attachment is not None:
        shape |= _file(attachment)
    if first:
        shape |= _words(post, captioned=attachment is not None)
    return shape


def _words(post: Post, *, captioned: bool) -> dict[str, Any]:
    entities = [entity.as_dict() for entity in post.entities]
    words, formatting = ("caption", "caption_entities") if captioned else ("text", "entities")
    return {words: post.text} | ({formatting: entities} if entities else {}) if post.text else {}


def _file(attachment: Attachment) -> dict[str, Any]:
    common = {
        "file_id": attachment.id,
        "file_unique_id": attachment.sha256[:16],
        "file_size": attachment.size,
    }
    if attachment.kind == "photo":
        size = {"width": attachment.width or 0, "height": attachment.height or 0}
        return {"photo": [common | size]}
    return {"document": common | {"file_name": attachment.file_name, "mime_type": attachment.mime}}


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
