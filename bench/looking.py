"""An eye for pages: a picture in both widths and both themes and in forced colors, and what can be found without one."""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from bench.staged import NARROW, WIDE

_HEIGHT = 860
_SMALL = """smallest => [...document.querySelectorAll('a, button, select, input, textarea, summary')]
    .filter(one => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .map(one => [one, (one.closest('label') ?? one).getBoundingClientRect()])
    .filter(([one, box]) => box.height > 1 && box.height < smallest && getComputedStyle(one).display !== 'inline')
    .map(([one, box]) => `${one.className || one.tagName} ${Math.round(box.width)}x${Math.round(box.height)}`)"""


class Eye:
    """Saves what it sees in `folder`, and prints what is wrong with it: too wide, axe-core, words that are none, too
    small for a finger (`smallest` pixels). With `parts` it looks at what begins so alone."""

    def __init__(self, folder: Path, parts: tuple[str, ...], *, smallest: int) -> None:
        self._folder, self._parts, self._smallest, self._axe = folder, parts, smallest, Axe()

    async def look(self, page: Page, name: str, lang: str) -> None:
        if self._parts and not name.startswith(self._parts):
            return
        for width in (WIDE, NARROW):
            await page.set_viewport_size({"width": width, "height": _HEIGHT})
            for theme in ("light", "dark"):
                await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                await page.screenshot(path=self._folder / f"{name}-{lang}-{width}-{theme}.png")
                await self._complain(page, f"{name}-{lang}-{width}-{theme}", width)
        await page.set_viewport_size({"width": WIDE, "height": _HEIGHT})
        await page.emulate_media(forced_colors="active")
        await page.screenshot(path=self._folder / f"{name}-{lang}-{WIDE}-forced.png")
        await page.emulate_media(forced_colors="none")

    async def _complain(self, page: Page, name: str, width: int) -> None:
        wide = await page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        said = await page.locator("body").inner_text()
        found = await self._axe.run(page)
        wrong = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found.response["violations"]]
        wrong += [f"{wide} px too wide"] if wide > 0 else []
        wrong += [f"says {none}" for none in ("undefined", "[object", "NaN") if none in said]
        if width == NARROW and name.endswith("light"):
            wrong += [f"small: {one}" for one in await page.evaluate(_SMALL, self._smallest)]
        for one in wrong:
            print(f"{name}: {one}", flush=True)
