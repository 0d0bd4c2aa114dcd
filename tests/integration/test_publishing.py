"""One way into the open side: checked first, then stored whole, answered once."""

from __future__ import annotations

import asyncio
import signal

import pytest
from sqlalchemy import text

ZERO_WIDTH = "zq\u200bka\u2060bo"
FULL_WIDTH = "\uff5a\uff51\uff4b\uff41\uff42\uff4f"


async def rows(site, question, **values):
    async with site.database.reading() as connection:
        return (await connection.execute(text(question), values)).all()


async def count(site, table):
    return (await rows(site, f"SELECT count(*) FROM {table}"))[0][0]


@pytest.fixture(scope="module", autouse=True)
async def kabar(site):
    await site.channel("kabar", about="Kabar kampung contoh")
    await site.channel("warga", kind="group")


async def test_a_post_that_is_allowed_is_there_at_once_with_its_formatting(site):
    post = await site.post(
        "kabar", "  Halo warga 😀  ", entities=[{"type": "bold", "offset": 7, "length": 5}]
    )
    assert post["text"] == "Halo warga 😀"
    assert post["entities"] == [{"type": "bold", "offset": 5, "length": 5}]
    assert post["state"] == "published"
    assert (await site.get(f"/api/v1/posts/{post['id']}")).json() == post
    listed = (await site.get("/api/v1/channels/kabar/posts?limit=1")).json()
    assert listed["items"] == [post]
    assert "<strong>warga</strong>" in (await site.get("/c/kabar")).text


@pytest.mark.parametrize(
    "body",
    [
        {"text": "ini zqkabo ya"},
        {"text": f"ini {ZERO_WIDTH} ya"},
        {"text": f"ini {FULL_WIDTH} ya"},
        {"text": "ini zqkabo ya", "entities": [{"type": "bold", "offset": 4, "length": 3}]},
        {
            "text": "klik",
            "entities": [
                {"type": "text_link", "offset": 0, "length": 4, "url": "https://zqkabo.example/zqkabo"}
            ],
        },
    ],
)
async def test_a_listed_term_is_refused_however_it_is_written_and_leaves_no_words_behind(site, body):
    answer = await site.ask("POST", "/api/v1/channels/kabar/posts", by="ayu", json=body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (403, "post_refused"), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert "/s/sor_" in problem["statement"]
    assert problem["category"] == "terrorism"
    assert "Terorisme" in problem["reasons"]
    (row,) = await rows(
        site, "SELECT text, entities, media, state FROM posts WHERE id = :id", id=problem["id"]
    )
    assert row == ("", [], [], "refused")
    # The statement was there before the answer.
    (statement,) = await rows(
        site,
        "SELECT s.member_id, i.kind FROM statements s JOIN inbox i ON i.subject = s.id WHERE s.id = :id",
        id=problem["statement"].rpartition("/")[2].partition("?")[0],
    )
    assert statement.kind == "statement"
    for path in (f"/api/v1/posts/{problem['id']}", f"/c/kabar/{problem['id']}"):
        assert (await site.get(path)).status_code == 404


async def test_the_reasons_come_in_the_callers_language(site):
    answer = await site.ask(
        "POST",
        "/api/v1/channels/kabar/posts",
        by="ayu",
        json={"text": "zqkabo"},
        headers={"Accept-Language": "en"},
    )
    assert answer.json()["reasons"].startswith("It is on the list of Terrorism")


async def test_a_listed_term_in_a_file_name_or_a_title_is_refused(site):
    media = (await site.upload(b"%PDF-1.4 halo", "application/pdf")).json()
    named = await site.publish("kabar", "surat", media=[{"id": media["id"], "file_name": "zqkabo.pdf"}])
    assert named.json()["code"] == "post_refused"
    titled = await site.ask(
        "POST", "/api/v1/channels", by="ayu", json={"name": "judul", "title": "Kabar zqkabo"}
    )
    assert titled.json()["code"] == "post_refused"
    assert (await site.get("/api/v1/channels/judul")).status_code == 404
    changed = await site.ask("PATCH", "/api/v1/channels/kabar", by="ayu", json={"about": "zqkabo"})
    assert changed.json()["code"] == "post_refused"
    assert (await site.get("/api/v1/channels/kabar")).json()["about"] == "Kabar kampung contoh"


async def test_a_held_post_is_seen_by_nobody_until_a_person_releases_it(site):
    from jaga.core.clock import utc_now
    from jaga.core.ids import PostId
    from jaga.store import post_states

    answer = await site.publish("kabar", "barangkali zqraba")
    held = answer.json()
    assert (answer.status_code, held["state"]) == (202, "held")
    assert held["case"].startswith("case_")
    for path in (f"/api/v1/posts/{held['id']}", f"/c/kabar/{held['id']}"):
        assert (await site.get(path)).status_code == 404
    assert "zqraba" not in (await site.get("/c/kabar")).text
    assert (await site.get("/api/v1/posts?q=zqraba")).json()["items"] == []
    async with site.following("kabar") as follower, site.database.transaction() as connection:
        await post_states.release_post(connection, PostId(held["id"]), utc_now())
        await connection.commit()
        event = await follower.event()
    assert (event.name, event.data["text"]) == ("post", "barangkali zqraba")
    assert (await site.get(f"/c/kabar/{held['id']}")).status_code == 200


async def test_an_innocent_post_edited_into_a_listed_one_stays_as_it_was(site):
    post = await site.post("kabar", "resep pisang goreng")
    before = (await site.get(f"/c/kabar/{post['id']}")).headers["etag"]
    answer = await site.ask("PATCH", f"/api/v1/posts/{post['id']}", by="ayu", json={"text": "resep zqkabo"})
    assert answer.json()["code"] == "post_refused"
    assert "/s/sor_" in answer.json()["statement"]
    assert (await site.get(f"/api/v1/posts/{post['id']}")).json() == post
    assert (await site.get(f"/c/kabar/{post['id']}")).headers["etag"] == before
    assert await rows(site, "SELECT 1 FROM post_versions WHERE post_id = :id", id=post["id"]) == []


async def test_an_edit_keeps_what_stood_before_and_tells_followers(site):
    post = await site.post("kabar", "kerja bakti Sabtu")
    async with site.following("kabar") as follower:
        edited = await site.ask(
            "PATCH", f"/api/v1/posts/{post['id']}", by="ayu", json={"text": "kerja bakti Minggu"}
        )
        event = await follower.event()
    assert edited.json()["version"] == 2
    assert edited.json()["edited_at"]
    assert (event.name, event.data["text"]) == ("edit", "kerja bakti Minggu")
    (version,) = await rows(
        site, "SELECT version, text FROM post_versions WHERE post_id = :id", id=post["id"]
    )
    assert version == (1, "kerja bakti Sabtu")
    assert "diedit" in (await site.get(f"/c/kabar/{post['id']}")).text


async def test_an_edit_that_a_person_must_see_first_takes_the_post_out_of_sight(site):
    post = await site.post("kabar", "jadwal ronda")
    async with site.following("kabar") as follower:
        edited = await site.ask(
            "PATCH", f"/api/v1/posts/{post['id']}", by="ayu", json={"text": "jadwal zqraba"}
        )
        assert (await follower.event()).name == "removed"
    assert edited.status_code == 202
    assert (await site.get(f"/api/v1/posts/{post['id']}")).status_code == 404


@pytest.mark.parametrize(("words", "status"), [("halo dua puluh kali", 201), ("zqkabo dua puluh kali", 403)])
async def test_twenty_identical_requests_at_once_are_one_post_or_one_case(site, words, status):
    before = await count(site, "posts"), await count(site, "cases")
    answers = await asyncio.gather(*(site.publish("kabar", words, key=f"sekali-{status}") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {status}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len({answer.json().get("statement") for answer in answers}) == 1
    after = await count(site, "posts"), await count(site, "cases")
    assert after == (before[0] + 1, before[1] + (status == 403))
    again = await site.publish("kabar", words, key=f"sekali-{status}")
    assert again.json() == answers[0].json()
    other = await site.publish("kabar", f"{words}!", key=f"sekali-{status}")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_a_key_belongs_to_its_member_and_must_be_printable(site):
    first = await site.post("warga", "dari ayu", key="sama")
    second = await site.post("warga", "dari budi", key="sama", by="budi")
    assert first["id"] != second["id"]
    assert (await site.publish("kabar", "x", key="a b")).json()["code"] == "bad_idempotency_key"


async def test_the_answer_under_a_key_never_brings_removed_words_back(site):
    from jaga.core.clock import utc_now
    from jaga.core.ids import PostId
    from jaga.store import post_states

    post = await site.post("kabar", "akan dihapus", key="hapus-1")
    async with site.database.transaction() as connection:
        await post_states.remove_post(connection, PostId(post["id"]), utc_now())
    again = await site.publish("kabar", "akan dihapus", key="hapus-1")
    assert (again.json()["state"], again.json()["text"]) == ("removed", "")


async def test_without_a_detector_nothing_is_published_and_everything_is_read(site, request):
    process = request.getfixturevalue("detector_of_site")
    before = await count(site, "posts"), await count(site, "idempotency_keys")
    process.send_signal(signal.SIGSTOP)
    try:
        answer = await site.publish("kabar", "tidak terperiksa", key="belum")
        assert (answer.status_code, answer.json()["code"]) == (503, "detector_unavailable")
        assert int(answer.headers["retry-after"]) > 0
        assert (await site.get("/c/kabar")).status_code == 200
        assert (await site.get("/api/v1/channels/kabar/posts")).status_code == 200
    finally:
        process.send_signal(signal.SIGCONT)
    assert (await count(site, "posts"), await count(site, "idempotency_keys")) == before
    assert (await site.publish("kabar", "tidak terperiksa", key="belum")).status_code == 201


async def test_who_may_write_where(site):
    await site.channel("balai")
    await site.channel("rembuk", kind="group")
    assert (await site.publish("balai", "halo", by="budi")).json()["code"] == "may_not_post"
    assert (await site.publish("rembuk", "halo", by="budi")).status_code == 201
    nobody = await site.ask("POST", "/api/v1/channels/balai/posts", json={"text": "halo"})
    assert nobody.status_code == 401
    roles = "/api/v1/channels/balai/roles"
    assert (await site.ask("PUT", f"{roles}/budi", by="budi")).status_code == 403
    assert (await site.ask("PUT", f"{roles}/tidakada", by="ayu")).status_code == 404
    assert (await site.ask("PUT", f"{roles}/budi", by="ayu")).status_code == 204
    written = (await site.publish("balai", "halo dari editor", by="budi")).json()
    assert written["author"] is None  # a channel speaks for itself
    assert (await site.ask("GET", roles, by="budi")).json()["items"] == [
        {"member": "ayu", "role": "owner"},
        {"member": "budi", "role": "editor"},
    ]
    assert (await site.ask("GET", roles, by="citra")).status_code == 403
    edited = await site.ask(
        "PATCH", f"/api/v1/posts/{written['id']}", by="ayu", json={"text": "halo dari kami"}
    )
    assert edited.status_code == 200
    assert (await site.ask("DELETE", f"{roles}/budi", by="ayu")).status_code == 204
    assert (await site.publish("balai", "halo", by="budi")).status_code == 403


async def test_comments_are_public_posts_of_anyone_signed_in(site):
    post = await site.post("kabar", "ada usul?")
    path = f"/api/v1/posts/{post['id']}/comments"
    comment = await site.ask("POST", path, by="citra", json={"text": "tambah lampu jalan"})
    assert comment.status_code == 201
    assert comment.json()["author"] == "citra"
    assert comment.json()["comment_on"] == post["id"]
    assert (await site.ask("POST", path, by="citra", json={"text": "zqkabo"})).status_code == 403
    assert [item["text"] for item in (await site.get(path)).json()["items"]] == ["tambah lampu jalan"]
    assert "tambah lampu jalan" in (await site.get(f"/c/kabar/{post['id']}")).text
    assert "1 komentar" in (await site.get("/c/kabar")).text
    below = f"/api/v1/posts/{comment.json()['id']}/comments"
    assert (await site.ask("POST", below, by="citra", json={"text": "dua lapis"})).status_code == 404
    own = f"/api/v1/posts/{comment.json()['id']}"
    assert (await site.ask("PATCH", own, by="ayu", json={"text": "diubah"})).status_code == 403
    assert (await site.ask("DELETE", own, by="budi")).status_code == 403
    assert (await site.ask("DELETE", own, by="citra")).status_code == 204
    assert (await site.get(own)).status_code == 404


async def test_a_deleted_post_is_gone_for_readers_and_followers(site):
    post = await site.post("kabar", "salah kirim")
    async with site.following("kabar") as follower:
        assert (await site.ask("DELETE", f"/api/v1/posts/{post['id']}", by="ayu")).status_code == 204
        event = await follower.event()
    assert (event.name, event.data["state"], event.data["id"]) == ("removed", "deleted", post["id"])
    assert (await site.get(f"/c/kabar/{post['id']}")).status_code == 404
    assert "salah kirim" not in (await site.get("/c/kabar")).text
    assert (await site.ask("DELETE", f"/api/v1/posts/{post['id']}", by="ayu")).status_code == 204


async def test_replies_quote_and_pins_stand_on_top(site):
    first = await site.post("kabar", "siapa bawa sapu?")
    second = await site.post("kabar", "saya", reply_to=first["id"])
    assert second["reply_to"] == first["id"]
    assert (await site.publish("kabar", "x", reply_to="post_" + "0" * 26)).status_code == 404
    path = f"/api/v1/posts/{first['id']}/pin"
    assert (await site.ask("POST", path, by="budi")).status_code == 403
    assert (await site.ask("POST", path, by="ayu")).status_code == 204
    page = (await site.get("/c/kabar")).text
    assert page.index("siapa bawa sapu?") < page.index(">saya<")
    assert (await site.get(f"/api/v1/posts/{first['id']}")).json()["pinned_at"]
    assert (await site.ask("DELETE", path, by="ayu")).status_code == 204


async def test_a_member_who_may_not_post_for_a_while_is_told_until_when(site):
    from datetime import datetime, timedelta

    from jaga.core.clock import utc_now
    from jaga.core.ids import MemberId
    from jaga.core.text import written_day
    from jaga.store import post_states

    await site.post("warga", "masih boleh", by="dodi")
    ((dodi,),) = await rows(site, "SELECT id FROM members WHERE name = 'dodi'")
    async with site.database.transaction() as connection:
        await post_states.suspend_posting(connection, MemberId(dodi), utc_now() + timedelta(days=1))
    answer = await site.publish("warga", "sekarang tidak", by="dodi")
    assert (answer.status_code, answer.json()["code"]) == (403, "posting_suspended")
    assert answer.json()["until"].startswith("20")
    tomorrow = written_day(datetime.fromisoformat(answer.json()["until"]))
    assert f"sampai {tomorrow.id}." in answer.json()["detail"]
    assert (await site.upload(b"halo", "text/plain", by="dodi")).status_code == 403
    async with site.database.transaction() as connection:
        await post_states.suspend_posting(connection, MemberId(dodi), None)
    assert (await site.publish("warga", "boleh lagi", by="dodi")).status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "empty_post"),
        ({"text": " \u200b\u200d "}, "empty_post"),
        ({"text": "a" * 4097}, "text_too_long"),
        ({"text": 5}, "bad_field"),
        ({"text": "a", "entities": "bold"}, "bad_entity"),
        ({"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 9}]}, "bad_entity"),
        ({"text": "a", "media": ["x"]}, "malformed_id"),
        ({"text": "a", "media": ["med_" + "0" * 26]}, "media_unknown"),
        ({"text": "a", "media": [{"id": 5}]}, "bad_field"),
        ({"text": "a", "reply_to": "' OR 1=1"}, "malformed_id"),
        (["a"], "bad_field"),
        ("a", "bad_field"),
    ],
)
async def test_what_cannot_be_a_post_is_refused_by_its_own_code(site, body, code):
    answer = await site.ask("POST", "/api/v1/channels/kabar/posts", by="ayu", json=body)
    assert answer.json().get("code") == code, answer.text
    assert 400 <= answer.status_code < 500


async def test_bodies_that_are_no_json_too_large_or_broken_text_are_refused(site):
    path = "/api/v1/channels/kabar/posts"
    json = {"Content-Type": "application/json"}
    broken = await site.ask("POST", path, by="ayu", content=b'{"text": ', headers=json)
    assert broken.status_code == 400
    surrogate = await site.ask("POST", path, by="ayu", content=b'{"text": "a\\ud800b"}', headers=json)
    assert surrogate.status_code == 400
    large = await site.ask("POST", path, by="ayu", content=b'{"text": "' + b"a" * 2_000_000 + b'"}')
    assert large.status_code == 413


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "ab"}, "bad_channel_name"),
        ({"name": "Kabar"}, "bad_channel_name"),
        ({"name": "admin"}, "bad_channel_name"),
        ({"name": "123"}, "bad_channel_name"),
        ({"name": "../etc"}, "bad_channel_name"),
        ({"title": " \u200b"}, "bad_field"),
        ({"title": "a" * 129}, "bad_field"),
        ({"about": "a" * 1025}, "bad_field"),
        ({"kind": "secret"}, "bad_field"),
        ({"category": "x"}, "bad_field"),
        ({"language": "xx"}, "bad_field"),
        ({"name": "kabar"}, "name_taken"),
    ],
)
async def test_what_cannot_be_a_channel_is_refused_by_its_own_code(site, fields, code):
    body = {"name": "bolehsaja", "title": "Boleh Saja", **fields}
    answer = await site.ask("POST", "/api/v1/channels", by="ayu", json=body)
    assert answer.json().get("code") == code, answer.text


async def test_an_address_that_is_none_spoils_nobody_elses_publishing(site):
    await site.channel("bersama")
    names = ["bersama", *["a%00b", "bersama"] * 4]
    answers = await asyncio.gather(*(site.publish(name, f"kata {place}") for place, name in enumerate(names)))
    assert [answer.status_code for answer in answers] == [201, *[404, 201] * 4]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/channels?category=a%00b", None),
        ("GET", "/api/v1/inbox?next=a%00b", None),
        ("GET", "/api/v1/channels/a%00b/bots", None),
        ("PUT", "/api/v1/channels/aksara/roles/a%00b", None),
        (
            "POST",
            "/api/v1/notices",
            {"category": "harassment", "target": "/c/aksara", "explanation": "a\x00b", "good_faith": True},
        ),
    ],
)
async def test_a_nul_that_postgresql_cannot_store_is_the_senders_mistake(site, method, path, body):
    if "aksara" in path:
        await site.channel("aksara")
    answer = await site.ask(method, path, by="ayu", json=body)
    assert (answer.status_code, answer.json()["code"]) in {(400, "unstorable_text"), (404, "channel_unknown")}
