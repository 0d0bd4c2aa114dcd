"""A worker process with tasks of the tests' own: `python -m tests.helpers.working CONNINFO READY_FILE`."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from jaga.app.logs import set_up_logs
from jaga.app.process import end_on_signal
from jaga.app.queue import Queue


async def note(conninfo: str, word: str) -> None:
    async with await psycopg.AsyncConnection.connect(conninfo) as connection:
        await connection.execute("INSERT INTO noted (word) VALUES (%s)", [word])


def register(queue: Queue, conninfo: str) -> None:
    failed: set[str] = set()

    @queue.task("test.note")
    async def noting(word: str) -> None:
        await note(conninfo, word)

    @queue.task("test.slow")
    async def slow(word: str) -> None:
        await note(conninfo, f"{word} begun")
        await asyncio.sleep(4)
        await note(conninfo, f"{word} done")

    @queue.task("test.fails_first")
    async def fails_first(word: str) -> None:
        if word not in failed:
            failed.add(word)
            raise ValueError(f"secret {word}")
        await note(conninfo, word)

    @queue.every("* * * * * *", "test.tick")
    async def tick() -> None:
        await note(conninfo, "tick")


@pytest.fixture(scope="module", autouse=True)
async def noted(database):
    async with database.transaction() as connection:
        await connection.execute(
            text("CREATE TABLE noted (word text, at timestamptz DEFAULT clock_timestamp())")
        )


@contextmanager
def working(postgres, ready: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.helpers.working", postgres.conninfo("jaga", "jaga"), str(ready)]
    with log.open("ab") as errors:
        process = subprocess.Popen(command, stderr=errors)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(10)


async def words(database) -> Counter[str]:
    async with database.reading() as connection:
        return Counter((await connection.execute(text("SELECT word FROM noted"))).scalars())


async def until(database, *wanted: str, seconds: float = 60) -> Counter[str]:
    deadline = time.monotonic() + seconds
    while not set(wanted) <= set(found := await words(database)):
        assert time.monotonic() < deadline, f"{wanted} not in {found}"
        await asyncio.sleep(0.05)
    return found


if __name__ == "__main__":
    set_up_logs()
    queue = Queue(sys.argv[1])
    register(queue, sys.argv[1])
    asyncio.run(end_on_signal(queue.work(ready=Path(sys.argv[2]), process=os.getpid())))
