"""The front door over the wire: what passes streams, what is closed stays closed, nothing of the client stays."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import psutil
import pytest
from tests.helpers.members import CLIENT_API
from tests.helpers.postgres import superuser
from tests.helpers.routes import REFUSED, disguises_of
from tests.helpers.sealed import encrypted
from tests.helpers.stack import eventually

from jaga.homeserver.names import KEEPER_TOKEN

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
async def wulan(door):
    return await door.person("wulan")


@pytest.fixture(scope="module")
async def keeper_token(door):
    """The homeserver administrator's token: whatever got through with it would succeed."""
    localpart = (await door.person("bima")).name
    await door.keeper.lock(localpart)
    await door.keeper.unlock(localpart)
    return (door.installation.data.secrets / KEEPER_TOKEN).read_text()


def raw_request(door, method, path, token):
    """A request whose address goes over the wire exactly as it is written."""
    address = urlsplit(door.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    connection._validate_path = lambda _: None
    connection._encode_request = lambda request: request.encode("latin-1", "replace")
    try:
        connection.request(method, path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("method", "path", "row"), REFUSED, ids=[f"{method} {path}" for method, path, _ in REFUSED]
)
def test_a_closed_route_answers_its_reason_even_to_the_administrator(door, keeper_token, method, path, row):
    status, body = raw_request(door, method, path, keeper_token)
    answer = json.loads(body)
    assert (status, answer["errcode"]) == (403, "M_FORBIDDEN")
    assert answer["org.jaga.code"] == row.then.because.name


ADMIN_ROUTES = [
    "/_synapse/admin/v2/users",
    "/_synapse/admin/v1/rooms",
    "/_synapse/admin/v1/server_version",
    "/_matrix/client/v3/publicRooms",
    "/_matrix/client/v3/register",
]


@pytest.mark.parametrize("path", ADMIN_ROUTES)
def test_no_disguise_brings_the_administrator_through(door, keeper_token, path):
    for disguised in disguises_of(path):
        status, _ = raw_request(door, "GET", disguised, keeper_token)
        assert 400 <= status < 500, disguised


def test_the_same_administrator_is_welcome_on_the_socket(door, keeper_token):
    """The control: those routes exist, and it is the front door that closes them."""

    async def ask():
        return await door.accounts._call("GET", "/_synapse/admin/v2/users", token=keeper_token)

    assert asyncio.run(ask())[0] == 200


async def test_registration_is_closed_whatever_the_body(door):
    for body in (
        {"username": "x", "password": "rahasia-x", "auth": {"type": "m.login.dummy"}},
        {"kind": "guest"},
    ):
        status, answer = await door.call("POST", "/_matrix/client/v3/register?kind=guest", json=body)
        assert (status, answer["org.jaga.code"]) == (403, "NO_REGISTRATION")


async def test_a_client_discovers_the_server_and_its_version(door):
    status, answer = await door.call("GET", "/.well-known/matrix/client")
    assert (status, answer) == (200, {"m.homeserver": {"base_url": door.url}})
    status, answer = await door.call("GET", "/_matrix/client/versions")
    assert status == 200
    assert "v1.12" in answer["versions"]


@pytest.mark.parametrize(
    "path", ["/_matrix/client/v3/sync", "/_matrix/client/v3/register", "/.well-known/matrix/client"]
)
async def test_a_browser_of_any_origin_may_ask(door, path):
    async with aiohttp.ClientSession() as session, session.options(door.url + path) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    async with aiohttp.ClientSession() as session, session.get(door.url + path) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_our_own_pages_carry_strict_headers(door):
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/api/v1/session", "/nowhere", "/healthz"):
            async with session.get(door.url + path) as answer:
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'"), path
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
                assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
                assert "camera=()" in answer.headers["Permissions-Policy"]
                assert "Access-Control-Allow-Origin" not in answer.headers


async def test_nothing_of_the_client_reaches_the_sealed_side(door, wulan):
    visit = (
        "INSERT INTO user_daily_visits (user_id, device_id, timestamp, user_agent) VALUES (%s, 'X', 0, '')"
    )
    with superuser(door.server, "synapse") as connection:
        connection.execute(visit, [wulan.user_id])
    agent = f"Peramban/{uuid.uuid4().hex}"
    headers = {
        "User-Agent": agent,
        "X-Forwarded-For": "203.0.113.77",
        "Cookie": "a=b",
        "Accept-Language": "id",
    }
    assert (await wulan.call("GET", "account/whoami", headers=headers))[0] == 200

    def kept():
        with superuser(door.server, "synapse") as connection:
            seen = connection.execute("SELECT DISTINCT ip, user_agent FROM user_ips").fetchall()
            return seen or None

    # Synapse writes these rows every few seconds.
    assert await asyncio.to_thread(eventually, kept, seconds=30) == [("0.0.0.0", "")]

    def forgotten():
        with superuser(door.server, "synapse") as connection:
            return connection.execute("SELECT count(*) FROM user_daily_visits").fetchone() == (0,)

    assert await asyncio.to_thread(eventually, forgotten, seconds=40)
    logs = b"".join(path.read_bytes() for path in (door.stack.data / "logs").iterdir())
    for word in (agent.encode(), b"203.0.113.77", wulan.token.encode(), wulan.name.encode()):
        assert word not in logs


@asynccontextmanager
async def peak_memory(pid: int) -> AsyncIterator[list[int]]:
    """How far the resident memory of a process rises during the block, in bytes; the last item is the peak."""
    process = psutil.Process(pid)
    before = process.memory_info().rss
    peaks = [0]

    async def watch() -> None:
        while True:
            peaks.append(max(peaks[-1], process.memory_info().rss - before))
            await asyncio.sleep(0.02)

    task = asyncio.create_task(watch())
    try:
        yield peaks
    finally:
        task.cancel()


async def test_a_large_file_streams_both_ways_without_being_held_in_memory(door, wulan):
    block = os.urandom(MEGABYTE)
    headers = {"Authorization": f"Bearer {wulan.token}"}

    async def upload() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield block

    async with (
        aiohttp.ClientSession(headers=headers) as session,
        peak_memory(door.stack.pids()["web"]) as peaks,
    ):
        length = {"Content-Length": str(40 * MEGABYTE), "Content-Type": "application/octet-stream"}
        async with session.post(
            f"{door.url}/_matrix/media/v3/upload", data=upload(), headers=length
        ) as answer:
            assert answer.status == 200, await answer.text()
            uri = (await answer.json())["content_uri"].removeprefix("mxc://")
        received = 0
        async with session.get(f"{door.url}/_matrix/client/v1/media/download/{uri}") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Length"] == str(40 * MEGABYTE)
            async for chunk in answer.content.iter_chunked(MEGABYTE):
                received += len(chunk)
                await asyncio.sleep(0.01)  # a reader slower than the server
    assert received == 40 * MEGABYTE
    assert peaks[-1] < 16 * MEGABYTE


async def test_a_file_beyond_the_limit_is_refused_before_it_is_sent(door, wulan):
    limit = door.installation.config.media_limit_bytes
    reader, writer = await asyncio.open_connection(urlsplit(door.url).hostname, urlsplit(door.url).port)
    head = f"POST /_matrix/media/v3/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {wulan.token}\r\n"
    writer.write(f"{head}Content-Length: {limit + 1}\r\n\r\n".encode())
    assert b" 413 " in await asyncio.wait_for(reader.readline(), 10)
    writer.close()


async def held_sync(person):
    """A sync that the server holds, and from where; what is still on its way from signing in comes first."""
    _, last = await person.call("GET", "sync?timeout=0")
    for _ in range(5):
        since = last["next_batch"]
        held = asyncio.create_task(person.call("GET", f"sync?timeout=30000&since={since}"))
        await asyncio.wait([held], timeout=2.5)
        if not held.done():
            return held, since
        _, last = held.result()
    raise AssertionError("no sync is held")


async def test_a_held_sync_answers_when_something_arrives(door, wulan):
    room = await wulan.room()
    held, _ = await held_sync(wulan)
    _, sent = await wulan.send(room, "m.room.encrypted", encrypted())
    status, answer = await asyncio.wait_for(held, 5)
    assert status == 200
    events = answer["rooms"]["join"][room]["timeline"]["events"]
    assert [event["event_id"] for event in events] == [sent["event_id"]]


async def test_a_client_that_goes_away_frees_its_connection_to_the_sealed_side(door, wulan):
    synapse = psutil.Process(door.stack.pids()["synapse"])
    socket = str(door.installation.data.synapse_socket)
    held, since = await held_sync(wulan)
    held.cancel()

    def connections() -> int:
        return sum(found.laddr == socket for found in synapse.net_connections(kind="unix"))

    before = connections()
    clients = []
    for _ in range(20):
        _, writer = await asyncio.open_connection(urlsplit(door.url).hostname, urlsplit(door.url).port)
        writer.write(
            f"GET {CLIENT_API}/sync?timeout=120000&since={since} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {wulan.token}\r\n\r\n".encode()
        )
        clients.append(writer)
    await asyncio.to_thread(eventually, lambda: connections() >= before + 15)
    for writer in clients:
        writer.close()
    # Should something have arrived, an answered connection stays open for a while, but never as long as a sync.
    await asyncio.to_thread(eventually, lambda: connections() <= before + 2, seconds=60)


async def test_without_the_sealed_side_clients_are_told_to_wait_and_the_open_side_works_on(door, wulan):
    old = door.stack.kill("synapse")
    seen = set()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and 503 not in seen:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{door.url}/_matrix/client/versions") as answer,
        ):
            seen.add(answer.status)
            if answer.status == 503:
                assert answer.headers["Retry-After"] == "2"
                assert (await answer.json())["org.jaga.code"] == "SEALED_SIDE_UNAVAILABLE"
                assert (await door.call("GET", "/healthz"))[0] == 200
    assert seen <= {200, 502, 503}
    assert 503 in seen
    await asyncio.to_thread(door.stack.wait_for_another, "synapse", old, seconds=60)
    assert (await wulan.call("GET", "account/whoami"))[0] == 200
