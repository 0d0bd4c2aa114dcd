"""The feed: what happened in channels, in order, to followers who are nobody in particular.

One reader of the store per process hands each event to all who follow its channel. An event's place is the pair
(writing transaction, sequence): the store gives events only once every earlier transaction has ended, so a follower
who names the last place they saw gets exactly what came after it.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, Self

import structlog
from typing_extensions import override

from jaga.channels.post import Post
from jaga.core.errors import MalformedInput, Unavailable
from jaga.core.ids import ChannelId, PostId
from jaga.core.text import Text

log = structlog.get_logger(__name__)

EventKind = Literal["post", "edit", "removed", "restored", "deleted"]

HEARTBEAT = 15.0
_LOOK_AGAIN = 1.0
"""Seconds after which the store is asked even if nobody called: a call that got lost delays, it never loses."""
_PACE = 0.01
"""Events that come closer together than this are read together."""
_BATCH = 500
_MOST_WAITING = 1_000
"""Events that wait for one slow follower; beyond that the connection ends and the follower resumes."""
_PLACE = re.compile(r"(\d{1,19})-(\d{1,19})")
_HEARTBEAT_FRAME = b":\n\n"


class Place(NamedTuple):
    """Where an event stands; compares in the feed's order."""

    xact: int
    seq: int

    @override
    def __str__(self) -> str:
        return f"{self.xact}-{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """A `Last-Event-ID`; raises `BadPlace`."""
        match = _PLACE.fullmatch(text)
        if match is None or max(map(int, match.groups())) >= 2**63:
            raise BadPlace
        return cls(int(match[1]), int(match[2]))


class BadPlace(MalformedInput):
    code = "bad_last_event_id"
    text = Text(id="Last-Event-ID ini bukan dari umpan kami.", en="This Last-Event-ID is not from our feed.")


class FeedFull(Unavailable):
    code = "feed_full"
    text = Text(
        id="Terlalu banyak pengikut pada proses ini sekarang. Coba lagi sebentar lagi.",
        en="Too many followers on this process at the moment. Try again shortly.",
    )


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """`post` is what stands there now; None when the event speaks of the whole channel or the post cannot be read."""

    place: Place
    channel_id: ChannelId
    channel: str
    post_id: PostId | None
    kind: EventKind
    at: datetime
    post: Post | None

    @property
    def tells_nothing(self) -> bool:
        """The post has gone since; its removal has an event of its own."""
        return self.kind in ("post", "edit", "restored") and self.post_id is not None and self.post is None


class Batch(NamedTuple):
    events: list[FeedEvent]
    more: bool
    """There are events that could not be given yet, or did not fit."""


class FeedSource(Protocol):
    """The store's side."""

    async def horizon(self) -> Place:
        """Every event up to here is known, and none can appear before it any more."""
        ...

    async def after(
        self, place: Place, *, upto: Place | None, channels: Collection[ChannelId] | None, limit: int
    ) -> Batch: ...

    async def call(self) -> None:
        """Tell every process that there is something new."""
        ...

    def calls(self) -> AsyncIterator[None]:
        """Yields when any process called; ends when the connection is lost."""
        ...


class _Follower:
    """One connection: a short queue of finished frames."""

    __slots__ = ("_frames", "_waits", "after", "slow")

    def __init__(self) -> None:
        self.after = Place(0, 0)
        self.slow = False
        self._frames: deque[tuple[Place | None, bytes]] = deque()
        # One future and no event: a post wakes a thousand of these in a row.
        self._waits: asyncio.Future[None] | None = None

    def give(self, place: Place | None, frame: bytes) -> None:
        """A frame without a place is a heartbeat."""
        if len(self._frames) >= _MOST_WAITING:
            self.slow = True
        else:
            self._frames.append((place, frame))
        if self._waits is not None and not self._waits.done():
            self._waits.set_result(None)

    async def take(self) -> bytes:
        """All that waits, in one piece; empty when the follower was too slow."""
        if not self._frames and not self.slow:
            self._waits = asyncio.get_running_loop().create_future()
            await self._waits
        if self.slow:
            return b""
        taken = [frame for place, frame in self._frames if place is None or place > self.after]
        self._frames.clear()
        return b"".join(taken) or _HEARTBEAT_FRAME


class Feed:
    """`encode` makes an event's frame, once for all followers."""

    def __init__(
        self, source: FeedSource, *, encode: Callable[[FeedEvent], bytes], most_followers: int
    ) -> None:
        self._source = source
        self._encode = encode
        self._most = most_followers
        self._followers: dict[ChannelId, set[_Follower]] = {}
        self._count = 0
        self._place: Place | None = None
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._calling: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    @property
    def followers(self) -> int:
        return self._count

    def wake(self) -> None:
        """Something was committed by this process: look now, and tell the other processes."""
        self._news.set()
        if self._calling is None:
            self._calling = asyncio.create_task(self._call())

    async def follow(
        self, channels: Collection[ChannelId], after: Place | None
    ) -> AsyncGenerator[bytes, None]:
        """Frames as they come, from `after` on or from now; raises `FeedFull`. Ends when the follower is too slow."""
        if self._count >= self._most:
            raise FeedFull
        await self._started()
        follower = _Follower()
        # From here on everything new is kept for the follower, also while older things are looked up.
        start = self._enter(follower, channels)
        try:
            follower.after = max(start, after or await self._source.horizon())
            yield f"retry: 2000\nid: {after or follower.after}\n\n".encode()
            if after is not None:
                async for frame in self._missed(after, start, channels):
                    yield frame
            while frames := await follower.take():
                yield frames
        finally:
            self._leave(follower, channels)

    async def close(self) -> None:
        for task in (*self._tasks, *([self._calling] if self._calling else [])):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _missed(
        self, after: Place, upto: Place, channels: Collection[ChannelId]
    ) -> AsyncIterator[bytes]:
        while after < upto:
            batch = await self._source.after(after, upto=upto, channels=channels, limit=_BATCH)
            if batch.events:
                yield self._frames(batch.events)
                after = batch.events[-1].place
            if len(batch.events) < _BATCH:
                return

    def _frames(self, events: Iterable[FeedEvent]) -> bytes:
        return b"".join(self._encode(event) for event in events if not event.tells_nothing)

    def _enter(self, follower: _Follower, channels: Collection[ChannelId]) -> Place:
        """Where the feed stands at this moment."""
        assert self._place is not None
        self._count += 1
        for channel in channels:
            self._followers.setdefault(channel, set()).add(follower)
        return self._place

    def _leave(self, follower: _Follower, channels: Collection[ChannelId]) -> None:
        self._count -= 1
        for channel in channels:
            followers = self._followers[channel]
            followers.discard(follower)
            if not followers:
                del self._followers[channel]

    async def _started(self) -> None:
        """The first follower starts the reading; a process without followers reads nothing."""
        async with self._starting:
            if self._place is not None:
                return
            self._place = await self._source.horizon()
            for work in (self._read, self._listen, self._beat):
                self._tasks.add(asyncio.create_task(work()))

    async def _read(self) -> None:
        while True:
            try:
                if not await self._pass_on():
                    await self._wait_for_news()
                await asyncio.sleep(_PACE)
            except Unavailable:
                await asyncio.sleep(_LOOK_AGAIN)
            except Exception:  # the reading must outlive any one bad event: followers have nothing else
                log.exception("feed_reading_failed")
                await asyncio.sleep(_LOOK_AGAIN)

    async def _wait_for_news(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_AGAIN):
                await self._news.wait()
        except TimeoutError:
            return

    async def _pass_on(self) -> bool:
        """Hand out what is new; tells whether there is more to come."""
        self._news.clear()
        assert self._place is not None
        batch = await self._source.after(self._place, upto=None, channels=None, limit=_BATCH)
        for event in batch.events:
            followers = self._followers.get(event.channel_id)
            if followers and not event.tells_nothing:
                frame = self._encode(event)
                for follower in followers:
                    follower.give(event.place, frame)
            self._place = event.place
        return batch.more

    async def _listen(self) -> None:
        while True:
            try:
                async for _ in self._source.calls():
                    self._news.set()
            except Unavailable:
                log.warning("feed_calls_lost")
            await asyncio.sleep(_LOOK_AGAIN)

    async def _beat(self) -> None:
        """A frame without content now and then, so that a dead connection is noticed at both ends."""
        while True:
            await asyncio.sleep(HEARTBEAT)
            for follower in {one for followers in self._followers.values() for one in followers}:
                follower.give(None, _HEARTBEAT_FRAME)

    async def _call(self) -> None:
        try:
            await asyncio.sleep(_PACE)  # what is published meanwhile goes into the same call
            await self._source.call()
        except Unavailable:
            log.warning("feed_call_failed")  # the others look again within a second by themselves
        finally:
            self._calling = None
