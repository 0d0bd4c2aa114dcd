"""What the open side no longer needs goes every night."""

from __future__ import annotations

from jaga.app.queue import Queue
from jaga.web.services import Services


def register(queue: Queue, services: Services) -> None:
    @queue.every("23 3 * * *", "channels.tidy")
    async def tidy() -> None:
        await services.open_side.tidy(services.clock())
