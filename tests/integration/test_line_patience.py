"""The officer's client: keys, addresses, and patience."""

from __future__ import annotations

import stat
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jaga.app import line_client
from jaga.app.line_client import (
    SUBMISSIONS,
    AddressUnusable,
    KeyExists,
    KeyUnreadable,
    LineClient,
    LineUnreachable,
    TurnedAway,
    base_of,
    is_exposed,
    load_key,
    make_key,
)


@pytest.fixture
def key(tmp_path):
    return make_key(tmp_path / "sari")[0]


def test_a_key_is_made_for_its_owner_alone_and_never_overwritten(tmp_path, key):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert not is_exposed(key)
    assert load_key(key).public_key()
    with pytest.raises(KeyExists):
        make_key(tmp_path / "sari")
    key.chmod(0o644)
    assert is_exposed(key)
    for wrong in (tmp_path / "sari.pub", tmp_path / "none"):
        with pytest.raises(KeyUnreadable):
            load_key(wrong)


def test_the_address_may_be_given_bare_or_whole():
    for url in ("https://chat.example", "https://chat.example/", f"https://chat.example{SUBMISSIONS}"):
        assert base_of(url) == "https://chat.example"
    for wrong in ("chat.example", "ftp://chat.example", "https://", "https://chat.example?x=1"):
        with pytest.raises(AddressUnusable):
            base_of(wrong)


@pytest.fixture
async def answering(key, monkeypatch):
    """A client of a server that gives these answers one by one; the nonces it was asked with."""
    monkeypatch.setattr(line_client, "_PAUSE", timedelta())
    answers, asked = [], []

    async def respond(request: web.Request) -> web.Response:
        asked.append(request.headers["Signature-Input"])
        status, body = answers.pop(0)
        return web.json_response(body, status=status) if isinstance(body, dict) else web.Response(text=body)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", respond)
    async with TestServer(app) as server:
        client = LineClient(str(server.make_url("")).rstrip("/"), "off_x", load_key(key), "id")
        yield client, answers, asked


async def test_a_service_that_asks_for_patience_is_asked_again_with_a_new_signature(answering):
    client, answers, asked = answering
    answers += [(503, {"code": "receipt_not_ready"}), (503, {"code": "unavailable"}), (202, {"id": "sub_x"})]
    assert await client.send("POST", SUBMISSIONS, b"{}") == {"id": "sub_x"}
    assert len(set(asked)) == 3


async def test_patience_ends_and_refusals_are_told_in_the_servers_words(answering):
    client, answers, _ = answering
    answers += [(503, {"code": "unavailable", "detail": "Coba lagi."})] * 4
    with pytest.raises(TurnedAway, match=r"unavailable.*Coba lagi"):
        await client.send("GET", SUBMISSIONS)
    answers.append((403, {"code": "out_of_remit", "detail": "Di luar mandat."}))
    with pytest.raises(TurnedAway, match="out_of_remit"):
        await client.send("GET", SUBMISSIONS)
    for strange in ("<html>", "[1]"):
        answers.append((200, strange))
        with pytest.raises(LineUnreachable):
            await client.send("GET", SUBMISSIONS)
