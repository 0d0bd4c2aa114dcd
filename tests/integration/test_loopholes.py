"""Every loophole in the doctor's table, tried at the public port: each is refused, and says so usefully."""

from __future__ import annotations

import secrets
from urllib.parse import quote

import pytest
from tests.helpers.traces import traces_of

from jaga.app.doctor.loopholes import LOOPHOLES, MARK, WISHES, filled


@pytest.fixture(scope="module")
async def scene(door):
    wulan, bima = await door.person("wulan"), await door.person("bima")
    room = await wulan.room(invite=[bima.user_id])
    assert (await bima.post(f"join/{room}"))[0] == 200
    _, found = await wulan.call("GET", f"rooms/{room}/messages?dir=b&limit=1")
    names = {
        "room": room,
        "event": found["chunk"][0]["event_id"],
        "me": wulan.user_id,
        "other": bima.user_id,
        "server": door.server_name,
    }
    return wulan, names


@pytest.mark.parametrize("loophole", LOOPHOLES, ids=lambda loophole: loophole.name)
async def test_it_is_refused_with_its_code_and_a_sentence(door, scene, loophole):
    wulan, names = scene
    names = names | {"id": secrets.token_hex(8)}
    path = filled(loophole.path, {name: quote(meant, safe="") for name, meant in names.items()})
    body = {} if loophole.method == "GET" else {"json": filled(dict(loophole.body), names)}
    status, answer = await door.call(loophole.method, path, token=wulan.token, **body)
    assert 400 <= status < 500
    assert (answer.get("org.jaga.code") or answer["errcode"]) == loophole.code
    assert len(answer["error"]) > 20
    assert set(answer["org.jaga.text"]) == {"id", "en"}


async def test_nothing_of_it_was_stored(door):
    assert traces_of([MARK], door.server, door.places) == []


def test_names_are_unique_and_every_placeholder_is_filled():
    names = [loophole.name for loophole in LOOPHOLES] + [name for name, _, _ in WISHES]
    assert len(set(names)) == len(names)
    known = dict.fromkeys(("room", "event", "me", "other", "server", "id"), "zqkabo")
    for loophole in LOOPHOLES:
        assert "{" not in filled(loophole.path, known)
        assert "{m" not in str(filled(dict(loophole.body), known))
