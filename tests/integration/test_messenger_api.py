"""What the messenger asks beyond reading: where a member stands, their bots, and the cards of what is gone."""

from __future__ import annotations

import asyncio

import pytest
from tests.helpers.channels import picture

from jaga.channels.bot import MOST_BOTS
from jaga.core.clock import utc_now
from jaga.core.ids import ChannelId, PostId
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


async def test_a_channel_has_only_so_many_bots_however_fast_they_are_asked_for(site):
    await site.channel("ramai")
    path = "/api/v1/channels/ramai/bots"
    for number in range(MOST_BOTS - 2):
        made = await site.ask("POST", path, by="ayu", json={"name": f"bot_{number}"})
        assert made.status_code == 201
    names = [{"name": f"cepat_{number}"} for number in range(5)]
    answers = await asyncio.gather(*(site.ask("POST", path, by="ayu", json=name) for name in names))
    refused = [answer.json()["code"] for answer in answers if answer.status_code != 201]
    assert refused == ["too_many_bots"] * 3
    standing = (await site.get(path, by="ayu")).json()["items"]
    assert len(standing) == MOST_BOTS
    await site.ask("DELETE", f"{path}/{standing[0]['id']}", by="ayu")
    assert (await site.ask("POST", path, by="ayu", json={"name": "lagi"})).status_code == 201


async def test_a_posts_author_is_not_told_to_readers_by_its_standing(site):
    await site.channel("sunyi")
    post = await site.post("sunyi", "tanpa nama")
    assert post["author"] is None
    assert (await site.get(f"/api/v1/posts/{post['id']}/standing")).status_code == 401


async def test_similar_channels_share_a_category_or_words_and_closed_ones_are_not_among_them(site):
    kebun = {"title": "Ladang bersama", "about": "Menanam sayuran", "category": "culture"}
    await site.channel("sayur_satu", **kebun)
    await site.channel("sayur_dua", **{**kebun, "category": "education"})
    await site.channel("berita_jauh", title="Kabar", about="Lain sekali", category="news")
    await site.channel("hanya_budaya", title="Tari", about="Latihan", category="culture")
    closed = await site.channel("sayur_tutup", **kebun)
    async with site.database.transaction() as connection:
        await post_states.close_channel(connection, ChannelId(closed["id"]), utc_now())
    found = (await _get(site, "/api/v1/channels/sayur_satu/similar"))["items"]
    assert [one["name"] for one in found] == ["sayur_dua", "hanya_budaya"]
    assert (await site.get("/api/v1/channels/tidak_ada/similar")).status_code == 404


async def test_statistics_count_what_can_be_read_week_by_week_and_nobody_who_reads(site):
    await site.channel("angka")
    posts = [await site.post("angka", f"hitung {number}") for number in range(3)]
    await site.ask("POST", f"/api/v1/posts/{posts[0]['id']}/comments", by="citra", json={"text": "satu"})
    await _remove(site, posts[1]["id"])
    weeks = (await _get(site, "/api/v1/channels/angka/statistics"))["weeks"]
    assert len(weeks) == 12
    assert weeks == sorted(weeks, key=lambda week: week["begins"])
    assert sum(week["posts"] for week in weeks) == weeks[-1]["posts"] + weeks[-2]["posts"] == 2
    assert sum(week["comments"] for week in weeks) == 1
    assert {field for week in weeks for field in week} == {"begins", "posts", "comments"}


async def test_categories_come_in_both_languages_and_the_address_as_a_drawn_code(site):
    items = (await _get(site, "/api/v1/categories"))["items"]
    assert {"name": "culture", "title": {"id": "Budaya", "en": "Culture"}} in items
    await site.channel("poster")
    code = await site.get("/c/poster/qr.svg")
    assert (code.status_code, code.headers["content-type"]) == (200, "image/svg+xml")
    assert code.text.startswith("<svg")
    assert (await site.get("/c/tidak_ada/qr.svg")).status_code == 404


def _message(number: int, text: str, **more) -> dict:
    return {"id": number, "type": "message", "date_unixtime": "1704164645", "text": text} | more


async def test_the_owner_takes_over_an_export_message_by_message_once_and_checked(site):
    await site.channel("warisan")
    path = "/api/v1/channels/warisan/take-over/telegram"

    async def take(row: object, by: str = "ayu", **media: str):
        return await site.ask("POST", path, by=by, json={"message": row, "media": media})

    file = (await site.upload(picture(), "image/png")).json()["id"]
    rows = [
        (_message(1, "pertama"), "published"),
        (_message(2, "balasan", reply_to_message_id=1), "published"),
        (_message(3, "kata zqkabo"), "refused"),
        (_message(4, "kata zqraba"), "held"),
        ({"id": 5, "type": "service", "text": ""}, "service_message"),
        (_message(6, ""), "nothing_to_publish"),
        ({"id": "x"}, "unreadable"),
        (_message(8, "x" * 5_000), "unreadable"),
    ]
    for row, fate in rows:
        answer = (await take(row)).json()
        assert answer["fate"] == fate
        assert bool(answer["about"]) == (fate in ("refused", "held", "unreadable"))
    assert (await take(_message(9, "foto", photo="photos/a.png"), **{"photos/a.png": file})).json() == {
        "number": 9,
        "fate": "published",
        "about": "",
    }
    assert (await take(_message(1, "pertama"))).json()["fate"] == "taken_over_before"
    assert (await _get(site, path, "ayu"))["numbers"] == [1, 2, 3, 4, 9]
    posts = {one["text"]: one for one in (await _get(site, "/api/v1/channels/warisan/posts"))["items"]}
    assert set(posts) == {"pertama", "balasan", "foto"}
    assert posts["balasan"]["reply_to"] == posts["pertama"]["id"]
    assert (posts["pertama"]["from"], posts["pertama"]["created_at"][:10]) == ("telegram", "2024-01-02")
    for public in ("/c/warisan", "/c/warisan/feed.atom", "/c/warisan/feed.json"):
        assert "dari Telegram, semula 2 Januari 2024" in (await site.ask("GET", public)).text, public
    assert posts["foto"]["media"][0]["id"] == file

    assert (await take(_message(10, "bukan milik saya"), by="citra")).status_code == 403
    assert (await site.get(path, by="citra")).status_code == 403
    assert (await take(_message(11, "rusak"), a="bukan-id")).status_code == 400
