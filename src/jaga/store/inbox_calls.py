"""For whom there is something new in the inbox, as PostgreSQL tells it when the telling transaction has committed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from psycopg import OperationalError
from sqlalchemy import text

from jaga.store.database import Database, DatabaseUnavailable
from jaga.store.inbox import INBOX_CHANNEL


@dataclass(frozen=True, slots=True)
class InboxCalls:
    """Implements `jaga.cases.knocks.HearKnocks`."""

    database: Database

    async def __call__(self) -> AsyncIterator[str]:
        async with self.database.reading() as connection:
            await connection.execute(text(f"LISTEN {INBOX_CHANNEL}"))
            yield ""
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                async for called in driver.notifies():
                    yield called.payload
            except OperationalError as error:
                raise DatabaseUnavailable from error
            finally:
                # A connection that listens must not go back to those who ask.
                await connection.invalidate()
