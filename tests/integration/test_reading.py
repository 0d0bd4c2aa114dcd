"""Reading needs no account: pages, JSON, feeds, files, and a feed of events that loses and doubles nothing."""

from __future__ import annotations

import asyncio
import io
import re
from xml.etree import ElementTree as ET

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from jaga.core.clock import utc_now
from jaga.core.ids import ChannelId, PostId
from jaga.store import post_states

ATOM = "{http://www.w3.org/2005/Atom}"


def picture(color="orange", kind="PNG"):
    content = io.BytesIO()
    Image.new("RGB", (320, 200), color).save(content, kind)
    return content.getvalue()


async def measure(site, act, *arguments):
    """What the cases do when a decision takes effect."""
    async with site.database.transaction() as connection:
        return await act(connection, *arguments, utc_now())


@pytest.fixture(scope="module", autouse=True)
async def kabar(site):
    return await site.channel("kabar", title="Warta Kampung", about="Kabar <b>kampung</b> contoh")


# --- pages and JSON ---


async def test_pages_are_complete_without_script_and_escape_what_people_wrote(site):
    post = await site.post("kabar", '<img src=x onerror="alert(1)"> & kabar')
    for path in ("/c/kabar", f"/c/kabar/{post['number']}", f"/c/kabar/{post['id']}"):
        page = await site.get(path)
        assert page.status_code == 200
        assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; kabar" in page.text
        assert "<img src=x" not in page.text
        assert "Warta Kampung" in page.text
        assert "Publik" in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "set-cookie" not in page.headers
    assert "Kabar &lt;b&gt;kampung&lt;/b&gt; contoh" in (await site.get("/c/kabar")).text


async def test_a_page_has_a_strong_name_that_changes_with_every_visible_change(site):
    post = await site.post("kabar", "beretiket")
    for path in ("/c/kabar", "/api/v1/channels/kabar/posts", "/c/kabar/feed.atom", "/c/kabar/feed.json"):
        first = await site.get(path)
        tag = first.headers["etag"]
        assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
        assert "max-age=0" in first.headers["cache-control"] or first.headers["cache-control"] == "no-cache"
        again = await site.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
    for change in ({"text": "beretiket dua"}, {"text": "beretiket tiga"}):
        assert (
            await site.ask("PATCH", f"/api/v1/posts/{post['id']}", by="ayu", json=change)
        ).status_code == 200
        again = await site.get(path, headers={"If-None-Match": tag})
        assert again.status_code == 200
        assert change["text"] in again.text
        tag = again.headers["etag"]


async def test_a_channel_is_read_page_by_page_without_gaps(site):
    await site.channel("panjang")
    posts = [await site.post("panjang", f"kiriman {n}") for n in range(65)]
    seen, cursor = [], None
    while True:
        path = "/api/v1/channels/panjang/posts?limit=20" + (f"&before={cursor}" if cursor else "")
        answer = (await site.get(path)).json()
        seen += [post["id"] for post in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert seen == [post["id"] for post in reversed(posts)]
    by_id = (await site.get(f"/api/v1/channels/panjang/posts?before={posts[3]['id']}")).json()
    assert [post["number"] for post in by_id["items"]] == [3, 2, 1]
    page, read = "/c/panjang", []
    while page:
        shown = (await site.get(page)).text
        read += re.findall(r'id="post-(\d+)"', shown)
        older = re.search(r'rel="next" href="([^"]+)"', shown)
        page = older and older[1]
    assert [int(number) for number in read] == list(range(65, 0, -1))


@pytest.mark.parametrize("bad", ["limit=0", "limit=101", "limit=x", "before=abc", "before=post_x"])
async def test_a_cursor_or_limit_that_is_none_is_refused(site, bad):
    assert (await site.get(f"/api/v1/channels/kabar/posts?{bad}")).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/c/tidakada",
        "/c/tidakada/1",
        "/c/kabar/999999",
        "/c/kabar/99999999999999999999999",
        "/c/kabar/post_" + "0" * 26,
        "/c/KABAR",
        "/c/%00",
        "/c/tidakada/feed.atom",
        "/c/tidakada/feed.json",
        "/api/v1/channels/tidakada",
        "/api/v1/channels/tidakada/posts",
        "/api/v1/posts/post_" + "0" * 26,
        "/api/v1/posts/post_" + "0" * 26 + "/comments",
        "/api/v1/media/med_" + "0" * 26,
    ],
)
async def test_what_is_not_there_is_not_found(site, path):
    assert (await site.get(path)).status_code == 404


@pytest.mark.parametrize("id", ["x", "post_", "POST_" + "0" * 26, "post_" + "u" * 26, "'", "med_" + "0" * 26])
async def test_an_id_of_another_form_is_refused(site, id):
    answer = await site.get(f"/api/v1/posts/{id}")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_id")


async def test_the_directory_finds_channels_by_words_category_and_language(site):
    await site.channel("pasar_sayur", title="Harga Sayur 100% segar", category="business", language="en")
    found = await site.get("/api/v1/channels?q=harga sayur")
    assert [channel["name"] for channel in found.json()["items"]] == ["pasar_sayur"]
    for query in ("q=100%25", "category=business", "language=en", "q=@pasar_s"):
        names = [channel["name"] for channel in (await site.get(f"/api/v1/channels?{query}")).json()["items"]]
        assert names == ["pasar_sayur"], query
    assert (await site.get("/api/v1/channels?q=%25")).json()["items"][0]["name"] == "pasar_sayur"
    first = (await site.get("/api/v1/channels?limit=1")).json()
    second = (await site.get(f"/api/v1/channels?limit=1&after={first['next']}")).json()
    assert first["items"][0]["name"] < second["items"][0]["name"]
    assert (await site.get("/api/v1/channels?q=%00")).status_code == 200


async def test_posts_are_found_by_their_words_and_by_nothing_that_is_gone(site):
    await site.channel("arsip")
    kept = await site.post("arsip", "Pengumuman: mangga arumanis siap dipanen")
    gone = await site.post("arsip", "Pengumuman: mangga yang ini dihapus")
    await site.ask("DELETE", f"/api/v1/posts/{gone['id']}", by="ayu")
    found = (await site.get("/api/v1/posts?q=mangga pengumuman")).json()["items"]
    assert [post["id"] for post in found] == [kept["id"]]
    assert (await site.get("/api/v1/posts?q=mangga&channel=arsip")).json()["items"] == found
    assert (await site.get("/api/v1/posts?q=mangga&channel=kabar")).json()["items"] == []
    assert (await site.get('/api/v1/posts?q="&channel=arsip')).status_code == 200


# --- what a decision takes away ---


async def readable_anywhere(site, post, word):
    """Every public path on which the post's words can still be read."""
    paths = [
        f"/c/{post['channel']}",
        f"/c/{post['channel']}/{post['id']}",
        f"/c/{post['channel']}/{post['number']}",
        f"/c/{post['channel']}/feed.atom",
        f"/c/{post['channel']}/feed.json",
        f"/api/v1/channels/{post['channel']}/posts",
        f"/api/v1/posts/{post['id']}",
        f"/api/v1/posts/{post['id']}/comments",
        f"/api/v1/posts?q={word}",
        *(file["url"].replace(site.url, "") for file in post["media"]),
        *(file["thumbnail"].replace(site.url, "") for file in post["media"]),
    ]
    answers = {path: await site.get(path) for path in paths}
    return [
        path
        for path, answer in answers.items()
        if answer.status_code == 200 and (word.encode() in answer.content or "/media/" in path)
    ]


async def test_a_removed_post_is_gone_on_every_path_at_once_and_comes_back_whole(site):
    await site.channel("papan")
    media = (await site.upload(picture(), "image/png")).json()
    post = await site.post("papan", "semangka satu", media=[media["id"]])
    await site.ask("PATCH", f"/api/v1/posts/{post['id']}", by="ayu", json={"text": "semangka dua"})
    comments = f"/api/v1/posts/{post['id']}/comments"
    await site.ask("POST", comments, by="budi", json={"text": "semangka juga"})
    assert len(await readable_anywhere(site, post, "semangka")) == 11

    async with site.following("papan") as follower:
        snapshot = await measure(site, post_states.remove_post, PostId(post["id"]))
        assert await readable_anywhere(site, post, "semangka") == []
        event = await follower.event()
    assert (event.name, event.data["id"], "text" in event.data) == ("removed", post["id"], False)
    card = await site.get(f"/c/papan/{post['id']}")
    assert card.status_code == 410
    assert "Kiriman dihapus" in card.text
    assert "Kiriman dihapus" in (await site.get("/c/papan")).text
    assert (await site.get(f"/api/v1/posts/{post['id']}")).json()["code"] == "post_removed"
    async with site.database.reading() as connection:
        left = await connection.execute(
            text(
                "SELECT text || entities::text || media::text FROM posts WHERE id = :id "
                "UNION ALL SELECT text FROM post_versions WHERE post_id = :id"
            ),
            {"id": post["id"]},
        )
        assert left.scalars().all() == ["[][]"]
    own = await site.get(f"/api/v1/media/{media['id']}", by="ayu")
    assert (own.status_code, own.json()["code"]) == (410, "media_put_away")  # not to its uploader either

    async with site.following("papan") as follower:
        async with site.database.transaction() as connection:
            await post_states.restore_post(connection, PostId(post["id"]), snapshot, utc_now())
        event = await follower.event()
    assert (event.name, event.data["text"]) == ("restored", "semangka dua")
    assert len(await readable_anywhere(site, post, "semangka")) == 11
    restored = (await site.get(f"/api/v1/posts/{post['id']}")).json()
    assert (restored["state"], restored["version"], restored["comments"]) == ("restored", 2, 1)
    async with site.database.reading() as connection:
        history = await connection.execute(
            text("SELECT text FROM post_versions WHERE post_id = :id"), {"id": post["id"]}
        )
        assert history.scalars().all() == ["semangka satu"]


async def test_a_closed_channel_is_gone_with_all_its_posts_and_comes_back(site):
    channel = await site.channel("tutup")
    post = await site.post("tutup", "durian runtuh")
    async with site.following("tutup") as follower:
        await measure(site, post_states.close_channel, ChannelId(channel["id"]))
        assert await readable_anywhere(site, post, "durian") == []
        closed = await follower.event()
        assert (await site.get("/c/tutup")).status_code == 404
        assert (await site.get("/api/v1/channels?q=tutup")).json()["items"] == []
        assert (await site.publish("tutup", "halo")).status_code == 404
        await measure(site, post_states.reopen_channel, ChannelId(channel["id"]))
        opened = await follower.event()
    assert (closed.name, closed.data["state"]) == ("removed", "closed")
    assert (opened.name, opened.data["state"]) == ("restored", "open")
    assert len(await readable_anywhere(site, post, "durian")) == 8


async def test_a_refusal_that_is_reversed_publishes_what_was_refused(site):
    refused = (await site.publish("kabar", "kata zqkabo ini")).json()
    snapshot = {"text": "kata itu ternyata biasa", "entities": [], "media": []}
    async with site.database.transaction() as connection:
        await post_states.publish_refused(connection, PostId(refused["id"]), snapshot, utc_now())
    assert (await site.get(f"/api/v1/posts/{refused['id']}")).json()["text"] == "kata itu ternyata biasa"

    post = await site.post("kabar", "sebelum diedit")
    edit = {"text": "sesudah diedit", "entities": [], "media": []}
    async with site.database.transaction() as connection:
        await post_states.publish_refused(connection, PostId(post["id"]), edit, utc_now())
    shown = (await site.get(f"/api/v1/posts/{post['id']}")).json()
    assert (shown["text"], shown["version"]) == ("sesudah diedit", 2)


# --- feeds for readers ---


async def test_atom_and_json_feeds_are_well_formed_and_carry_the_newest_posts(site):
    await site.channel("siaran", title="Siaran & Berita", about="Tentang <kita>")
    media = (await site.upload(picture("teal"), "image/png")).json()
    await site.post(
        "siaran",
        'Judul <a>\nIsi & "lanjutan"',
        media=[{"id": media["id"], "file_name": "foto.png"}],
        entities=[{"type": "bold", "offset": 0, "length": 5}],
    )
    answer = await site.get("/c/siaran/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}title") == "Siaran & Berita"
    assert feed.findtext(f"{ATOM}updated")
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Judul <a>"
    assert entry.findtext(f"{ATOM}content") == (
        "<strong>Judul</strong> &lt;a&gt;<br>Isi &amp; &quot;lanjutan&quot;"
    )
    enclosure = entry.find(f"{ATOM}link[@rel='enclosure']")
    assert enclosure.attrib["type"] == "image/png"
    assert (await site.client.get(enclosure.attrib["href"])).content == picture("teal")
    other = (await site.get("/c/siaran/feed.json")).json()
    assert other["version"] == "https://jsonfeed.org/version/1.1"
    assert other["items"][0]["content_text"] == 'Judul <a>\nIsi & "lanjutan"'
    assert other["items"][0]["attachments"][0]["mime_type"] == "image/png"


# --- files ---


async def test_a_picture_is_kept_by_its_content_and_served_only_while_something_shows_it(site):
    content = picture("purple")
    first, second = [(await site.upload(content, "image/png")).json() for _ in range(2)]
    assert first["sha256"] == second["sha256"]
    assert (first["mime"], first["width"], first["height"], first["thumbnail"]) == (
        "image/png",
        320,
        200,
        True,
    )
    path = f"/api/v1/media/{first['id']}"
    assert (await site.get(path)).status_code == 404
    assert (await site.get(path, by="budi")).status_code == 404
    assert (await site.get(path, by="ayu")).content == content
    stolen = await site.publish("kabar", "curian", media=[first["id"]], by="ayu")
    assert stolen.status_code == 201
    shown = await site.get(path)
    assert shown.content == content
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["content-disposition"].startswith("inline")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert (await site.get(path, headers={"If-None-Match": shown.headers["etag"]})).status_code == 304
    thumbnail = await site.get(f"{path}/thumbnail")
    assert Image.open(io.BytesIO(thumbnail.content)).format == "WEBP"
    await site.ask("DELETE", f"/api/v1/posts/{stolen.json()['id']}", by="ayu")
    assert (await site.get(path)).status_code == 404
    assert (await site.get(f"{path}/thumbnail")).status_code == 404


async def test_nobody_shows_a_file_that_somebody_else_uploaded(site):
    media = (await site.upload(picture("red"), "image/png", by="budi")).json()
    assert (await site.publish("kabar", "pinjam", media=[media["id"]])).json()["code"] == "media_unknown"


@pytest.mark.parametrize(
    ("content", "claimed", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "image/jpeg", "foto.jpg"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml", "gambar.svg"),
        (b"<html></html>", "text/html", "halaman.html"),
    ],
)
async def test_a_file_that_a_browser_would_run_is_never_more_than_a_download(site, content, claimed, name):
    media = (await site.upload(content, claimed)).json()
    answer = await site.publish("kabar", "lihat", media=[{"id": media["id"], "file_name": name}])
    if answer.status_code == 202:  # claims to be a picture and is none: a person looks first
        async with site.database.transaction() as connection:
            await post_states.release_post(connection, PostId(answer.json()["id"]), utc_now())
    served = await site.get(f"/api/v1/media/{media['id']}")
    assert served.content == content
    assert served.headers["content-type"] == "application/octet-stream"
    assert served.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert "<img" not in (await site.get(f"/c/kabar/{answer.json()['id']}")).text


async def test_a_picture_that_cannot_be_looked_into_is_held(site):
    media = (await site.upload(picture()[:200], "image/png")).json()
    assert media["unscannable"]
    assert (await site.publish("kabar", "rusak", media=[media["id"]])).status_code == 202


async def test_part_of_a_file_can_be_asked_for(site):
    content = bytes(range(256)) * 1000
    media = (await site.upload(content, "application/octet-stream")).json()
    await site.post("kabar", "", media=[{"id": media["id"], "file_name": "data.bin"}])
    path = f"/api/v1/media/{media['id']}"
    part = await site.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, content[10:20])
    assert part.headers["content-range"] == "bytes 10-19/256000"
    assert (await site.get(path, headers={"Range": "bytes=-5"})).content == content[-5:]
    assert (await site.get(path, headers={"Range": "bytes=255990-"})).content == content[-10:]
    assert (await site.get(path, headers={"Range": "bytes=999999-"})).status_code == 416
    assert (await site.get(path, headers={"Range": "lines=1-2"})).status_code == 200


async def test_a_file_beyond_the_limit_or_without_content_leaves_nothing(site):
    async def endless():
        for _ in range(60):
            yield b"\0" * 1_000_000

    incoming = site.installation.data.media / "incoming"
    headers = {"Content-Type": "application/zip"}
    try:
        large = await site.ask("POST", "/api/v1/media", by="ayu", content=endless(), headers=headers)
        assert (large.status_code, large.json()["code"]) == (413, "media_too_large")
    except httpx.TransportError:  # who goes on sending after the answer finds the line closed
        pass
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    token = await site.token("ayu")
    writer.write(
        f"POST /api/v1/media HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer {token}\r\n"
        "Content-Length: 999999999\r\n\r\n".encode()
    )
    assert (await reader.readline()).startswith(b"HTTP/1.1 413")  # before a byte of it was sent
    writer.close()
    assert (await site.upload(b"", "image/png")).json()["code"] == "empty_upload"
    assert list(incoming.iterdir()) == []
    assert (await site.ask("POST", "/api/v1/media", content=b"x")).status_code == 401


async def test_a_channels_picture_is_checked_and_shown(site):
    await site.channel("bergambar")
    media = (await site.upload(picture("green"), "image/png")).json()
    document = (await site.upload(b"halo", "text/plain")).json()
    path = "/api/v1/channels/bergambar"
    assert (await site.ask("PATCH", path, by="ayu", json={"picture": document["id"]})).status_code == 400
    assert (await site.ask("PATCH", path, by="budi", json={"picture": media["id"]})).status_code == 403
    changed = await site.ask("PATCH", path, by="ayu", json={"picture": media["id"]})
    assert changed.status_code == 200
    assert (await site.client.get(changed.json()["picture"])).status_code == 200
    assert media["id"] in (await site.get("/c/bergambar")).text
    await site.ask("PATCH", path, by="ayu", json={"picture": None})
    assert (await site.get(f"/api/v1/media/{media['id']}")).status_code == 404


# --- the feed of events ---


async def test_followers_lose_and_double_nothing_while_many_publish_and_they_come_and_go(site):
    await site.channel("ramai", kind="group")
    total, writers = 120, 6
    received, place = [], None

    async def publish(writer):
        for n in range(total // writers):
            await site.post("ramai", f"{writer}-{n}", by=f"warga{writer}")

    async def follow(publishing):
        nonlocal place
        while len(received) < total:
            # Five events, then the line breaks; the next connection goes on where this one was.
            async with site.following("ramai", after=place) as follower:
                for _ in range(min(5, total - len(received))):
                    event = await follower.event(seconds=20)
                    received.append(event.data["text"])
                    place = event.id

    async with site.following("ramai") as whole:
        place = whole.last_id
        publishing = asyncio.gather(*(publish(writer) for writer in range(writers)))
        await asyncio.gather(publishing, follow(publishing))
        steady = [event.data["text"] for event in await whole.events(total)]
    expected = sorted(f"{writer}-{n}" for writer in range(writers) for n in range(total // writers))
    assert sorted(received) == expected
    assert sorted(steady) == expected
    assert received == steady  # the same order for everyone


async def test_a_late_commit_is_not_skipped(site):
    channel = await site.channel("telat")
    async with site.following("telat") as follower:
        place = follower.last_id
        post = await site.post("telat", "satu")
        assert (await follower.event()).data["id"] == post["id"]
        async with site.database.transaction() as slow:
            # An earlier transaction that is still open: nothing after it may pass yet.
            await post_states.announce(slow, ChannelId(channel["id"]), None, "edit", utc_now())
            await site.post("kabar", "sementara itu")
            second = asyncio.create_task(site.post("telat", "dua"))
            with pytest.raises(TimeoutError):
                await follower.event(seconds=0.5)
        late, then = await follower.event(), await follower.event()
        assert late.data["state"] == "changed"
        assert then.data["id"] == (await second)["id"]
    async with site.following("telat", after=place) as again:
        assert [event.id for event in await again.events(3)][1:] == [late.id, then.id]


async def test_a_place_that_is_not_ours_and_channels_that_are_not_there_are_refused(site):
    feed = "/api/v1/feed?channels="
    assert (await site.get(f"{feed}tidakada")).status_code == 404
    assert (await site.get(feed)).status_code == 400
    for place in ("x", "1", "-1-1", "1-" + "9" * 30):
        answer = await site.get(f"{feed}kabar", headers={"Last-Event-ID": place})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_last_event_id")


async def test_what_is_gone_before_a_follower_comes_is_never_shown_to_them(site):
    await site.channel("singkat")
    async with site.following("singkat") as follower:
        place = follower.last_id
    post = await site.post("singkat", "hanya sebentar")
    await measure(site, post_states.remove_post, PostId(post["id"]))
    async with site.following("singkat", after=place) as follower:
        event = await follower.event()
    assert event.name == "removed"
    assert "hanya sebentar" not in str(event.data)


async def test_many_followers_leave_the_door_open_for_everyone_else(site):
    await site.channel("laris")
    host, port = site.url.removeprefix("http://").split(":")
    lines = []
    try:
        for _ in range(300):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"GET /api/v1/feed?channels=laris HTTP/1.1\r\nHost: a.example\r\n\r\n")
            lines.append((reader, writer))
        async with asyncio.timeout(30):
            for reader, _ in lines:
                await reader.readuntil(b"retry: ")
            post = await site.post("laris", "untuk semua")
            for reader, _ in lines:
                assert post["id"].encode() in await reader.readuntil(b"untuk semua")
    finally:
        for _, writer in lines:
            writer.close()
