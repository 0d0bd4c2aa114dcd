"""`python -m bench.walk_pages FOLDER [PART …]`: the public pages, the desk and the direct line, as `bench.walk` does it."""

from __future__ import annotations

import asyncio
import re
import sys
from base64 import b64decode
from pathlib import Path

from playwright.async_api import Page
from tests.helpers.stack import Stack

from bench.looking import Eye
from bench.staged import Stage, demonstration, officers_cookie, stage

# WCAG 2.2, 2.5.8.
_SMALLEST = 24
# Where each page is; ` > ` presses the first that fits on the page before, `:=` fills it.
_READER = {
    "home": "/",
    "home-found": "/?q=gempa",
    "home-nothing": "/?q=tidakada",
    "channel": "/c/warta_kampung",
    "channel-removed": "/c/jual_beli_sore",
    "post": "/c/dapur_ibu > .post .answers",
    "nothing": "/c/tidak_ada",
    "sign-in": "/sign-in",
    "report": "/notice?target=/c/warta_kampung/2",
    "statement": "/c/jual_beli_sore > .gone a[href*='/s/']",
    "transparency": "/transparency",
    "quarter": "/transparency > a[href*='/transparency/reports/']",
    "sop": "/transparency/sop",
    "line-stranger": "/line",
    "line-about": "/line/about",
    "line-used-link": "/line/enter/jst_x",
    "desk-sign-in": "/desk/sign-in",
}
_AUTHOR = {"inbox": "/inbox", "statement-whole": "/inbox > main form button"}
_MEMBER = {
    "member-channel": "/c/warta_kampung",
    "member-post": "/c/dapur_ibu > .post .answers",
    "member-inbox": "/inbox",
}
_STAFF = {
    "desk": "/desk",
    "desk-case": "/desk > a[data-case]",
    "desk-evidence": "/desk > a[data-case] > .evidence-veil .input := Memeriksa laporan > .evidence-veil .btn",
    "desk-appeals": "/desk/appeals",
    "desk-banks": "/desk/banks",
    "desk-bank-remove": "/desk/banks > main form[action$='/remove'] button, main a[href*='/remove']",
}
_OFFICER = {
    "line": "/line",
    "line-submission": "/line > a[href*='/line/submissions/']",
}


def main() -> None:
    folder, *parts = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    with demonstration() as (stack, _):
        asyncio.run(_walk(stack, Eye(Path(folder), tuple(parts), smallest=_SMALLEST)))


async def _walk(stack: Stack, eye: Eye) -> None:
    visits = (
        (_READER, None),
        (_MEMBER, _members_cookie(stack, "sari")),
        (_AUTHOR, _members_cookie(stack, "raka")),
        (_STAFF, officers_cookie(stack)),
    )
    async with stage(stack) as on:
        for lang in ("id", "en"):
            for pages, cookie in visits:
                await _look_at(on, eye, pages, lang, cookie)
            await _look_at(on, eye, _OFFICER, lang, None, enter=_officers_entrance(stack))


def _members_cookie(stack: Stack, name: str) -> dict[str, str]:
    token = stack.cli("token", "issue", "--member", name, "--ttl", "1h")["token"]
    return {"name": "session", "value": token, "url": stack.url}


async def _look_at(
    on: Stage, eye: Eye, pages: dict[str, str], lang: str, cookie: dict[str, str] | None, enter: str = ""
) -> None:
    page = (await on.window(lang=lang)).page
    page.set_default_timeout(10_000)
    await page.context.add_cookies([{"name": "language", "value": lang, "url": on.stack.url}])
    if cookie:
        await page.context.add_cookies([cookie])
    if enter:
        await page.goto(enter)
        await page.locator("main button").first.click()
        await page.wait_for_url("**/line")
    for name, where in pages.items():
        try:
            await _go(page, on.stack.url, where)
            await eye.look(page, name, lang)
        except Exception as error:  # noqa: BLE001 - the others are worth seeing
            print(f"{name}-{lang}: {error}", flush=True)


async def _go(page: Page, url: str, where: str) -> None:
    path, *presses = where.split(" > ")
    await page.goto(url + path, wait_until="networkidle")
    for press in presses:
        selector, fills, text = press.partition(" := ")
        if fills:
            await page.locator(selector).first.fill(text)
        else:
            await page.locator(selector).first.click()
            await page.wait_for_load_state("networkidle")


def _officers_entrance(stack: Stack) -> str:
    """An address that opens the officer's pages once. Their id is among what the receipt proves."""
    files = stack.data / "demo"
    extra = re.search(r"^extra (\S+)$", (files / "receipt.txt").read_text(), re.MULTILINE)
    officer = re.search(rb"off_\w+", b64decode(extra[1])) if extra else None
    if officer is None:
        raise LookupError("no officer in the receipt")
    key = str(files / "officer.key")
    return stack.cli("line", "open", "--officer", officer[0].decode(), "--key", key, "--url", stack.url)[
        "url"
    ]


if __name__ == "__main__":
    main()
