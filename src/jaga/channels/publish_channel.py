"""Channels take the same way as posts: names, titles, about texts and pictures are public, so they are checked first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, assert_never

from jaga.channels.channel import (
    Channel,
    ChannelChange,
    ChannelDraft,
    Role,
    require_editor,
    require_owner,
)
from jaga.channels.content import channel_content
from jaga.channels.errors import BadField, TooManyChannels
from jaga.channels.outcome import Outcome, Published
from jaga.channels.ports import Actor, ChannelStore, Entrance, PostStore
from jaga.channels.rates import Rate
from jaga.core.clock import Clock
from jaga.core.ids import ChannelId, MediaId
from jaga.core.text import Text
from jaga.detect.content import Content
from jaga.detect.media import CheckedMedia, MediaState
from jaga.detect.ports import Check
from jaga.detect.verdict import Allow, Hold, Refuse

MOST_CHANNELS = 50
_COST = 5
"""A channel weighs as much as so many posts."""

_NO_PICTURE = Text(id="bukan gambar.", en="it is not a picture.")


class ChannelPublisher:
    def __init__(
        self,
        *,
        channels: ChannelStore,
        posts: PostStore,
        check: Check,
        rate: Rate,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._channels = channels
        self._posts = posts
        self._check = check
        self._rate = rate
        self._clock = clock
        self._wake = wake

    async def create(self, actor: Actor, draft: ChannelDraft) -> Outcome[Channel]:
        """Raises `NameTaken`, `TooManyChannels`, `TooManyPosts`, `PostingSuspended`, `DetectorUnavailable`."""
        now = self._clock()
        writer = await self._channels.writer(actor)
        writer.require_voice(now)
        self._rate.spend(actor.key, cost=_COST)
        if await self._channels.owned(actor.member_id) >= MOST_CHANNELS:
            raise TooManyChannels(limit=MOST_CHANNELS)
        new = ChannelId.new()
        verdict = await self._check(_content_of(draft))
        match verdict:
            case Allow():
                return Published(await self._channels.save_new(new, actor, draft, now))
            case Hold():
                return await self._channels.save_new_held(new, actor, draft, verdict, now)
            case Refuse():
                content = {"name": draft.name, "title": draft.title, "about": draft.about}
                return await self._channels.record_refused(new, actor, content, verdict, now)
            case _:
                assert_never(verdict)

    async def change(self, actor: Actor, name: str, change: ChannelChange) -> Outcome[Channel]:
        """Raises `ChannelUnknown`, `MayNotChange`, and what `create` raises."""
        now = self._clock()
        entrance = await self._channels.standing(actor, name)
        require_owner(entrance.standing.role)
        entrance.standing.require_voice(now)
        self._rate.spend(actor.key, cost=_COST)
        channel, values = entrance.channel, change.values()
        if not values:
            return Published(channel)
        picture = await self._picture(actor, change)
        verdict = await self._check(
            channel_content(
                name=channel.name,
                title=change.title or channel.title,
                about=str(values.get("about", channel.about)),
                category=change.category or channel.category,
                picture=picture,
            )
        )
        match verdict:
            case Allow():
                changed = Published(await self._channels.save_change(channel.id, values, now))
                self._wake()
                return changed
            case Hold():
                return await self._channels.save_change_held(channel.id, actor, values, verdict, now)
            case Refuse():
                content = _kept(channel, values, picture)
                return await self._channels.record_refused(channel.id, actor, content, verdict, now)
            case _:
                assert_never(verdict)

    async def roles(self, actor: Actor, name: str) -> list[tuple[str, Role]]:
        """Who runs the channel: known to those who run it."""
        entrance = await self._entrance(actor, name)
        require_editor(entrance.standing.role)
        return await self._channels.roles(entrance.channel.id)

    async def appoint(self, actor: Actor, name: str, member: str) -> None:
        """Raises `MemberUnknown`, `MayNotChange`."""
        entrance = await self._entrance(actor, name)
        require_owner(entrance.standing.role)
        await self._channels.appoint(entrance.channel.id, member, self._clock())

    async def dismiss(self, actor: Actor, name: str, member: str) -> None:
        """Owners dismiss editors; an editor may step down."""
        entrance = await self._entrance(actor, name)
        if member != entrance.standing.name:
            require_owner(entrance.standing.role)
        await self._channels.dismiss(entrance.channel.id, member, self._clock())

    async def _entrance(self, actor: Actor, name: str) -> Entrance:
        return await self._channels.standing(actor, name)

    async def _picture(self, actor: Actor, change: ChannelChange) -> tuple[CheckedMedia, ...]:
        if not change.picture:
            return ()
        (upload,) = await self._posts.uploads(actor.member_id, [MediaId(change.picture)], of=None)
        if upload.state is not MediaState.DECODED:
            raise BadField(field="picture", why=_NO_PICTURE)
        return (CheckedMedia(upload.attachment.sha256, upload.state, "channel.picture"),)


def _kept(channel: Channel, values: Mapping[str, Any], picture: tuple[CheckedMedia, ...]) -> dict[str, Any]:
    """What a case keeps of a refused change."""
    kept: dict[str, Any] = {"name": channel.name, "title": channel.title, "about": channel.about, **values}
    if picture:
        kept["picture_sha256"] = picture[0].sha256
    return kept


def _content_of(draft: ChannelDraft) -> Content:
    return channel_content(name=draft.name, title=draft.title, about=draft.about, category=draft.category)
