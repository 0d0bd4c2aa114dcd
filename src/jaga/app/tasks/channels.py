"""What the open side no longer needs goes every night."""

from __future__ import annotations

from jaga.app.queue import Queue
from jaga.app.work import Work


def register(queue: Queue, work: Work) -> None:
    @queue.every("23 3 * * *", "channels.tidy")
    async def tidy() -> None:
        await work.services.open_side.tidy(work.services.clock())
