"""Load over kept-alive connections, each sending its next request when it has the last answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Load:
    """What a run of requests took."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    failures: int = 0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds


async def for_seconds(seconds: float, senders: list[Callable[[], Awaitable[bool]]]) -> Load:
    """Every sender again and again until time is up; a sender says whether its request was answered well."""
    load, end = Load(), time.monotonic() + seconds

    async def keep_sending(send: Callable[[], Awaitable[bool]]) -> None:
        while time.monotonic() < end:
            began = time.perf_counter()
            if await send():
                load.latencies.append(time.perf_counter() - began)
            else:
                load.failures += 1

    began = time.monotonic()
    await asyncio.gather(*(keep_sending(send) for send in senders))
    load.seconds = time.monotonic() - began
    return load


class Wire:
    """One HTTP/1.1 connection, as thin as can be, so that little of the machine goes to the client."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, method: str, path: str, headers: str = "", body: bytes = b"") -> int:
        """The status; the body is read and thrown away."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        at = answer.find(b"content-length:")
        if at >= 0:
            await reader.readexactly(int(answer[at + 15 : answer.find(b"\r\n", at)]))
        return int(answer[9:12])

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
