"""The worker process: carries out jobs, and integrates the ledger."""

from __future__ import annotations

import asyncio
import os

import structlog
import uvloop

from jaga.app import tasks, wire
from jaga.app.installation import Installation
from jaga.app.logs import set_up_logs
from jaga.app.process import end_on_signal, installation_of_command_line
from jaga.app.queue import Queue
from jaga.app.server import OPEN_SIDE
from jaga.app.wire_members import keeper
from jaga.app.work import Work
from jaga.store.database import Database

log = structlog.get_logger(__name__)


async def main(installation: Installation) -> None:
    database = Database(installation.server.url())
    queue = Queue(installation.server.conninfo(OPEN_SIDE, OPEN_SIDE))
    carry_out = wire.carry_out(installation, database, accounts=keeper(installation))
    tasks.register_all(queue, Work(wire.services(installation, database), carry_out))
    try:
        while not await database.answers():  # noqa: ASYNC110 - a server that is away sends no event
            await asyncio.sleep(0.5)
        integrator = wire.integrator(installation, database)
        await integrator.open()
        async with asyncio.TaskGroup() as together:
            # Not a job: the ledger's pace must not depend on how much else is to be done.
            ledger = together.create_task(integrator.run())
            await queue.work(ready=installation.data.worker_ready, process=os.getpid())
            ledger.cancel()
    finally:
        await database.close()


if __name__ == "__main__":
    set_up_logs()
    uvloop.run(end_on_signal(main(installation_of_command_line())))
