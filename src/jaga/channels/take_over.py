"""Taking over a channel from an export: every message goes through the same check as a new post.

What was taken over already is known by its `source_key`, so that an interrupted run is simply run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Protocol, assert_never

from jaga.channels.bot_fields import FileSent
from jaga.channels.errors import EmptyPost, PostUnknown
from jaga.channels.media import Uploader
from jaga.channels.outcome import Held, Outcome, Published, Refused
from jaga.channels.ports import Actor
from jaga.channels.post import Draft, Post, Wanted
from jaga.channels.publish import Publisher
from jaga.channels.telegram_export import (
    Export,
    ExportedFile,
    ExportedMessage,
    Message,
    ServiceMessage,
    UnreadableMessage,
)
from jaga.core.errors import JagaError, TooMany, Unavailable
from jaga.core.ids import ChannelId, PostId
from jaga.core.text import Text


class Fate(StrEnum):
    """What became of one exported message."""

    PUBLISHED = "published"
    BEFORE = "taken_over_before"
    HELD = "held"
    REFUSED = "refused"
    SERVICE = "service_message"
    EMPTY = "nothing_to_publish"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Remark:
    """What became of one message; `about` says why it was held, refused or not readable."""

    number: int
    fate: Fate
    about: Text | None = None


@dataclass(slots=True)
class Tally:
    counts: Counter[Fate] = field(default_factory=Counter)
    missing_files: int = 0
    remarks: list[Remark] = field(default_factory=list)

    def note(self, remark: Remark) -> None:
        self.counts[remark.fate] += 1
        if remark.about is not None:
            self.remarks.append(remark)


class OpenFile(Protocol):
    def __call__(self, file: ExportedFile) -> FileSent | None:
        """The exported file, or nothing when it is not there."""
        ...


class SourceStore(Protocol):
    async def sources(self, channel: ChannelId, prefix: str) -> dict[str, PostId]:
        """Every source key with this prefix that the channel has, with its post."""
        ...

    async def among(self, channel: ChannelId, keys: Collection[str]) -> dict[str, PostId]:
        """Those of `keys` that the channel has."""
        ...


Media = Callable[[], Awaitable[Sequence[Wanted]]]
"""The files of a message, uploaded; only called for a message that was not taken over before."""


class Taker:
    """Takes over one message after another, whoever brings them: the command, or a browser."""

    def __init__(self, *, publisher: Publisher, sources: SourceStore) -> None:
        self._publisher = publisher
        self._sources = sources

    async def taken(self, channel: ChannelId) -> dict[str, PostId]:
        """What was taken over already: source keys with their posts."""
        return await self._sources.sources(channel, _PREFIX)

    async def numbers(self, channel: ChannelId) -> list[int]:
        """The messages that were taken over already, by their numbers in the export."""
        return sorted(int(key.removeprefix(_PREFIX)) for key in await self.taken(channel))

    async def take_one(
        self, actor: Actor, channel: str, channel_id: ChannelId, message: Message, media: Media
    ) -> Remark:
        """As `take`, for a message that comes alone. Raises `Unavailable`, `TooMany`."""
        keys = (_key(message.number), _key(message.reply_to)) if isinstance(message, ExportedMessage) else ()
        return await self.take(actor, channel, message, media, await self._sources.among(channel_id, keys))

    async def take(
        self, actor: Actor, channel: str, message: Message, media: Media, known: dict[str, PostId]
    ) -> Remark:
        """What became of it; a published one is noted in `known`. Raises `Unavailable`, `TooMany`."""
        match message:
            case ServiceMessage(number):
                return Remark(number, Fate.SERVICE)
            case UnreadableMessage(position, why):
                return Remark(position, Fate.UNREADABLE, Text(id=why, en=why))
            case ExportedMessage():
                return await self._take(actor, channel, message, media, known)
            case _:
                assert_never(message)

    async def _take(
        self, actor: Actor, channel: str, message: ExportedMessage, media: Media, known: dict[str, PostId]
    ) -> Remark:
        number, key = message.number, _key(message.number)
        if key in known:
            return Remark(number, Fate.BEFORE)
        try:
            draft = _draft(message, await media(), known.get(_key(message.reply_to)))
            outcome = await self._publish(actor, channel, draft)
        except EmptyPost:
            return Remark(number, Fate.EMPTY)
        except (Unavailable, TooMany):
            raise
        except JagaError as error:
            return Remark(number, Fate.UNREADABLE, Text(id=error.message("id"), en=error.message("en")))
        match outcome:
            case Published(post):
                known[key] = post.id
                return Remark(number, Fate.PUBLISHED)
            case Held(_, case):
                return Remark(number, Fate.HELD, Text(id=case, en=case))
            case Refused(_, statement, category):
                about = f"{category}, {statement}"
                return Remark(number, Fate.REFUSED, Text(id=about, en=about))
            case _:
                assert_never(outcome)

    async def _publish(self, actor: Actor, channel: str, draft: Draft) -> Outcome[Post]:
        try:
            return await self._publisher.post(actor, channel, draft)
        except PostUnknown:  # the post it answers is held or was refused: it stands without it
            return await self._publisher.post(actor, channel, replace(draft, reply_to=None))


class TakeOver:
    """A whole export that lies on this machine."""

    def __init__(self, *, taker: Taker, uploader: Uploader, open_file: OpenFile) -> None:
        self._taker = taker
        self._uploader = uploader
        self._open_file = open_file

    async def run(
        self, actor: Actor, channel: str, channel_id: ChannelId, export: Export, *, done: Callable[[], None]
    ) -> Tally:
        """Oldest first; `done` is called after each message. Raises `Unavailable` when the check gives no answer."""
        tally = Tally()
        known = await self._taker.taken(channel_id)
        for message in export.messages:
            media = partial(self._files, actor, message, tally)
            tally.note(await self._taker.take(actor, channel, message, media, known))
            if isinstance(message, ExportedMessage):
                tally.missing_files += message.missing_files
            done()
        return tally

    async def _files(self, actor: Actor, message: Message, tally: Tally) -> list[Wanted]:
        uploaded = []
        for file in message.files if isinstance(message, ExportedMessage) else ():
            source = self._open_file(file)
            if source is None:
                tally.missing_files += 1
                continue
            kept = await self._uploader.upload(
                actor, source.chunks(), declared_type=source.declared_type, declared_size=None
            )
            uploaded.append(file.wanted(kept.id))
        return uploaded


_PREFIX = "telegram:"


def _key(number: int | None) -> str:
    return f"{_PREFIX}{number}"


def _draft(message: ExportedMessage, media: Sequence[Wanted], reply_to: PostId | None) -> Draft:
    source: dict[str, object] = {"from": "telegram", "number": message.number}
    if message.edited_at is not None:
        source["edited_at"] = message.edited_at.isoformat()
    return Draft.of(
        message.text,
        message.entities,
        media,
        reply_to=reply_to,
        source=source,
        source_key=_key(message.number),
        written_at=message.at,
    )
