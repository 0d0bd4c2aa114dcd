"""Files of sealed chats at the public port: ciphertext only, counted, and let go of when nobody wants them."""

from __future__ import annotations

import asyncio
import io
import os
import time
import uuid

import aiohttp
import pytest
from PIL import Image
from tests.helpers.members import Door
from tests.helpers.postgres import superuser
from tests.helpers.stack import eventually, running_stack

KILOBYTE = 1_000


@pytest.fixture(scope="module")
async def wulan(door):
    return await door.person("wulan")


async def upload(
    person, content, *, query="", kind="application/octet-stream", path="/_matrix/media/v3/upload"
):
    method = "PUT" if path.count("/") > 4 else "POST"
    return await person.door.call(
        method, path + query, token=person.token, data=content, headers={"Content-Type": kind}
    )


async def fetch(person, uri):
    address = f"{person.door.url}/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}"
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {person.token}"}) as session,
        session.get(address) as answer,
    ):
        return answer.status, answer.headers.get("Content-Type"), await answer.read()


def picture():
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "#2f7d5b").save(out, "PNG")
    return out.getvalue()


CLEAR = {
    "a document": b"%PDF-1.7 " + os.urandom(3000),
    "an archive": b"PK\x03\x04" + os.urandom(3000),
    "a video": b"\x00\x00\x00\x18ftypisom" + os.urandom(3000),
    "a page": b"<!doctype html><p>zqkabo",
    "prose": b"Rapat zqkabo nanti malam di balai.",
    "something that no cipher wrote": bytes(range(64)) * 40,
}


@pytest.mark.parametrize("content", CLEAR.values(), ids=CLEAR)
async def test_a_file_in_clear_is_refused_with_a_hint(wulan, content):
    status, answer = await upload(wulan, content)
    assert (status, answer["errcode"], answer["org.jaga.code"]) == (403, "M_FORBIDDEN", "NO_CLEAR_MEDIA")
    assert "Encrypt it first" in answer["error"]
    assert answer["error"].endswith(f"It looks like {answer['org.jaga.field']}.")
    assert "/" in answer["org.jaga.field"]


async def test_a_picture_in_clear_waits_for_a_profile_and_nobody_gets_it_meanwhile(door):
    """As ordinary clients change their picture. Sent into a chat in clear, it is seen by nobody."""
    sari, bima = await door.person("sari"), await door.person("bima")
    status, answer = await upload(sari, picture(), kind="image/png")
    assert status == 200, answer
    for person in (bima, sari):
        assert (await fetch(person, answer["content_uri"] + "?timeout_ms=0"))[0] == 504
    media = door.stack.data / "homeserver/media"
    place = answer["content_uri"].rpartition("/")[2]
    kept = "".join(path.as_posix().replace("/", "") for path in media.rglob("*") if path.is_file())
    assert place not in kept


async def test_what_only_begins_as_a_picture_is_not_taken(wulan):
    status, answer = await upload(
        wulan, picture()[:60] + b"Rapat zqkabo nanti malam di balai.", kind="image/png"
    )
    assert (status, answer["org.jaga.code"]) == (400, "NOT_A_PICTURE")


@pytest.mark.parametrize("content", [*CLEAR.values(), picture()], ids=[*CLEAR, "a picture"])
async def test_nor_does_it_pass_by_reserving_its_place_first(door, wulan, content):
    status, created = await door.call("POST", "/_matrix/media/v1/create", token=wulan.token)
    if status == 429:  # a few places at a time, and none of them is ever filled here
        pytest.fail("the test reserves more places than one member may")
    path = "/_matrix/media/v3/upload/" + created["content_uri"].removeprefix("mxc://")
    status, answer = await upload(wulan, content, path=path)
    assert (status, answer["org.jaga.code"]) == (403, "NO_CLEAR_MEDIA")
    assert (await upload(wulan, os.urandom(2000), path=path))[0] == 200


async def test_ciphertext_goes_in_and_out_without_name_or_type(door, wulan):
    content, name = os.urandom(5000), uuid.uuid4().hex
    status, answer = await upload(wulan, content, query=f"?filename={name}.png", kind="image/png")
    assert status == 200, answer
    assert await fetch(wulan, answer["content_uri"]) == (200, "application/octet-stream", content)
    with superuser(door.server, "synapse") as connection:
        kept = connection.execute(
            "SELECT media_type, upload_name FROM local_media_repository WHERE user_id = %s", [wulan.user_id]
        ).fetchall()
    assert set(kept) == {("application/octet-stream", None)}


def age(door, uri, days):
    """Make a file older than it is; nothing else of it changes."""
    with superuser(door.server, "synapse") as connection:
        connection.execute(
            "UPDATE local_media_repository SET created_ts = %s WHERE media_id = %s",
            [int((time.time() - days * 86_400) * 1000), uri.rpartition("/")[2]],
        )


def mark_fetched(door, uri):
    """As Synapse does a minute after somebody fetched it."""
    with superuser(door.server, "synapse") as connection:
        connection.execute(
            "UPDATE local_media_repository SET last_access_ts = created_ts + 1 WHERE media_id = %s",
            [uri.rpartition("/")[2]],
        )


async def test_a_file_that_nobody_ever_fetched_goes_in_its_time_and_no_other_does(door):
    bima = await door.person("bima")
    uris = [(await upload(bima, os.urandom(2000)))[1]["content_uri"] for _ in range(3)]
    forgotten, fetched, recent = uris
    for uri in (forgotten, fetched):
        age(door, uri, 31)
    age(door, recent, 29)
    mark_fetched(door, fetched)
    assert (await upload(bima, os.urandom(2000)))[0] == 200
    assert [(await fetch(bima, uri))[0] for uri in uris] == [404, 200, 200]
    media = door.stack.data / "homeserver/media"
    kept = "".join(path.as_posix().replace("/", "") for path in media.rglob("*") if path.is_file())
    assert [uri.rpartition("/")[2] in kept for uri in uris] == [False, True, True]


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """A server on which one member may store little."""
    data = tmp_path_factory.mktemp("narrow") / "data"
    data.mkdir()
    (data / "jaga.toml").write_text("media_daily_bytes = 10000\nmedia_kept_bytes = 15000\n")
    with running_stack(data) as stack:
        yield Door(stack)


async def test_uploads_at_the_same_time_do_not_pass_the_limit_together(narrow):
    sari = await narrow.person("sari")
    answers = await asyncio.gather(*(upload(sari, os.urandom(3 * KILOBYTE)) for _ in range(12)))
    assert sorted(status for status, _ in answers) == [200] * 3 + [403] * 9
    assert {answer["errcode"] for status, answer in answers if status == 403} == {"ORG.JAGA.MEDIA_QUOTA"}
    # They are over: what is left of the day can be used.
    assert (await upload(sari, os.urandom(KILOBYTE)))[0] == 200
    assert (await upload(sari, os.urandom(KILOBYTE)))[0] == 403
    with superuser(narrow.server, "synapse") as connection:
        stored = "SELECT sum(media_length) FROM local_media_repository WHERE user_id = %s"
        assert connection.execute(stored, [sari.user_id]).fetchone() == (10 * KILOBYTE,)


async def test_the_hourly_sweep_lets_go_of_what_nobody_wants_and_of_nothing_else(narrow):
    """Without an upload of the owner's: the sweep itself, which also runs when Synapse starts."""
    dewa = await narrow.person("dewa")
    uris = [(await upload(dewa, os.urandom(KILOBYTE)))[1]["content_uri"] for _ in range(3)]
    forgotten, fetched, recent = uris
    status, worn = await narrow.call(
        "POST", "/_matrix/client/unstable/org.jaga.profile/picture", token=dewa.token, data=picture()
    )
    assert status == 200, worn
    for uri in (forgotten, fetched, worn["content_uri"]):
        age(narrow, uri, 31)
    mark_fetched(narrow, fetched)
    narrow.stack.replace("synapse")
    await asyncio.to_thread(eventually, lambda: gone(narrow, forgotten), seconds=30)
    assert [gone(narrow, uri) for uri in (fetched, recent, worn["content_uri"])] == [False, False, False]


def gone(door, uri):
    with superuser(door.server, "synapse") as connection:
        row = "SELECT count(*) FROM local_media_repository WHERE media_id = %s"
        return connection.execute(row, [uri.rpartition("/")[2]]).fetchone() == (0,)


async def test_one_member_stores_only_so_much_a_day_and_altogether(narrow):
    wulan, bima = [await narrow.person(name) for name in ("wulan", "bima")]
    for _ in range(2):
        assert (await upload(wulan, os.urandom(5 * KILOBYTE)))[0] == 200
    status, answer = await upload(wulan, os.urandom(100))
    assert (status, answer["errcode"]) == (403, "ORG.JAGA.MEDIA_QUOTA")
    assert "tomorrow" in answer["error"]
    assert (await upload(bima, os.urandom(5 * KILOBYTE)))[0] == 200
    with superuser(narrow.server, "synapse") as connection:
        connection.execute("UPDATE local_media_repository SET created_ts = created_ts - 2 * 86400000")
    assert (await upload(wulan, os.urandom(5 * KILOBYTE)))[0] == 200
    status, answer = await upload(wulan, os.urandom(100))
    assert (status, "on this server" in answer["error"]) == (403, True)
    with superuser(narrow.server, "synapse") as connection:
        kept = connection.execute(
            "SELECT media_id FROM local_media_repository WHERE user_id = %s AND media_length > 0",
            [wulan.user_id],
        ).fetchall()
    files = [path for path in (narrow.stack.data / "homeserver/media").rglob("*") if path.is_file()]
    stored = {"".join(path.parts[-3:]) for path in files}
    assert len(kept) == 3
    assert {name for (name,) in kept} <= stored
