"""Signing in on the pages: same password as in the chat app, one answer for every mistake, no foreign forms."""

from __future__ import annotations

import uuid
from datetime import timedelta

import httpx
import pytest
from litestar.testing import AsyncTestClient
from tests.helpers.web import services_with

from jaga.channels.member import Member
from jaga.channels.sessions import NoSession, SessionToken, SignedIn, WrongPassword
from jaga.core.clock import utc_now
from jaga.core.ids import MemberId
from jaga.web.app import create_app
from jaga.web.forms import here_only

SARI = Member(id=MemberId.new(), name="sari", display_name="Sari", language="id")


class Sessions:
    """Knows one member and one password."""

    def __init__(self) -> None:
        self.tokens: set[str] = set()

    async def sign_in(self, name, password, *, now):
        if (name, password) != ("sari", "contoh-sandi"):
            raise WrongPassword
        token = SessionToken.new()
        self.tokens.add(token.text)
        return SignedIn(token, SARI, now + timedelta(days=7))

    async def member_of(self, token, *, now):
        if token.text not in self.tokens:
            raise NoSession
        return SARI

    async def end(self, token):
        self.tokens.discard(token.text)


@pytest.fixture
async def client():
    services = services_with(member_sessions=Sessions(), clock=utc_now)
    async with AsyncTestClient(create_app(services)) as client:
        client.follow_redirects = False
        yield client


OURS = {"Sec-Fetch-Site": "same-origin"}


async def test_the_right_password_opens_a_session_and_a_wrong_one_keeps_what_was_typed(client):
    wrong = await client.post("/sign-in", data={"name": "sari", "password": "x"}, headers=OURS)
    assert wrong.status_code == 401
    assert 'value="sari"' in wrong.text
    assert 'role="alert"' in wrong.text
    form = {"name": "@Sari:kampung.localhost", "password": "contoh-sandi", "to": "/c/warta"}
    right = await client.post("/sign-in", data=form, headers=OURS)
    assert (right.status_code, right.headers["location"]) == (303, "/c/warta")
    assert "httponly" in right.headers["set-cookie"].lower()
    assert (await client.get("/sign-in")).headers["location"] == "/inbox"
    await client.post("/sign-out", headers=OURS)
    assert (await client.get("/sign-in")).status_code == 200


async def test_a_form_sent_by_another_site_is_not_carried_out(client):
    form = {"name": "sari", "password": "contoh-sandi"}
    foreign = await client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert foreign.json()["code"] == "foreign_origin"


@pytest.mark.parametrize(
    "address", ["https://a.example/", "//a.example", "/\\a.example", "javascript:x", "a\n", ""]
)
def test_no_form_leads_a_visitor_to_another_site(address):
    assert here_only(address) == ""
    assert here_only("/inbox?after=1") == "/inbox?after=1"


async def test_whoever_tries_many_passwords_from_one_place_waits_and_others_do_not():
    app = create_app(services_with(member_sessions=Sessions(), clock=utc_now))

    async def tried(address: str, password: str) -> tuple[int, str]:
        transport = httpx.ASGITransport(app, client=(address, 40_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://kampung.localhost") as client:
            form = {"name": f"warga_{uuid.uuid4().hex[:8]}", "password": password}
            answer = await client.post("/sign-in", data=form, headers=OURS | {"Accept-Language": "en"})
            return answer.status_code, answer.text

    answers = [await tried("203.0.113.9", "x") for _ in range(25)]
    assert {status for status, _ in answers[:20]} == {401}
    assert answers[-1][0] == 429
    assert "Too many attempts to sign in; try again in" in answers[-1][1]
    assert (await tried("203.0.113.10", "x"))[0] == 401
    assert [(await tried("127.0.0.1", "x"))[0] for _ in range(25)] == [401] * 25
