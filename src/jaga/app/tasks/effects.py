"""What follows decisions by the clock: missed deadlines, silences that end, cases that rest, evidence that has served."""

from __future__ import annotations

from jaga.app.queue import Queue
from jaga.app.work import Work


def register(queue: Queue, work: Work) -> None:
    records = work.carry_out.records

    @queue.every("* * * * * */5", "clocks.breaches")
    async def breaches() -> None:
        await records.record_breaches(now=work.services.clock())

    @queue.every("* * * * * */30", "authors.tell")
    async def tell() -> None:
        await records.tell_silenced(now=work.services.clock())

    @queue.every("17 * * * *", "cases.close")
    async def close() -> None:
        await records.close_rested(now=work.services.clock())

    @queue.every("29 * * * *", "evidence.tidy")
    async def settle() -> None:
        await records.settle_all(now=work.services.clock())

    @queue.every("41 3 * * *", "evidence.purge")
    async def purge() -> None:
        await records.purge_evidence(now=work.services.clock())
