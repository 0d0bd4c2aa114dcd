"""A process that appends and integrates until it is killed: `python -m tests.helpers.ledger_writer URL NAME`.

Prints the id of each entry once its transaction is committed.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

from jaga.ledger.entry import Entry, EntryType
from jaga.ledger.note import Signer
from jaga.store import outbox
from jaga.store.database import Database
from jaga.store.integrator import Integrator

SIGNER = Signer("chat.example/ledger", b"1" * 32)


async def main(url: str, ref: str) -> None:
    database = Database(url, pool_size=4)
    integrator = Integrator(database, SIGNER)
    await integrator.open()

    async def append() -> None:
        while True:
            async with database.transaction() as connection:
                draft = Entry.of(type=EntryType.DECISION, at=datetime.now(UTC), personal={"by": "stf_1"})
                entry_id = await outbox.append(connection, draft, ref=ref)
            print(entry_id, flush=True)

    async def integrate() -> None:
        while True:
            await integrator.integrate()

    await asyncio.gather(append(), append(), integrate())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
