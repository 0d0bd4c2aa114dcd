"""`/metrics` of one process, for Prometheus, on a unix socket of the operator's: numbers only."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

_LONGEST_REQUEST = 8192


@asynccontextmanager
async def serving_metrics(path: Path) -> AsyncIterator[None]:
    """Answer `GET /metrics` on the unix socket `path`, which only our own user may open."""
    async with await asyncio.start_unix_server(_answer, sock=_bound(path), limit=_LONGEST_REQUEST):
        yield


def _bound(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o600)
    return listener


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, TimeoutError, asyncio.LimitOverrunError, asyncio.IncompleteReadError):
        async with asyncio.timeout(5):
            request = await reader.readuntil(b"\r\n\r\n")
            writer.write(_response(request.split(b"\r\n", 1)[0]))
            await writer.drain()
    writer.close()


def _response(line: bytes) -> bytes:
    if line.split(b" ")[:2] != [b"GET", b"/metrics"]:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    body = generate_latest()
    head = f"Content-Type: {CONTENT_TYPE_LATEST}\r\nContent-Length: {len(body)}\r\nConnection: close"
    return b"HTTP/1.1 200 OK\r\n" + head.encode() + b"\r\n\r\n" + body
