"""Publishes the SOP's version in force, with its ledger entry; a process of its own, started by `jaga up`."""

from __future__ import annotations

import asyncio

from jaga.app.installation import Installation
from jaga.app.logs import set_up_logs
from jaga.app.process import installation_of_command_line
from jaga.app.sop_files import documents_in_force, merged
from jaga.core.clock import utc_now
from jaga.sop.parse import parse_sop
from jaga.store import sop
from jaga.store.database import Database


async def publish(installation: Installation) -> sop.PublishedSop:
    documents = documents_in_force(installation.config)
    version = parse_sop(documents).version
    database = Database(installation.server.url(), pool_size=1)
    try:
        async with database.transaction() as connection:
            return await sop.publish(connection, version, merged(documents), now=utc_now())
    finally:
        await database.close()


if __name__ == "__main__":
    set_up_logs()
    asyncio.run(publish(installation_of_command_line()))
