"""Server-sent events, as every stream of ours is served."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping

from litestar.response import Stream

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx passes each event on at once
}


async def event_stream(frames: AsyncGenerator[bytes, None], headers: Mapping[str, str]) -> Stream:
    """The first frame is awaited here, so that a full house is still an honest 503."""
    first = await anext(frames)
    return Stream(_from(first, frames), media_type="text/event-stream", headers={**_HEADERS, **headers})


async def _from(first: bytes, frames: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    async with contextlib.aclosing(frames):
        yield first
        async for frame in frames:
            yield frame
