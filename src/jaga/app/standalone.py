"""The database for a command, whether Jaga runs on this data directory or not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

from jaga.app.directories import sole_use
from jaga.app.installation import Installation
from jaga.app.postgres import running
from jaga.app.refusals import DataDirInUse
from jaga.app.server import DatabaseServer
from jaga.store.database import Database


@asynccontextmanager
async def database_of(installation: Installation) -> AsyncIterator[Database]:
    """The database `jaga`; the embedded server is started for as long as this lasts when it does not run."""
    with server_of(installation) as server:
        database = Database(server.url(), pool_size=2)
        try:
            yield database
        finally:
            await database.close()


@contextmanager
def server_of(installation: Installation) -> Iterator[DatabaseServer]:
    """Its PostgreSQL; the embedded one is started for as long as this lasts when it does not run."""
    with ExitStack() as held:
        try:
            held.enter_context(sole_use(installation.data))
        except DataDirInUse:
            pass  # then its server runs too
        else:
            if not installation.config.database_url:
                held.enter_context(running(installation.cluster))
        yield installation.server
