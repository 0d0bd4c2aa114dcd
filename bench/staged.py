"""The demonstration with people at their screens: what the pictures in docs/pictures and the walk through all screens show.

Members sign in in windows of their own and write to each other, since a sealed conversation has no other source.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import Browser
from tests.helpers.chromium import chromium
from tests.helpers.messenger import AtScreen
from tests.helpers.stack import Stack, eventually, running_stack

from jaga.app.demo import story
from jaga.app.demo.pictures import draw
from jaga.app.demo.talk import GROUP_TITLE

WIDE, NARROW = 1280, 390


@contextmanager
def demonstration() -> Iterator[tuple[Stack, Path]]:
    """It, running, and a folder that goes with it."""
    with TemporaryDirectory(prefix="jaga-pictures-") as name:
        root = Path(name)
        root.chmod(0o755)  # PostgreSQL, as another user, must pass
        with running_stack(root / "data", "--demo") as stack:
            yield stack, root


@dataclass
class Stage:
    """A browser before the running demonstration, and whoever signed in there."""

    stack: Stack
    browser: Browser
    sheet: dict[str, dict[str, str]]
    leaving: AsyncExitStack

    async def window(self, name: str = "", **look: Any) -> AtScreen:
        """A browser profile of its own; `look` as `AtScreen.open` takes it."""
        one = await AtScreen.open(self.browser, self.stack.url, name=name, **look)
        self.leaving.push_async_callback(one.page.context.close)
        return one

    async def member(self, name: str, **look: Any) -> AtScreen:
        """One of the demonstration's, signed in, who has opened what was said with the recovery key of the sheet."""
        person = await self.window(name, **look)
        await self.sign_in(person)
        await person.page.locator(".rows .in-sealed").first.click()  # its name is locked as well
        await person.recover()
        await person.open_chat(GROUP_TITLE)
        await person.page.locator(".photo img").last.wait_for()
        return person

    async def sign_in(self, person: AtScreen) -> None:
        line = self.sheet[person.name]
        person.recovery_key = line["recovery_key"]
        await person.sign_in(line["password"])

    async def newcomer(self, name: str, **look: Any) -> AtScreen:
        """Somebody who opened an account just now: the recovery key is shown."""
        person = await self.window(name, **look)
        await person.begin_to_join()
        await person.page.locator(".key").wait_for(timeout=120_000)
        return person


@asynccontextmanager
async def stage(stack: Stack) -> AsyncIterator[Stage]:
    eventually(lambda: "demo-members" in stack.pids(), seconds=120)
    sheet = {line["name"]: line for line in stack.cli("demo")}
    async with chromium() as browser, AsyncExitStack() as leaving:
        yield Stage(stack, browser, sheet, leaving)


def officers_cookie(stack: Stack) -> dict[str, str]:
    """A moderator's session, for pages of the desk."""
    token = stack.cli("token", "issue", "--staff", story.STAFF[0].email, "--ttl", "1h")["token"]
    return {"name": "staff_session", "value": token, "url": f"{stack.url}/desk"}


async def converse(wulan: AtScreen, sari: AtScreen, scratch: Path) -> None:
    """A chat of two, with a photo, a reply and reactions."""
    photo = scratch / "bukit-pagi.png"
    photo.write_bytes(draw("hills"))
    await wulan.chat_with("sari")
    await wulan.say("Sar, gerobak sampahnya sudah saya pinjam. Aman untuk Minggu.")
    await sari.accept("wulan")
    await _say(sari, wulan, "Mantap! Berapa orang yang sudah pasti datang?")
    await _say(wulan, sari, "Sebelas. Mbak Dewi masak, jadi kita tidak akan kelaparan.")
    await wulan.page.locator("input[type=file]").set_input_files(photo)
    await sari.page.locator(".photo img").last.wait_for()
    await _say(wulan, sari, "Ini dari bukit tadi pagi. Cuacanya bagus sampai akhir pekan.")
    await sari.choose("Ini dari bukit", "react")
    await sari.choose("Sebelas.", "reply")
    await _say(sari, wulan, "Bilang terima kasih ke Mbak Dewi. Saya bawa teh dan gelas.")
    await wulan.choose("Bilang terima kasih", "react")
    await _say(wulan, sari, "Siap. Sampai Minggu jam tujuh!")


async def _say(one: AtScreen, other: AtScreen, text: str) -> None:
    await one.say(text)
    await other.sees(text)
