"""`python -m bench.walk FOLDER [PART …]`: every screen and dialog of the messenger, for the eye of whoever changes it.

Each is brought up once in each language, looked at in both widths and both themes, and saved; what can be found
without eyes (too wide, axe-core, words that are none, small targets) is printed. PART narrows it down by name.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Locator
from tests.helpers.messenger import AtScreen

from bench.looking import Eye
from bench.staged import Stage, converse, demonstration, stage
from jaga.app.demo import story
from jaga.app.demo.talk import GROUP_TITLE

_PICTURES = "() => [...document.images].every(image => image.complete)"
_ONE_FOUND = "() => document.querySelectorAll('.pane a.row').length === 1"

Step = Callable[[AtScreen], Awaitable[object]]
Screens = list[tuple[str, Step]]


def main() -> None:
    folder, *parts = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    with demonstration() as (stack, scratch):
        asyncio.run(_walk_all(stack, scratch, Path(folder), tuple(parts)))


async def _walk_all(stack: Any, scratch: Path, folder: Path, parts: tuple[str, ...]) -> None:
    walk = Walk(folder, parts)
    async with stage(stack) as on:
        stranger = await on.window()
        await walk.through(stranger, _STRANGER)
        wulan = await on.newcomer("wulan")
        await walk.through(wulan, [("recovery-key", _stay)])
        await wulan.press("kept")
        sari = await on.member("sari")
        await wulan.open_group("Arisan bulan depan dengan nama yang panjang sekali sampai tidak muat", "sari")
        await walk.through(
            sari, [("invitation", then(at("", ".rows"), click(".rows .row", ".pane .btn.primary")))]
        )
        await sari.accept("wulan")
        await converse(wulan, sari, scratch)
        await walk.through(sari, _MEMBER)
        raka = await on.member("raka")
        await walk.through(raka, _AUTHOR)
        await _on_another_device(walk, on, sari)


async def _on_another_device(walk: Walk, on: Stage, sari: AtScreen) -> None:
    other = await on.window("sari")
    await on.sign_in(other)
    await walk.through(other, _NEW_DEVICE)
    await other.press("close") if await other.page.get_by_role("dialog").count() else None
    await sari.at("settings")
    await sari.page.locator(".person").nth(1).wait_for()
    await sari.page.locator(".section > .btn").first.click()
    await _shown(other, ".dialog")  # else it comes between two questions about the page
    await walk.through(other, [("verify-asked", lambda one: _shown(one, ".dialog"))])
    await other.page.locator(".dialog .btn.primary").click()
    await walk.through(sari, [("verify-compare", lambda one: _shown(one, ".sas li"))])
    await sari.page.keyboard.press("Escape")
    tab = await other.page.context.new_page()
    await tab.goto(f"{on.stack.url}/app/")
    second = AtScreen(on.stack.url, tab, "id", "sari")
    await _shown(second, ".frame-card")
    await walk.through(second, [("elsewhere", lambda one: _shown(one, ".frame-card"))])


async def _stay(one: AtScreen) -> None:
    """What is to be seen is there."""


async def _shown(one: AtScreen, selector: str) -> Locator:
    found = one.page.locator(selector).first
    await found.wait_for()
    return found


def at(place: str, wait: str) -> Step:
    async def go(one: AtScreen) -> None:
        await one.at(place)
        await _shown(one, wait)

    return go


def click(selector: str, wait: str) -> Step:
    async def go(one: AtScreen) -> None:
        await one.page.locator(selector).first.click()
        await _shown(one, wait)

    return go


def then(*steps: Step) -> Step:
    async def go(one: AtScreen) -> None:
        for step in steps:
            await step(one)

    return go


def fill(selector: str, text: str, wait: str) -> Step:
    async def go(one: AtScreen) -> None:
        await one.page.locator(selector).first.fill(text)
        await _shown(one, wait)

    return go


def key(name: str) -> Step:
    return lambda one: one.page.keyboard.press(name)


def chat(title: str) -> Step:
    async def go(one: AtScreen) -> None:
        await one.at("")
        named = one.page.locator(".row-name", has_text=title)
        await one.page.locator(".rows .row", has=named).click()
        await _shown(one, ".composer")

    return go


def menu_of(text: str) -> Step:
    async def go(one: AtScreen) -> None:
        line = one.line(text)
        await line.hover()
        await line.locator(".acts button").first.click()
        await _shown(one, ".menu")

    return go


def choose(text: str, word: str) -> Step:
    return lambda one: one.choose(text, word)


_POST_MENU = then(
    at("c/warta_kampung", "article.post img"),
    click("article.post:last-of-type .post-menu > button", ".menu button.danger"),
)
_REPORT_NEXT = click(".dialog .btn.primary", ".dialog")
_STRANGER: Screens = [
    ("welcome", at("", ".start-note")),
    ("join", at("join", "#name")),
    (
        "join-problem",
        then(fill("#name", "A b", "#name"), click("button[type=submit]", ".problem")),
    ),
    ("sign-in", at("sign-in", "#name")),
    ("stranger-settings", at("settings", ".choices")),
    ("stranger-discover", at("discover", "a.row")),
    ("stranger-channel", at("c/dapur_ibu", "article.post img")),
    (
        "stranger-post",
        then(
            at("c/dapur_ibu", "article.post img"),
            click(".post-foot a", "article.post:has(img) ~ article.post"),
            lambda one: one.page.wait_for_function(_PICTURES),
        ),
    ),
    ("stranger-removed", at("c/jual_beli_sore", "section.removed")),
]
_MEMBER: Screens = [
    ("start", at("", ".rows .row")),
    ("list-search", then(fill(".search input", "zzz", ".empty-list"))),
    ("list-again", fill(".search input", "", ".rows .row")),
    ("settings", at("settings", ".person")),
    ("settings-end", click(".section:last-of-type > .btn.danger", ".dialog")),
    ("settings-bottom", key("Escape")),
    ("new-chat", then(at("new", "#find"), fill("#find", "wulan", ".people .row"))),
    ("new-group", then(at("", ".rows"), at("new", "#find"), click(".buttons.start .btn", "#group-title"))),
    ("person", at("user/wulan", ".person-view")),
    ("group", chat(GROUP_TITLE)),
    ("group-about", click(".head-link", ".person")),
    ("chat", chat("wulan")),
    ("chat-menu", menu_of("Mantap")),
    ("chat-delete", click(".menu button.danger", ".dialog")),
    ("chat-reply", then(key("Escape"), chat("wulan"), choose("Sebelas.", "reply"))),
    ("chat-photo", then(chat("wulan"), click(".photo", ".dialog img"))),
    ("chat-forward", then(key("Escape"), choose("Sebelas.", "forward"), lambda one: _shown(one, ".dialog"))),
    (
        "chat-report-pick",
        then(key("Escape"), choose("Sebelas.", "report"), lambda one: _shown(one, ".picks")),
    ),
    ("chat-report-ground", then(_REPORT_NEXT, lambda one: _shown(one, ".dialog [type=radio]"))),
    (
        "chat-report-words",
        then(lambda one: one.page.locator(".dialog [type=radio]").nth(1).check(), _REPORT_NEXT),
    ),
    ("chat-report-all", then(fill("#report-explanation", "Ia mengancam saya.", ".dialog"), _REPORT_NEXT)),
    ("about", then(key("Escape"), chat("wulan"), click(".world a", ".person"))),
    ("leave", click(".acts-list .btn.danger:last-of-type", ".dialog")),
    ("discover", then(key("Escape"), at("discover", ".pane a.row"))),
    (
        "discover-found",
        then(fill("#discover", "gempa", ".pane a.row"), lambda one: one.page.wait_for_function(_ONE_FOUND)),
    ),
    ("discover-none", fill("#discover", "qqqq", ".pane .muted")),
    ("new-channel", at("new-channel", "#channel-name")),
    ("notices-none", at("notices", ".pane .form")),
    ("channel", at("c/warta_kampung", "article.post img")),
    ("channel-menu", _POST_MENU),
    ("channel-delete", click(".menu button.danger", ".dialog")),
    (
        "channel-report",
        then(key("Escape"), _POST_MENU, click(".menu button:has(+ .danger)", ".dialog [type=radio]")),
    ),
    (
        "channel-format",
        then(
            key("Escape"),
            at("c/warta_kampung", "article.post img"),
            click(".composer .round[aria-expanded]", ".toolbar"),
            fill(".composer textarea", "Ronda malam ini mulai pukul 22.00.", ".composer"),
            lambda one: one.page.locator(".composer textarea").select_text(),
            click(".toolbar button", ".preview"),
        ),
    ),
    ("channel-link", click(".toolbar button:last-of-type", ".dialog")),
    (
        "channel-refused",
        then(
            key("Escape"),
            lambda one: one.say_publicly(f"Memuat {story.REFUSED_WORD} di sini."),
            lambda one: _shown(one, ".explained.refused"),
        ),
    ),
    (
        "channel-held",
        then(
            lambda one: one.say_publicly(f"Perlu dilihat {story.HELD_WORD}."),
            lambda one: _shown(one, ".explained.held"),
        ),
    ),
    (
        "post",
        then(
            at("c/warta_kampung", "article.post img"),
            click("article.post:has(img) .post-foot a", "article.post + article.post"),
        ),
    ),
    ("channel-about", at("c/dapur_ibu/about", ".weeks")),
    ("channel-about-own", at("c/warta_kampung/about", "#own-title")),
    ("channel-missing", at("c/tidak_ada", ".pane [role=status]")),
    ("notices", at("notices", ".official-notice")),
    ("statement", click(".official-notice a", ".pane form")),
    ("nowhere", at("nowhere", ".pane .form a")),
]
_AUTHOR: Screens = [
    ("removed", at("c/jual_beli_sore", "section.removed")),
    ("removed-statement", click("section.removed a", "#appeal")),
]
_NEW_DEVICE: Screens = [
    (
        "locked",
        then(
            at("", ".rows .in-sealed"),
            click(".rows .in-sealed", ".composer"),
            lambda one: _shown(one, ".banner"),
        ),
    ),
    ("recovery", click(".banner .btn", "#key")),
    ("recovery-lost", click(".dialog .link:last-of-type", "#password-again")),
    ("settings-locked", then(key("Escape"), at("settings", ".banner"))),
]


class Walk:
    """Who goes from screen to screen, saving each and saying what is wrong with it."""

    def __init__(self, folder: Path, parts: tuple[str, ...]) -> None:
        self._eye = Eye(folder, parts, smallest=40)

    async def through(self, one: AtScreen, screens: Screens) -> None:
        for lang in ("id", "en"):
            await _speak(one, lang)
            for name, step in screens:
                try:
                    await step(one)
                    await self._eye.look(one.page, name, lang)
                except Exception as error:  # noqa: BLE001 - the others are worth seeing
                    print(f"{name}-{lang}: {error}", flush=True)
                    await one.page.keyboard.press("Escape")


async def _speak(one: AtScreen, lang: str) -> None:
    """Without a reload, so that what is shown stays."""
    one.lang = lang
    frame = one.page.locator(f".frame-languages button[lang={lang}]")
    if await frame.count() > 0:
        await frame.click()
    elif await one.page.get_by_role("dialog").count() == 0:
        await one.at("settings")
        await (
            one.page.locator(".choices")
            .first.locator("input")
            .nth(["id", "en"].index(lang))
            .check(force=True)
        )


if __name__ == "__main__":
    main()
