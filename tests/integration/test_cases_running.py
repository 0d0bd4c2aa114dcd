"""The life of a decision on the running system: real detector, real worker, every public path."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import itertools
import json
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import httpx
import pyotp
import pytest
from PIL import Image
from sqlalchemy import update
from tests.helpers.members import PASSWORD
from tests.helpers.stack import Failed, eventually

from jaga.app import wire_members
from jaga.core.clock import utc_now
from jaga.ledger.commitment import Opening
from jaga.ledger.entry import Entry
from jaga.ledger.note import Verifier
from jaga.ledger.receipt import verify_receipt
from jaga.store.evidence import purge
from jaga.store.inbox import INBOX_CHANNEL
from jaga.store.tables.cases import evidence


def public_paths(channel: str, post: str, number: int, words: str) -> dict[str, str]:
    return {
        "post": f"/api/v1/posts/{post}",
        "comments": f"/api/v1/posts/{post}/comments",
        "permalink": f"/c/{channel}/{post}",
        "numbered permalink": f"/c/{channel}/{number}",
        "page": f"/c/{channel}",
        "list": f"/api/v1/channels/{channel}/posts",
        "atom": f"/c/{channel}/feed.atom",
        "json feed": f"/c/{channel}/feed.json",
        "search": f"/api/v1/posts?q={words}&channel={channel}",
    }


def showing(reader: httpx.Client, paths: dict[str, str], word: str) -> set[str]:
    """On which public paths a reader finds the word."""
    return {name for name, path in paths.items() if word in reader.get(path).text}


def test_a_refused_post_comes_with_reasons_and_is_published_when_its_appeal_is_granted(town):
    author, third = town.member("penulis"), town.member("ketiga")
    channel, other = town.channel(author), town.channel(third)
    word = town.listed()
    refused = town.publish(author, channel, f"Berita tentang {word} hari ini")
    assert refused.status_code == 403
    assert refused.json()["code"] == "post_refused"
    address = refused.json()["statement"].removeprefix(town.stack.url)
    statement = address.removeprefix("/s/").partition("?")[0]
    key = address.partition("key=")[2]

    anyone = town.anyone()
    whole = anyone.get(f"/api/v1/statements/{statement}", params={"key": key}).json()
    assert whole["whole"] is True
    assert whole["automated_decision"] == "fully_automated"
    assert "T-1" in " ".join(whole["plain"]["id"])
    reduced = anyone.get(f"/api/v1/statements/{statement}").json()
    assert reduced["whole"] is False
    assert "facts" not in reduced
    assert author.id not in str(reduced)
    letter = author.get("/api/v1/inbox").json()["items"][0]
    assert (letter["kind"], letter["subject"]) == ("statement", statement)

    assert (
        anyone.post(f"/api/v1/statements/{statement}/appeals", json={"text": "Ini berita."}).status_code
        == 404
    )
    appeal = author.post(f"/api/v1/statements/{statement}/appeals", {"text": "Ini berita."})
    assert appeal.status_code == 201, appeal.text
    again = author.post(f"/api/v1/statements/{statement}/appeals", {"text": "Ini berita."})
    assert (again.status_code, again.json()["code"]) == (409, "appeal_exists")
    reviewer, auditor = town.moderators[0], town.auditor
    answer = {"outcome": "reversed", "reasons": "Memang berita."}
    path = f"/desk/api/v1/appeals/{appeal.json()['id']}/decision"
    assert auditor.post(path, answer).status_code == 403
    decided = reviewer.post(path, answer)
    assert decided.status_code == 201, decided.text
    town.effect_of(reviewer, decided.json()["id"])

    assert word in anyone.get(f"/c/{channel}").text
    assert author.get("/api/v1/inbox").json()["items"][0]["kind"] == "appeal_outcome"
    third_try = town.publish(third, other, f"Berita tentang {word} hari ini")
    assert third_try.status_code == 403  # the list stands as it was


def test_a_removed_post_is_gone_from_every_path_and_comes_back_with_all_it_had(town):
    author, reader = town.member("penulis"), town.member("pembaca")
    channel = town.channel(author)
    word = f"uji{random.randrange(10**9)}"
    post = town.published(author, channel, "Kalimat pertama")
    edited = author.http.patch(f"/api/v1/posts/{post}", json={"text": f"Kalimat {word} kedua"})
    assert edited.status_code == 200, edited.text
    comment = reader.post(f"/api/v1/posts/{post}/comments", {"text": "Terima kasih kabarnya"})
    assert comment.status_code == 201, comment.text
    anyone = town.anyone()
    number = anyone.get(f"/api/v1/posts/{post}").json()["number"]
    paths = public_paths(channel, post, number, word)
    assert showing(anyone, paths, word) == set(paths) - {"comments"}

    town.report(f"/c/{channel}/{post}")
    decider, reviewer, _ = town.moderators
    case = town.case_of(decider, f"{town.stack.url}/c/{channel}/{post}")
    assert case["clocks"][0]["name"] == "own"
    decision = town.decide(decider, case["id"], "remove_post")
    assert decision["state"] in ("carrying_out", "carried_out")
    effect_at = town.effect_of(decider, decision["id"])
    assert showing(anyone, paths, word) == set()
    for name in ("post", "comments", "permalink", "numbered permalink"):
        assert anyone.get(paths[name]).status_code in (404, 410)
    shown = decider.get(f"/desk/api/v1/decisions/{decision['id']}").json()
    took = effect_at - datetime.fromisoformat(shown["effective_from"])
    print(f"decision to effect confirmed: {took.total_seconds():.3f} s")

    statement = author.get("/api/v1/inbox").json()["items"][0]["subject"]
    appeal = author.post(f"/api/v1/statements/{statement}/appeals", {"text": "Itu kutipan."}).json()
    path = f"/desk/api/v1/appeals/{appeal['id']}/decision"
    answer = {"outcome": "reversed", "reasons": "Memang kutipan."}
    same = decider.post(path, answer)
    assert (same.status_code, same.json()["code"]) == (403, "same_person")
    town.effect_of(reviewer, reviewer.post(path, answer).json()["id"])
    assert showing(anyone, paths, word) == set(paths) - {"comments"}
    assert "Terima kasih kabarnya" in anyone.get(paths["comments"]).text
    back = anyone.get(paths["post"]).json()
    assert (back["number"], back["text"]) == (number, f"Kalimat {word} kedua")
    assert back["edited_at"]


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.frombytes("RGB", (16, 12), random.randbytes(16 * 12 * 3)).save(drawn, "PNG")
    return drawn.getvalue()


def test_a_file_goes_with_its_last_readable_post_and_comes_back_with_it(town):
    author = town.member("penulis")
    channel, other = town.channel(author), town.channel(author)
    decider, reviewer, _ = town.moderators
    sent = author.http.post("/api/v1/media", content=picture(), headers={"Content-Type": "image/png"})
    assert sent.status_code == 201, sent.text
    file = {"id": sent.json()["id"], "kind": "photo"}
    posts = [town.published(author, place, "Gambar", media=[file]) for place in (channel, other)]
    anyone = town.anyone()
    path = f"/api/v1/media/{file['id']}"
    for place, post, left in ((channel, posts[0], 200), (other, posts[1], 404)):
        town.report(f"/c/{place}/{post}")
        town.effect_of(decider, town.decide(decider, town.case_of(decider, post)["id"], "remove_post")["id"])
        assert anyone.get(path).status_code == left
        assert anyone.get(f"{path}/thumbnail").status_code == left
    statement = author.get("/api/v1/inbox").json()["items"][0]["subject"]
    appeal = author.post(f"/api/v1/statements/{statement}/appeals", {"text": "Gambar biasa."}).json()
    answer = reviewer.post(
        f"/desk/api/v1/appeals/{appeal['id']}/decision", {"outcome": "reversed", "reasons": "Memang biasa."}
    )
    town.effect_of(reviewer, answer.json()["id"])
    assert anyone.get(path).status_code == 200
    assert anyone.get(f"/api/v1/posts/{posts[1]}").json()["media"][0]["id"] == file["id"]


def test_no_person_counts_twice_whichever_door_they_use(town):
    author = town.member("penulis")
    channel = town.channel(author)
    post = town.published(author, channel, "Seruan biasa")
    town.report(f"/c/{channel}/{post}", category="terrorism")
    decider, approver, late = town.moderators
    auditor = town.auditor
    case = town.case_of(decider, post)
    decision = town.decide(decider, case["id"], "remove_post", ground="T-2")
    assert (decision["state"], decision["approvals_missing"]) == ("needs_approval", 1)
    approvals = f"/desk/api/v1/decisions/{decision['id']}/approvals"
    own = decider.post(approvals, {"outcome": "approve"})
    assert (own.status_code, own.json()["code"]) == (403, "same_person")
    assert auditor.post(approvals, {"outcome": "approve"}).status_code == 403
    assert author.http.post(approvals, json={"outcome": "approve"}).status_code == 401
    assert approver.post(approvals, {"outcome": "approve"}).status_code == 201
    town.effect_of(decider, decision["id"])
    assert approver.post(approvals, {"outcome": "approve"}).status_code == 409
    assert late.post(approvals, {"outcome": "approve"}).status_code == 409
    statement = author.get("/api/v1/inbox").json()["items"][0]["subject"]
    appeal = author.post(f"/api/v1/statements/{statement}/appeals", {"text": "Keliru."}).json()
    path = f"/desk/api/v1/appeals/{appeal['id']}/decision"
    for person in (decider, approver):
        refused = person.post(path, {"outcome": "upheld", "reasons": "Saya sendiri."})
        assert (refused.status_code, refused.json()["code"]) == (403, "same_person")
    assert late.post(path, {"outcome": "upheld", "reasons": "Tetap."}).status_code == 201


def test_two_people_at_once_one_wins_and_the_other_gets_a_conflict(town):
    author = town.member("penulis")
    channel = town.channel(author)
    people = town.moderators[:2]
    post = town.published(author, channel, "Kalimat biasa")
    town.report(f"/c/{channel}/{post}")
    case = town.case_of(people[0], post)
    body = {"ground": "H-1", "measures": [{"name": "remove_post"}], "facts": "Menyerang."}

    def decide(person):
        path = f"/desk/api/v1/cases/{case['id']}/decisions"
        return person.post(path, body, **{"If-Match": f'"{case["version"]}"'})

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(decide, people))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert lost.json()["code"] == "case_changed"


def test_anyone_files_a_notice_and_can_prove_it_offline(town):
    author = town.member("penulis")
    channel = town.channel(author)
    post = town.published(author, channel, "Kalimat biasa")
    anyone = town.anyone()
    form = anyone.get("/api/v1/notice-form", params={"lang": "en"}).json()
    assert [step["name"] for step in form["steps"]][:3] == ["category", "target", "explanation"]
    body = {
        "category": "harassment",
        "target": f"{town.stack.url}/c/{channel}/{post}",
        "explanation": "Menghina tetangga saya.",
        "name": "Warga Uji",
        "email": "warga@pos.example",
        "good_faith": True,
    }
    for field in ("explanation", "target", "name", "email", "good_faith"):
        missing = anyone.post("/api/v1/notices", json={k: v for k, v in body.items() if k != field})
        assert missing.status_code == 400
        assert missing.json()["fields"] == [field]
    unknown = anyone.post("/api/v1/notices", json=body | {"target": f"{town.stack.url}/c/tidak_ada"})
    assert unknown.status_code == 404
    sealed = anyone.post("/api/v1/notices", json=body | {"target": f"!abc:{town.stack.server_name}"})
    assert (sealed.status_code, sealed.json()["code"]) == (404, unknown.json()["code"])
    filed = anyone.post("/api/v1/notices", json=body)
    assert filed.status_code == 201, filed.text
    vkey = anyone.get("/.well-known/jaga/ledger.vkey").text.strip()
    proven = verify_receipt(filed.json()["receipt"], [Verifier.parse(vkey)])
    assert proven.entry.type == "notice"
    assert proven.opened["target"] == body["target"]
    path = f"/api/v1/notices/{filed.json()['id']}"
    assert anyone.get(path).status_code == 404
    mine = anyone.get(path, params={"key": filed.json()["access_key"]}).json()
    assert (mine["state"], mine["outcome"]) == ("received", None)
    assert verify_receipt(mine["receipt"], [Verifier.parse(vkey)]).index == proven.index
    staff = town.moderators[0]
    town.decide(staff, town.case_of(staff, post)["id"], "no_violation", ground=None)
    answered = anyone.get(path, params={"key": filed.json()["access_key"]}).json()
    assert (answered["state"], answered["outcome"]) == ("answered", "no_violation")


def jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("L", (width, height), 90).save(file, "JPEG", quality=30, optimize=True)
    return file.getvalue()


def png() -> bytes:
    file = io.BytesIO()
    Image.new("L", (32, 32), 90).save(file, "PNG")
    return file.getvalue()


HOSTILE_PHOTOS = {
    "another type": png(),
    "cut off": jpeg(640, 480)[:400],
    "a page": b"<script>alert(1)</script>",
    "nothing": b"",
    "a bomb": jpeg(7_400, 7_000),
}


def test_a_disclosed_photo_is_seen_only_by_who_opened_the_evidence(town):
    accused, reporter, staff = town.member("berfoto"), town.member("penunjuk"), town.moderators
    account = f"@{accused.name}:{town.stack.server_name}"
    photo = jpeg(1_280, 720)

    def body(*photos: bytes) -> dict:
        shown = [
            {"sender": account, "text": "[Foto: a.jpg]", "picture": base64.b64encode(one).decode()}
            for one in photos
        ]
        return {
            "category": "harassment",
            "target": account,
            "explanation": "Mengirim foto yang mengancam.",
            "name": "Warga Uji",
            "email": "warga@pos.example",
            "good_faith": True,
            "disclosure": [{"sender": account, "text": "tanpa foto"}, *shown],
        }

    for what, hostile in HOSTILE_PHOTOS.items():
        refused = reporter.post("/api/v1/notices", body(hostile))
        assert (refused.status_code, what) == (400, what)
        assert refused.json()["code"] in {"picture_not_readable", "empty_upload"}, what
    assert reporter.post("/api/v1/notices", body(*[photo] * 7)).json()["code"] == "incomplete_notice"
    assert reporter.post("/api/v1/notices", body(b"\xff" * 600_001)).status_code == 400
    unknown = town.anyone().post("/api/v1/notices", json=body(photo))
    assert (unknown.status_code, unknown.json()["code"]) == (403, "pictures_need_account")

    assert reporter.post("/api/v1/notices", body(photo)).status_code == 201
    case = town.case_of(staff[0], accused.id)
    pieces = staff[0].get(f"/desk/api/v1/cases/{case['id']}").json()["evidence"]
    (piece,) = [one["id"] for one in pieces if one["kind"] == "disclosure"]
    address = f"/desk/api/v1/evidence/{piece}/photos/1"
    assert staff[0].get(address).json()["code"] == "evidence_not_opened"
    opened = staff[0].post(f"/desk/api/v1/evidence/{piece}/open", {"purpose": "menilai foto"}).json()
    assert opened["files"] == [address]
    assert "picture" not in str(opened["content"])
    shown = staff[0].get(f"{address}/thumbnail")
    assert Image.open(io.BytesIO(shown.content)).format == "WEBP"
    assert "sandbox" in shown.headers["content-security-policy"]
    whole = staff[0].get(address)
    assert whole.content == photo
    assert whole.headers["content-disposition"].startswith("attachment")
    assert staff[1].get(address).json()["code"] == "evidence_not_opened"
    assert reporter.get(address).status_code in {401, 403}
    for missing in ("0", "2", "50", "-1"):
        assert staff[0].get(f"/desk/api/v1/evidence/{piece}/photos/{missing}").status_code == 404, missing
    assert "hoto-1" in staff[0].desk_page(f"/desk/cases/{case['id']}")  # each look is on record
    digest = hashlib.sha256(photo).hexdigest()
    stored = [path for path in town.stack.data.rglob("*") if path.name.startswith(digest[:32])]
    assert stored == []

    # What the desk saw is what the ledger commits to, photo and all; and it is when all else is gone.
    seen = [
        {**one, "picture": {"content": base64.b64encode(whole.content).decode(), "thumbnail": thumb}}
        if "foto: a" in one["text"].lower()
        else one
        for one in opened["content"]
        for thumb in [base64.b64encode(shown.content).decode()]
    ]
    told = hashlib.sha256(json.dumps(seen).encode()).hexdigest()
    assert opened["sha256"] == told == committed_in_the_ledger(town, case["id"])
    sealed = "SELECT length(ciphertext), length(nonce) FROM evidence WHERE id = %s"
    assert town.ask(sealed, piece)[0] > len(photo)
    asyncio.run(purge_by_now(town, piece))
    assert town.ask(sealed, piece) == (0, 0)
    for path in (address, f"{address}/thumbnail"):
        gone = staff[0].get(path)
        assert (gone.status_code, gone.json()["code"]) == (410, "evidence_purged")
    again = staff[0].post(f"/desk/api/v1/evidence/{piece}/open", {"purpose": "sekali lagi"})
    assert again.json()["code"] == "evidence_purged"
    assert committed_in_the_ledger(town, case["id"]) == told
    whole_case = staff[0].get(f"/desk/api/v1/cases/{case['id']}").json()
    (row,) = [one for one in whole_case["evidence"] if one["id"] == piece]
    assert row["purged_at"]
    assert row["committed_sha256"] == told
    page = staff[0].desk_page(f"/desk/cases/{case['id']}")
    assert "when its time of keeping was over. Its record in the ledger stays." in page
    assert told in page
    assert f'value="{piece}"' not in page


def committed_in_the_ledger(town, case: str) -> str:
    """The value whose salted commitment stands in the leaf of the case's notice."""
    found = """
        SELECT l.leaf, o.value, o.salt FROM ledger_leaves l JOIN ledger_openings o ON o.entry_id = l.entry_id
        JOIN notices n ON n.id = l.ref WHERE n.case_id = %s AND o.field = 'disclosure'
    """
    leaf, value, salt = eventually(lambda: town.ask(found, case))
    assert Entry.parse(leaf).commitments["disclosure"] == Opening("disclosure", value, salt).commitment()
    return value


async def purge_by_now(town, piece: str) -> None:
    """As the worker does every night, on a piece whose time is over."""
    now = utc_now()
    async with (
        wire_members.opened_database(town.installation) as database,
        database.transaction() as conn,
    ):
        over = update(evidence).where(evidence.c.id == piece).values(keep_until=now - timedelta(seconds=1))
        await conn.execute(over)
        assert (await purge(conn, now=now)).count == 1


def frames_of(lines):
    """The names of events as they come; heartbeats are passed over."""
    return (line.removeprefix("event: ") for line in lines if line.startswith("event: "))


def test_whoever_waits_for_their_inbox_is_told_at_once_and_nobody_else(town):
    author, other, staff = town.member("menunggu"), town.member("lainnya"), town.moderators
    channel = town.channel(author)
    post = town.published(author, channel, "Kalimat yang akan diputus")
    path = "/api/v1/inbox/events"
    assert town.anyone().get(path).status_code == 401
    with (
        author.http.stream("GET", path, timeout=60) as mine,
        other.http.stream("GET", path, timeout=60) as theirs,
    ):
        assert mine.headers["content-type"].startswith("text/event-stream")
        told, others = frames_of(mine.iter_lines()), frames_of(theirs.iter_lines())
        assert (next(told), next(others)) == ("inbox", "inbox")  # whoever comes looks once
        town.anyone().post(
            "/api/v1/notices",
            json={
                "category": "harassment",
                "target": f"{town.stack.url}/c/{channel}/{post}",
                "explanation": "Menghina.",
                "name": "Warga Uji",
                "email": "warga@pos.example",
                "good_faith": True,
            },
        )
        town.decide(staff[0], town.case_of(staff[0], post)["id"], "remove_post")
        # The first call may only say that this process listens from now on; the letter has a call of its own.
        while next(told) == "inbox" and not author.get("/api/v1/inbox").json()["items"]:
            pass
        assert author.get("/api/v1/inbox").json()["items"]
    assert other.get("/api/v1/inbox").json()["items"] == []


def test_waiting_ends_with_the_session_however_it_is_ended_and_nobody_elses_does(town):
    other = town.member("lainnya")
    with other.http.stream("GET", "/api/v1/inbox/events", timeout=60) as theirs:
        others = frames_of(theirs.iter_lines())
        assert next(others) == "inbox"
        for how, end in ENDINGS.items():
            leaving = town.member(f"pergi-{how}")
            with leaving.http.stream("GET", "/api/v1/inbox/events", timeout=60) as mine:
                lines = mine.iter_lines()
                assert next(frames_of(lines)) == "inbox"
                answer = end(town, leaving)
                assert answer.is_success, (how, answer.text)
                assert ends_soon(lines), how
            assert leaving.get("/api/v1/session").json()["code"] == "no_session", how
        wrong = change_password(town, other, known="bukan-sandi-itu")
        assert wrong.status_code == 401
        assert other.get("/api/v1/session").status_code == 200
        town.ask("SELECT pg_notify(%s, %s)", INBOX_CHANNEL, other.id)
        assert next(others) == "inbox"


def ends_soon(lines) -> bool:
    """Before a fourth heartbeat, of which there is one in 15 s: one that is not ended goes on for ever."""
    beats = (line for line in lines if line == ":")
    return len(list(itertools.islice(beats, 4))) < 4


def sign_in(town, member) -> httpx.Client:
    identifier = {"type": "m.id.user", "user": member.name}
    http = town.anyone()
    answer = http.post(
        "/_matrix/client/v3/login",
        json={"type": "m.login.password", "identifier": identifier, "password": PASSWORD},
    ).json()
    http.headers["Authorization"] = f"Bearer {answer['access_token']}"
    http.headers["X-Device"] = answer["device_id"]
    return http


def proof_of(member, known: str = PASSWORD) -> dict:
    return {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": member.name},
        "password": known,
    }


def change_password(town, member, *, known: str = PASSWORD) -> httpx.Response:
    body = {"new_password": "sandi-baru-kampung", "auth": proof_of(member, known)}
    return sign_in(town, member).post("/_matrix/client/v3/account/password", json=body)


def end_another_device(town, member) -> httpx.Response:
    old, here = sign_in(town, member), sign_in(town, member)
    path = f"/_matrix/client/v3/devices/{old.headers['X-Device']}"
    return here.request("DELETE", path, json={"auth": proof_of(member)})


ENDINGS = {
    "signed-out": lambda town, member: town.anyone().delete(
        "/api/v1/session", headers={"Authorization": member.http.headers["Authorization"]}
    ),
    "password": change_password,
    "device": end_another_device,
    "everywhere": lambda town, member: sign_in(town, member).post("/_matrix/client/v3/logout/all"),
}


def test_a_disclosed_message_can_only_lead_to_the_account(town):
    accused, staff = town.member("terlapor"), town.moderators
    channel = town.channel(accused)
    post = town.published(accused, channel, "Kalimat biasa")
    account = f"@{accused.name}:{town.stack.server_name}"
    body = {
        "category": "harassment",
        "target": f"{town.stack.url}/c/{channel}/{post}",
        "explanation": "Mengancam saya dalam obrolan pribadi.",
        "name": "Warga Uji",
        "email": "warga@pos.example",
        "good_faith": True,
        "disclosure": [{"sender": account, "text": "ancaman zqrahasia"}],
    }
    anyone = town.anyone()
    refused = anyone.post("/api/v1/notices", json=body)
    assert refused.json()["code"] == "disclosure_concerns_accounts"
    assert anyone.post("/api/v1/notices", json=body | {"target": account}).status_code == 201
    case = town.case_of(staff[0], accused.id)
    whole = staff[0].get(f"/desk/api/v1/cases/{case['id']}").json()
    assert set(whole["measures_open"]) == {"suspend_posting", "suspend_account", "no_violation"}
    assert "zqrahasia" not in str(whole)
    disclosed = next(item for item in whole["evidence"] if item["kind"] == "disclosure")
    opened = staff[0].post(f"/desk/api/v1/evidence/{disclosed['id']}/open", {"purpose": "menilai laporan"})
    assert opened.json()["content"][0]["text"] == "ancaman zqrahasia"
    decision = town.decide(staff[0], case["id"], "suspend_account")
    staff[1].post(f"/desk/api/v1/decisions/{decision['id']}/approvals", {"outcome": "approve"})
    town.effect_of(staff[0], decision["id"])
    denied = town.publish(accused, channel, "Masih di sini")
    assert denied.status_code == 403
    signed_in = anyone.post(
        "/_matrix/client/v3/login",
        json={
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": accused.name},
            "password": PASSWORD,
        },
    )
    assert signed_in.json()["errcode"] == "M_USER_LOCKED"
    assert (
        accused.get("/api/v1/inbox").json()["items"][0]["kind"] == "statement"
    )  # the reasons stay within reach


def test_a_worker_that_dies_at_any_moment_leaves_no_measure_undone_or_doubled(town):
    author = town.member("penulis")
    channel, staff = town.channel(author), town.moderators[0]
    drawn = [picture() for _ in range(20)]
    files = [author.http.post("/api/v1/media", content=each).json()["id"] for each in drawn]
    posts = [
        town.published(author, channel, f"Kalimat nomor {number}", media=[{"id": file, "kind": "photo"}])
        for number, file in enumerate(files)
    ]
    decisions = []
    for number, post in enumerate(posts):
        town.report(f"/c/{channel}/{post}")
        decisions.append(town.decide(staff, town.case_of(staff, post)["id"], "remove_post")["id"])
        if number % 4 == 3:
            time.sleep(random.uniform(0, 0.15))
            eventually(lambda: town.stack.kill("worker"), seconds=20)
    for decision in decisions:
        town.effect_of(staff, decision, seconds=60)
    anyone = town.anyone()
    assert anyone.get(f"/api/v1/channels/{channel}/posts").json()["items"] == []
    for content in drawn:
        digest = hashlib.sha256(content).hexdigest()
        clear, sealed = (town.stack.data / root / digest[:2] / digest for root in ("media", "vault"))
        assert not clear.exists()
        assert sealed.exists()
    letters = author.get("/api/v1/inbox", limit=len(posts)).json()["items"]
    assert [letter["kind"] for letter in letters] == ["statement"] * len(posts)
    assert len({letter["subject"] for letter in letters}) == len(posts)
    for decision in decisions:
        case = staff.get(f"/desk/api/v1/decisions/{decision}").json()["case"]
        whole = staff.get(f"/desk/api/v1/cases/{case}").json()
        happened = [step["what"] for step in whole["history"]]
        for once in ("decided", "applied", "effect_confirmed", "statement"):
            assert happened.count(once) == 1, whole["history"]
        assert [item["kind"] for item in whole["evidence"]] == ["content", "content"]


def test_a_person_added_at_the_command_line_enrols_by_the_printed_address_and_signs_in(town):
    name = f"dewi-{random.randrange(10**9)}"
    email = f"{name}@desk.example"
    made = town.stack.cli(
        "staff", "add", name, "--email", email, "--role", "representative", "--country", "id"
    )
    anyone = town.anyone()
    assert anyone.get(made["enrolment"]).status_code == 200
    path = f"/desk/api/v1/enrolments/{made['enrolment'].rsplit('/', 1)[1]}"
    shown = anyone.get(path).json()
    assert shown["qr_svg"].startswith("<svg")
    totp = pyotp.TOTP(shown["secret"])
    password = "lima kata yang panjang sekali"
    enrolled = anyone.post(path, json={"password": password, "code": totp.now()})
    assert enrolled.status_code == 201, enrolled.text
    assert enrolled.json()["staff"] | {"id": ""} == {
        "id": "", "name": name, "email": email, "role": "representative", "country": "ID", "language": "id",
    }  # fmt: skip
    assert anyone.get(path).status_code == 404
    next_code = totp.at(time.time() + 30)
    signed_in = town.anyone().post(
        "/desk/api/v1/session", json={"email": email, "password": password, "code": next_code}
    )
    assert signed_in.status_code == 201, signed_in.text
    bearer = {"Authorization": f"Bearer {signed_in.json()['token']}"}
    assert town.anyone().get("/desk/api/v1/cases", headers=bearer).status_code == 200
    with pytest.raises(Failed, match="already staff"):
        town.stack.cli("staff", "add", name, "--email", email, "--role", "moderator")
    with pytest.raises(Failed, match="no staff called"):
        town.stack.cli("token", "issue", "--staff", "tidak-ada")


@pytest.mark.parametrize(
    "typed",
    [
        {"measure": "remove_post", "version": "zqkabo"},
        {"measure": "suspend_posting", "days": "9" * 5_000},
        {"measure": "suspend_posting", "days": "\u0663"},
    ],
)
def test_a_form_at_the_desk_takes_nothing_for_a_number_that_is_none(town, typed):
    author, staff = town.member("penulis"), town.moderators[0]
    channel = town.channel(author)
    post = town.published(author, channel, "Kalimat untuk formulir")
    town.report(f"/c/{channel}/{post}")
    path = f"/desk/cases/{town.case_of(staff, post)['id']}"
    cookie = {"Cookie": f"staff_session={staff.http.headers['Authorization'].removeprefix('Bearer ')}"}
    csrf = re.search(r'name="csrf" value="([^"]+)"', staff.http.get(path, headers=cookie).text)[1]
    body = {"csrf": csrf, "step": "confirm", "ground": "H-1", "facts": "a", **typed}
    own = {**cookie, "Sec-Fetch-Site": "same-origin"}
    answer = town.anyone().post(f"{path}/decisions", data=body, headers=own)
    assert answer.status_code == 200, answer.text
