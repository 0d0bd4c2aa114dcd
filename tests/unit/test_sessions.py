"""Sessions: who may open one, what is kept of it, when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from litestar.testing import AsyncTestClient
from tests.helpers.web import services_with

from jaga.channels.errors import MemberUnknown
from jaga.channels.member import BadMemberName, Member, parse_member_name
from jaga.channels.sessions import (
    MEMBER_SESSION,
    ForeignServer,
    MalformedClaim,
    MemberSessions,
    NoSession,
    OpenIdClaim,
    ProofRefused,
    SessionToken,
    WrongPassword,
)
from jaga.core.ids import MemberId, StaffId
from jaga.web.app import create_app

HERE = "kampung.localhost"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class HomeserverOf:
    """Answers for known tokens and passwords, and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    async def user_of_openid_token(self, access_token):
        self.asked.append(access_token)
        return {"good": f"@wulan:{HERE}", "foreign": "@wulan:elsewhere.example"}.get(access_token)

    async def user_of_password(self, name, password):
        return f"@{name}:{HERE}" if password == "rahasia-wulan" else None


class MembersInMemory:
    def __init__(self, sessions):
        self.by_name = {}
        self.sessions = sessions

    async def find_or_add(self, name, *, now):
        fresh = Member(id=MemberId.new(), name=name, display_name=name, language="id")
        return self.by_name.setdefault(name, fresh)

    async def find(self, name):
        return self.by_name.get(name)

    async def of_session(self, token_hash, *, now):
        subject = await self.sessions.subject_of(token_hash, now=now)
        return next((member for member in self.by_name.values() if member.id == subject), None)


class SessionsInMemory:
    def __init__(self):
        self.rows = {}

    async def add(self, token_hash, *, subject, created_at, expires_at):
        self.rows[token_hash] = (subject, expires_at)

    async def subject_of(self, token_hash, *, now):
        subject, expires_at = self.rows.get(token_hash, (None, NOW))
        return subject if expires_at > now else None

    async def remove(self, token_hash):
        self.rows.pop(token_hash, None)


@pytest.fixture
def sessions():
    kept = SessionsInMemory()
    return MemberSessions(
        server_name=HERE, homeserver=HomeserverOf(), members=MembersInMemory(kept), sessions=kept
    )


@pytest.fixture
async def client(sessions):
    app = create_app(services_with(member_sessions=sessions, clock=lambda: NOW, server_name=HERE))
    async with AsyncTestClient(app) as client:
        yield client


def claim(**changes):
    body = {"access_token": "good", "token_type": "Bearer", "matrix_server_name": HERE, "expires_in": 3600}
    return body | changes


async def test_a_proof_opens_a_session_that_names_the_member_until_it_expires(sessions):
    signed_in = await sessions.open(OpenIdClaim("good"), now=NOW)
    assert signed_in.member.name == "wulan"
    assert await sessions.member_of(signed_in.token, now=NOW + MEMBER_SESSION / 2) == signed_in.member
    with pytest.raises(NoSession):
        await sessions.member_of(signed_in.token, now=NOW + MEMBER_SESSION)


async def test_only_the_hash_of_a_token_is_kept(sessions):
    signed_in = await sessions.open(OpenIdClaim("good"), now=NOW)
    assert list(sessions.sessions.rows) == [signed_in.token.hash]
    assert signed_in.token.text.encode() not in signed_in.token.hash


async def test_a_second_sign_in_finds_the_same_member(sessions):
    first = await sessions.open(OpenIdClaim("good"), now=NOW)
    second = await sessions.sign_in("wulan", "rahasia-wulan", now=NOW)
    assert first.member == second.member
    assert first.token != second.token


async def test_an_unknown_proof_or_a_wrong_password_opens_nothing(sessions):
    with pytest.raises(ProofRefused):
        await sessions.open(OpenIdClaim("bad"), now=NOW)
    with pytest.raises(WrongPassword):
        await sessions.sign_in("wulan", "salah", now=NOW)
    assert not sessions.sessions.rows


async def test_a_token_of_another_server_is_refused_although_our_homeserver_knew_it(sessions):
    with pytest.raises(ForeignServer):
        await sessions.open(OpenIdClaim("foreign"), now=NOW)


async def test_the_operator_issues_a_session_for_a_member_and_for_nobody_else(sessions):
    await sessions.open(OpenIdClaim("good"), now=NOW)
    issued = await sessions.issue("wulan", ttl=timedelta(hours=1), now=NOW)
    assert issued.expires_at == NOW + timedelta(hours=1)
    with pytest.raises(MemberUnknown):
        await sessions.issue("bima", ttl=timedelta(hours=1), now=NOW)


async def test_a_session_of_staff_is_none_of_a_member(sessions):
    token = SessionToken.new()
    await sessions.sessions.add(
        token.hash, subject=StaffId.new(), created_at=NOW, expires_at=NOW + MEMBER_SESSION
    )
    with pytest.raises(NoSession):
        await sessions.member_of(token, now=NOW)


@pytest.mark.parametrize(
    "server",
    [
        "elsewhere.example",
        "elsewhere.example:8448",
        f"{HERE}.elsewhere.example",
        f"{HERE}@elsewhere.example",
        f"elsewhere.example/{HERE}",
        f"{HERE}\x00",
        f" {HERE}",
        HERE.upper(),
        "127.0.0.1",
        "[::1]:22",
        "",
    ],
)
async def test_a_hostile_server_name_is_refused_before_anyone_is_asked(sessions, client, server):
    answer = await client.post("/api/v1/session", json={"matrix_openid": claim(matrix_server_name=server)})
    assert answer.status_code == 401
    assert answer.json()["code"] == "foreign_server"
    assert sessions.homeserver.asked == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"matrix_openid": None},
        {"matrix_openid": "good"},
        {"matrix_openid": {}},
        {"matrix_openid": claim(access_token="")},
        {"matrix_openid": claim(access_token=1)},
        {"matrix_openid": claim(access_token="x" * 513)},
        {"matrix_openid": claim(access_token="a\r\nHost: elsewhere.example")},
        {"matrix_openid": claim(matrix_server_name=[HERE])},
        {"matrix_openid": claim(), "more": 1},
    ],
)
async def test_a_malformed_proof_is_refused_before_anyone_is_asked(sessions, client, body):
    answer = await client.post("/api/v1/session", json=body)
    assert answer.status_code == 400
    assert answer.json()["code"] == MalformedClaim.code
    assert sessions.homeserver.asked == []


async def test_the_route_gives_a_token_that_then_names_the_member_until_signed_out(client):
    opened = (await client.post("/api/v1/session", json={"matrix_openid": claim()})).json()
    assert opened["member"]["user_id"] == f"@wulan:{HERE}"
    bearer = {"Authorization": f"Bearer {opened['token']}"}
    assert (await client.get("/api/v1/session", headers=bearer)).json() == {"member": opened["member"]}
    assert (await client.delete("/api/v1/session", headers=bearer)).status_code == 204
    assert (await client.get("/api/v1/session", headers=bearer)).json()["code"] == "no_session"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer  ", "Basic abc", "Bearer jst_unknown", "Bearer \udcff"]
)
async def test_without_a_session_there_is_no_member(client, header):
    raw = header.encode("utf-8", "surrogateescape")
    answer = await client.get("/api/v1/session", headers={"Authorization": raw})
    assert answer.status_code == 401
    assert answer.json()["code"] == "no_session"


async def test_a_cookie_is_believed_when_reading_and_from_our_own_pages_only_when_changing(sessions, client):
    signed_in = await sessions.open(OpenIdClaim("good"), now=NOW)
    cookie = {"Cookie": f"session={signed_in.token.text}"}
    assert (await client.get("/api/v1/session", headers=cookie)).status_code == 200
    for foreign in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}):
        answer = await client.delete("/api/v1/session", headers=cookie | foreign)
        assert answer.json()["code"] == "foreign_origin"
    own = await client.delete("/api/v1/session", headers=cookie | {"Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 204
    assert not sessions.sessions.rows


@pytest.mark.parametrize("name", ["wulan", "a1", "pak.budi", "ibu_sri-2"])
def test_a_plain_name_is_a_name(name):
    assert parse_member_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "a", "Wulan", "wulan:x", "@wulan", "wu lan", ".wulan", "wulan.", "w" * 65, "wülan"]
)
def test_what_reads_as_something_else_is_no_name(name):
    with pytest.raises(BadMemberName):
        parse_member_name(name)
