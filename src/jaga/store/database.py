"""The connection pool and the one way to open a transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from psycopg import AsyncConnection as DriverConnection
from psycopg import DataError as DriverDataError
from psycopg import InterfaceError as DriverInterfaceError
from psycopg import OperationalError as DriverUnavailable
from sqlalchemy import text
from sqlalchemy.exc import DataError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from jaga.core.errors import MalformedInput, Unavailable
from jaga.core.text import Text
from jaga.store.quick import QuickPool


class DatabaseUnavailable(Unavailable):
    code = "database_unavailable"
    text = Text(
        id="Basis data sedang tidak dapat dihubungi. Tidak ada yang tersimpan; coba lagi sebentar lagi.",
        en="The database cannot be reached at the moment. Nothing was stored; try again shortly.",
    )


class UnstorableText(MalformedInput):
    code = "unstorable_text"
    text = Text(
        id="Teks ini memuat karakter nol (U+0000), yang tidak dapat disimpan. Hapus karakter itu.",
        en="This text contains a NUL character (U+0000), which cannot be stored. Leave it out.",
    )


# The driver refuses such text itself, without a state; inside JSON it is the server that does.
_NO_TEXT = frozenset({None, "22P05", "22021"})


@contextmanager
def _refusing_no_text() -> Iterator[None]:
    """Names, addresses and words come from anywhere; what PostgreSQL takes for no text is the sender's mistake."""
    try:
        yield
    except (DataError, DriverDataError) as error:
        cause = error.orig if isinstance(error, DataError) else error
        if isinstance(cause, DriverDataError) and cause.sqlstate in _NO_TEXT:
            raise UnstorableText from error
        raise


class Database:
    """Role `jaga` on database `jaga`; knows nothing of the sealed side."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        """`url` as in `postgresql+psycopg://jaga:…@/jaga?host=/path/of/socket`."""
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            # A connection beyond the pool would be opened and closed for each request: waiting is cheaper.
            max_overflow=0,
            pool_timeout=5,
            pool_pre_ping=True,
            hide_parameters=True,  # an error's text must not quote what someone wrote
        )
        self._quick = QuickPool(url, size=pool_size)

    async def quickly(self, sql: str, **values: Any) -> list[Any]:
        """The rows of one statement (see `jaga.store.quick`), for the paths that every request takes.

        Raises `DatabaseUnavailable`, `UnstorableText`, or the driver's own `IntegrityError`.
        """
        try:
            with _refusing_no_text():
                return await self._quick.rows(sql, values)
        except (DriverUnavailable, DriverInterfaceError, OSError) as error:
            raise DatabaseUnavailable from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """All or nothing; raises `DatabaseUnavailable` when PostgreSQL is away, and `UnstorableText`."""
        try:
            with _refusing_no_text():
                async with self.engine.begin() as connection:
                    yield connection
        except (OperationalError, InterfaceError, PoolExhausted, DriverUnavailable, OSError) as error:
            raise DatabaseUnavailable from error

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """For single statements: no transaction round trips around them."""
        try:
            with _refusing_no_text():
                async with self.engine.connect() as plain:
                    yield await plain.execution_options(isolation_level="AUTOCOMMIT")
        except (OperationalError, InterfaceError, PoolExhausted, DriverUnavailable, OSError) as error:
            raise DatabaseUnavailable from error

    @asynccontextmanager
    async def listening(self, channel: str) -> AsyncIterator[DriverConnection[Any]]:
        """A connection that PostgreSQL calls on `channel`. It never goes back to those who ask."""
        async with self.reading() as connection:
            await connection.execute(text(f"LISTEN {channel}"))
            driver = (await connection.get_raw_connection()).driver_connection
            assert isinstance(driver, DriverConnection)
            try:
                yield driver
            finally:
                await connection.invalidate()

    async def answers(self) -> bool:
        try:
            async with self.reading() as connection:
                await connection.execute(text("SELECT 1"))
        except DatabaseUnavailable:
            return False
        return True

    async def close(self) -> None:
        await self._quick.close()
        await self.engine.dispose()
