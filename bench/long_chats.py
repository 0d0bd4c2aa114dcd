"""A conversation of 5,000 messages and a list of 500 chats, in one browser."""

from __future__ import annotations

import asyncio
import secrets
import time

import psycopg
from nio import AsyncClient, AsyncClientConfig
from playwright.async_api import Browser
from tests.helpers.chatters import Chatter
from tests.helpers.messenger import PASSWORD, AtScreen

from bench import pages
from bench.exchange import member, signed_in
from bench.figures import Figure
from bench.parts import Run
from jaga.app.installation import Installation
from jaga.app.server import SEALED_SIDE

MESSAGES, WRITERS = 5_000, 4
CHATS = 500
_OPENED_AT_ONCE = 16
_CATCHING_UP = 120_000
"""Milliseconds that the reader may take, once all is written, to have read it."""


async def long_conversation(run: Run, browser: Browser, reader: AtScreen) -> list[Figure]:
    """Four members with another client write 5,000 messages while the conversation is open; then it is scrolled."""
    writers = [await _writer(run) for _ in range(WRITERS)]
    room = await _group(writers, reader)
    await reader.accept(_name(writers[0]))
    for one in writers:
        await one.sync()
    before = await pages.heap(reader.page)
    await pages.watch(reader.page)
    rate = await _write_all(writers, room, reader)
    busy = await pages.longest_task(reader.page)
    for one in writers:
        await one.client.close()
    heap, pss = await pages.heap(reader.page), await pages.largest_process(browser)
    scrolled = await pages.scrolled(reader.page, ".flow", ".line", towards=".beginning")
    assert scrolled.lines >= MESSAGES, f"only {scrolled.lines} messages were passed"
    return [
        Figure(
            what=f"{MESSAGES:,} messages taken while they are written", value=rate, unit="messages/s",
            note=f"by {WRITERS} members with matrix-nio into one group; longest task of the page meanwhile {busy:.0f} ms",
        ),
        _smooth(f"longest task while scrolling {scrolled.lines:,} messages up and down", scrolled.longest_ms),
        Figure(
            what=f"JavaScript heap after an hour's worth of messages ({MESSAGES:,})", value=heap, unit="MB", baseline=18,
            note=f"beside the proof of concept's largest, which had 50; {before:.0f} MB before them,"
            f" {(heap - before) * 1000 / MESSAGES:.1f} kB each",
        ),
        Figure(what="memory of the page's process then (PSS)", value=pss, unit="MB", baseline=141),
    ]  # fmt: skip


def _smooth(what: str, longest: float) -> Figure:
    return Figure(
        what=what, value=longest, unit="ms", budget="< 100 ms", met=longest < 100, note="0: none of 50 ms or more"
    )  # fmt: skip


async def _write_all(writers: list[Chatter], room: str, reader: AtScreen) -> float:
    """Messages a second, until the reader has the last of them."""
    began = time.monotonic()
    await asyncio.gather(*(_write(one, room, MESSAGES // WRITERS) for one in writers))
    last = f"terakhir {secrets.token_hex(6)}"
    await writers[0].say(room, {"msgtype": "m.text", "body": last})
    await reader.line(last).wait_for(timeout=_CATCHING_UP)
    return MESSAGES / (time.monotonic() - began)


async def _writer(run: Run) -> Chatter:
    name = await member(run)
    store = run.scratch / name
    store.mkdir()
    user = f"@{name}:{run.stack.server_name}"
    await asyncio.to_thread(_lift_limits, run, user)
    config = AsyncClientConfig(encryption_enabled=True)
    client = AsyncClient(run.stack.url, user, store_path=str(store), config=config)
    await client.login(PASSWORD, device_name="ukur")
    writer = Chatter(client)
    await writer.sync()
    return writer


def _lift_limits(run: Run, user: str) -> None:
    """No limit on how fast this member sends, as Synapse's administration writes it."""
    server = Installation.open(run.stack.data).server
    with psycopg.connect(server.conninfo(SEALED_SIDE, SEALED_SIDE)) as connection:
        connection.execute("INSERT INTO ratelimit_override VALUES (%s, 0, 0)", (user,))


def _name(writer: Chatter) -> str:
    return writer.client.user_id.removeprefix("@").partition(":")[0]


async def _group(writers: list[Chatter], reader: AtScreen) -> str:
    first, *others = writers
    domain = first.client.user_id.partition(":")[2]
    invited = [f"@{reader.name}:{domain}", *(one.client.user_id for one in others)]
    created = await first.client.room_create(invite=invited)
    for one in others:
        await one.client.join(created.room_id)
    for one in (*others, first):
        await one.sync()
    return created.room_id


async def _write(writer: Chatter, room: str, count: int) -> None:
    for number in range(count):
        text = f"Pesan nomor {number}: kumpul di balai jam tujuh, bawa sapu dan sarung tangan."
        await writer.say(room, {"msgtype": "m.text", "body": text})


async def long_list(run: Run, browser: Browser) -> list[Figure]:
    """Groups of one, opened by the member's own account before their browser signs in."""
    name = await member(run)
    await asyncio.to_thread(_lift_limits, run, f"@{name}:{run.stack.server_name}")
    await _open_rooms(run, name)
    one = await AtScreen.open(browser, run.stack.url, name=name)
    await one.at("sign-in")
    await one.page.locator("#name").fill(name)
    await one.page.locator("#password").fill(PASSWORD)
    await one.page.locator("button[type=submit]").click()
    await one.see_key()
    await one.page.locator(".rows .row").nth(40).wait_for()
    await pages.watch(one.page)
    scrolled = await pages.scrolled(one.page, ".rows", ".row")
    await one.page.context.close()
    assert scrolled.lines >= CHATS, f"only {scrolled.lines} rows were passed"
    return [_smooth(f"longest task while scrolling a list of {scrolled.lines:,} chats", scrolled.longest_ms)]


async def _open_rooms(run: Run, name: str) -> None:
    waiting = iter(range(CHATS))
    async with signed_in(run, name) as session:

        async def work() -> None:
            for _ in waiting:
                room = {"preset": "private_chat"}
                async with session.post("/_matrix/client/v3/createRoom", json=room) as answer:
                    assert answer.status == 200, await answer.text()

        await asyncio.gather(*(work() for _ in range(_OPENED_AT_ONCE)))
