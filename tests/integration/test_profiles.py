"""A member's public name and picture: checked before anyone sees them, and the same everywhere."""

from __future__ import annotations

import asyncio
import hashlib
import io
import random

import aiohttp
import pytest
from nio import AsyncClient, AsyncClientConfig
from PIL import Image, ImageDraw
from tests.helpers.members import PASSWORD
from tests.helpers.postgres import superuser

from jaga.detect.media import media_path

PICTURE = "/_matrix/client/unstable/org.jaga.profile/picture"
SECRET_PLACE = "zqkabo-rumah"


def picture(seed, *, size=(900, 600), exif=""):
    """A picture like no other, with a note of the camera's."""
    drawn, canvas = random.Random(seed), Image.new("RGB", size, "white")
    brush = ImageDraw.Draw(canvas)
    for _ in range(40):
        x, y = drawn.randrange(size[0]), drawn.randrange(size[1])
        color = tuple(drawn.randrange(256) for _ in range(3))
        brush.rectangle((x, y, x + drawn.randrange(20, 300), y + drawn.randrange(20, 300)), fill=color)
    note = Image.Exif()
    note[270] = exif  # ImageDescription
    out = io.BytesIO()
    canvas.save(out, "JPEG", exif=note)
    return out.getvalue()


@pytest.fixture
async def wulan(door):
    return await door.person("wulan")


async def show(person, content, kind="image/jpeg"):
    return await person.door.call(
        "POST", PICTURE, token=person.token, data=content, headers={"Content-Type": kind}
    )


async def avatar(person):
    status, answer = await person.call("GET", f"profile/{person.user_id}")
    assert status == 200, answer
    return answer.get("avatar_url")


async def fetch(person, address):
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {person.token}"}) as session,
        session.get(person.door.url + address) as answer,
    ):
        return answer.status, answer.headers.get("Content-Type"), await answer.read()


async def test_a_picture_is_checked_made_anew_and_set(wulan):
    status, answer = await show(wulan, picture(1, exif=SECRET_PLACE))
    assert status == 200, answer
    uri = answer["content_uri"]
    assert await avatar(wulan) == uri
    for kind, query in (("download", ""), ("thumbnail", "?width=96&height=96&method=crop&animated=true")):
        address = f"/_matrix/client/v1/media/{kind}/{uri.removeprefix('mxc://')}{query}"
        status, mime, content = await fetch(wulan, address)
        assert (status, mime) == (200, "image/webp")
        assert max(Image.open(io.BytesIO(content)).size) <= 640
        assert SECRET_PLACE.encode() not in content


async def test_a_picture_reaches_the_rooms_of_its_member_and_goes_from_them(wulan):
    room = await wulan.room()
    _, answer = await show(wulan, picture(2))

    async def shown(uri):
        while (await wulan.state(room))[("m.room.member", wulan.user_id)].get("avatar_url") != uri:
            pass

    await asyncio.wait_for(shown(answer["content_uri"]), 15)
    path = f"profile/{wulan.user_id}/avatar_url"
    assert (await wulan.call("PUT", path, json={"avatar_url": ""}))[0] == 200
    await asyncio.wait_for(shown(None), 15)
    assert await avatar(wulan) is None


async def test_a_picture_that_is_worn_no_more_goes_on_the_next_day(door, wulan):
    uris = []
    for seed in (20, 21, 22):
        uris.append((await show(wulan, picture(seed)))[1]["content_uri"])
        with superuser(door.server, "synapse") as connection:
            connection.execute(
                "UPDATE local_media_repository SET created_ts = created_ts - 90000000, last_access_ts = created_ts"
                " WHERE user_id = %s",
                [wulan.user_id],
            )
    addresses = [f"/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}" for uri in uris]
    # The second one was still shown when the third came in.
    assert [(await fetch(wulan, address))[0] for address in addresses] == [404, 200, 200]


async def test_a_listed_picture_is_refused_and_nothing_is_set(door, wulan):
    digest = hashlib.sha256(picture(3)).hexdigest()
    door.stack.cli(
        *("bank", "add", digest, "--category", "terrorism", "--kind", "file", "--outcome", "refuse")
    )
    status, answer = await show(wulan, picture(3))
    while status == 200:  # the bank is in force within a second
        await wulan.call("DELETE", f"profile/{wulan.user_id}/avatar_url")
        status, answer = await show(wulan, picture(3))
    assert (status, answer["org.jaga.code"]) == (403, "PICTURE_REFUSED")
    assert "terrorism" in answer["error"]
    assert (await upload(wulan, picture(3)))[1] == answer
    assert await avatar(wulan) is None
    assert (await show(wulan, picture(4)))[0] == 200
    before = await avatar(wulan)
    assert (await show(wulan, picture(3)))[0] == 403
    assert await avatar(wulan) == before


NO_PICTURES = {
    "text": b"zqkabo" * 100,
    "nothing": b"",
    "half a picture": picture(5)[:2000],
    "a drawing with scripts": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "a document": b"%PDF-1.7 zqkabo",
}


@pytest.mark.parametrize("content", NO_PICTURES.values(), ids=NO_PICTURES)
async def test_what_is_no_picture_is_not_set(wulan, content):
    status, answer = await show(wulan, content)
    assert status == 400, answer
    assert answer["org.jaga.code"] in {"NOT_A_PICTURE", "EMPTY_UPLOAD"}
    assert await avatar(wulan) is None


async def test_a_picture_beyond_the_limit_is_refused(wulan):
    status, answer = await show(wulan, picture(6) + bytes(6_000_000))
    assert (status, answer["errcode"]) == (413, "M_TOO_LARGE")


async def test_nobody_sets_a_picture_without_signing_in(door):
    status, answer = await door.call("POST", PICTURE, token="syt_zqkabo", data=picture(7))
    assert (status, answer["errcode"]) == (401, "M_UNKNOWN_TOKEN")
    status, answer = await door.call("POST", PICTURE, data=picture(7))
    assert (status, answer["errcode"]) == (401, "M_MISSING_TOKEN")


async def test_no_file_of_ones_own_choice_becomes_a_picture(door, wulan):
    bima = await door.person("bima")
    _, answer = await show(bima, picture(8))
    path = f"profile/{wulan.user_id}/avatar_url"
    for uri in (
        answer["content_uri"],
        "mxc://jaga.localhost/zqkabo",
        "https://zqkabo.example/x.png",
        None,
        1,
    ):
        status, refused = await wulan.call("PUT", path, json={"avatar_url": uri})
        assert (status, refused["org.jaga.code"]) == (403, "NO_UNCHECKED_PICTURE")
        assert PICTURE in refused["error"]
    assert await avatar(wulan) is None


async def upload(person, content):
    """As ordinary clients do with any file."""
    path = "/_matrix/media/v3/upload?filename=aku.png"
    return await person.door.call(
        "POST", path, token=person.token, data=content, headers={"Content-Type": "image/jpeg"}
    )


async def choose(person, uri):
    return await person.call("PUT", f"profile/{person.user_id}/avatar_url", json={"avatar_url": uri})


async def test_a_picture_uploaded_as_any_file_is_worn_by_its_uploader_once_it_is_named(door, wulan):
    bima = await door.person("bima")
    _, answer = await upload(wulan, picture(30, exif=SECRET_PLACE))
    uri = answer["content_uri"]
    address = f"/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}"
    assert (await fetch(bima, address + "?timeout_ms=0"))[0] == 504
    status, refused = await choose(bima, uri)
    assert (status, refused["org.jaga.code"]) == (403, "NO_UNCHECKED_PICTURE")
    assert await choose(wulan, uri) == (200, {})
    assert await choose(wulan, uri) == (200, {})  # some clients say it twice
    assert await avatar(wulan) == uri
    status, mime, content = await fetch(bima, address)
    assert (status, mime) == (200, "image/webp")
    assert SECRET_PLACE.encode() not in content
    # It is no file of the uploader's any more: taken off, it cannot be put on again.
    assert (await choose(wulan, ""))[0] == 200
    assert (await choose(wulan, uri))[0] == 403


async def test_a_picture_that_is_not_named_within_minutes_is_gone(door, wulan):
    _, answer = await upload(wulan, picture(31))
    with superuser(door.server, "jaga") as connection:
        due = "UPDATE picture_candidates SET expires_at = now() - interval '1 second' WHERE uri = %s"
        connection.execute(due, [answer["content_uri"]])
        assert (await choose(wulan, answer["content_uri"]))[0] == 403
        await upload(wulan, picture(32))  # whoever comes next, or the worker, cleans up
        left = connection.execute("SELECT uri FROM picture_candidates WHERE expires_at < now()").fetchall()
    assert left == []
    assert await avatar(wulan) is None


async def test_what_was_sent_for_a_profile_is_kept_nowhere_but_a_file_of_a_channel_is(door, wulan):
    sent, shared = picture(33, exif=SECRET_PLACE), picture(34)
    assert (await show(wulan, sent))[0] == 200
    assert (await upload(wulan, sent))[0] == 200
    token = await wulan.session()
    kind = {"Content-Type": "image/jpeg"}
    status, answer = await door.call("POST", "/api/v1/media", token=token, data=shared, headers=kind)
    assert status == 201, answer
    assert (await show(wulan, shared))[0] == 200
    places = [
        media_path(door.installation.data.media, hashlib.sha256(each).hexdigest()) for each in (sent, shared)
    ]
    assert [place.exists() for place in places] == [False, True]


async def test_a_membership_says_no_other_name_and_shows_no_other_picture_than_the_profile(wulan):
    room = await wulan.room()
    assert (await show(wulan, picture(9)))[0] == 200
    mine = {"membership": "join", "displayname": "zqkabo", "avatar_url": "mxc://jaga.localhost/zqkabo"}
    await wulan.set_state(room, "m.room.member", mine, wulan.user_id)
    status, events = await wulan.call("GET", f"rooms/{room}/messages?dir=b&limit=100")
    assert status == 200
    assert "zqkabo" not in str(events)
    member = (await wulan.state(room))[("m.room.member", wulan.user_id)]
    assert member["displayname"] == wulan.name


async def test_without_the_detector_no_picture_is_set(door, wulan):
    old = door.stack.kill("detector")
    status, answer = await show(wulan, picture(10))
    if status == 503:  # else its successor was there already
        assert answer["org.jaga.code"] == "DETECTOR_UNAVAILABLE"
        assert await avatar(wulan) is None
    await asyncio.to_thread(door.stack.wait_for_another, "detector", old, seconds=60)

    async with asyncio.timeout(30):
        while (await show(wulan, picture(10)))[0] == 503:
            pass
    assert await avatar(wulan)


async def test_a_stock_client_sees_the_picture_and_changes_the_name(door, wulan, tmp_path):
    _, shown = await show(wulan, picture(11))
    client = AsyncClient(
        door.url, wulan.user_id, store_path=str(tmp_path), config=AsyncClientConfig(encryption_enabled=True)
    )
    try:
        await client.login(PASSWORD, device_name="laptop")
        profile = await client.get_profile(wulan.user_id)
        assert profile.avatar_url == shown["content_uri"]
        got = await client.download(mxc=profile.avatar_url)
        assert Image.open(io.BytesIO(got.body)).format == "WEBP"
        await client.set_displayname("Wulan Sari")
        assert (await client.get_displayname(wulan.user_id)).displayname == "Wulan Sari"
        told = await client.set_avatar("mxc://jaga.localhost/zqkabo")
        assert told.status_code == "M_FORBIDDEN"
        assert PICTURE in told.message
        mine = picture(12, exif=SECRET_PLACE)
        sent, _ = await client.upload(io.BytesIO(mine), "image/jpeg", "aku.jpg", filesize=len(mine))
        await client.set_avatar(sent.content_uri)
        worn = await client.download(mxc=(await client.get_profile(wulan.user_id)).avatar_url)
        assert Image.open(io.BytesIO(worn.body)).format == "WEBP"
        await client.set_avatar("")
        assert (await client.get_profile(wulan.user_id)).avatar_url is None
    finally:
        await client.close()
