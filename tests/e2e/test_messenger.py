"""The messenger in a real browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe
from tests.e2e.conftest import visit

LOOKS = [(1280, "light", "id"), (390, "dark", "en")]


@pytest.mark.parametrize(("width", "theme", "lang"), LOOKS, ids=str)
async def test_the_shell_opens_for_everyone(browser, community, width, theme, lang):
    async with visit(browser, community, width=width, theme=theme, lang=lang, locale=lang) as page:
        await page.goto(f"{community.url}/app/#/settings")
        await page.get_by_role("heading", level=1, name={"id": "Setelan", "en": "Settings"}[lang]).wait_for()
        assert await page.locator("html").get_attribute("lang") == lang
        assert await page.evaluate("() => document.documentElement.scrollWidth") <= width
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        await page.get_by_role("radio", name={"id": "Gelap", "en": "Light"}[lang]).check()
        await page.reload()
        assert await page.locator("html").get_attribute("data-theme") == {"id": "dark", "en": "light"}[lang]
