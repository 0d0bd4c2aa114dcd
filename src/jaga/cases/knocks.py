"""Members who wait for official notices: told that there is something new, never what. They ask for it in their own name.

One listener a process hears the store's calls and wakes those whom they concern; who waits costs a future and a socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Protocol

import structlog

from jaga.core.errors import Unavailable
from jaga.core.ids import MemberId
from jaga.core.text import Text

log = structlog.get_logger(__name__)

HEARTBEAT = 15.0
NEWS = b"event: inbox\ndata: {}\n\n"
MOST_OF_ONE = 8
"""Devices of one member that wait at one process."""

_BEAT = b":\n\n"
_BEATS_OF_TRUST = 40
"""After ten minutes without a call a session is looked at anyhow: it may have run out."""
_AGAIN = 1.0

Lasts = Callable[[], Awaitable[bool]]
"""Whether the session that asked is still one. May raise `Unavailable`."""


class KnocksFull(Unavailable):
    code = "inbox_full"
    text = Text(
        id="Terlalu banyak yang menunggu pemberitahuan sekarang. Coba lagi sebentar lagi.",
        en="Too many are waiting for notices at the moment. Try again shortly.",
    )


class HearKnocks(Protocol):
    """Yields for whom there is something new; first an empty word, as soon as nothing can be missed any more.

    Ends, or raises `Unavailable`, when the connection is lost.
    """

    def __call__(self) -> AsyncIterator[str]: ...


class Knocks:
    def __init__(self, hear: HearKnocks, *, most: int) -> None:
        """`most` wait at this process at once."""
        self._hear, self._most = hear, most
        self._waiting: dict[MemberId, set[asyncio.Event]] = {}
        self._count = 0
        self._listener: asyncio.Task[None] | None = None

    async def wait_for(self, member: MemberId, lasts: Lasts) -> AsyncGenerator[bytes, None]:
        """Frames of an event stream: at first, and whenever there is something new. Raises `KnocksFull`.

        Ends with the session: whoever ends one calls its member out too, and each call looks whether it lasts.
        """
        if self._count >= self._most or len(self._waiting.get(member, ())) >= MOST_OF_ONE:
            raise KnocksFull
        news = asyncio.Event()
        others = self._waiting.setdefault(member, set())
        others.add(news)
        self._count += 1
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        try:
            yield b"retry: 2000\n" + NEWS
            async for frame in _while_lasting(news, lasts):
                yield frame
        finally:
            self._count -= 1
            others.discard(news)
            if not others:
                self._waiting.pop(member, None)

    async def _listen(self) -> None:
        while True:
            try:
                async for member in self._hear():
                    self._wake(member)
            except Unavailable:
                log.warning("inbox_calls_lost")
            await asyncio.sleep(_AGAIN)

    def _wake(self, member: str) -> None:
        """After a gap, which the empty word ends, everybody looks once."""
        chosen = self._waiting.values() if not member else [self._waiting.get(MemberId(member), set())]
        for events in chosen:
            for news in events:
                news.set()


async def _while_lasting(news: asyncio.Event, lasts: Lasts) -> AsyncIterator[bytes]:
    beats = 0
    while True:
        frame = await _news_or_beat(news)
        beats = beats + 1 if frame is _BEAT else 0
        if beats % _BEATS_OF_TRUST == 0 and not await _surely(lasts):
            return
        yield frame


async def _surely(lasts: Lasts) -> bool:
    """Who cannot be looked up is let go, and comes back by itself."""
    try:
        return await lasts()
    except Unavailable:
        return False


async def _news_or_beat(news: asyncio.Event) -> bytes:
    try:
        async with asyncio.timeout(HEARTBEAT):
            await news.wait()
    except TimeoutError:
        return _BEAT
    news.clear()
    return NEWS
