"""A member's name is public: it is checked like everything public, and is the same on both sides."""

from __future__ import annotations

import uuid

from tests.helpers.traces import traces_of


async def test_a_listed_name_is_refused_and_never_shown_and_a_plain_one_is_known_on_both_sides(door):
    term = f"zqkabo{uuid.uuid4().hex[:8]}"
    entry = door.stack.cli(
        "bank", "add", term, "--category", "terrorism", "--kind", "term", "--outcome", "refuse"
    )
    wulan = await door.person("wulan")
    path = f"profile/{wulan.user_id}/displayname"
    for disguised in (term, term.upper(), "\u200b".join(term)):
        status, answer = await wulan.call("PUT", path, json={"displayname": f"Ibu {disguised}"})
        assert (status, answer["org.jaga.code"]) == (403, "NAME_REFUSED"), answer
    homeserver = [
        place for place in traces_of([f"Ibu {term}"], door.server, []) if place.startswith("synapse.")
    ]
    assert homeserver == []

    status, session = await door.call(
        "POST", "/api/v1/session", json={"matrix_openid": await wulan.openid_token()}
    )
    assert status == 201
    status, answer = await wulan.call("PUT", path, json={"displayname": "  Ibu   Wulan "})
    assert status == 200, answer
    assert (await wulan.call("GET", path))[1] == {"displayname": "Ibu Wulan"}
    _, shown = await door.call("GET", "/api/v1/session", token=session["token"])
    assert shown["member"]["display_name"] == "Ibu Wulan"

    door.stack.cli("bank", "remove", entry["id"])


async def test_nobody_renames_another_on_either_side(door):
    wulan, bima = await door.person("wulan"), await door.person("bima")
    for one in (wulan, bima):
        await door.call("POST", "/api/v1/session", json={"matrix_openid": await one.openid_token()})
    status, _ = await bima.call(
        "PUT", f"profile/{wulan.user_id}/displayname", json={"displayname": "Bima juga"}
    )
    assert status in {400, 403}
    _, session = await door.call(
        "POST", "/api/v1/session", json={"matrix_openid": await wulan.openid_token()}
    )
    assert session["member"]["display_name"] == wulan.name


async def test_a_picture_that_the_open_side_has_not_seen_is_not_set(door):
    wulan = await door.person("wulan")
    body = {"avatar_url": "mxc://jaga.localhost/abc"}
    status, answer = await wulan.call("PUT", f"profile/{wulan.user_id}/avatar_url", json=body)
    assert (status, answer["org.jaga.code"]) == (403, "NO_UNCHECKED_PICTURE")
