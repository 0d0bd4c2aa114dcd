"""`make pictures`: the screens in docs/pictures, taken of the demonstration with Debian's Chromium.

Sari and Bayu sign in in windows of their own and open what was said with their recovery keys.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page
from tests.helpers.chromium import chromium
from tests.helpers.messenger import AtScreen
from tests.helpers.stack import Stack, eventually, running_stack

from jaga.app.demo import story
from jaga.app.demo.talk import GROUP_TITLE

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
_COLORS = 128
_WIDE, _NARROW = 1280, 390


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="jaga-pictures-") as name:
        root = Path(name)
        root.chmod(0o755)  # PostgreSQL, as another user, must pass
        with running_stack(root / "data", "--demo") as stack:
            for old in PICTURES.glob("*.png"):
                old.unlink()
            asyncio.run(_take(stack))


async def _take(stack: Stack) -> None:
    eventually(lambda: "demo-members" in stack.pids(), seconds=120)
    sheet = {line["name"]: line for line in stack.cli("demo")}
    async with (
        chromium() as browser,
        _signed_in(browser, stack, sheet["sari"], lang="id") as sari,
        _signed_in(browser, stack, sheet["bayu"], lang="en", width=_NARROW, theme="dark") as bayu,
    ):
        await _recovery_key(browser, stack)
        await _messenger(sari, bayu)
        await _pages(browser, stack)


@asynccontextmanager
async def _signed_in(
    browser: Browser, stack: Stack, who: dict[str, str], **look: Any
) -> AsyncIterator[AtScreen]:
    person = await AtScreen.open(browser, stack.url, name=who["name"], **look)
    person.recovery_key = who["recovery_key"]
    await person.sign_in(who["password"])
    await person.open_chat("Raka")
    await person.recover()
    await person.sees("Sampai Minggu")
    await person.page.locator(".photo img").last.wait_for()
    yield person
    await person.page.context.close()


async def _recovery_key(browser: Browser, stack: Stack) -> None:
    """As somebody sees it who opens an account."""
    newcomer = await AtScreen.open(browser, stack.url, name="wulan", lang="id")
    await newcomer.begin_to_join()
    await newcomer.page.locator(".key").wait_for(timeout=120_000)
    await _shot(newcomer.page, "recovery-key")
    await newcomer.page.context.close()


async def _messenger(sari: AtScreen, bayu: AtScreen) -> None:
    for name in ("warta_kampung", "dapur_ibu"):
        await sari.at(f"c/{name}")
        await sari.page.get_by_role("button", name="Ikuti", exact=True).click()
        await sari.page.locator("button[aria-pressed=true][aria-busy=false]").first.wait_for()
    await sari.open_chat(GROUP_TITLE)
    await sari.sees("Sampai Minggu")
    await _shot(sari.page, "sealed-chat")
    await _shot(bayu.page, "sealed-chat-phone-dark")
    await bayu.at("")
    await bayu.page.locator(".rows .row").first.wait_for()
    await _shot(bayu.page, "list-phone-dark")
    await sari.page.locator(".world a").click()
    await sari.page.locator(".section.safety").wait_for()
    await _shot(sari.page, "safety")
    await sari.at("c/warta_kampung")
    await sari.page.locator("article.post img").first.wait_for()
    await _shot(sari.page, "channel")
    await bayu.at("discover")
    await bayu.page.locator(".people a.row").first.wait_for()
    await _shot(bayu.page, "discover-phone-dark")
    await bayu.at("c/jual_beli_sore")
    await bayu.page.locator("section.removed").first.scroll_into_view_if_needed()
    await _shot(bayu.page, "removed-phone-dark")
    await bayu.at("c/info_gempa_contoh")
    post = bayu.page.locator("article.post").first
    await post.get_by_role("button").first.click()
    await post.get_by_role("button", name="Report").click()
    await bayu.page.get_by_role("dialog").get_by_role("radio").first.wait_for()
    await bayu.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    await _shot(bayu.page, "report-phone")


async def _pages(browser: Browser, stack: Stack) -> None:
    token = stack.cli("token", "issue", "--staff", story.STAFF[0].email, "--ttl", "1h")["token"]
    desk = {"name": "staff_session", "value": token, "url": f"{stack.url}/desk"}
    for name, path, lang, theme in (
        ("channel-page", "/c/warta_kampung", "id", "light"),
        ("transparency-dark", "/transparency", "en", "dark"),
        ("desk", "/desk", "en", "light"),
    ):
        context = await browser.new_context(
            viewport={"width": _WIDE, "height": 800}, color_scheme=theme, reduced_motion="reduce"
        )
        await context.add_cookies([{"name": "language", "value": lang, "url": stack.url}, desk])
        page = await context.new_page()
        await page.goto(f"{stack.url}{path}", wait_until="networkidle")
        if name == "desk":
            await page.locator("a[href*='/desk/cases/']").first.click()
            await page.wait_for_load_state("networkidle")
        await _shot(page, name)
        await context.close()


async def _shot(page: Page, name: str) -> None:
    """Few colors are enough for screens, and keep the repository small."""
    await page.mouse.move(0, 0)
    taken = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    taken.quantize(_COLORS).save(PICTURES / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png", flush=True)


if __name__ == "__main__":
    main()
