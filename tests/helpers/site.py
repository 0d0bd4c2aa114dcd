"""The open side on a port of its own: the real application on a real database, with a detector process."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from jaga.app import wire
from jaga.app.config import Config
from jaga.app.directories import prepare
from jaga.app.installation import Installation
from jaga.app.paths import DataDir
from jaga.app.web import OnDescriptor
from jaga.core.clock import utc_now
from jaga.store.database import Database
from jaga.store.members import Members
from jaga.web.app import create_app
from jaga.web.asgi import HearsOut
from jaga.web.services import Services
from tests.helpers.detector import detector_process


@dataclass
class Site:
    """Members are made on first use; every request says who asks by their name, or nobody."""

    url: str
    database: Database
    services: Services
    installation: Installation
    client: httpx.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)

    async def token(self, member: str) -> str:
        if member not in self.tokens:
            await Members(self.database).find_or_add(member, now=utc_now())
            issued = await self.services.member_sessions.issue(member, ttl=timedelta(hours=1), now=utc_now())
            self.tokens[member] = issued.token.text
        return self.tokens[member]

    async def ask(self, method: str, path: str, *, by: str | None = None, **more: Any) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if by is not None:
            headers["Authorization"] = f"Bearer {await self.token(by)}"
        return await self.client.request(method, path, headers=headers, **more)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("GET", path, **more)

    async def channel(self, name: str, *, by: str = "ayu", **more: Any) -> dict[str, Any]:
        answer = await self.ask("POST", "/api/v1/channels", by=by, json={"name": name, "title": name, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def publish(
        self, channel: str, text: str = "", *, by: str = "ayu", key: str | None = None, **more: Any
    ) -> httpx.Response:
        headers = {} if key is None else {"Idempotency-Key": key}
        path = f"/api/v1/channels/{channel}/posts"
        return await self.ask("POST", path, by=by, json={"text": text, **more}, headers=headers)

    async def post(self, channel: str, text: str = "", **more: Any) -> dict[str, Any]:
        answer = await self.publish(channel, text, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def upload(self, content: bytes, mime: str, *, by: str = "ayu") -> httpx.Response:
        return await self.ask("POST", "/api/v1/media", by=by, content=content, headers={"Content-Type": mime})

    @asynccontextmanager
    async def following(self, *channels: str, after: str | None = None) -> AsyncIterator[Follower]:
        headers = {} if after is None else {"Last-Event-ID": after}
        path = f"/api/v1/feed?channels={','.join(channels)}"
        async with self.client.stream("GET", path, headers=headers, timeout=30) as answer:
            assert answer.status_code == 200, await answer.aread()
            assert answer.headers["content-type"].startswith("text/event-stream")
            follower = Follower()
            reading = asyncio.create_task(follower.read(answer.aiter_lines()))
            try:
                async with asyncio.timeout(10):
                    await follower.connected.wait()
                yield follower
            finally:
                reading.cancel()


@dataclass
class Event:
    id: str
    name: str
    data: dict[str, Any]


@dataclass
class Follower:
    """A reader of server-sent events (WHATWG HTML 9.2), as strict as a browser."""

    last_id: str = ""
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)

    async def read(self, lines: AsyncIterator[str]) -> None:
        name, data = "message", ""
        async for line in lines:
            kind, _, value = line.partition(": ")
            if kind == "id":
                self.last_id = value
            elif kind == "event":
                name = value
            elif kind == "data":
                data += value
            elif not line:
                if data:
                    self.waiting.put_nowait(Event(self.last_id, name, json.loads(data)))
                name, data = "message", ""
                self.connected.set()  # the first frame tells where the feed stands and no event

    async def event(self, *, seconds: float = 5) -> Event:
        async with asyncio.timeout(seconds):
            return await self.waiting.get()

    async def events(self, count: int) -> list[Event]:
        return [await self.event() for _ in range(count)]


def installation_below(root: Path, **settings: Any) -> Installation:
    data = DataDir(root)
    prepare(data)
    return Installation(data, replace(Config(), posts_per_minute=100_000, **settings))


@pytest.fixture(scope="module")
def installation_of_site(tmp_path_factory) -> Installation:
    return installation_below(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def detector_of_site(installation_of_site) -> Iterator[subprocess.Popen[bytes]]:
    """Refuses `zqkabo` and holds `zqraba`."""
    data = installation_of_site.data
    with detector_process(data.detector_socket, data.media, "zqkabo", "zqraba?") as process:
        yield process


@pytest.fixture(scope="module")
async def site(database, installation_of_site, detector_of_site) -> AsyncIterator[Site]:
    """A site of its own for each module of tests."""
    async with serving(database, installation_of_site) as served:
        yield served


@asynccontextmanager
async def serving(database: Database, installation: Installation) -> AsyncIterator[Site]:
    """The site, served over HTTP by the server that production uses."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    installation = replace(installation, config=replace(installation.config, public_url=url))
    services = wire.services(installation, database)
    server = OnDescriptor(listening.detach(), HearsOut(create_app(services)))
    running = asyncio.create_task(server.serve())
    limits = httpx.Limits(max_connections=200)
    try:
        async with httpx.AsyncClient(base_url=url, timeout=20, limits=limits) as client:
            await _answering(client)
            yield Site(url, database, services, installation, client)
    finally:
        await services.open_side.feed.close()
        server.stop()
        await asyncio.wait((running,), timeout=5)


async def _answering(client: httpx.AsyncClient) -> None:
    for _ in range(200):
        try:
            await client.get("/healthz")
            return
        except httpx.TransportError:
            await asyncio.sleep(0.02)
    raise AssertionError("the site does not answer")
