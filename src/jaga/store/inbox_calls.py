"""For whom there is something new in the inbox, as PostgreSQL tells it when the telling transaction has committed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from jaga.store.database import Database
from jaga.store.inbox import INBOX_CHANNEL


@dataclass(frozen=True, slots=True)
class InboxCalls:
    """Implements `jaga.cases.knocks.HearKnocks`."""

    database: Database

    async def __call__(self) -> AsyncIterator[str]:
        async with self.database.listening(INBOX_CHANNEL) as connection:
            yield ""
            async for called in connection.notifies():
                yield called.payload
