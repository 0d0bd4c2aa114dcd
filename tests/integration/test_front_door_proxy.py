"""How the front door behaves when one of its two sides does not: a server of our own stands where Synapse would."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from tests.helpers.stack import eventually

from jaga.channels.profile import PublicNames
from jaga.detect.ports import DetectorUnavailable
from jaga.detect.verdict import Allow, Outcome, Refuse, Signal
from jaga.web.front_door import FrontDoor
from jaga.web.front_door_sign_ins import place_of

PATH = "/_matrix/client/v3/sync"
UPLOAD = "/_matrix/media/v3/upload"
NAME = "/_matrix/client/v3/profile/@wulan:jaga.localhost/displayname"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Upstream:
    """Answers every request with fixed bytes and remembers what it was sent."""

    answer: bytes = OK
    holds: bool = False
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            if not self.holds:
                writer.write(self.answer)
                await writer.drain()
                writer.close()
                return
            self.bodies.append(await reader.read())
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.ended.set()
            writer.close()


async def nobody(_scope, _receive, _send):
    raise AssertionError("the open side was asked")


async def allow(content):
    listed = any("zqkabo" in field.text for field in content.fields)
    return (
        Refuse(1, (Signal("term", None, "terrorism", Outcome.REFUSE, "profile.name", 0, 6),))
        if listed
        else Allow(1)
    )


class Names:
    """The open side's copy of public names."""

    def __init__(self):
        self.taken = {}

    async def rename(self, name, display_name):
        self.taken[name] = display_name


def door_on(
    socket,
    inner=nobody,
    *,
    public_url="http://x",
    media_limit_bytes=1000,
    check=allow,
    members=None,
    pictures=None,
    end_sessions=None,
):
    return FrontDoor(
        inner,
        homeserver_sockets=[socket],
        public_url=public_url,
        media_limit_bytes=media_limit_bytes,
        names=PublicNames(check=check, members=members or Names()),
        pictures=pictures,
        end_sessions=end_sessions,
    )


@asynccontextmanager
async def door_before(upstream, tmp_path, **settings):
    socket = tmp_path / "s.sock"
    server = await asyncio.start_unix_server(upstream, path=socket)
    door = door_on(socket, **settings)
    try:
        yield door
    finally:
        await door._sealed_side.close()
        server.close()


@dataclass
class Client:
    """One request by the rules of ASGI."""

    messages: asyncio.Queue = field(default_factory=asyncio.Queue)
    sent: list[dict] = field(default_factory=list)

    async def ask(self, door, method, path, headers=(), query=b"", *, address="203.0.113.77"):
        scope = {
            "client": (address, 40000),
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query,
            "headers": list(headers),
        }
        await door(scope, self.messages.get, self._send)

    async def _send(self, message):
        self.sent.append(message)

    def body(self, content, *, more=False):
        self.messages.put_nowait({"type": "http.request", "body": content, "more_body": more})

    def leave(self):
        self.messages.put_nowait({"type": "http.disconnect"})

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def headers(self):
        return dict(self.sent[0]["headers"])


async def test_only_listed_headers_pass_in_either_direction(tmp_path):
    loud = OK.replace(b"\r\n", b"\r\nServer: x\r\nSet-Cookie: a=b\r\nX-Internal: y\r\nETag: z\r\n", 1)
    async with door_before(upstream := Upstream(loud), tmp_path) as door:
        client = Client()
        given = [
            (b"authorization", b"Bearer t"),
            (b"user-agent", b"Peramban"),
            (b"cookie", b"a=b"),
            (b"x-forwarded-for", b"203.0.113.77"),
            (b"host", b"elsewhere.example"),
            (b"origin", b"https://elsewhere.example"),
            (b"connection", b"upgrade"),
        ]
        await client.ask(door, "GET", PATH, given, b"since=s1&access_token=other")
    head = upstream.heads[0].lower()
    assert "get /_matrix/client/v3/sync?since=s1 http/1.1" in head
    assert "authorization: bearer t\r\n" in head
    assert "x-forwarded-for: 0.0.0.0\r\n" in head
    for word in ("peramban", "cookie", "203.0.113.77", "elsewhere", "upgrade", "other"):
        assert word not in head
    assert not set(client.headers) & {b"server", b"set-cookie", b"x-internal"}
    assert client.headers[b"etag"] == b"z"
    assert client.headers[b"access-control-allow-origin"] == b"*"


async def test_half_an_answer_is_never_finished_as_if_it_were_whole(tmp_path):
    half = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    async with door_before(Upstream(half), tmp_path) as door:
        client = Client()
        with pytest.raises(aiohttp.ClientError):
            await client.ask(door, "GET", PATH)
    assert all(message.get("more_body", True) for message in client.sent)


@pytest.mark.parametrize("answer", [b"", b"not http at all\r\n\r\n", b"HTTP/1.1 200"])
async def test_no_sensible_answer_is_a_bad_gateway_that_says_when_to_retry(tmp_path, answer):
    async with door_before(Upstream(answer), tmp_path) as door:
        client = Client()
        await client.ask(door, "POST", "/_matrix/client/v3/createRoom", [(b"content-length", b"0")])
    assert client.status == 502
    assert client.headers[b"retry-after"] == b"2"


async def test_no_sealed_side_at_all_is_unavailable(tmp_path):
    door = door_on(tmp_path / "none")
    client = Client()
    await client.ask(door, "GET", PATH)
    await door._sealed_side.close()
    assert client.status == 503


async def test_a_client_that_leaves_ends_a_held_request_on_the_other_side(tmp_path):
    async with door_before(upstream := Upstream(holds=True), tmp_path) as door:
        client = Client()
        asking = asyncio.create_task(client.ask(door, "GET", PATH))
        await asyncio.sleep(0.1)
        assert upstream.heads
        assert not upstream.ended.is_set()
        client.leave()
        await asyncio.wait_for(asking, 5)
        await asyncio.wait_for(upstream.ended.wait(), 5)
    assert client.sent == []


async def test_an_upload_that_is_cut_short_never_passes_for_a_whole_one(tmp_path):
    async with door_before(upstream := Upstream(holds=True), tmp_path) as door:
        client = Client()
        client.body(b"x" * 10, more=True)
        asking = asyncio.create_task(client.ask(door, "POST", UPLOAD, [(b"content-length", b"100")]))
        await asyncio.sleep(0.1)
        client.leave()
        await asyncio.wait_for(asking, 5)
        await asyncio.wait_for(upstream.ended.wait(), 5)
    assert upstream.bodies in ([], [b"x" * 10])
    assert client.sent == []


async def test_a_body_that_grows_beyond_its_limit_is_refused(tmp_path):
    async with door_before(Upstream(holds=True), tmp_path, media_limit_bytes=10_000) as door:
        client = Client()
        for _ in range(101):
            client.body(os.urandom(100), more=True)
        await asyncio.wait_for(client.ask(door, "POST", UPLOAD, [(b"transfer-encoding", b"chunked")]), 5)
    assert client.status == 413


async def test_an_upload_streams_on_as_soon_as_its_beginning_was_looked_at(tmp_path):
    async with door_before(upstream := Upstream(holds=True), tmp_path, media_limit_bytes=10**9) as door:
        client = Client()
        client.body(os.urandom(3_000), more=True)
        asking = asyncio.create_task(client.ask(door, "POST", UPLOAD, [(b"content-length", b"100000000")]))
        await asyncio.sleep(0.1)
        assert upstream.heads == []
        client.body(os.urandom(3_000), more=True)
        await asyncio.to_thread(eventually, lambda: upstream.heads)
        client.leave()
        await asyncio.wait_for(asking, 5)


@pytest.mark.parametrize("pieces", [1, 7, 100])
async def test_a_clear_file_is_refused_however_it_is_cut(tmp_path, pieces):
    content = b"Rapat zqkabo nanti malam. " * 300
    async with door_before(upstream := Upstream(), tmp_path, media_limit_bytes=10**6) as door:
        client = Client()
        for at in range(0, len(content), len(content) // pieces):
            client.body(content[at : at + len(content) // pieces], more=True)
        client.body(b"")
        await client.ask(door, "POST", UPLOAD, [(b"content-length", str(len(content)).encode())])
    answer = json.loads(client.sent[1]["body"])
    assert (client.status, answer["org.jaga.code"], answer["org.jaga.field"]) == (
        403,
        "NO_CLEAR_MEDIA",
        "text/plain",
    )
    assert upstream.heads == []


async def test_a_server_that_gives_a_request_up_leaves_nothing_running(tmp_path):
    async with door_before(upstream := Upstream(holds=True), tmp_path) as door:
        before = asyncio.all_tasks()
        asking = asyncio.create_task(Client().ask(door, "GET", PATH))
        await asyncio.sleep(0.1)
        asking.cancel()
        await asyncio.wait_for(upstream.ended.wait(), 5)
        await asyncio.sleep(0.05)
        assert {
            task for task in asyncio.all_tasks() - before if "ask" in str(task) or "_stream" in str(task)
        } == set()


async def test_what_is_not_of_the_sealed_side_goes_to_the_open_side_with_strict_headers(tmp_path):
    async def inner(_scope, _receive, send):
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"Referrer-Policy", b"same-origin")]}
        )
        await send({"type": "http.response.body", "body": b""})

    door = door_on(tmp_path / "none", inner, public_url="https://x")
    client = Client()
    await client.ask(door, "GET", "/c/kabar")
    assert client.headers[b"content-security-policy"].startswith(b"default-src 'none'")
    assert client.headers[b"referrer-policy"] == b"same-origin"
    assert client.headers[b"strict-transport-security"]


@pytest.mark.parametrize(
    "path", ["/%5fmatrix/client/v3/sync", "/%5Fsynapse/admin/v1/rooms", "/_matri%78/client/v3/search"]
)
async def test_a_disguised_first_step_comes_to_the_table_too(tmp_path, path):
    async with door_before(Upstream(), tmp_path) as door:
        client = Client()
        await client.ask(door, "GET", path)
    assert client.status == (200 if "sync" in path else 403)


async def rename(door, body):
    client = Client()
    client.body(body)
    await client.ask(
        door, "PUT", NAME, [(b"content-length", str(len(body)).encode()), (b"authorization", b"Bearer t")]
    )
    return client


async def test_a_checked_name_is_passed_on_in_its_normal_form_and_taken_over(tmp_path):
    members = Names()
    async with door_before(upstream := Upstream(), tmp_path, members=members) as door:
        client = await rename(door, b'{"displayname": "  Wulan   Sari ", "note": "x"}')
    assert client.status == 200
    assert members.taken == {"wulan": "Wulan Sari"}
    assert "content-length: 29\r\n" in upstream.heads[0].lower()
    assert "content-type: application/json\r\n" in upstream.heads[0].lower()


async def test_a_name_that_the_homeserver_does_not_take_is_not_taken_over(tmp_path):
    members = Names()
    forbidden = OK.replace(b"200 OK", b"403 Forbidden")
    async with door_before(Upstream(forbidden), tmp_path, members=members) as door:
        client = await rename(door, b'{"displayname": "Wulan"}')
    assert client.status == 403
    assert members.taken == {}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"displayname": "zqkabo"}', 403, "NAME_REFUSED"),
        (b'{"displayname": ""}', 400, "BAD_FIELD"),
        (b'{"displayname": "\\u200b"}', 400, "BAD_FIELD"),
        (b'{"displayname": null}', 400, "BAD_FIELD"),
        (b'{"displayname": ["zqkabo"]}', 400, "BAD_FIELD"),
        (b'{"displayname": "' + b"x" * 101 + b'"}', 400, "BAD_FIELD"),
        (b'{"avatar_url": "mxc://a/b"}', 400, "MALFORMED"),
        (b"[]", 400, "MALFORMED"),
        (b"{", 400, "MALFORMED"),
        (b"", 400, "MALFORMED"),
        (b"[" * 4000, 400, "MALFORMED"),
        (b'{"displayname": "' + b"x" * 5000 + b'"}', 413, "TOO_LARGE"),
    ],
)
async def test_a_name_that_may_not_be_shown_never_reaches_the_sealed_side(tmp_path, body, status, code):
    async with door_before(upstream := Upstream(), tmp_path) as door:
        client = await rename(door, body)
    assert (client.status, json.loads(client.sent[1]["body"])["org.jaga.code"]) == (status, code)
    assert upstream.heads == []


async def test_without_the_detector_no_name_is_changed(tmp_path):
    async def silent(_content):
        raise DetectorUnavailable

    async with door_before(upstream := Upstream(), tmp_path, check=silent) as door:
        client = await rename(door, b'{"displayname": "Wulan"}')
    assert client.status == 503
    assert client.headers[b"retry-after"] == b"2"
    assert upstream.heads == []


async def sign_in(door, address):
    client = Client()
    body = b'{"type": "m.login.password", "user": "wulan", "password": "salah-tebak"}'
    client.body(body)
    length = [(b"content-length", str(len(body)).encode())]
    await client.ask(door, "POST", "/_matrix/client/v3/login", length, address=address)
    return client


async def test_one_place_tries_passwords_only_so_often_and_others_are_not_kept_waiting(tmp_path):
    async with door_before(upstream := Upstream(), tmp_path) as door:
        statuses = [(await sign_in(door, "203.0.113.77")).status for _ in range(25)]
        assert statuses.count(200) in {20, 21}
        refused = await sign_in(door, "203.0.113.77")
        assert refused.status == 429
        assert int(refused.headers[b"retry-after"]) > 0
        assert json.loads(refused.sent[1]["body"])["errcode"] == "M_LIMIT_EXCEEDED"
        assert (await sign_in(door, "203.0.113.78")).status == 200
    assert len(upstream.heads) == statuses.count(200) + 1


@pytest.mark.parametrize(
    ("client", "place"),
    [
        (("203.0.113.77", 1), "203.0.113.77"),
        (("::ffff:203.0.113.77", 1), "203.0.113.77"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("127.0.0.1", 1), None),
        (("::1", 1), None),
        (("/run/s.sock", 0), None),
        (None, None),
    ],
)
def test_a_place_is_an_address_or_a_household_and_never_this_machine(client, place):
    assert place_of(client) == place
