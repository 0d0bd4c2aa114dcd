"""Files of removed, refused and held posts: nowhere in the clear, in the vault alone, and back byte for byte."""

from __future__ import annotations

import asyncio
import hashlib
import io
import random
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select
from tests.helpers.case_records import refused
from tests.helpers.stack import eventually

from jaga.cases.errors import EvidenceNotOpened
from jaga.channels.errors import MediaMoved
from jaga.channels.media import Uploaded
from jaga.channels.ports import Actor
from jaga.core.ids import EvidenceId, MediaId, PostId
from jaga.store.media import StoredMedia
from jaga.store.tables.cases import evidence_files
from jaga.store.tables.channels import media as uploads
from jaga.store.tables.channels import posts


def picture() -> bytes:
    """No two are alike, and none is small enough to be found by chance."""
    drawn = io.BytesIO()
    pixels = Image.frombytes("RGB", (48, 40), random.randbytes(48 * 40 * 3))
    pixels.save(drawn, "PNG")
    return drawn.getvalue()


def lying_in(root: Path, content: bytes) -> list[Path]:
    """Every file below `root` that holds a piece of `content` as it is."""
    piece = content[len(content) // 2 :][:48]
    return [path for path in root.rglob("*") if path.is_file() and piece in path.read_bytes()]


class Sent:
    """A member's upload, and what becomes of it."""

    def __init__(self, town, author, content: bytes):
        self.town, self.author, self.content = town, author, content
        answer = author.http.post("/api/v1/media", content=content, headers={"Content-Type": "image/png"})
        assert answer.status_code == 201, answer.text
        self.id = answer.json()["id"]
        self.path = f"/api/v1/media/{self.id}"
        self.thumbnail = author.get(f"{self.path}/thumbnail").content

    @property
    def shown(self):
        return [{"id": self.id, "kind": "photo", "file_name": "gambar.png"}]

    def status(self, reader) -> set[int]:
        return {reader.get(path).status_code for path in (self.path, f"{self.path}/thumbnail")}

    def in_the_clear(self) -> list[Path]:
        return [
            path
            for each in (self.content, self.thumbnail)
            for path in lying_in(self.town.stack.data / "media", each)
        ]

    def sealed(self) -> bool:
        return all(
            (self.town.stack.data / "vault" / name[:2] / name).exists()
            for name in (hashlib.sha256(each).hexdigest() for each in (self.content, self.thumbnail))
        )

    def require_put_away(self):
        for path in (self.path, f"{self.path}/thumbnail"):
            own = self.author.get(path)
            assert (own.status_code, own.json()["code"]) == (410, "media_put_away")
        assert self.status(self.town.anyone()) == {404}
        eventually(lambda: self.sealed() and not self.in_the_clear())
        assert not lying_in(self.town.stack.data / "vault", self.content)


def removed(town, staff, channel, post):
    town.report(f"/c/{channel}/{post}")
    decision = town.decide(staff, town.case_of(staff, post)["id"], "remove_post")
    town.effect_of(staff, decision["id"])


def reversed_(town, author, reviewer):
    statement = author.get("/api/v1/inbox").json()["items"][0]["subject"]
    appeal = author.post(f"/api/v1/statements/{statement}/appeals", {"text": "Gambar biasa."}).json()
    answer = reviewer.post(
        f"/desk/api/v1/appeals/{appeal['id']}/decision", {"outcome": "reversed", "reasons": "Memang biasa."}
    )
    assert answer.status_code == 201, answer.text
    town.effect_of(reviewer, answer.json()["id"])


def test_a_removed_picture_lies_nowhere_in_the_clear_and_comes_back_byte_for_byte(town):
    author = town.member("pelukis")
    channel = town.channel(author)
    sent = Sent(town, author, picture())
    draft = Sent(town, author, sent.content)  # the same bytes, uploaded before and shown nowhere
    post = town.published(author, channel, "Gambar", media=sent.shown)
    assert sent.in_the_clear()
    decider, reviewer, _ = town.moderators
    removed(town, decider, channel, post)
    assert sent.sealed()  # the effect is confirmed only once that is so
    assert not sent.in_the_clear()
    for each in (sent, draft):
        each.require_put_away()
        again = town.publish(author, channel, "Sekali lagi", media=each.shown)
        assert (again.status_code, again.json()["code"]) == (410, "media_put_away")
    reversed_(town, author, reviewer)
    anyone = town.anyone()
    assert anyone.get(sent.path).content == sent.content
    assert anyone.get(f"{sent.path}/thumbnail").content == sent.thumbnail


def test_the_same_bytes_stay_readable_where_another_post_shows_them(town):
    author, other = town.member("pelukis"), town.member("penyalin")
    channel, copies = town.channel(author), town.channel(other)
    sent = Sent(town, author, picture())
    copy = Sent(town, other, sent.content)
    post = town.published(author, channel, "Gambar", media=sent.shown)
    copied = town.published(other, copies, "Salinan", media=copy.shown)
    staff = town.moderators[0]
    removed(town, staff, channel, post)
    anyone = town.anyone()
    assert sent.status(anyone) == {404}
    assert sent.status(author) == {410}
    assert anyone.get(copy.path).content == sent.content
    removed(town, staff, copies, copied)
    copy.require_put_away()
    fresh = Sent(town, author, sent.content)  # not listed anywhere, so it may be uploaded and shown anew
    town.published(author, channel, "Unggahan baru", media=fresh.shown)
    assert fresh.status(anyone) == {200}
    assert sent.status(author) == {410}


def test_pictures_of_held_and_refused_posts_are_put_away_and_a_release_brings_them_back(town):
    author, staff = town.member("pelukis"), town.moderators[0]
    channel = town.channel(author)
    waiting, denied = Sent(town, author, picture()), Sent(town, author, picture())
    word = town.listed("hold", category="harassment")
    answer = town.publish(author, channel, f"Kalimat {word}", media=waiting.shown)
    assert answer.status_code == 202, answer.text
    assert town.publish(author, channel, f"Kalimat {town.listed()}", media=denied.shown).status_code == 403
    waiting.require_put_away()
    denied.require_put_away()
    decision = town.decide(staff, town.case_of(staff, answer.json()["id"])["id"], "release_post", ground=None)
    town.effect_of(staff, decision["id"])
    anyone = town.anyone()
    assert anyone.get(waiting.path).content == waiting.content
    assert anyone.get(f"{waiting.path}/thumbnail").content == waiting.thumbnail


def test_staff_see_pictures_of_the_evidence_only_after_saying_what_for(town):
    author, staff, other = town.member("pelukis"), town.moderators[0], town.moderators[1]
    channel = town.channel(author)
    sent = Sent(town, author, picture())
    named = [sent.shown[0] | {"file_name": 'a"b/gambar.png'}]
    word = town.listed("hold", category="harassment")
    post = town.publish(author, channel, f"Kalimat {word}", media=named).json()["id"]
    sent.require_put_away()
    case = town.case_of(staff, post)["id"]

    def seen() -> list[tuple[str | None, str]]:
        whole = staff.get(f"/desk/api/v1/cases/{case}").json()
        return [(look["file"], look["purpose"]) for look in whole["evidence_opened"]]

    piece = staff.get(f"/desk/api/v1/cases/{case}").json()["evidence"][-1]["id"]
    path = f"/desk/api/v1/evidence/{piece}/files/{sent.id}"
    for refused_, status, code in (
        (staff, 403, "evidence_not_opened"),
        (author, 401, "no_session"),
        (town.staff("kuncen", "operator"), 403, "out_of_role"),
        (town.staff("wakil", "representative", country="ID"), 404, "unknown_evidence"),
    ):
        answer = refused_.get(path)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    opened = staff.post(f"/desk/api/v1/evidence/{piece}/open", {"purpose": "menilai gambar"}).json()
    assert opened["files"] == [path]
    assert seen() == [(None, "menilai gambar")]
    whole, small = staff.get(path), staff.get(f"{path}/thumbnail")
    assert (whole.content, small.content) == (sent.content, sent.thumbnail)
    assert whole.headers["content-type"] == "application/octet-stream"
    assert whole.headers["content-disposition"] == "attachment; filename*=UTF-8''a_b_gambar.png"
    assert small.headers["content-type"] == "image/webp"
    for answer in (whole, small):
        assert "no-store" in answer.headers["cache-control"]
        assert "etag" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
    assert seen() == [(None, "menilai gambar"), *[(sent.id, "menilai gambar")] * 2]
    assert other.get(path).json()["code"] == "evidence_not_opened"  # each person says it for themselves
    stranger = Sent(town, author, picture())
    foreign = staff.get(f"/desk/api/v1/evidence/{piece}/files/{stranger.id}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "unknown_evidence")


# --- the records alone, with a clock that the test turns ---


async def uploaded(world, content: bytes, member) -> MediaId:
    async def whole():
        yield content

    sha256, size = await world.blobs.receive(whole(), limit=1 << 20)
    new = Uploaded(
        id=MediaId.new(), sha256=sha256, size=size, mime="image/png", width=48, height=40, thumbnail=False,
        unscannable=None,
    )  # fmt: skip
    store = StoredMedia(world.database, world.blobs)
    await store.save(Actor(member), new, thumbnail_sha256=None, now=world.now)
    return new.id


def places(world, content: bytes) -> tuple[bool, bool]:
    """Whether it lies in the clear, and whether it is sealed."""
    sha256 = hashlib.sha256(content).hexdigest()
    return world.blobs.has(sha256), world.files.vault.has(sha256)


async def refuse(world, member, file: MediaId):
    async with world.database.transaction() as conn:
        return await world.automatic.record_refused(
            conn,
            target_kind="post",
            target=PostId.new(),
            author=member,
            language="id",
            verdict=refused(),
            content={"text": "zqkabo", "entities": [], "media": [{"id": file}]},
            now=world.now,
        )


async def test_when_the_time_of_keeping_is_over_both_forms_are_gone(world):
    member, content = await world.member(), random.randbytes(200_000)
    await refuse(world, member, await uploaded(world, content, member))
    assert places(world, content) == (True, False)
    await world.carrying.settle_all(now=world.now)
    assert places(world, content) == (False, True)
    world.later(days=30)
    assert await world.carrying.purge_evidence(now=world.now) == 0
    assert places(world, content) == (False, True)
    world.later(days=365)
    assert await world.carrying.purge_evidence(now=world.now) == 1
    assert places(world, content) == (False, False)
    assert await world.rows(select(evidence_files)) == []


async def test_a_purpose_covers_the_files_for_a_quarter_of_an_hour(world):
    member, staff, content = await world.member(), await world.person(), random.randbytes(1_000)
    file = await uploaded(world, content, member)
    await refuse(world, member, file)
    (piece,) = [
        EvidenceId(row.evidence_id)
        for row in await world.rows(select(evidence_files).where(evidence_files.c.media_id == file))
    ]
    await world.desk.open_evidence(staff, piece, purpose="menilai")
    for minutes in (1, 13):
        world.later(minutes=minutes)
        assert (await world.desk.access_evidence_file(staff, piece, file)).size == len(content)
    world.later(minutes=2)  # looking does not lengthen it
    with pytest.raises(EvidenceNotOpened):
        await world.desk.access_evidence_file(staff, piece, file)


async def test_the_tidying_finishes_what_dead_workers_left_and_heals_a_lost_race(world):
    member = await world.member()
    early, late, sealed_too = (random.randbytes(100_000) for _ in range(3))
    files = [await uploaded(world, each, member) for each in (early, late, sealed_too)]
    for file in files:
        await refuse(world, member, file)
    digest = hashlib.sha256(sealed_too).hexdigest()
    await asyncio.to_thread(world.files.vault.keep, digest, world.blobs.path(digest))  # and then it died
    await world.carrying.settle_all(now=world.now)
    assert [places(world, each) for each in (early, late, sealed_too)] == [(False, True)] * 3
    # A post that was on its way when its file was put away.
    post = await world.post(member)
    await world.change(posts, post, media=[{"id": files[1]}])
    await world.carrying.settle_all(now=world.now)
    assert places(world, late) == (True, True)
    assert await asyncio.to_thread(world.blobs.path(hashlib.sha256(late).hexdigest()).read_bytes) == late


async def test_an_upload_whose_bytes_are_put_away_meanwhile_is_asked_for_again(world):
    member, content = await world.member(), random.randbytes(1_000)
    with pytest.raises(FileNotFoundError):
        next(world.files.pieces(hashlib.sha256(content).hexdigest()))
    gone = Uploaded(
        id=MediaId.new(), sha256=hashlib.sha256(content).hexdigest(), size=1_000, mime="image/png", width=1,
        height=1, thumbnail=False, unscannable=None,
    )  # fmt: skip
    store = StoredMedia(world.database, world.blobs)
    with pytest.raises(MediaMoved):
        await store.save(Actor(member), gone, thumbnail_sha256=None, now=world.now)
    assert await world.rows(select(uploads).where(uploads.c.id == gone.id)) == []
