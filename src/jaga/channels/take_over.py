"""Taking over a channel from an export: every message goes through the same check as a new post.

What was taken over already is known by its `source_key`, so that an interrupted run is simply run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
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
    ServiceMessage,
    UnreadableMessage,
)
from jaga.core.errors import JagaError, Unavailable
from jaga.core.ids import ChannelId, PostId


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
    """A message that the owner should know of: held, refused, or not readable."""

    number: int
    fate: Fate
    about: str


@dataclass(slots=True)
class Tally:
    counts: Counter[Fate] = field(default_factory=Counter)
    missing_files: int = 0
    remarks: list[Remark] = field(default_factory=list)

    def note(self, number: int, fate: Fate, about: str = "") -> None:
        self.counts[fate] += 1
        if about:
            self.remarks.append(Remark(number, fate, about))


class OpenFile(Protocol):
    def __call__(self, file: ExportedFile) -> FileSent | None:
        """The exported file, or nothing when it is not there."""
        ...


class SourceStore(Protocol):
    async def sources(self, channel: ChannelId, prefix: str) -> dict[str, PostId]:
        """Every source key with this prefix that the channel has, with its post."""
        ...


class TakeOver:
    def __init__(
        self, *, publisher: Publisher, uploader: Uploader, sources: SourceStore, open_file: OpenFile
    ) -> None:
        self._publisher = publisher
        self._sources = sources
        self._uploader = uploader
        self._open_file = open_file

    async def run(
        self, actor: Actor, channel: str, channel_id: ChannelId, export: Export, *, done: Callable[[], None]
    ) -> Tally:
        """Oldest first; `done` is called after each message. Raises `Unavailable` when the check gives no answer."""
        tally = Tally()
        known = await self._sources.sources(channel_id, _PREFIX)
        for message in export.messages:
            match message:
                case ServiceMessage(number):
                    tally.note(number, Fate.SERVICE)
                case UnreadableMessage(position, why):
                    tally.note(position, Fate.UNREADABLE, why)
                case ExportedMessage():
                    await self._take(actor, channel, message, known, tally)
                case _:
                    assert_never(message)
            done()
        return tally

    async def _take(
        self, actor: Actor, channel: str, message: ExportedMessage, known: dict[str, PostId], tally: Tally
    ) -> None:
        key = _key(message.number)
        tally.missing_files += message.missing_files
        if key in known:
            tally.note(message.number, Fate.BEFORE)
            return
        try:
            media = [wanted async for wanted in self._files(actor, message, tally)]
            draft = _draft(message, media, known.get(_key(message.reply_to)))
            outcome = await self._publish(actor, channel, draft)
        except EmptyPost:
            tally.note(message.number, Fate.EMPTY)
            return
        except Unavailable:
            raise
        except JagaError as error:
            tally.note(message.number, Fate.UNREADABLE, error.message("en"))
            return
        match outcome:
            case Published(post):
                known[key] = post.id
                tally.note(message.number, Fate.PUBLISHED)
            case Held(_, case):
                tally.note(message.number, Fate.HELD, case)
            case Refused(_, statement, category):
                tally.note(message.number, Fate.REFUSED, f"{category}, {statement}")
            case _:
                assert_never(outcome)

    async def _publish(self, actor: Actor, channel: str, draft: Draft) -> Outcome[Post]:
        try:
            return await self._publisher.post(actor, channel, draft)
        except PostUnknown:  # the post it answers is held or was refused: it stands without it
            return await self._publisher.post(actor, channel, replace(draft, reply_to=None))

    async def _files(self, actor: Actor, message: ExportedMessage, tally: Tally) -> AsyncIterator[Wanted]:
        for file in message.files:
            source = self._open_file(file)
            if source is None:
                tally.missing_files += 1
                continue
            uploaded = await self._uploader.upload(
                actor, source.chunks(), declared_type=source.declared_type, declared_size=None
            )
            yield Wanted(uploaded.id, "photo" if file.photo else "document", file.name)


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
