"""`make pictures`: the screens in docs/pictures, taken of the demonstration with Debian's Chromium.

Sari and Bayu sign in in windows of their own and write to each other, since a sealed conversation has no other source.
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
from tests.helpers.stack import Stack, running_stack

from jaga.app.demo import story
from jaga.app.demo.pictures import draw

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
            asyncio.run(_take(stack, root))


async def _take(stack: Stack, scratch: Path) -> None:
    passwords = {line["name"]: line["password"] for line in stack.cli("demo")}
    async with (
        chromium() as browser,
        _signed_in(browser, stack, passwords, "sari", lang="id") as sari,
        _signed_in(browser, stack, passwords, "bayu", lang="en", width=_NARROW, theme="dark") as bayu,
    ):
        await _converse(sari, bayu, scratch)
        await _messenger(sari, bayu)
        await _pages(browser, stack)


@asynccontextmanager
async def _signed_in(
    browser: Browser, stack: Stack, passwords: dict[str, str], name: str, **look: Any
) -> AsyncIterator[AtScreen]:
    person = await AtScreen.open(browser, stack.url, name=name, **look)
    await person.at("sign-in")
    await person.page.locator("#name").fill(name)
    await person.page.locator("#password").fill(passwords[name])
    await person.page.locator("button[type=submit]").click()
    await person.page.locator(".key").wait_for()
    if name == "sari":
        await _shot(person.page, "recovery-key")
    await person.press("kept")
    await person.page.locator(".list").wait_for()
    yield person
    await person.page.context.close()


async def _converse(sari: AtScreen, bayu: AtScreen, scratch: Path) -> None:
    photo = scratch / "balai.png"
    photo.write_bytes(draw("hills"))
    await sari.accept("bayu")
    await bayu.open_chat("sari")
    await _say(bayu, sari, "Sar, gerobak sampahnya sudah saya pinjam. Aman untuk Minggu.")
    await _say(sari, bayu, "Mantap! Berapa orang yang sudah pasti datang?")
    await _say(bayu, sari, "Sebelas. Mbak Dewi masak, jadi kita tidak akan kelaparan.")
    await bayu.page.locator("input[type=file]").set_input_files(photo)
    await sari.page.locator(".photo img").last.wait_for()
    await _say(bayu, sari, "Ini dari bukit tadi pagi. Cuacanya bagus sampai akhir pekan.")
    await sari.choose("Ini dari bukit", "react")
    await sari.choose("Sebelas.", "reply")
    await _say(sari, bayu, "Bilang terima kasih ke Mbak Dewi. Saya bawa teh dan gelas.")
    await _say(bayu, sari, "Siap. Sampai Minggu jam tujuh!")


async def _say(one: AtScreen, other: AtScreen, text: str) -> None:
    await one.say(text)
    await other.sees(text)


async def _messenger(sari: AtScreen, bayu: AtScreen) -> None:
    for name in ("warta_kampung", "dapur_ibu"):
        await sari.at(f"c/{name}")
        await sari.page.get_by_role("button", name="Ikuti", exact=True).click()
        await sari.page.locator("button[aria-pressed=true][aria-busy=false]").first.wait_for()
    await sari.open_chat("bayu")
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
