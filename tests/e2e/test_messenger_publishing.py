"""An owner at work in the messenger: writing with formatting, files on their way, comments, bots, a channel brought over."""

from __future__ import annotations

import asyncio
import io
import json
import re
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect
from tests.helpers.channels import fresh, picture
from tests.helpers.messenger import AtScreen
from tests.helpers.screen_scripts import FILM, SELECT

# Beginning to end of what is chosen from, on the screen.
MENU_IS_INSIDE = """() => {
    const { left, right } = document.querySelector('.menu').getBoundingClientRect();
    return left >= 0 && right <= innerWidth;
}"""
# What reaches beyond its place with the text in that size (WCAG 2.2, 1.4.4 and 1.4.10).
CUT_OFF = """size => {
    document.documentElement.style.fontSize = size;
    const places = document.querySelectorAll('html, .app, .list, .list-top, .pane, .head, .body, .world, .flow, .composer, .frame');
    return [...places].filter(one => getComputedStyle(one).clipPath === 'none' && one.scrollWidth > one.clientWidth + 1).map(one => one.className || one.tagName);
}"""
ROUTER = Path(__file__).parents[2] / "web/messenger/shell/router.ts"


@pytest.fixture(scope="module")
async def owner(browser, stack):
    """Somebody with a channel of their own, in one browser for all that follows."""
    one = await AtScreen.open(browser, stack.url, lang="en", name=fresh("juru"))
    await one.join()
    one.channel = fresh("tulis")
    await one.at("new-channel")
    await one.page.locator("#channel-name").fill(one.channel)
    await one.page.locator("#channel-title").fill("Kanal untuk menulis")
    await one.page.locator("#channel-about").fill("Menanam sayuran bersama")
    await one.page.get_by_role("button", name="Create the public channel").click()
    await one.page.locator(".composer textarea").wait_for()
    yield one
    await one.close()


def read(owner, path: str):
    answer = httpx.get(f"{owner.url}/api/v1/{path}", timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def posts_of(owner):
    return (await asyncio.to_thread(read, owner, f"channels/{owner.channel}/posts?limit=100"))["items"]


def words_of(post, kind: str) -> list[str]:
    units = post["text"].encode("utf-16-le")
    return [
        units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le")
        for one in post["entities"]
        if one["type"] == kind
    ]


async def press(page, name: str) -> None:
    """As somebody does who has no mouse."""
    await page.get_by_role("button", name=name, exact=True).press("Enter")


async def choose(owner, post, name: str) -> None:
    await post.get_by_role("button", name="More for post").click()
    await post.get_by_role("button", name=name, exact=True).click()


async def test_formatting_stays_with_its_words_while_the_text_around_them_changes(owner):
    page = owner.page
    await owner.at(f"c/{owner.channel}")
    box = page.locator(".composer.open textarea")
    await box.fill("🧺🧺 pasar pagi\nkata rahasia\nkutipan lama\nlihat jadwal")
    await press(page, "Formatting")
    await page.evaluate(SELECT, ["pasar pagi"])
    await page.keyboard.press("Control+b")
    await page.evaluate(SELECT, ["pagi"])
    await page.keyboard.press("Control+i")
    for words, name in (("rahasia", "Spoiler"), ("kutipan", "Quote"), ("jadwal", "Link")):
        await page.evaluate(SELECT, [words])
        await press(page, name)
    await page.locator("#link-address:focus").wait_for()
    await page.keyboard.press("End")
    await page.keyboard.type("jaga.example/jadwal")
    # Also by somebody whose fingers are slow: the focus is back where it was, and is not pressed by the same key.
    for step in (page.keyboard.down, page.keyboard.down, page.keyboard.up):
        await step("Enter")
    await page.locator("dialog[open]").wait_for(state="detached")
    await expect(page.get_by_role("button", name="Link", exact=True)).to_be_focused()
    await page.evaluate(SELECT, ["🧺"])
    await page.keyboard.type("Hari ini 😀 di")
    await page.evaluate(SELECT, ["pasar"])
    await page.keyboard.press("ArrowRight")
    await page.keyboard.type(" besar")
    await page.evaluate(SELECT, ["lama"])
    await page.keyboard.press("Delete")
    preview = page.get_by_role("region", name="How it will look")
    assert await preview.locator("b").inner_text() == "pasar besar pagi"
    await owner.usable()
    await page.keyboard.press("Control+Enter")
    await page.locator("article.post blockquote").wait_for()
    (post,) = await posts_of(owner)
    assert post["text"].startswith("Hari ini 😀 di🧺 pasar besar pagi")
    assert {
        kind: words_of(post, kind) for kind in ("bold", "italic", "spoiler", "blockquote", "text_link")
    } == {
        "bold": ["pasar besar pagi"],
        "italic": ["pagi"],
        "spoiler": ["rahasia"],
        "blockquote": ["kutipan "],
        "text_link": ["jadwal"],
    }
    shown = page.locator("article.post")
    assert await shown.locator("b i").inner_text() == "pagi"
    assert (
        await shown.get_by_role("link", name="jadwal").get_attribute("href") == "https://jaga.example/jadwal"
    )
    await shown.get_by_role("button", name="Show hidden text").click()
    await shown.get_by_text("rahasia").wait_for()


async def test_files_go_up_with_progress_can_be_stopped_and_become_an_album(owner):
    page = owner.page
    await owner.at(f"c/{owner.channel}")
    let_through, held_back = asyncio.Event(), []

    async def hold_back(route) -> None:
        held_back.append(route)
        await let_through.wait()
        await route.continue_()

    await page.route("**/api/v1/media", hold_back)
    chosen = [
        {"name": f"foto-{color}.png", "mimeType": "image/png", "buffer": picture(color)}
        for color in ("navy", "maroon", "purple")
    ]
    await page.locator("input[type=file]").set_input_files(chosen)
    await owner.say_publicly("Foto kegiatan")
    await page.get_by_role("progressbar", name="Uploading foto-navy.png").wait_for()
    await owner.usable()
    await page.get_by_role("button", name="Delete foto-navy.png").click()
    assert await page.locator(".composer.open textarea").input_value() == "Foto kegiatan"
    let_through.set()
    await page.unroute_all(behavior="ignoreErrors")
    await page.locator(".composer.open button.publish:enabled").click()
    album = page.locator("article.post", has_text="Foto kegiatan")
    await album.locator(".post-pictures.several img").nth(1).wait_for()
    await choose(owner, album, "Edit")
    await page.get_by_role("button", name="Delete foto-maroon.png").click()
    await page.locator("input[type=file]").set_input_files(chosen[:1])
    await page.locator(".composer.open button.publish").click()
    await album.get_by_text("edited").wait_for()
    await page.locator(".composer.open .chips").wait_for(state="detached")
    newest = (await posts_of(owner))[0]
    assert [one["file_name"] for one in newest["media"]] == ["foto-purple.png", "foto-navy.png"]
    assert {one["kind"] for one in newest["media"]} == {"photo"}

    notes = {"name": "Jadwal.txt", "mimeType": "text/plain", "buffer": b"pukul tujuh"}
    await page.locator("input[type=file]").set_input_files([notes])
    film = await page.evaluate(FILM)
    moving = {"name": "kerja-bakti.webm", "mimeType": "video/webm", "buffer": bytes(film)}
    await page.locator("input[type=file]").set_input_files([moving])
    await page.locator(".composer.open button.publish").click()
    await page.locator(".composer.open .chips").wait_for(state="detached")
    video = page.locator("article.post video")
    await video.wait_for()
    # As after pressing play: its bytes come, and are moving pictures.
    assert await video.evaluate("async video => (await video.play(), video.videoWidth)") == 64
    saved = page.locator("article.post a.file", has_text="Jadwal.txt")
    assert await owner.saved(saved) == b"pukul tujuh"


async def test_a_post_is_edited_pinned_commented_on_and_deleted_before_the_readers_eyes(
    owner, browser, stack
):
    page = owner.page
    reader = await AtScreen.open(browser, stack.url, lang="id", width=390, theme="dark")
    await owner.at(f"c/{owner.channel}")
    await owner.say_publicly(text := f"Rapat {uuid.uuid4().hex}")
    post = page.locator("article.post", has_text=text)
    await post.wait_for()
    await reader.at(f"c/{owner.channel}")
    await reader.page.locator("article.post", has_text=text).wait_for()

    await choose(owner, post, "Edit")
    box = page.locator(".composer.open textarea")
    await expect(box).to_have_value(text)
    await box.press("End")
    await page.keyboard.type(" pukul delapan")
    await owner.usable()
    await page.keyboard.press("Control+Enter")
    changed = f"{text} pukul delapan"
    await page.locator("article.post", has_text=changed).get_by_text("edited").wait_for()
    theirs = reader.page.locator("article.post", has_text=changed)
    await theirs.get_by_text("disunting").wait_for()

    await choose(owner, post, "Pin")
    await reader.page.locator(".pin-line", has_text=changed).wait_for()
    await page.locator(".pin-line", has_text=changed).wait_for()
    await reader.usable()
    await post.get_by_role("button", name="More for post").click()
    for width in (390, 1280):
        await page.set_viewport_size({"width": width, "height": 860})
        await page.wait_for_function(MENU_IS_INSIDE)
    await page.get_by_role("button", name="Unpin", exact=True).click()
    await reader.page.locator(".pin-line").wait_for(state="detached")

    await theirs.get_by_role("link", name="Komentar").click()
    await post.get_by_role("link", name="Comment").click()
    await owner.say_publicly("Saya datang")
    comment = reader.page.locator("article.post", has_text="Saya datang")
    await comment.wait_for()
    await reader.page.locator("article.post", has_text=changed).get_by_text("1 komentar").wait_for()
    await reader.usable()
    mine = page.locator("article.post", has_text="Saya datang")
    await choose(owner, mine, "Delete")
    await page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    await comment.wait_for(state="detached")
    await page.locator("article.post", has_text=changed).get_by_role("link", name="Comment").wait_for()

    await reader.at(f"c/{owner.channel}")
    await theirs.wait_for()
    await owner.at(f"c/{owner.channel}")
    await choose(owner, post, "Delete")
    await page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    await theirs.wait_for(state="detached")
    await post.wait_for(state="detached")
    await reader.close()


async def test_the_owner_changes_the_channel_and_appoints_an_editor(owner, town, listed):
    page, helper = owner.page, await asyncio.to_thread(town.member, "penolong")
    await owner.at(f"c/{owner.channel}/about")
    await page.get_by_label("What it is about").fill("Menanam sayuran bersama warga")
    await page.get_by_label("Picture").set_input_files(
        [{"name": "lambang.png", "mimeType": "image/png", "buffer": picture("seagreen")}]
    )
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Saved.").wait_for()
    channel = await asyncio.to_thread(read, owner, f"channels/{owner.channel}")
    assert (channel["about"], bool(channel["picture"])) == ("Menanam sayuran bersama warga", True)
    await page.locator("img.avatar, .avatar img").first.wait_for()

    await page.get_by_label("Title", exact=True).fill(f"Kanal {listed}")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_text("Not published.").get_by_role("link", name="Reasons and appeal").wait_for()
    await owner.usable()
    assert (await asyncio.to_thread(read, owner, f"channels/{owner.channel}"))[
        "title"
    ] == "Kanal untuk menulis"

    await page.get_by_label("Name of a member").fill(f"@{helper.name}")
    await page.get_by_role("button", name="Make editor").click()
    dismiss = page.get_by_role("button", name=f"Remove editor {helper.name}")
    await dismiss.wait_for()
    assert (
        await asyncio.to_thread(lambda: town.publish(helper, owner.channel, "Dari editor").status_code) == 201
    )
    await dismiss.click()
    await dismiss.wait_for(state="detached")
    assert await asyncio.to_thread(lambda: town.publish(helper, owner.channel, "Lagi").status_code) == 403


async def test_a_bot_publishes_with_its_token_until_it_is_revoked(owner):
    page = owner.page
    await owner.at(f"c/{owner.channel}/about")
    await page.get_by_label("Name of the bot").fill("penjadwal")
    await page.get_by_role("button", name="Make a bot token").click()
    token = await page.locator(".token").inner_text()
    token = token.split(": ")[1].split()[0]
    await owner.usable()

    def say(text: str) -> httpx.Response:
        body = {"chat_id": f"@{owner.channel}", "text": text}
        return httpx.post(f"{owner.url}/bot{token}/sendMessage", json=body, timeout=20)

    assert (await asyncio.to_thread(say, "Dari program")).json()["ok"]
    await page.get_by_role("button", name="Revoke penjadwal").click()
    await page.get_by_role("dialog").get_by_role("button", name="Revoke", exact=True).click()
    await page.get_by_role("button", name="Revoke penjadwal").wait_for(state="detached")
    assert (await asyncio.to_thread(say, "Lagi")).status_code == 401
    assert [post["text"] for post in await posts_of(owner)].count("Dari program") == 1
    assert "Lagi" not in [post["text"] for post in await posts_of(owner)]


def message(number: int, text: str, **more):
    return {"id": number, "type": "message", "date_unixtime": "1704164645", "text": text} | more


@pytest.fixture
def export(tmp_path, listed):
    """What Telegram Desktop leaves in a folder."""
    rows = [
        {"id": 1, "type": "service", "text": ""},
        *(message(number, f"Arsip nomor {number}") for number in range(2, 30)),
        message(30, "Foto arsip", photo="photos/satu.png"),
        message(31, f"Ajakan {listed}"),
        message(32, "Berkas arsip", file="(File not included. Change data exporting settings to download.)"),
    ]
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/satu.png").write_bytes(picture("olive"))
    (tmp_path / "result.json").write_text(json.dumps({"name": "Arsip", "messages": rows}))
    return tmp_path


def zipped(folder):
    """The export as an archive, and one whose `result.json` unpacks to more than it says."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "photos/satu.png", "Arsip/photos/satu.png")
        archive.write(folder / "result.json", "Arsip/result.json")
    whole = file.getvalue()
    size = (folder / "result.json").stat().st_size.to_bytes(4, "little")
    before, _, after = whole.rpartition(size)  # in the central directory, the last of its two places
    return whole, before + (100).to_bytes(4, "little") + after


async def test_a_channel_comes_over_from_telegram_in_order_once_and_is_resumed(owner, export):
    page = owner.page
    await owner.at(f"c/{owner.channel}/about")
    before = {post["id"] for post in await posts_of(owner)}
    sent = []

    async def break_off(route) -> None:
        sent.append(route)
        await (route.abort() if len(sent) == 12 else route.continue_())

    await page.route("**/take-over/telegram", break_off)
    await page.get_by_label("Choose the export's folder").set_input_files(export)
    await page.get_by_text("The server cannot be reached.").wait_for()
    await page.get_by_text("10 of 32").wait_for()
    await owner.usable()
    await page.unroute_all()
    whole, lying = await asyncio.to_thread(zipped, export)
    zip_choice = page.get_by_label("Choose a ZIP of it")
    for hostile in (lying, whole[:200], b"PK", b""):
        await zip_choice.set_input_files({"name": "a.zip", "mimeType": "application/zip", "buffer": hostile})
        await page.get_by_text("There is no result.json").wait_for()
    await zip_choice.set_input_files({"name": "a.zip", "mimeType": "application/zip", "buffer": whole})
    await page.get_by_text("Finished.").wait_for()
    await page.get_by_text("Files that are not in the folder: 1.").wait_for()
    refused = page.locator("p", has_text="Message 31: refused.")
    assert "#/notices/sor_" in await refused.get_by_role("link").get_attribute("href")
    counts = dict(
        zip(*[await page.locator(f".counts {part}").all_inner_texts() for part in ("span", "b")], strict=True)
    )
    assert counts == {"there before": "9", "service messages": "1", "published": "21", "refused": "1"}
    await owner.usable()
    found = [post for post in await posts_of(owner) if post["id"] not in before]
    assert [post["text"] for post in found][:2] == ["Berkas arsip", "Foto arsip"]
    assert found[1]["media"][0]["file_name"] == "satu.png"
    await owner.at(f"c/{owner.channel}")
    await page.locator("article.post", has_text="Foto arsip").get_by_text("from Telegram").wait_for()
    texts = [post["text"] for post in await posts_of(owner)]
    arsip = [text for text in texts if text.startswith("Arsip nomor")]
    assert arsip == [f"Arsip nomor {number}" for number in range(29, 1, -1)]


@dataclass(frozen=True)
class Neighbor:
    """A channel that speaks of itself in the same words as the owner's."""

    name: str
    title: str
    text: str


@pytest.fixture(scope="module")
def neighbor(town) -> Neighbor:
    author, mark = town.member("tetangga"), uuid.uuid4().hex
    one = Neighbor(fresh("serupa"), f"Kanal menulis sayuran {mark[:8]}", f"Panen bersama {mark}")
    made = author.post(
        "/api/v1/channels", {"name": one.name, "title": one.title, "about": "Menanam sayuran bersama"}
    )
    assert made.status_code == 201, made.text
    town.published(author, one.name, one.text)
    return one


@pytest.mark.parametrize(("width", "theme", "lang"), [(1280, "dark", "en"), (390, "light", "id")], ids=str)
async def test_everyone_finds_a_channel_by_its_words_its_category_and_its_like_and_passes_it_on(
    browser, owner, neighbor, width, theme, lang
):
    stranger = await AtScreen.open(browser, owner.url, width=width, theme=theme, lang=lang)
    page = stranger.page
    await stranger.at(f"c/{owner.channel}")
    await page.get_by_role("link", name={"id": "Tentang kanal ini", "en": "About this channel"}[lang]).click()
    code = page.locator("img.qr")
    await code.wait_for()
    assert await code.evaluate("async image => (await image.decode(), image.naturalWidth)") > 0
    await page.locator(".weeks tbody tr").last.wait_for()
    await stranger.usable()
    await page.locator(".people .row", has_text=neighbor.title).click()
    await page.locator("article.post", has_text=neighbor.text).wait_for()

    await stranger.at("discover")
    await page.locator("#discover").fill(neighbor.text.split()[-1])
    found = page.locator(".people .row", has_text=neighbor.text)
    await found.wait_for()
    await stranger.usable()
    await found.click()
    await page.locator("article.post", has_text=neighbor.text).wait_for()
    await stranger.at("discover")
    await page.locator("#discover").fill(neighbor.name)
    listed = page.locator(".people .row", has_text=neighbor.title)
    await listed.wait_for()
    kinds = page.get_by_label({"id": "Kategori", "en": "Category"}[lang])
    await kinds.select_option(label={"id": "Budaya", "en": "Culture"}[lang])
    await page.get_by_text({"id": "Tidak ada yang cocok.", "en": "Nothing fits."}[lang]).wait_for()
    await kinds.select_option(label={"id": "Warga", "en": "Community"}[lang])
    await listed.wait_for()
    await page.get_by_label({"id": "Bahasa", "en": "Language"}[lang]).select_option("en")
    await listed.wait_for(state="detached")
    await stranger.close()


async def test_every_address_has_a_screen_that_everyone_can_use_in_every_width_and_with_large_text(owner):
    """Those that a journey brings up are looked at there too; here none can be forgotten."""
    page, name = owner.page, owner.channel
    await owner.at(f"c/{name}")
    await owner.say_publicly(text := f"Kabar {uuid.uuid4().hex}")
    await page.locator("article.post", has_text=text).wait_for()
    post = (await posts_of(owner))[0]["id"]
    await owner.at("new")
    await page.get_by_role("button", name="Notes to myself").click()
    await page.locator(".composer").wait_for()
    room = page.url.split("#/chat/")[1]
    addresses = {
        **{at: at for at in ("join", "sign-in", "settings", "discover", "new-channel", "notices")},
        "start": "",
        "new-chat": "new",
        "user": f"user/{owner.name}",
        "chat": f"chat/{room}",
        "chat-about": f"chat/{room}/about",
        "statement": f"notices/sor_{'0' * 26}",
        "channel": f"c/{name}",
        "channel-about": f"c/{name}/about",
        "post": f"c/{name}/{post}",
    }
    table = ROUTER.read_text().partition("TABLE")[2].partition("];")[0]
    assert set(re.findall(r'at: "([a-z-]+)"', table)) == set(addresses)
    for at, address in addresses.items():
        await owner.at(address)
        await page.locator(".pane h1, .pane.start").first.wait_for(state="attached")
        await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        await page.set_viewport_size({"width": 390, "height": 860})
        await owner.usable()
        for width, size in ((320, ""), (1280, "200%"), (1280, "")):
            await page.set_viewport_size({"width": width, "height": 860})
            assert await page.evaluate(CUT_OFF, size) == [], (at, width, size)
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
