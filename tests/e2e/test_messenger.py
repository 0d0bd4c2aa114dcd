"""The messenger in real browsers, with matrix-nio as a third, independent client, on a real server."""

from __future__ import annotations

import asyncio
import base64
import io
from pathlib import Path

import httpx
import pytest
from nio import RoomMessageText
from PIL import Image
from playwright.async_api import Locator, expect
from tests.helpers.channels import new_place
from tests.helpers.messenger import PASSWORD, AtScreen, mark
from tests.helpers.stack import running_stack
from tests.helpers.traces import forms_of, traces_of

LOOKS = [(1280, "light", "id"), (390, "dark", "en")]

# Whether the browser has written an event down.
IS_STORED = """async event => {
    const all = await indexedDB.databases();
    const { name } = all.find(one => one.name.startsWith('matrix-js-sdk:'));
    const database = await new Promise(done => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => done(asked.result);
    });
    const kept = await new Promise(done => {
        const asked = database.transaction('sync').objectStore('sync').getAll();
        asked.onsuccess = () => done(asked.result);
    });
    database.close();
    return JSON.stringify(kept).includes(event);
}"""

# What the browser shows of ours, once it is so many at least.
NOTIFICATIONS = """async count => {
    const worker = await navigator.serviceWorker.ready;
    for (;;) {
        const all = await worker.getNotifications();
        if (all.length >= count) return all.map(one => [one.title, one.body]);
        await new Promise(later => setTimeout(later, 50));
    }
}"""

# As when a version is only begun to be kept: the member's own part of it is not there yet.
FORGET_ENCRYPTION = """async () => {
    const kept = await caches.open('jaga');
    for (const { url } of await kept.keys()) if (url.includes('/rust-crypto-')) await kept.delete(url);
}"""
KEEPS_ENCRYPTION = """async () => {
    const kept = await caches.open('jaga');
    return (await kept.keys()).some(({ url }) => url.includes('/rust-crypto-'));
}"""


@pytest.fixture(scope="module")
async def newcomer(pair, browser, stack):
    """Somebody without an account who followed a member's link, joined, and was led to a chat with them."""
    _, budi = pair
    await budi.at("settings")
    link = await budi.page.locator("#own-link").input_value()
    assert link == f"{stack.url}/app/#/user/{budi.name}"
    citra = await AtScreen.open(browser, stack.url, lang="id", width=390, theme="dark")
    await citra.page.goto(link)
    await citra.page.get_by_role("link", name="Bergabung").click()
    await citra.page.locator("#name").fill(citra.name)
    await citra.page.locator("#password").fill(PASSWORD)
    await citra.page.locator("button[type=submit]").click()
    await citra.keep_key()
    start = citra.page.get_by_role("button", name=f"Mengobrol dengan {budi.name}")
    await start.wait_for()
    await citra.usable()
    await start.click()
    await citra.page.locator(".composer").wait_for()
    await citra.say("Halo dari tautan")
    await budi.accept(citra.name)
    await budi.sees("Halo dari tautan")
    yield citra
    await citra.close()


@pytest.fixture
def chatter(chatters):
    """A member with matrix-nio."""
    return chatters[0]


@pytest.mark.parametrize(("width", "theme", "lang"), LOOKS, ids=str)
async def test_the_pages_before_signing_in_are_usable_by_everyone(browser, stack, width, theme, lang):
    one = await AtScreen.open(browser, stack.url, lang=lang, width=width, theme=theme)
    for place in ("", "join", "sign-in", "settings"):
        await one.at(place)
        await one.page.locator("h1").first.wait_for()
        await one.usable()
    await one.page.get_by_role("radio", name={"id": "Gelap", "en": "Light"}[lang]).check()
    await one.page.reload()
    await one.page.locator("h1").first.wait_for()
    assert await one.page.locator("html").get_attribute("data-theme") == {"id": "dark", "en": "light"}[lang]
    await one.close()


async def test_where_one_joins_by_invitation_the_page_asks_for_the_code(browser, tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "jaga.toml").write_text('registration = "invitation"\n')
    with running_stack(data) as stack:
        code = stack.cli("member", "invite")["code"]
        one = await AtScreen.open(browser, stack.url, lang="en", width=390, theme="dark")
        await one.at("join")
        await one.page.locator("#name").fill(one.name)
        await one.page.locator("#password").fill(PASSWORD)
        await one.page.locator("#invitation").fill("aaaa-bbbb-cccc-dddd")
        await one.page.locator("button[type=submit]").click()
        await one.page.locator(".problem").wait_for()
        await one.usable()
        await one.page.locator("#invitation").fill(code)
        await one.page.locator("button[type=submit]").click()
        await one.see_key()
        await one.close()


async def test_what_two_members_write_reaches_them_and_nobody_else(pair, door, tmp_path: Path):
    ani, budi = pair
    said, answered, mended, gone, name, inside = (mark(kind) for kind in ("a", "b", "c", "d", "e", "f"))
    await ani.open_chat(budi.name)
    await ani.say(said)
    await budi.sees(said)
    await budi.choose(said, "reply")
    await budi.say(answered)
    assert said in await ani.line(answered).locator(".quote").inner_text()
    await ani.choose(answered, "react")
    await budi.line(answered).locator(".reactions button").wait_for()

    await ani.choose(said, "edit")
    await ani.say(mended)
    await budi.line(mended).get_by_text(budi.word("edited")).wait_for()

    await ani.say(gone)
    await budi.sees(gone)
    await ani.choose(gone, "delete")
    await ani.page.get_by_role("dialog").get_by_role("button", name=ani.word("delete")).click()
    await budi.page.get_by_text(budi.word("deleted"), exact=True).last.wait_for()
    await expect(budi.page.get_by_text(gone)).to_have_count(0)  # no stale copy, in the list neither

    content = f"{inside}\n".encode() * 2000
    for sender, receiver in ((ani, budi), (budi, ani)):
        file = tmp_path / f"{name}-{sender.lang}.txt"
        file.write_bytes(content)
        await sender.page.locator("input[type=file]").set_input_files(file)
        assert await receiver.saved(receiver.line(file.name).locator("button.file")) == content

    marks = [said, answered, mended, gone, name, inside]
    assert traces_of(marks, door.server, door.places) == []
    forms = [form for text in marks for form in forms_of(text)]
    assert not [body for one in pair for body in one.bodies if any(form in body for form in forms)]
    assert traces_of([ani.name], door.server, []) != []  # the control: what is public is found


async def test_photos_are_shown_to_the_other_and_carry_no_place(pair, tmp_path: Path):
    ani, budi = pair
    exif = Image.Exif()
    exif[0x010E] = mark("exif")
    photo = tmp_path / "foto.jpg"
    Image.new("RGB", (900, 600), "#2f7d5b").save(photo, exif=exif)
    await ani.open_chat(budi.name)
    await budi.open_chat(ani.name)
    await ani.page.locator("input[type=file]").set_input_files(photo)
    shown = budi.page.locator(".photo img").last
    await shown.wait_for()
    await shown.click()
    save = budi.page.get_by_role("dialog").get_by_role("button", name="Save")
    received = Image.open(io.BytesIO(await budi.saved(save)))
    assert received.size == (900, 600)
    assert not received.getexif()
    await budi.page.keyboard.press("Escape")
    await budi.page.get_by_role("dialog").wait_for(state="detached")


async def test_the_right_button_opens_what_can_be_done_with_a_message(pair):
    ani, budi = pair
    said = mark("kanan")
    await ani.open_chat(budi.name)
    await ani.say(f"{said} https://contoh.example/")
    line = ani.line(said)
    await line.locator(".tick.sent, .tick.read").first.wait_for()
    pressed = "one => one.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))"
    assert await line.get_by_role("link").evaluate(pressed), "a link keeps the browser's own menu"
    await line.locator(".meta time").click(button="right")
    await line.locator(".menu").get_by_role("button", name=ani.word("reply"), exact=True).click()
    await ani.page.locator(".composer .intent").wait_for()
    await ani.page.keyboard.press("Escape")
    await ani.page.locator(".composer .intent").wait_for(state="detached")


async def test_a_group_with_an_independent_client_has_a_title_that_the_server_cannot_read(
    pair, chatter, door
):
    ani, budi = pair
    title, said, answered = mark("judul"), mark("grup"), mark("nio")
    await ani.at("new")
    await ani.page.get_by_role("button", name="Grup baru").click()
    await ani.page.locator("#group-title").fill(title)
    await ani.page.locator("#find").fill(chatter.client.user_id)
    await ani.page.locator(".people .row").first.click()
    await ani.usable()
    await ani.page.get_by_role("button", name="Buka grup").click()
    await ani.page.locator(".head-title", has_text=title).wait_for()
    await ani.say(said)
    await ani.line(said).locator(".tick.sent").wait_for()
    await chatter.sync()
    (room,) = chatter.client.invited_rooms
    await chatter.client.join(room)
    assert await chatter.hears(RoomMessageText, said)
    await chatter.say(room, {"msgtype": "m.text", "body": answered})
    await ani.sees(answered)
    content = mark("isi").encode() * 500
    await chatter.share_file(room, "dari-nio.txt", content)
    assert await ani.saved(ani.line("dari-nio.txt").locator("button.file")) == content

    # Naming each other: inside the encrypted event, picked by keyboard.
    named, back = mark("sebut"), mark("panggil")
    await ani.page.locator("textarea").press_sequentially("@wul")
    await ani.page.get_by_role("option").wait_for()
    await ani.usable()
    await ani.page.keyboard.press("Enter")
    await ani.page.keyboard.type(named)
    await ani.page.keyboard.press("Enter")
    wulan = chatter.client.user_id.split(":")[0]
    heard = await chatter.hears(RoomMessageText, f"{wulan} {named}")
    assert heard.source["content"]["m.mentions"] == {"user_ids": [chatter.client.user_id]}
    await ani.line(named).locator(".tick.sent").wait_for()
    await ani.at("settings")
    me = {"user_ids": [f"@{ani.name}:{door.server_name}"]}
    await chatter.say(room, {"msgtype": "m.text", "body": f"@{ani.name} {back}", "m.mentions": me})
    await (
        ani.page.locator(".row", has_text=title).get_by_text(ani.word("mentioned")).wait_for(state="attached")
    )
    await ani.open_chat(title)
    assert await ani.line(back).locator(".named").inner_text() == f"@{ani.name}"

    # Marks: typed or by key, shown by both sides, and nothing else of what looks like HTML.
    bold = mark("tebal")
    await ani.page.locator("textarea").fill(bold)
    await ani.page.keyboard.press("Control+a")
    await ani.page.get_by_role("toolbar").wait_for()
    await ani.usable()
    await ani.page.keyboard.press("Control+b")
    await ani.page.keyboard.press("End")
    await ani.page.keyboard.type(" `<b>kode`")
    await ani.page.keyboard.press("Enter")
    heard = await chatter.hears(RoomMessageText, f"**{bold}** `<b>kode`")
    assert heard.formatted_body == f"<strong>{bold}</strong> <code>&lt;b&gt;kode</code>"
    assert await ani.line(bold).locator("strong").inner_text() == bold
    assert await ani.line(bold).locator("code").inner_text() == "<b>kode"

    # Forwarding: to sealed chats alone, and a file without being uploaded again.
    for text in (answered, "dari-nio.txt"):
        await ani.open_chat(title)
        await ani.choose(text, "forward")
        dialog = ani.page.get_by_role("dialog")
        await dialog.locator("input").fill(budi.name)
        await ani.usable()
        await dialog.locator(".row").click()
        await budi.open_chat(ani.name)
        await budi.line(text).get_by_text(budi.word("forwarded")).wait_for()
    assert await budi.saved(budi.line("dari-nio.txt").locator("button.file")) == content
    assert traces_of([title, said, answered, named], door.server, door.places) == []


def drawn_photo(folder, name):
    path = folder / f"{name}.png"
    Image.effect_noise((1600, 900), 60).convert("RGB").save(path)
    return path


async def test_a_report_discloses_the_messages_that_were_picked_and_nothing_else(pair, town, tmp_path):
    ani, budi = pair
    shown, kept, own = mark("ungkap"), mark("simpan"), mark("jawab")
    await ani.open_chat(budi.name)
    await budi.open_chat(ani.name)
    for one, text in ((ani, shown), (ani, kept), (budi, own)):
        await one.say(text)
        await (budi if one is ani else ani).sees(text)
    photos = [await asyncio.to_thread(drawn_photo, tmp_path, mark("foto")) for _ in range(2)]
    for photo in photos:
        await ani.page.locator("input[type=file]").set_input_files(photo)
    for photo in photos:
        await budi.page.get_by_role("button", name=f"{photo.stem}.jpg").locator("img").wait_for()
    await budi.choose(shown, "report")
    dialog = budi.page.get_by_role("dialog")
    await dialog.locator(".picks li", has_text=own).get_by_role("checkbox").check()
    for kept_or_shown, with_photo in ((photos[0], "yes"), (photos[1], "no")):
        row = dialog.locator(".picks li", has_text=kept_or_shown.stem)
        await row.get_by_role("checkbox").check()
        if with_photo == "yes":
            await row.get_by_role("checkbox").last.check()
    await budi.usable()
    await budi.press("with these")
    await dialog.get_by_role("radio").nth(2).check()
    await budi.press("continue")
    await dialog.locator("#report-explanation").fill("He threatens me zqkabo.")
    await budi.press("continue")
    await budi.usable()
    told = await dialog.locator(".disclosed .kept").all_inner_texts()
    preview = dialog.locator(".sent-photo")
    await preview.evaluate("(image) => image.decode()")
    seen = await preview.evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
    await dialog.get_by_role("checkbox").check()
    async with budi.page.expect_request(lambda asked: asked.url.endswith("/api/v1/notices")) as sending:
        await budi.press("send report")
    receipt = await dialog.locator(".receipt").inner_text()
    sent = (await sending.value).post_data_json
    messages = sent.pop("disclosure")
    disclosed = [(one["sender"].split(":")[0], one["text"]) for one in messages]
    named = [f"[Photo: {photo.stem}.jpg]" for photo in photos]
    assert disclosed == [
        (f"@{ani.name}", shown),
        (f"@{budi.name}", own),
        (f"@{ani.name}", named[0]),
        (f"@{ani.name}", named[1]),
    ]
    assert told == [shown, own, *named]
    assert ["picture" in one for one in messages] == [False, False, True, False]
    jpeg = base64.b64decode(messages[2]["picture"])
    sent_photo = Image.open(io.BytesIO(jpeg))
    assert (sent_photo.format, list(sent_photo.size)) == ("JPEG", seen)
    assert max(seen) == 1_280
    assert sent.keys() == {"target", "category", "explanation", "good_faith"}
    assert not [body for body in budi.bodies if any(form in body for form in forms_of(kept))]
    await budi.press("close")
    await budi.at("notices")
    await budi.page.get_by_text(receipt).wait_for()
    await budi.usable()

    staff = await asyncio.to_thread(lambda: town.moderators[0])
    case = await asyncio.to_thread(town.case_of, staff, sent["target"])
    page = await asyncio.to_thread(staff.desk_page, f"/desk/cases/{case['id']}")
    assert "4 messages disclosed by a participant" in page
    evidence = (await asyncio.to_thread(staff.get, f"/desk/api/v1/cases/{case['id']}")).json()["evidence"]
    (vault,) = [one["id"] for one in evidence if one["kind"] == "disclosure"]
    opened = await asyncio.to_thread(
        staff.post, f"/desk/api/v1/evidence/{vault}/open", {"purpose": "menilai laporan"}
    )
    assert [one["text"] for one in opened.json()["content"]] == [shown, own, *named]
    (address,) = opened.json()["files"]
    assert (await asyncio.to_thread(staff.get, address)).content == jpeg


async def test_messages_are_pinned_and_a_chat_is_pinned_muted_and_blocked(pair, door):
    ani, budi = pair
    first, second, silent, unseen, again, heard = (mark(kind) for kind in ("a", "b", "c", "d", "e", "f"))
    await ani.open_chat(budi.name)
    await budi.open_chat(ani.name)
    await ani.say(first)
    await ani.say(second)
    await budi.sees(second)
    await ani.choose(first, "pin message")
    await budi.page.locator(".pin-bar", has_text=first).wait_for()
    await budi.choose(second, "pin message")
    bar = ani.page.locator(".pin-bar", has_text=second)
    await bar.wait_for()
    for one in pair:
        await one.usable()
    await bar.get_by_role("button", name=ani.word("unpin message")).click()
    await budi.page.locator(".pin-bar", has_text=first).wait_for()

    row = budi.page.locator(".rows .row", has_text=ani.name)
    await budi.page.locator(".world a").click()
    await budi.page.get_by_role("button", name="Mute", exact=True).click()
    await budi.page.get_by_role("button", name="Unmute", exact=True).wait_for()
    await budi.page.get_by_role("button", name="Pin to the top").click()
    await budi.page.get_by_role("button", name="Unpin", exact=True).wait_for()
    await budi.at("")
    assert await row.locator(".row-sign").all_inner_texts() == ["Muted", "Pinned"]
    await ani.say(silent)
    await row.locator(".badge.quiet").wait_for()
    assert ani.name in await budi.page.locator(".rows .row").first.inner_text()

    await budi.open_chat(ani.name)
    await budi.page.locator(".world a").click()
    await budi.page.get_by_role("button", name="Unmute", exact=True).click()
    await budi.page.get_by_role("button", name=f"Block {ani.name}", exact=True).click()
    await budi.page.get_by_role("button", name=f"Unblock {ani.name}").wait_for()
    await ani.say(unseen)
    await ani.line(unseen).locator(".tick.sent").wait_for()
    await budi.at("new")
    await budi.page.get_by_role(
        "button", name="Notes to myself"
    ).click()  # whatever comes later than the message
    await budi.say(again)
    await budi.line(again).locator(".tick.sent").wait_for()
    await budi.open_chat(ani.name)
    await budi.page.get_by_text("Blocked: you see nothing").wait_for()
    assert await budi.page.get_by_text(unseen).count() == 0
    await budi.usable()
    await budi.at("settings")
    await budi.page.get_by_role("button", name=f"Unblock {ani.name}").click()
    await budi.page.get_by_text("You have blocked nobody").wait_for()
    await ani.say(heard)
    await budi.open_chat(ani.name)
    await budi.sees(heard)
    assert traces_of([first, second, silent, unseen], door.server, door.places) == []


async def test_an_invitation_can_be_reported_and_declined_and_a_member_removed(pair):
    ani, budi = pair
    refused, joined = mark("tolak"), mark("masuk")
    invitation = budi.page.locator(".rows .row", has_text="invites you")
    await ani.open_group(refused, budi.name)
    await budi.at("")
    await invitation.click()
    await budi.page.get_by_role("button", name="Decline", exact=True).wait_for()
    assert await budi.page.get_by_text(refused).count() == 0  # names of groups stay hidden until then
    await budi.usable()
    await budi.press("report")
    dialog = budi.page.get_by_role("dialog")
    await dialog.get_by_role("radio").nth(2).check()
    await budi.press("continue")
    await dialog.locator("#report-explanation").fill("I do not know them.")
    await budi.press("continue")
    await dialog.get_by_role("checkbox").check()
    async with budi.page.expect_request(lambda asked: asked.url.endswith("/api/v1/notices")) as sending:
        await budi.press("send report")
    await dialog.locator(".receipt").wait_for()
    sent = (await sending.value).post_data_json
    assert sent["target"].startswith(f"@{ani.name}:")
    assert sent["disclosure"] == []
    await budi.press("close")
    await budi.page.get_by_role("button", name="Decline", exact=True).click()
    await invitation.wait_for(state="detached")
    await ani.page.get_by_text(f"{budi.name} menolak undangan").wait_for()

    await ani.open_group(joined, budi.name)
    await budi.at("")
    await invitation.click()
    await budi.press("accept")
    await budi.page.locator(".head-title", has_text=joined).wait_for()
    await ani.page.locator(".world a").click()
    await ani.page.get_by_role("button", name=f"Keluarkan {budi.name}").click()
    await budi.page.get_by_text("You are not in this chat").wait_for()
    await budi.usable()


async def test_a_member_has_a_public_name_and_picture(pair, newcomer, tmp_path: Path):
    _, budi = pair
    face, called = tmp_path / "muka.jpg", mark("nama")[:40]
    Image.linear_gradient("L").convert("RGB").save(face)
    await newcomer.at("settings")
    await newcomer.page.locator(".picture-choice input[type=file]").set_input_files(face)
    await newcomer.page.locator(".picture-choice img").wait_for()
    await newcomer.page.locator("#own-name").fill(called)
    await newcomer.page.get_by_role("button", name="Simpan", exact=True).click()
    await newcomer.page.get_by_text("Tersimpan.").wait_for()
    await newcomer.usable()
    await budi.at("")
    await budi.page.locator(".rows .row", has_text=called).locator("img").wait_for()
    await budi.usable()


async def test_notifications_are_off_until_chosen_and_then_say_no_words(pair, stack):
    ani, budi = pair
    place = await asyncio.to_thread(new_place, stack, "kanal_kabar")
    await _follow(budi, place.name)
    silent, told = mark("diam"), mark("kabar")
    await budi.page.context.grant_permissions(["notifications"])
    await ani.open_chat(budi.name)
    await budi.open_chat(ani.name)
    unread = budi.row(ani.name).locator(".badge")
    await unread.wait_for(state="detached")  # what came before is read
    await budi.at("settings")
    await budi.page.evaluate("() => { document.hasFocus = () => false }")
    await ani.say(silent)
    await unread.filter(has_text="1").wait_for(state="attached")
    assert await budi.page.evaluate(NOTIFICATIONS, 0) == []
    await budi.page.get_by_role("radio", name="Only that something came").check()
    await budi.page.wait_for_function("() => localStorage.getItem('jaga.notifications') === 'quiet'")
    await budi.usable()
    await ani.say(told)
    async with asyncio.timeout(30):
        assert await budi.page.evaluate(NOTIFICATIONS, 1) == [["Jaga", "New message"]]
    address = f"{stack.url}/api/v1/channels/{place.name}/posts"
    await asyncio.to_thread(lambda: httpx.post(address, json={"text": told}, headers=place.headers))
    async with asyncio.timeout(30):
        told_of = await budi.page.evaluate(NOTIFICATIONS, 2)
    assert sorted(told_of) == [["Jaga", "New message"], ["Jaga", "New post in a channel"]]
    await budi.page.get_by_role("radio", name="Off", exact=True).check()
    await budi.page.evaluate("() => { delete document.hasFocus }")


async def test_a_newer_version_is_offered_and_taken_when_the_person_says_so(pair):
    ani, _ = pair
    await ani.page.evaluate(FORGET_ENCRYPTION)
    # A worker at another address is a newer one to the browser, as another file at the same address is.
    await ani.page.evaluate("""() => navigator.serviceWorker.ready.then(() =>
        navigator.serviceWorker.register('/app/worker.js?newer', { scope: '/app/', type: 'module' })
    ).then(() => undefined)""")
    # The page that then comes asks for the usual address, which is the newer one in its turn.
    for now in ("/app/worker.js?newer", "/app/worker.js"):
        await ani.page.locator(".update").wait_for()
        assert await ani.page.evaluate(KEEPS_ENCRYPTION)  # so that it will open without a connection too
        await ani.usable()
        async with ani.page.expect_navigation():
            await ani.page.locator(".update .btn").click()
        await ani.page.locator(".list").wait_for()
        used = await ani.page.evaluate("() => navigator.serviceWorker.controller.scriptURL")
        assert used.endswith(now)


async def test_a_new_device_reads_the_history_after_the_recovery_key(pair, browser, stack):
    ani, budi = pair
    said = mark("lama")
    await budi.open_chat(ani.name)
    await budi.say(said)
    await budi.line(said).locator(".tick.sent, .tick.read").wait_for()
    places = [await asyncio.to_thread(new_place, stack, "kanal_ikut") for _ in range(2)]
    await _follow(ani, places[0].name)
    other = await AtScreen.open(browser, stack.url, lang="id", name=ani.name, width=390)
    await other.sign_in()
    await other.page.locator(".list .banner").get_by_role("button").wait_for()  # asked for at once
    await other.usable()
    await _follow(other, places[1].name)  # while what is followed is still locked
    await other.open_chat(budi.name)
    await other.page.get_by_text("masih terkunci").first.wait_for()
    await other.usable()
    await other.press("enter key")
    await other.page.locator("#key").fill("bukan kunci")
    await other.press("open history")
    await other.page.get_by_text("bukan kunci pemulihan yang utuh").wait_for()
    await other.usable()
    await other.page.locator("#key").fill(ani.recovery_key)
    await other.press("open history")
    await other.sees(said)
    await other.page.locator(".banner").wait_for(state="detached")

    for one in (ani, other):
        await one.at("")
        for place in places:
            await one.page.locator(".rows .row", has_text=place.name).wait_for()

    # One client per store: a second tab waits, or takes over.
    tab = await other.page.context.new_page()
    await tab.goto(f"{stack.url}/app/")
    await tab.get_by_role("button", name=other.word("use here")).click()
    await tab.locator(".rows .row", has_text=budi.name).wait_for()
    await other.page.get_by_role("button", name=other.word("use here")).wait_for()
    await other.at("discover")  # channels are read in any number of tabs
    await other.page.locator("#discover").wait_for()
    # What was typed there goes on here.
    begun, kept = mark("dimulai"), mark("disimpan")
    await tab.locator(".rows .row", has_text=budi.name).click()
    await tab.locator("textarea").fill(begun)
    await tab.close()
    await other.at("")
    await other.press("use here")
    await other.open_chat(budi.name)
    await other.sees(said)
    assert await other.page.locator("textarea").input_value() == begun
    assert await other.page.locator(".notice.locked").count() == 0

    # Words that could not leave, and a draft, when the session ends.
    await other.page.context.set_offline(True)
    await other.say(kept)
    await other.sees(kept)
    await other.page.locator("textarea").fill(begun)

    # The first device ends the other's session, by password.
    await ani.at("settings")
    await ani.page.get_by_role("button", name="Keluarkan Jaga").click()
    dialog = ani.page.get_by_role("dialog")
    for password in ("bukan kata sandinya", PASSWORD):
        await dialog.locator("input").fill(password)
        await dialog.get_by_role("button", name="Keluarkan").click()
        if password != PASSWORD:
            await dialog.get_by_text("tidak cocok").wait_for()
            await ani.usable()
    await dialog.wait_for(state="detached")
    await other.page.context.set_offline(False)
    await other.page.get_by_text("Perangkat ini telah dikeluarkan").wait_for()

    # Somebody else in the same chat, in the same browser, neither sees nor sends them. Their author does.
    await other.page.locator("#name").fill(budi.name)
    await other.page.locator("#password").fill(PASSWORD)
    await other.page.locator("button[type=submit]").click()
    await other.page.locator(".composer").wait_for()  # where the other one was
    since = mark("sesudahnya")
    assert await other.page.locator("textarea").input_value() == ""
    await other.say(since)
    await other.line(since).locator(".tick.sent, .tick.read").wait_for()
    assert await other.page.get_by_text(kept).count() == 0
    await other.at("settings")
    await other.page.get_by_role("button", name="Keluar di sini", exact=True).click()
    await other.page.get_by_role("dialog").get_by_role("button", name="Keluar di sini", exact=True).click()
    await other.page.get_by_role("link", name="Masuk", exact=True).wait_for()
    await ani.open_chat(budi.name)
    await ani.sees(since)
    assert await ani.page.get_by_text(kept).count() == 0
    other.name = ani.name
    await other.sign_in()
    await other.open_chat(budi.name)
    assert await other.page.locator("textarea").input_value() == begun
    for one in (other, ani, budi):
        await one.sees(kept)
        assert await one.page.locator(".said > .text", has_text=kept).count() == 1
    assert await ani.page.locator(".line.mine", has=ani.page.get_by_text(kept)).count() == 1
    await other.close()


async def _follow(one: AtScreen, channel: str) -> None:
    await one.at(f"c/{channel}")
    await one.page.locator(".head button[aria-pressed=false]").click()
    await one.page.locator(".head button[aria-pressed=true][aria-busy=false]").wait_for()


async def test_a_groups_picture_is_seen_by_its_members_alone(pair, door, tmp_path: Path):
    ani, budi = pair
    title, drawn = mark("bergambar"), tmp_path / "grup.png"
    Image.new("RGB", (600, 400), "#b45309").save(drawn)
    await ani.open_group(title, budi.name)
    await ani.page.locator(".world a").click()
    await ani.page.locator(".picture-choice input[type=file]").set_input_files(drawn)
    await ani.page.locator(".picture-choice img").wait_for()
    await ani.usable()
    await budi.at("")
    await budi.page.locator(".rows .row", has_text="invites you").click()
    await budi.page.get_by_role("button", name=budi.word("accept")).wait_for()
    assert await budi.page.locator(".pane img").count() == 0
    await budi.press("accept")
    await budi.page.locator(".head img").wait_for()
    assert (
        await budi.page.locator(".head img").evaluate("img => img.decode().then(() => img.naturalWidth)") > 0
    )
    assert traces_of([title], door.server, door.places) == []


async def test_two_people_compare_emoji_and_are_confirmed(pair):
    ani, budi = pair
    await budi.open_chat(ani.name)
    await ani.open_chat(budi.name)
    await ani.page.locator(".world a").click()
    await ani.page.get_by_role("button", name="Bandingkan emoji").wait_for()
    await ani.usable()
    await ani.page.get_by_role("button", name="Bandingkan emoji").click()
    await budi.page.get_by_role("button", name="Compare", exact=True).click()
    shown = []
    for one in pair:
        await one.page.locator(".sas li").first.wait_for()
        shown.append(await one.page.locator(".sas li").evaluate_all("all => all.map(li => li.dataset.sas)"))
    assert len(shown[0]) == 7
    assert shown[0] == shown[1]
    await budi.usable()
    for one in pair:
        await one.press("same")
    for one in pair:
        await one.page.get_by_text(one.word("confirmed")).wait_for()
        await one.page.get_by_role("dialog").get_by_role("button").click()
        await one.page.get_by_role("dialog").wait_for(state="detached")
    await ani.page.get_by_text("Dikonfirmasi dengan emoji").wait_for()


async def test_what_is_written_without_a_connection_is_kept_and_sent_once(pair):
    ani, budi = pair
    said, typed = mark("luring"), mark("draf")
    await ani.open_chat(budi.name)
    await budi.open_chat(ani.name)
    await ani.page.context.set_offline(True)
    await ani.say(said)
    await ani.line(said).locator(".tick.failed, .tick.sending").first.wait_for()
    await ani.page.locator("textarea").fill(typed)
    await ani.page.context.set_offline(False)
    await budi.sees(said)
    assert await budi.page.locator(".bubble", has_text=said).count() == 1
    await ani.page.reload()
    await ani.page.locator(".composer").wait_for()
    assert await ani.page.locator("textarea").input_value() == typed
    await ani.page.locator("textarea").fill("")


async def test_what_was_loaded_can_be_read_without_a_connection(pair):
    ani, budi = pair
    said = mark("simpan")
    await budi.open_chat(ani.name)
    await budi.say(said)
    await ani.open_chat(budi.name)
    await ani.sees(said)
    await ani.look_away()
    await ani.page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    event = (await ani.line(said).get_attribute("id")).removeprefix("m-")
    await ani.page.wait_for_function(IS_STORED, arg=event)
    await ani.page.context.set_offline(True)
    await ani.page.reload()
    await ani.sees(said)
    await ani.page.context.set_offline(False)
    await ani.page.locator(".banner.quiet").wait_for(state="detached")


async def test_the_messenger_can_be_installed(pair):
    ani, _ = pair
    browser = await ani.page.context.new_cdp_session(ani.page)
    assert (await browser.send("Page.getAppManifest"))["errors"] == []
    missing = {
        one["errorId"] for one in (await browser.send("Page.getInstallabilityErrors"))["installabilityErrors"]
    }
    assert missing <= {"in-incognito"}  # as every page of a test is


async def test_a_conversation_goes_by_keyboard_alone(pair, tmp_path: Path):
    ani, budi = pair
    said, answered, mended = mark("tombol"), mark("balas"), mark("baik")
    photo = tmp_path / "foto.png"
    Image.new("RGB", (300, 200), "#2f7d5b").save(photo)
    await budi.open_chat(ani.name)
    await budi.page.locator("input[type=file]").set_input_files(photo)
    await ani.at("")
    await budi.say(said)
    await ani.at("settings")
    await ani.page.reload()
    await ani.page.locator(".rows .row", has_text=budi.name).wait_for()
    await ani.usable()
    keys = ani.page.keyboard

    # From wherever one is into the chat, and to write at once.
    await keys.press("Control+k")
    await keys.type(budi.name)
    await keys.press("ArrowDown")
    await _focus(ani, ".rows .row")
    await keys.press("Enter")
    await ani.sees(said)
    await _focus(ani, ".composer textarea")

    # Answer, react, edit, delete: the arrows choose, Enter opens the menu, and the focus comes back.
    await _choose_by_key(ani, said, "reply")
    await _focus(ani, ".composer:has(.intent) textarea")
    await keys.type(answered)
    await keys.press("Enter")
    await budi.sees(answered)
    assert said in await budi.line(answered).locator(".quote").inner_text()
    await _choose_by_key(ani, said, "react")
    await budi.line(said).locator(".reactions button").wait_for()
    await _focus(ani, f".line:has-text('{said}')")
    await keys.press("Escape")
    await _focus(ani, ".composer textarea")
    await keys.press("ArrowUp")
    await ani.page.locator(".composer .intent").wait_for()
    await keys.press("Control+a")
    await keys.type(mended)
    await keys.press("Enter")
    await budi.sees(mended)
    await _choose_by_key(ani, mended, "delete")
    await ani.page.get_by_role("dialog").wait_for()
    await keys.press("Tab")
    await keys.press("Enter")
    await budi.page.get_by_text(mended).last.wait_for(state="detached")
    await _focus(ani, ".line")

    # The picture, and a report that is not made; then back to the list.
    await _to_line(ani, ani.page.locator(".line:has(.photo)").last)
    await keys.press("Tab")
    await _focus(ani, ".photo")
    await keys.press("Enter")
    await ani.page.get_by_role("dialog").wait_for()
    await keys.press("Escape")
    await _focus(ani, ".photo")
    await _choose_by_key(ani, said, "report")
    await ani.page.get_by_role("dialog").wait_for()
    await keys.press("Escape")
    await _focus(ani, f".line:has-text('{said}')")
    await keys.press("Escape")
    await keys.press("Escape")
    await _focus(ani, f".row:has-text('{budi.name}')")
    await keys.press("?")
    await ani.page.locator(".keys").wait_for()
    for one in pair:
        await one.usable()
    await keys.press("Escape")
    await _focus(ani, f".row:has-text('{budi.name}')")


async def test_a_channel_is_found_followed_and_commented_on_by_keyboard_alone(pair, stack):
    ani, _ = pair
    place = await asyncio.to_thread(new_place, stack, "kanal_tombol")
    address, text = f"{stack.url}/api/v1/channels/{place.name}/posts", mark("kiriman")
    await asyncio.to_thread(
        lambda: httpx.post(address, json={"text": text}, headers=place.headers).raise_for_status()
    )
    commented = mark("komentar")
    keys = ani.page.keyboard
    await ani.at("settings")
    await ani.page.locator(".pane:focus").wait_for()
    await keys.press("Control+k")
    await _focus(ani, ".list input[type=search]")
    await keys.press("Tab")
    await _focus(ani, ".list-top a[href='#/discover']")
    await keys.press("Enter")
    await ani.page.locator("#discover").wait_for()
    await _tab_to(ani, "#discover")
    await keys.type(place.name)
    await ani.page.locator(".pane .row").first.wait_for()
    await ani.page.wait_for_function("() => document.querySelectorAll('.pane .row').length === 1")
    await keys.press("ArrowDown")
    await _focus(ani, ".pane .row")
    await keys.press("Enter")
    await ani.page.locator(".post", has_text=text).wait_for()
    await _tab_to(ani, ".head button", "Shift+Tab")
    await keys.press("Enter")
    await ani.page.locator(".head button[aria-pressed=true][aria-busy=false]").wait_for()
    await _tab_to(ani, ".flow")
    await keys.press("ArrowUp")
    await _focus(ani, f".post:has-text('{text}')")
    await keys.press("Tab")
    await _focus(ani, ".to-comments")
    await keys.press("Enter")
    await _focus(ani, ".flow")
    await ani.page.locator(".post", has_text=text).wait_for()
    await keys.press("Escape")
    await _focus(ani, ".composer textarea")
    await keys.type(commented)
    await keys.press("Control+Enter")
    await ani.page.locator(".post", has_text=commented).wait_for()


async def _focus(one: AtScreen, selector: str) -> None:
    """The focus is there, and is to be seen."""
    at = one.page.locator(f"{selector}:focus")
    await at.wait_for()
    seen = "box => [box, box.closest('.box, .search'), box.querySelector('.bubble')].some(one => one && getComputedStyle(one).outlineStyle !== 'none')"
    assert await at.evaluate(seen), f"no visible focus on {selector}"


async def _to_line(one: AtScreen, line: Locator) -> None:
    """From the place to write, or from one message, up to that one."""
    if await one.page.locator(".composer textarea:focus").count():
        await one.page.keyboard.press("Alt+ArrowUp")
    for _ in range(40):
        if await line.evaluate("element => element === document.activeElement"):
            return
        await one.page.keyboard.press("ArrowUp")
    raise AssertionError("the message cannot be reached by arrows")


async def _choose_by_key(one: AtScreen, text: str, word: str) -> None:
    line = one.line(text)
    await line.locator(".tick.sent, .tick.read").or_(line.locator(".meta time")).first.wait_for()
    if not await one.page.locator(".composer textarea:focus").count():
        await one.page.keyboard.press("Escape")
    await _to_line(one, line)
    await one.page.keyboard.press("Enter")
    wanted = line.get_by_role("button", name=one.word(word), exact=True)
    for _ in range(20):
        if await wanted.evaluate("element => element === document.activeElement"):
            await one.page.keyboard.press("Enter")
            return
        await one.page.keyboard.press("ArrowUp")
    raise AssertionError(f"{word} cannot be reached by arrows")


async def _tab_to(one: AtScreen, selector: str, key: str = "Tab") -> None:
    wanted = one.page.locator(selector).last
    for _ in range(40):
        if await wanted.evaluate("element => element === document.activeElement"):
            return
        await one.page.keyboard.press(key)
    raise AssertionError(f"{selector} cannot be reached by the Tab key")


async def test_who_lost_the_recovery_key_starts_afresh_and_the_others_approve_the_new_keys(
    pair, newcomer, browser, stack
):
    _, budi = pair
    said = mark("segar")
    await budi.at("")
    await budi.page.locator(".rows .row", has_text="Halo dari tautan").click()
    chat = budi.page.url
    anew = await AtScreen.open(browser, stack.url, lang="id", name=newcomer.name, width=390, theme="dark")
    await anew.sign_in()
    await anew.open_chat(budi.name)
    await anew.press("enter key")
    await anew.page.get_by_role("button", name="Saya tidak lagi memiliki kunci pemulihan").click()
    await anew.usable()
    await anew.page.locator("#password-again").fill(PASSWORD)
    await anew.page.get_by_role("button", name="Buat kunci baru").click()
    await anew.keep_key()
    assert anew.recovery_key != newcomer.recovery_key
    await budi.page.locator(".banner", has_text="has new keys").get_by_role("link").click()
    approve = budi.page.get_by_role("button", name="Accept the new keys")
    await approve.wait_for()
    await budi.usable()
    await approve.click()
    await approve.wait_for(state="detached")
    await budi.page.goto(chat)
    await budi.page.locator(".banner").wait_for(state="detached")
    await anew.say(said)
    await budi.sees(said)
    await anew.close()
