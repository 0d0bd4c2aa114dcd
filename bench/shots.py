"""`make pictures`: the screens in docs/pictures, taken of the demonstration with Debian's Chromium."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

from PIL import Image
from playwright.async_api import Page
from tests.helpers.messenger import AtScreen
from tests.helpers.stack import Stack

from bench.staged import NARROW, WIDE, Stage, converse, demonstration, officers_cookie, stage
from jaga.app.demo import story
from jaga.app.demo.talk import GROUP_TITLE

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
_COLORS = 256
_HEIGHT = 860


def main() -> None:
    with demonstration() as (stack, scratch):
        for old in PICTURES.glob("*.png"):
            old.unlink()
        asyncio.run(_take(stack, scratch))


async def _take(stack: Stack, scratch: Path) -> None:
    async with stage(stack) as on:
        wulan = await on.newcomer("wulan", lang="id", width=NARROW)
        await _shot(wulan, "recovery-key-phone")
        await wulan.press("kept")
        sari = await on.member("sari", lang="id", width=NARROW)
        bayu = await on.member("bayu", lang="en", theme="dark")
        await converse(wulan, sari, scratch)
        for name in ("info_gempa_contoh", "dapur_ibu"):
            await _follow(sari, name)
        await _follow(bayu, "jual_beli_sore")
        await _sealed(sari, bayu)
        await _report(sari)
        await _open(sari, bayu)
        await _notices(sari)
        await _pages(on)


async def _sealed(sari: AtScreen, bayu: AtScreen) -> None:
    await sari.at("")
    await sari.page.locator(".rows .row").nth(4).wait_for()
    await _shot(sari, "list-phone")
    await _wide(sari)
    await sari.open_chat(GROUP_TITLE)
    await sari.page.locator(".photo img").last.wait_for()
    await sari.sees("Sampai Minggu")
    await _shot(sari, "sealed-chat")
    await sari.page.locator(".world a").click()
    await sari.page.locator(".person").first.wait_for()
    await _shot(sari, "safety")
    await bayu.open_chat(GROUP_TITLE)
    await bayu.choose("Lodeh sepanci", "pin message")
    await bayu.page.locator(".pin-bar").wait_for()
    await _shot(bayu, "sealed-group-dark")


async def _report(sari: AtScreen) -> None:
    """Out of a chat with one person, on a phone in the dark."""
    await _narrow(sari)
    await sari.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await sari.open_chat("wulan")
    await sari.sees("Sampai Minggu")
    await _shot(sari, "sealed-chat-phone-dark")
    await sari.choose("Sebelas.", "report")
    await sari.page.locator(".picks").wait_for()
    await _shot(sari, "report-phone-dark")
    await sari.page.keyboard.press("Escape")
    await sari.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    await _wide(sari)


async def _open(sari: AtScreen, bayu: AtScreen) -> None:
    await _channel(sari, "warta_kampung")
    await _shot(sari, "channel")
    await sari.say_publicly(f"Malam ini kami baca {story.REFUSED_WORD} bersama di balai.")
    await sari.page.locator(".explained.refused a").wait_for()
    await _shot(sari, "refused")
    await sari.page.locator(".composer textarea").fill("")
    await _wide(bayu)
    await bayu.at("discover")
    await bayu.page.locator(".pane a.row").first.wait_for()
    await _shot(bayu, "discover-dark")
    await _narrow(bayu)
    await _channel(bayu, "jual_beli_sore")
    await bayu.page.locator("section.removed").scroll_into_view_if_needed()
    await _shot(bayu, "removed-phone-dark")
    await _narrow(sari)
    await _channel(sari, "dapur_ibu")
    await sari.page.locator(".to-comments").first.click()
    await sari.page.locator(
        "article.post + .day + article.post, article.post + article.post"
    ).first.wait_for()
    await _shot(sari, "comments-phone")


async def _notices(sari: AtScreen) -> None:
    await sari.at("")
    await sari.page.locator(".rows .in-official").click()
    await sari.page.locator(".official-notice").first.wait_for()
    await _shot(sari, "notices-phone")


async def _pages(on: Stage) -> None:
    for name, path, lang, theme in (
        ("channel-page", "/c/warta_kampung", "id", "light"),
        ("line", "/line", "id", "light"),
        ("transparency-dark", "/transparency", "en", "dark"),
        ("desk", "/desk", "en", "light"),
    ):
        one = await on.window(lang=lang, theme=theme)
        language = {"name": "language", "value": lang, "url": on.stack.url}
        await one.page.context.add_cookies([language, officers_cookie(on.stack)])
        await one.page.goto(f"{on.stack.url}{path}", wait_until="networkidle")
        if name == "desk":
            await one.page.locator("a[href*='/desk/cases/']").first.click()
            await one.page.wait_for_load_state("networkidle")
        await _shot(one, name)


async def _follow(one: AtScreen, name: str) -> None:
    await one.at(f"c/{name}")
    await one.page.locator(".head button[aria-pressed]").click()
    await one.page.locator(".head button[aria-pressed=true][aria-busy=false]").wait_for()


async def _channel(one: AtScreen, name: str) -> None:
    await one.at(f"c/{name}")
    await one.page.locator("article.post img").first.wait_for()
    await one.page.wait_for_function("() => [...document.images].every(image => image.complete)")


async def _wide(one: AtScreen) -> None:
    await one.page.set_viewport_size({"width": WIDE, "height": _HEIGHT})


async def _narrow(one: AtScreen) -> None:
    await one.page.set_viewport_size({"width": NARROW, "height": _HEIGHT})


async def _shot(one: AtScreen, name: str) -> None:
    """Few colors are enough for screens, and keep the repository small."""
    await _settled(one.page)
    taken = Image.open(io.BytesIO(await one.page.screenshot())).convert("RGB")
    taken.quantize(_COLORS).save(PICTURES / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png", flush=True)


async def _settled(page: Page) -> None:
    """No pointer and no ring of the focus, which somebody who only looks has not."""
    await page.mouse.move(0, 0)
    if await page.locator(".menu, dialog[open]").count() == 0:
        await page.evaluate("() => document.activeElement?.blur()")


if __name__ == "__main__":
    main()
