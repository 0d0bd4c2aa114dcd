"""Single statements for the paths that every request takes: straight to the driver, prepared once a connection."""

from __future__ import annotations

import asyncio
import re
import select
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from psycopg import AsyncConnection
from psycopg.rows import namedtuple_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import make_url

_PARAMETER = re.compile(r"(?<!:):([a-z_0-9]+)")
_WAIT = 5.0
# A server that closed our connections is back soon, or it is away: then the answer is 503, and not late.
_WAIT_FOR_RENEWAL = 1.0
_encode = msgspec.json.Encoder(enc_hook=str).encode


def quick(sql: str) -> str:
    """`sql` with `:name` parameters, in the driver's own form."""
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


def records(rows: Sequence[Mapping[str, Any]]) -> str:
    """`rows` as one parameter, for PostgreSQL's `json_to_recordset`. Bytes come as base64."""
    return _encode(rows).decode()


class QuickPool:
    """Connections in autocommit mode. Opens with the first question."""

    def __init__(self, url: str, *, size: int) -> None:
        address = make_url(url)
        # Of an address in SQLAlchemy's form, only its prefix is not libpq's own (PostgreSQL 34.1.1.2).
        self._conninfo = address.set(drivername="postgresql").render_as_string(hide_password=False)
        self._size = size
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] | None = None
        self._opening = asyncio.Lock()

    async def rows(self, sql: str, values: dict[str, Any]) -> list[Any]:
        pool = self._pool or await self._opened()
        connection = await self._lent(pool)
        try:
            return await (await connection.execute(sql, values)).fetchall()
        finally:
            await pool.putconn(connection)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def _lent(self, pool: AsyncConnectionPool[AsyncConnection[Any]]) -> AsyncConnection[Any]:
        connection = await pool.getconn()
        while _was_closed(connection):
            await connection.close()
            await pool.putconn(connection)
            connection = await pool.getconn(timeout=_WAIT_FOR_RENEWAL)
        return connection

    async def _opened(self) -> AsyncConnectionPool[AsyncConnection[Any]]:
        async with self._opening:
            if self._pool is None:
                pool = AsyncConnectionPool(
                    self._conninfo,
                    connection_class=AsyncConnection[Any],
                    kwargs={"autocommit": True, "row_factory": namedtuple_row, "prepare_threshold": 1},
                    min_size=1,
                    max_size=self._size,
                    timeout=_WAIT,
                    open=False,
                )
                await pool.open()
                self._pool = pool
        return self._pool


def _was_closed(connection: AsyncConnection[Any]) -> bool:
    """Whether the server ended it meanwhile, as a restart does.

    No question is asked for that: an idle connection that has something to read has been told goodbye. The pool's own
    check would cost a round trip each time, and waits before it tries another.
    """
    if connection.closed:
        return True
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    return bool(waiting.poll(0))
