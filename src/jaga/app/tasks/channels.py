"""What the open side no longer needs goes every night, and what serves some minutes only, within minutes."""

from __future__ import annotations

from jaga.app.queue import Queue
from jaga.app.work import Work


def register(queue: Queue, work: Work) -> None:
    @queue.every("23 3 * * *", "channels.tidy")
    async def tidy() -> None:
        await work.services.open_side.tidy(work.services.clock())

    @queue.every("*/5 * * * *", "channels.tidy_soon")
    async def tidy_soon() -> None:
        await work.services.open_side.tidy.soon(work.services.clock())
