"""The messenger when something breaks: the server, the tab, the clock, the browser's stores, or what others send."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import aiohttp
import pytest
from nio import ProfileSetDisplayNameResponse
from playwright.async_api import Route
from tests.helpers.messenger import PASSWORD, AtScreen, mark
from tests.helpers.sealed import encrypted
from tests.helpers.spoiling import backed_up, empty, fill, spoil

# Gives a group a title as a client may that has no limit.
RETITLE = """(box, title) => {
    box.value = title;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    setTimeout(() => box.form.requestSubmit());
}"""
DAY = timedelta(days=1)
TURNED = "\u202ekerab\u202c"
STACKED = "z" + "\u0336\u0489\u0315" * 120
HOSTILE = (
    '<img src="https://pelacak.example/x.png" onerror="document.title=1"><script>document.title=2</script> '
    f"javascript:alert(1) data:text/html,<script>document.title=3</script> {TURNED} {STACKED} " + "p" * 900
)


@pytest.fixture
def chatter(chatters):
    """A member with matrix-nio."""
    return chatters[0]


async def invite(chatter, member: AtScreen) -> str:
    """A sealed room of the chatter's, into which the member goes."""
    domain = chatter.client.user_id.partition(":")[2]
    created = await chatter.client.room_create(invite=[f"@{member.name}:{domain}"])
    name = chatter.client.user_id.removeprefix("@").partition(":")[0]
    await member.accept(name)
    await chatter.sync()
    return created.room_id


async def test_messages_written_while_the_server_restarts_arrive_once_and_in_order(pair, stack):
    ani, budi = pair
    await ani.open_chat(budi.name)
    await budi.open_chat(ani.name)
    texts = [mark(f"urut{number}") for number in range(8)]
    for text in texts[:3]:
        await ani.say(text)
    old = await asyncio.to_thread(stack.kill, "synapse")
    for text in texts[3:]:
        await ani.say(text)
    await asyncio.to_thread(stack.wait_for_another, "synapse", old)
    for one in pair:
        for text in texts:
            await one.sees(text)
    for one in pair:
        shown = await one.page.locator(".said > .text").all_inner_texts()
        assert [text for text in shown if text in texts] == texts
        await one.page.locator(".banner.quiet").wait_for(state="detached")
    for text in texts:
        await ani.line(text).locator(".tick.sent, .tick.read").wait_for()


@pytest.fixture
async def stranger(browser, stack):
    """Without a worker of the messenger's own, which would fetch out of a test's sight."""
    context = await browser.new_context(locale="en", service_workers="block")
    yield AtScreen(stack.url, await context.new_page(), "en", "nobody")
    await context.close()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("changed", "Either the connection is gone, or the server has a newer version"),
        ("as it is", "Name and password do not match."),
    ],
)
async def test_a_part_that_was_changed_on_its_way_is_not_run_and_that_is_said(stranger, sent, said):
    async def deliver(route):
        answer = await route.fetch()
        more = "\nwindow.changed = true;" if sent == "changed" else ""
        await route.fulfill(response=answer, body=await answer.text() + more)

    page = stranger.page
    await page.route("**/assets/engine-*.js", deliver)
    await stranger.at("sign-in")
    await page.locator("#name").fill(stranger.name)
    await page.locator("#password").fill("not a password of anybody")
    await page.locator("button[type=submit]").click()
    await page.get_by_text(said).wait_for()
    assert await page.evaluate("() => 'changed' in window") is False


async def test_a_member_for_whom_a_part_is_gone_from_the_server_is_told(stranger):
    session = {"userId": "@nobody:jaga", "deviceId": "ZQKABO", "accessToken": "none"}
    await stranger.page.add_init_script(f"localStorage.setItem('jaga.session', '{json.dumps(session)}')")
    await stranger.page.route("**/assets/engine-*.js", lambda route: route.fulfill(status=404))
    await stranger.at("")
    await stranger.page.get_by_role("heading", name="A part of the messenger could not be loaded").wait_for()
    await stranger.usable()


async def test_a_tab_that_crashes_leaves_the_draft(pair):
    ani, budi = pair
    typed = mark("ketik")
    await ani.open_chat(budi.name)
    await ani.page.locator("textarea").fill("")
    await ani.page.locator("textarea").press_sequentially(typed)
    crashed, address = ani.page, ani.page.url
    async with crashed.expect_event("crash"):
        devices = await crashed.context.new_cdp_session(crashed)
        crash = asyncio.ensure_future(devices.send("Page.crash"))
    crash.cancel()
    await crashed.close()
    ani.page = await crashed.context.new_page()
    ani.page.set_default_timeout(30_000)
    await ani.page.goto(address)
    await ani.page.locator(".composer").wait_for()
    assert await ani.page.locator("textarea").input_value() == typed
    await ani.page.locator("textarea").fill("")


async def test_clocks_that_are_wrong_by_a_day_keep_nobody_from_writing(browser, stack):
    said, answered = mark("jam"), mark("balas")
    early, late = [await AtScreen.open(browser, stack.url, lang=lang) for lang in ("id", "en")]
    await early.page.clock.install(time=datetime.now(UTC) + DAY)
    await late.page.clock.install(time=datetime.now(UTC) - DAY)
    await asyncio.gather(early.join(), late.join())
    await early.chat_with(late.name)
    await early.say(said)
    await late.accept(early.name)
    await late.sees(said)
    await late.say(answered)
    await early.sees(answered)
    for one in (early, late):
        await one.usable()
        await one.close()


async def test_200_messages_that_cannot_be_read_are_counted_and_stand_on_one_line(pair, chatter, stack):
    _, budi = pair
    room = await invite(chatter, budi)
    first, read, last = mark("awal"), mark("terbaca"), mark("akhir")
    name, _, domain = chatter.client.user_id.removeprefix("@").partition(":")
    me = f"@{budi.name}:{domain}"
    await chatter.say(room, {"msgtype": "m.text", "body": first})
    await budi.sees(first)
    headers = {"Authorization": f"Bearer {chatter.client.access_token}"}
    path = f"/_matrix/client/v3/rooms/{room}/send/m.room.encrypted"
    async with aiohttp.ClientSession(stack.url, headers=headers) as http:

        async def send(waiting: Iterator[int]) -> None:
            for number in waiting:
                content = encrypted(device_id=chatter.client.device_id)
                async with http.put(f"{path}/{uuid.uuid4().hex}", json=content) as answer:
                    assert answer.status == 200, (number, await answer.text())

        # First fewer, and away from the screen, with somebody's name in the oldest. A sync brings 20 of them.
        await budi.say(read)
        await budi.line(read).locator(".tick.sent, .tick.read").wait_for()
        await budi.page.goto(f"{stack.url}/healthz")
        await chatter.say(room, {"msgtype": "m.text", "body": "@budi", "m.mentions": {"user_ids": [me]}})
        waiting = iter(range(40))
        await asyncio.gather(*(send(waiting) for _ in range(4)))
        await budi.at("")
        row = budi.page.locator(".rows .row", has_text=name)
        await row.locator(".badge", has_text=re.compile("^41")).wait_for()
        await row.locator(".badge", has_text="@").wait_for()
        await budi.page.goto(f"{stack.url}/healthz")
        waiting = iter(range(160))
        await asyncio.gather(*(send(waiting) for _ in range(4)))
        await budi.at("")
        await row.locator(".badge", has_text=re.compile(r"^99\+")).wait_for()
        await row.click()
        await row.locator(".badge").first.wait_for(state="detached")
    await chatter.say(room, {"msgtype": "m.text", "body": last})
    await budi.sees(last)
    locked = budi.page.locator(".notice.locked")
    await locked.filter(has_text="200").wait_for()
    assert await locked.count() == 1
    assert await budi.page.locator(".messages > li").count() < 20
    await budi.sees(first)
    await budi.usable()
    await budi.page.reload()
    await budi.sees(last)
    await locked.first.wait_for()
    await budi.page.locator(".beginning").wait_for()
    assert await locked.count() == 1


async def test_what_others_send_stays_text_and_on_the_screen(pair, chatter):
    ani, budi = pair
    room = await invite(chatter, budi)
    formatted = {"format": "org.matrix.custom.html", "formatted_body": HOSTILE}
    await chatter.say(room, {"msgtype": "m.text", "body": f"{HOSTILE} tamat", **formatted})
    await chatter.say(room, {"msgtype": "m.text", "body": "q" * 40_000})
    await chatter.share_file(room, f"{TURNED}<b>{STACKED}.txt.exe", b"isi")
    await chatter.say(room, {"msgtype": "m.text", "body": "selesai"})
    await budi.sees("selesai")
    page = budi.page
    await budi.usable()  # above all: not wider than the screen
    written = page.locator(".said > .text", has_text="tamat")
    assert "<script>document.title=2</script>" in await written.inner_text()
    assert await written.locator("img, script").count() == 0
    addresses = await page.locator(".messages a").evaluate_all("links => links.map(a => a.href)")
    assert [one for one in addresses if not one.startswith(("https://", budi.url))] == []
    name = await page.locator(".file-main").last.inner_text()
    assert "\u202e" not in name
    heights = await page.locator(".messages > li").evaluate_all(
        "lines => lines.every((line, at) => !at || line.getBoundingClientRect().top >= lines[at - 1].getBoundingClientRect().top)"
    )
    assert heights
    # The same for what people call themselves: in the chat, its dialogs, the list, the page about it, and an invitation.
    called = f"<img src=//pelacak.example/y onerror=document.title=4>{TURNED}{STACKED[:12]}" + "p" * 28
    answer = await chatter.client.set_displayname(called)
    assert isinstance(answer, ProfileSetDisplayNameResponse), answer
    await chatter.say(room, {"msgtype": "m.text", "body": "berganti nama"})
    await budi.sees("berganti nama")
    await budi.usable()
    await page.locator("textarea").fill("@")
    await page.locator("#naming [role=option]").first.wait_for()
    await budi.usable()
    await page.locator("textarea").fill("")
    for wish in ("forward", "report"):
        await budi.choose("berganti nama", wish)
        await page.locator("dialog[open]").wait_for()
        await budi.usable()
        await page.keyboard.press("Escape")
        await page.locator("dialog[open]").wait_for(state="detached")
    await page.goto(f"{page.url}/about")
    await page.locator(".person, .people").first.wait_for()
    await budi.usable()
    domain = chatter.client.user_id.partition(":")[2]
    await chatter.client.room_create(invite=[f"@{budi.name}:{domain}"])
    await budi.at("")
    invitation = page.locator(".rows .row", has_text="<img").first
    await invitation.wait_for()
    await budi.usable()
    await invitation.click()
    await page.get_by_role("button", name=budi.word("accept"), exact=True).wait_for()
    await budi.usable()
    # And for titles of groups, by a client that keeps no limit, and names of devices.
    await ani.open_group("Rapat", budi.name)
    await budi.at("")
    await page.locator(".rows .row", has_text=ani.name).first.click()  # an invitation stands above all
    await budi.press("accept")
    await page.locator(".composer").wait_for()
    await ani.page.locator(".head-link").click()
    await ani.page.locator("#rename").evaluate(RETITLE, f"🔒✅ Rapat{HOSTILE}" + "p" * 10_000)
    await budi.at("")
    titled = page.locator(".rows .row", has_text="Rapat<img")
    await titled.wait_for()
    assert (await titled.locator("b").inner_text()).startswith("Rapat<img")  # no sign of ours before it
    await budi.usable()
    await titled.click()
    await page.locator(".head-title", has_text="Rapat<img").wait_for()
    await budi.usable()
    await page.locator(".head-link").click()
    await page.locator(".people").first.wait_for()
    await budi.usable()
    async with aiohttp.ClientSession(budi.url) as http:
        login = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": budi.name},
            "password": PASSWORD,
            "initial_device_display_name": f"🔒✅{TURNED}{STACKED[:9]}\n<img src=//pelacak.example/z>"
            + "p" * 40,
        }
        async with http.post("/_matrix/client/v3/login", json=login) as answer:
            assert answer.status == 200, await answer.text()
    await budi.at("settings")
    device = page.locator(".person", has_text="<img")
    await device.wait_for()
    await budi.usable()
    await device.get_by_role("button").click()
    await page.locator("dialog[open]").wait_for()
    await budi.usable()
    await page.keyboard.press("Escape")
    assert TURNED[0] not in await page.locator("body").inner_text()
    assert await page.title() not in "1234"
    assert budi.complaints == []  # no request to anywhere else, no script that failed


async def test_what_the_server_refuses_is_said_and_nothing_typed_is_lost(pair):
    ani, budi = pair
    sent, refused, begun, why = mark("sampai"), mark("ditolak"), mark("mulai"), "Ditolak zqkabo"
    await ani.open_chat(budi.name)
    await ani.say(sent)
    await ani.line(sent).locator(".tick.sent, .tick.read").wait_for()
    answer = {"errcode": "M_FORBIDDEN", "error": why, "org.jaga.text": {"id": why, "en": why}}
    sending = "**/send/m.room.encrypted/*"
    await ani.page.route(sending, lambda route: route.fulfill(status=403, json=answer))
    await ani.say(refused)
    failed = ani.line(refused).locator("div.failed")
    await failed.get_by_text(why).wait_for()
    await ani.choose(sent, "edit")
    await ani.say(f"{sent} berubah")
    await ani.page.locator(".mishap", has_text=why).wait_for()
    await ani.usable()
    assert await ani.line(sent).locator(".text").inner_text() == sent  # as the others see it
    await ani.page.unroute(sending)
    await ani.page.locator("textarea").fill(begun)
    await failed.get_by_role("button", name="Buang").click()
    await failed.wait_for(state="detached")
    assert await ani.page.locator("textarea").input_value() == f"{refused}\n{begun}"
    await ani.page.locator("textarea").fill("")


async def test_a_text_that_is_too_long_stays_in_its_place_and_says_why(pair):
    ani, budi = pair
    long = "p" * 64_000
    await ani.open_chat(budi.name)
    await ani.say(long)
    await ani.page.locator(".mishap", has_text="20.000").wait_for()
    await ani.usable()
    assert await ani.page.locator("textarea").input_value() == long
    await ani.page.locator("textarea").fill("")


async def cut_off(one: AtScreen, path: str, act: Callable[[], Awaitable[None]]) -> None:
    """The tab is closed in the moment in which it asks the server for this; another one is there, but not the messenger."""
    asked = asyncio.get_running_loop().create_future()

    async def keep_waiting(route: Route) -> None:
        if not asked.done():
            asked.set_result(route)

    await one.page.route(path, keep_waiting)
    await act()
    async with asyncio.timeout(120):
        await (await asked).abort()  # closing alone would let it go on to the server
    await one.page.close()
    one.page = await one.page.context.new_page()
    one.page.set_default_timeout(30_000)


async def test_keys_whose_making_was_interrupted_are_finished_and_shown_until_they_are_kept(browser, stack):
    one = await AtScreen.open(browser, stack.url, lang="en", width=390)
    other = await AtScreen.open(browser, stack.url, lang="id", name=one.name)
    await cut_off(one, "**/keys/device_signing/upload", one.begin_to_join)
    await one.at("")
    await one.page.locator(".problem", has_text="making of your keys was interrupted").wait_for()
    await one.usable()
    await cut_off(one, "**/account_data/m.secret_storage.default_key", partial(give_password, one))
    # Another device says what is the matter. A mistyped password there does no harm.
    await other.sign_in()
    await other.at("settings")
    await other.press("new keys")
    dialog = other.page.get_by_role("dialog")
    await dialog.locator("#password-again").fill("bukan kata sandinya")
    await dialog.locator("button[type=submit]").click()
    await dialog.get_by_text("tidak cocok").wait_for()
    await other.usable()
    await other.page.keyboard.press("Escape")
    # Where it began it goes on by itself, and a key is shown until one was kept.
    await one.at("")
    shown = one.page.locator(".key")
    await shown.wait_for()
    first = await shown.inner_text()
    await one.page.reload()
    await one.see_key()
    assert one.recovery_key != " ".join(first.split())
    # The key just made is known there once a sync has been taken in, and the next one asked for.
    await other.page.goto(f"{stack.url}/healthz")
    known = len(other.requests)
    await other.at("settings")
    async with asyncio.timeout(30):
        while sum("/v3/sync" in request.url for request in other.requests[known:]) < 2:
            await other.page.wait_for_event("request")
    other.recovery_key = one.recovery_key
    await other.recover()
    await other.page.locator(".banner").wait_for(state="detached")
    await one.close()
    await other.close()


async def give_password(one: AtScreen) -> None:
    await one.page.locator("#name").fill(one.name)
    await one.page.locator("#password").fill(PASSWORD)
    await one.page.locator("button[type=submit]").click()


async def test_who_joins_with_a_full_browser_is_told_so_and_gets_a_recovery_key_once_there_is_room(
    browser, stack
):
    one = await AtScreen.open(browser, stack.url, lang="en", width=390)
    await one.page.goto(f"{stack.url}/healthz")
    await fill(one.page)
    await one.begin_to_join()
    await one.page.locator(".problem", has_text="storage is full").wait_for()
    await one.usable()
    assert not any(request.method == "POST" for request in one.requests)  # no account without a device
    await empty(one.page)

    async def filled(route: Route) -> None:
        await fill(one.page)
        await route.continue_()

    await one.page.route("**/v3/login", filled)
    await one.page.locator("button[type=submit]").click()
    await one.page.get_by_role("heading", name="storage is full").wait_for(timeout=120_000)
    await one.page.unroute("**/v3/login")
    await empty(one.page)
    await one.press("try again")
    # Where it goes on depends on what had still been written.
    interrupted = one.page.locator(".problem", has_text="making of your keys was interrupted")
    await interrupted.or_(one.page.locator(".key")).first.wait_for()
    if await interrupted.count():
        await give_password(one)
    await one.see_key()
    await one.close()


@pytest.fixture(scope="module")
async def cramped(browser, stack, pair):
    """Somebody with a chat whose key is in the backup."""
    _, budi = pair
    one = await AtScreen.open(browser, stack.url, lang="id", width=390)
    await one.join()
    await one.chat_with(budi.name)
    await one.say("Awal zqkabo")
    await budi.accept(one.name)
    await budi.say("Balas zqkabo")
    await one.sees("Balas zqkabo")
    await backed_up(one.page, 2)  # one's own and the other's
    yield one
    await one.close()


async def test_a_damaged_store_of_keys_asks_to_sign_in_again_and_the_recovery_key_opens_the_history(
    cramped, pair, stack
):
    _, budi = pair
    for how in ("overwritten", "bare", "lost"):
        await cramped.page.goto(f"{stack.url}/healthz")
        await spoil(cramped.page, "keys", how)
        await cramped.at("")
        again = cramped.page.get_by_role("button", name=cramped.word("sign in again"))
        await again.wait_for()
        await cramped.usable()
        await again.click()
        await cramped.give_password()
        await cramped.open_chat(budi.name)
        await cramped.recover()
        await cramped.sees("Awal zqkabo")
        await cramped.sees("Balas zqkabo")
    said = mark("sesudah")
    await cramped.say(said)
    await budi.open_chat(cramped.name)
    await budi.sees(said)
    await cramped.at("settings")
    await cramped.page.locator(".people .trust").first.wait_for()
    assert (
        await cramped.page.locator(".people .trust").count() == 1
    )  # the dead ones are gone from the account


async def test_a_damaged_copy_of_the_chats_is_fetched_anew(cramped, pair, stack):
    _, budi = pair
    for how in ("overwritten", "bare", "newer"):
        await cramped.page.goto(f"{stack.url}/healthz")
        await spoil(cramped.page, "chats", how)
        await cramped.at("")
        await cramped.open_chat(budi.name)
        await cramped.sees("Awal zqkabo")
        await cramped.sees("Balas zqkabo")


async def test_a_browser_without_room_says_so_loses_no_key_and_sends_afterwards_what_was_written(
    cramped, pair
):
    _, budi = pair
    mine, theirs = mark("penuh"), mark("datang")
    await cramped.open_chat(budi.name)
    await budi.open_chat(cramped.name)
    await cramped.sees("Balas zqkabo")
    await cramped.page.context.set_offline(True)  # so that nothing comes before it is written
    await fill(cramped.page)
    await cramped.say(mine)
    await cramped.sees(mine)
    await budi.say(theirs)
    await cramped.page.context.set_offline(False)
    full = cramped.page.get_by_role("heading", name="Penyimpanan peramban ini penuh")
    await full.wait_for()
    await cramped.usable()
    async with cramped.page.expect_navigation():
        await cramped.press("try again")  # too early
    await full.wait_for()
    await empty(cramped.page)
    await cramped.press("try again")
    for text in (mine, theirs):
        await cramped.sees(text)
        await budi.sees(text)
    await cramped.line(mine).locator(".tick.sent, .tick.read").wait_for()
    for one in (cramped, budi):
        assert await one.page.locator(".said > .text", has_text=mine).count() == 1
