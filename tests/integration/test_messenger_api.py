"""What the messenger asks beyond reading: where a member stands, their bots, and the cards of what is gone."""

from __future__ import annotations

import pytest

from jaga.core.clock import utc_now
from jaga.core.ids import PostId
from jaga.store import post_states


async def _remove(site, post: str) -> None:
    async with site.database.transaction() as connection:
        await post_states.remove_post(connection, PostId(post), utc_now())


async def _get(site, path: str, by: str | None = None):
    answer = await site.get(path, by=by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_member_learns_which_channels_they_run_and_nobody_else_does(site):
    await site.channel("warung")
    await site.ask("PUT", "/api/v1/channels/warung/roles/budi", by="ayu")
    await site.token("budi")
    assert (await site.ask("PUT", "/api/v1/channels/warung/roles/budi", by="ayu")).status_code == 204
    run = {
        who: [
            (one["name"], one["role"]) for one in (await _get(site, "/api/v1/session/channels", who))["items"]
        ]
        for who in ("ayu", "budi", "citra")
    }
    assert run == {"ayu": [("warung", "owner")], "budi": [("warung", "editor")], "citra": []}
    assert (await site.get("/api/v1/session/channels")).status_code == 401


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("ayu", {"role": "owner", "may_post": True}),
        ("citra", {"role": None, "may_post": False}),
    ],
)
async def test_standing_in_a_channel_says_who_may_post(site, who, expected):
    if (await site.get("/api/v1/channels/kebun")).status_code == 404:
        await site.channel("kebun")
    assert await _get(site, "/api/v1/channels/kebun/standing", who) == expected


async def test_powers_over_a_post_are_told_to_those_who_have_them(site):
    await site.channel("balai")
    post = await site.post("balai", "rapat nanti malam")
    path = f"/api/v1/posts/{post['id']}"
    comment = (await site.ask("POST", f"{path}/comments", by="citra", json={"text": "hadir"})).json()
    whole = {"state": "published", "own": True, "may_edit": True, "may_delete": True, "may_pin": True}
    assert await _get(site, f"{path}/standing", "ayu") == whole
    assert (await site.get(f"{path}/standing", by="citra")).status_code == 404
    own = await _get(site, f"/api/v1/posts/{comment['id']}/standing", "citra")
    assert own == whole | {"may_pin": False}
    kept_tidy = await _get(site, f"/api/v1/posts/{comment['id']}/standing", "ayu")
    assert kept_tidy == whole | {"own": False, "may_edit": False, "may_pin": False}

    held = (await site.publish("balai", "kata zqraba di sini")).json()
    waiting = await _get(site, f"/api/v1/posts/{held['id']}/standing", "ayu")
    assert waiting == whole | {"state": "held", "may_edit": False, "may_pin": False}
    assert (await site.get(f"/api/v1/posts/{held['id']}/standing", by="citra")).status_code == 404


async def test_pins_are_listed_and_removed_posts_leave_a_card_among_the_posts(site):
    await site.channel("pos_ronda")
    posts = [await site.post("pos_ronda", f"kabar {number}") for number in range(4)]
    await site.ask("POST", f"/api/v1/posts/{posts[0]['id']}/pin", by="ayu")
    pinned = await _get(site, "/api/v1/channels/pos_ronda/pinned")
    assert [one["id"] for one in pinned["items"]] == [posts[0]["id"]]

    await _remove(site, posts[1]["id"])
    first = await _get(site, "/api/v1/channels/pos_ronda/posts?limit=2")
    assert ([one["number"] for one in first["items"]], first["removed"]) == ([4, 3], [])
    second = await _get(site, f"/api/v1/channels/pos_ronda/posts?limit=2&before={first['next']}")
    (card,) = second["removed"]
    assert (card["id"], card["number"], card["state"]) == (posts[1]["id"], 2, "removed")
    assert not {"text", "media", "author"} & set(card)
    assert (await site.get(f"/api/v1/posts/{posts[1]['id']}")).json()["number"] == 2


async def test_the_owner_makes_and_revokes_bots_and_a_revoked_token_opens_nothing(site):
    await site.channel("jadwal")
    path = "/api/v1/channels/jadwal/bots"
    assert (await site.ask("POST", path, by="citra", json={"name": "penjadwal"})).status_code == 403
    assert (await site.ask("POST", path, by="ayu", json={"name": "1 salah"})).json()["code"] == "bad_bot_name"
    made = (await site.ask("POST", path, by="ayu", json={"name": "penjadwal"})).json()
    assert made["token"].split(":")[0].isdigit()
    listed = (await site.get(path, by="ayu")).json()["items"]
    assert [(one["id"], one["name"], "token" in one) for one in listed] == [(made["id"], "penjadwal", False)]
    assert await site.services.bot_api.bot_of(made["token"])

    for _ in range(2):
        assert (await site.ask("DELETE", f"{path}/{made['id']}", by="ayu")).status_code == 204
    assert (await site.get(path, by="ayu")).json()["items"] == []
    number, secret = made["token"].split(":")
    called = await site.client.get(f"/bot-api/{number}:{secret}/getMe")
    assert (called.status_code, called.json()["ok"]) == (401, False)


async def test_a_posts_author_is_not_told_to_readers_by_its_standing(site):
    await site.channel("sunyi")
    post = await site.post("sunyi", "tanpa nama")
    assert post["author"] is None
    assert (await site.get(f"/api/v1/posts/{post['id']}/standing")).status_code == 401
