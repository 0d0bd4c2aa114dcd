"""Members who wait for official notices, each at a stream of their own: what thousands of them cost one process."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import psutil
import psycopg
from tests.helpers.stack import Stack, eventually

from bench.figures import Figure, median, percentile
from bench.followers import receive_until
from jaga.app.installation import Installation
from jaga.app.server import OPEN_SIDE
from jaga.channels.sessions import SessionToken
from jaga.core.clock import utc_now
from jaga.core.ids import MemberId
from jaga.store.inbox import INBOX_CHANNEL

_PATIENCE = 20
"""Seconds without anything at all, after which something is wrong; a heartbeat comes every 15."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Of the `web` process, and at PostgreSQL."""

    pss: float
    cpu: float
    files: int
    connections: int

    @classmethod
    def of(cls, stack: Stack, database: psycopg.Connection) -> Costs:
        web = psutil.Process(stack.pids()["web"])
        (connections,) = database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        ).fetchone()
        cpu = sum(web.cpu_times()[:2])
        return cls(web.memory_full_info().pss / 1e6, cpu, web.num_fds(), connections)


class Crowd:
    """One stream for each of `tokens`."""

    def __init__(self, url: str, tokens: Sequence[SessionToken]) -> None:
        parts = urlsplit(url)
        self._selector = selectors.DefaultSelector()
        self._waiting = []
        for token in tokens:
            one = socket.create_connection((parts.hostname, parts.port), timeout=_PATIENCE)
            head = f"GET /api/v1/inbox/events HTTP/1.1\r\nHost: {parts.hostname}:{parts.port}\r\n"
            one.sendall(f"{head}Authorization: Bearer {token.text}\r\n\r\n".encode())
            self._waiting.append(one)
        for one in self._waiting:
            receive_until(one, b"event: inbox")
            self._selector.register(one, selectors.EVENT_READ)

    def until_each_has(self, marker: bytes) -> list[float]:
        """Seconds until each has read `marker`. Raises `AssertionError` when nothing more comes to some."""
        began, left, arrived = time.perf_counter(), set(self._waiting), []
        while left:
            ready = self._selector.select(timeout=_PATIENCE)
            assert ready, f"{len(left)} of {len(self._waiting)} heard nothing"
            for key, _ in ready:
                if marker in key.fileobj.recv(65_536) and key.fileobj in left:
                    left.remove(key.fileobj)
                    arrived.append(time.perf_counter() - began)
        return arrived

    def close(self) -> None:
        self._selector.close()
        for one in self._waiting:
            one.close()


def measure(stack: Stack, count: int, idle_seconds: float) -> list[Figure]:
    """`count` members of one stream each: opened, left idle, called all at once, and ended all at once."""
    with psycopg.connect(
        Installation.open(stack.data).server.conninfo(OPEN_SIDE, OPEN_SIDE), autocommit=True
    ) as at:
        tokens = _members(at, count)
        before = Costs.of(stack, at)
        crowd = Crowd(stack.url, tokens)
        time.sleep(2)  # whoever came during the last of it has been woken once
        opened = Costs.of(stack, at)
        time.sleep(idle_seconds)
        idle = Costs.of(stack, at)
        at.execute("SELECT pg_notify(%s, '')", [INBOX_CHANNEL])
        told = crowd.until_each_has(b"event: inbox")
        at.execute("DELETE FROM sessions WHERE token_hash = ANY(%s)", [[token.hash for token in tokens]])
        at.execute("SELECT pg_notify(%s, '')", [INBOX_CHANNEL])
        ended = crowd.until_each_has(b"0\r\n\r\n")
        crowd.close()
        eventually(lambda: Costs.of(stack, at).files < before.files + 50, seconds=30)
    more = idle.connections - before.connections
    share = (idle.cpu - opened.cpu) / idle_seconds * 100
    return [
        Figure(
            what=f"{count:,} members wait for notices, idle: memory of `web` for each", unit="kB",
            value=(idle.pss - before.pss) / count * 1000,
            note=f"PSS {before.pss:.0f} MB before, {idle.pss:.0f} MB with them",
        ),
        Figure(what="CPU of `web` while they are idle", value=share, unit="% of a core", note=f"over {idle_seconds:.0f} s; each stream has a heartbeat every 15 s"),
        Figure(what="file descriptors of `web` for each", value=(idle.files - before.files) / count, unit=""),
        Figure(
            what="connections to PostgreSQL more than without them", value=more, unit="", budget="<= 11", met=more <= 11,
            note="one `LISTEN` serves every stream of a process; the others are of the pool, of ten at most, from when the sessions were looked up",
        ),
        Figure(what="all told at once, median", value=median(told) * 1000, unit="ms"),
        Figure(what="all told at once, the last", value=max(told) * 1000, unit="ms", note="each session is looked up first, many in one question"),
        Figure(
            what="all sessions ended at once, the last stream ended after", value=max(ended) * 1000, unit="ms",
            budget="< 5 s", met=max(ended) < 5,
            note=f"99 of 100 within {percentile(ended, 0.99) * 1000:.0f} ms",
        ),
    ]  # fmt: skip


def _members(database: psycopg.Connection, count: int) -> list[SessionToken]:
    now, tokens = utc_now(), [SessionToken.new() for _ in range(count)]
    with database.transaction(), database.cursor() as cursor:
        ids = [MemberId.new() for _ in tokens]
        cursor.executemany(
            "INSERT INTO members (id, name, created_at) VALUES (%s, %s, %s)", [(one, one, now) for one in ids]
        )
        cursor.executemany(
            "INSERT INTO sessions (token_hash, subject, created_at, expires_at) VALUES (%s, %s, %s, %s)",
            [
                (token.hash, one, now, now + timedelta(hours=1))
                for token, one in zip(tokens, ids, strict=True)
            ],
        )
    return tokens
