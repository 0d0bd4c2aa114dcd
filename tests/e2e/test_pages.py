"""Every page: usable by everyone (axe), in both languages and themes, wide and narrow, with nothing from elsewhere."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from tests.e2e.conftest import visit

# Who looks at what. `{…}` is filled from the community; `>` presses the first thing that fits on the page before.
PAGES = {
    "home": ("", "/"),
    "home, searched": ("", "/?q=tidakada"),
    "sign-in": ("", "/sign-in"),
    "channel": ("", "/c/{channel}"),
    "channel with composer": ("member", "/c/{channel}"),
    "post": ("", "/c/{channel}/2"),
    "post with composer": ("member", "/c/{channel}/2"),
    "nothing there": ("", "/c/tidak_ada"),
    "report form": ("", "/notice?target=/c/{channel}/2"),
    "inbox": ("member", "/inbox"),
    "statement, whole": ("", "{statement}"),
    "statement, reduced": ("", "{reduced}"),
    "transparency": ("", "/transparency"),
    "report": ("", "/transparency/reports/{quarter}"),
    "sop": ("", "/transparency/sop"),
    "line": ("", "/line"),
    "line, used link": ("", "/line/enter/jst_x"),
    "desk sign-in": ("", "/desk/sign-in"),
    "desk queue": ("ani", "/desk"),
    "desk case": ("ani", "/desk > a[data-case]"),
    "desk case, auditor": ("citra", "/desk > a[data-case]"),
    "desk appeals": ("ani", "/desk/appeals"),
    "desk banks": ("ani", "/desk/banks"),
}
# Two passes that differ in everything, rather than every combination.
PASSES = [(1280, "light", "id"), (390, "dark", "en")]


async def open_page(page: Page, community, where: str) -> None:
    path, _, press = where.partition(" > ")
    quarter = (await page.request.get(f"{community.url}/transparency")).headers["date"]
    year, month = re.search(r"(\w{3}) (\d{4})", quarter).group(2, 1)
    number = ("JanFebMarAprMayJunJulAugSepOctNovDec".index(month) // 3) // 3 + 1
    filled = path.format(
        channel=community.channel,
        statement=community.statement.removeprefix(community.url),
        reduced=community.statement.removeprefix(community.url).partition("?")[0],
        quarter=f"{year}-Q{number}",
    )
    answer = await page.goto(community.url + filled)
    assert answer.status == (404 if path.endswith("/tidak_ada") else 200), where
    if press:
        async with page.expect_navigation() as pressed:
            await page.locator(press).first.click()
        assert (await pressed.value).status == 200, where


@pytest.mark.parametrize(("width", "theme", "lang"), PASSES, ids=str)
@pytest.mark.parametrize("name", PAGES)
async def test_everyone_can_use_the_page(browser, community, name, width, theme, lang):
    who, where = PAGES[name]
    async with visit(browser, community, who, width=width, theme=theme, lang=lang) as page:
        await open_page(page, community, where)
        assert await page.locator("html").get_attribute("lang") == lang
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await page.locator("h1").count() == 1
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


async def test_the_officers_pages_open_by_key_once_and_everyone_can_use_them(browser, community):
    link = community.line("open")["url"]
    async with visit(browser, community) as page:
        await page.goto(link)
        await page.get_by_role("button", name="Masuk").click()
        await page.wait_for_url("**/line")
        for where in (None, "B-1-E2E", "B-2-E2E"):
            if where is not None:
                await page.goto(f"{community.url}/line")
                async with page.expect_navigation():
                    await page.get_by_role("link", name=where).click()
            found = await Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
        await expect(page.get_by_role("main")).to_contain_text("Ruang pribadi")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Unduh resi").click()
        receipt = community.keys / "downloaded.txt"
        await (await download.value).save_as(receipt)
    assert community.stack.cli("verify", str(receipt), "--keys", str(community.keys / "jaga-ledger.vkey"))
    async with visit(browser, community) as page:
        await page.goto(link)
        await page.get_by_role("button", name="Masuk").click()
        await page.get_by_text("tidak berlaku lagi").wait_for()


async def test_a_chosen_theme_and_language_stay(browser, community):
    async with visit(browser, community) as page:
        await page.goto(community.url)
        async with page.expect_navigation():
            await page.get_by_role("link", name="English").click()
        await page.get_by_role("button", name="Light or dark").click()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        await page.goto(f"{community.url}/transparency")
        assert await page.locator("html").get_attribute("lang") == "en"
        assert await page.locator("html").get_attribute("data-theme") == "dark"


async def test_the_foot_of_the_page_names_the_ledgers_head(browser, community):
    async with visit(browser, community) as page:
        await page.goto(community.url)
        await page.get_by_role("link", name=re.compile(r"^#\d")).wait_for()
