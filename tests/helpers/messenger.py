"""People with the messenger open in a browser of their own, and all that their browsers sent."""

from __future__ import annotations

import asyncio
import os
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, Request

PASSWORD = "kata sandi yang panjang"
# What the words of the screen are called, so that a test reads the same in both languages.
WORDS = {
    "id": {
        "accept": "Terima",
        "invites": "mengundang Anda",
        "kept": "Sudah saya simpan",
        "more": "Pilihan untuk pesan ini",
        "reply": "Balas",
        "edit": "Edit",
        "delete": "Hapus",
        "deleted": "Pesan dihapus",
        "edited": "diedit",
        "react": "Beri reaksi 👍",
        "compare": "Bandingkan",
        "same": "Sama",
        "confirmed": "telah dikonfirmasi",
        "enter key": "Masukkan kunci pemulihan",
        "open history": "Buka riwayat saya",
        "use here": "Pakai di sini",
        "sign in again": "Masuk lagi",
        "try again": "Coba lagi",
        "new keys": "Buat kunci baru",
        "report": "Laporkan",
        "forward": "Teruskan",
        "pin message": "Sematkan di obrolan ini",
        "unpin message": "Lepas sematan pesan",
        "new group": "Grup baru",
        "open group": "Buka grup",
        "forwarded": "Diteruskan",
        "mentioned": "Anda disebut",
        "with these": "Lanjut dengan pesan ini",
        "continue": "Lanjut",
        "send report": "Kirim laporan",
        "close": "Tutup",
    },
    "en": {
        "accept": "Accept",
        "invites": "invites you",
        "kept": "I have kept it",
        "more": "More for this message",
        "reply": "Reply",
        "edit": "Edit",
        "delete": "Delete",
        "deleted": "Message deleted",
        "edited": "edited",
        "react": "React with 👍",
        "compare": "Compare emoji",
        "same": "They are the same",
        "confirmed": "are confirmed",
        "enter key": "Enter recovery key",
        "open history": "Open my history",
        "use here": "Use it here",
        "sign in again": "Sign in again",
        "try again": "Try again",
        "new keys": "Make new keys",
        "report": "Report",
        "forward": "Forward",
        "pin message": "Pin in this chat",
        "unpin message": "Unpin message",
        "new group": "New group",
        "open group": "Open the group",
        "forwarded": "Forwarded",
        "mentioned": "you are mentioned",
        "with these": "Continue with these messages",
        "continue": "Continue",
        "send report": "Send the report",
        "close": "Close",
    },
}


async def slowed(page: Page) -> None:
    """As on a weak telephone, when `JAGA_SLOW_BROWSER` says how many times slower than here."""
    if rate := os.environ.get("JAGA_SLOW_BROWSER"):
        devices = await page.context.new_cdp_session(page)
        await devices.send("Emulation.setCPUThrottlingRate", {"rate": float(rate)})


def mark(kind: str) -> str:
    """A text that occurs nowhere else."""
    return f"zqkabo-{kind}-{uuid.uuid4().hex}"


@dataclass
class AtScreen:
    """One browser profile with the messenger open."""

    url: str
    page: Page
    lang: str
    name: str
    recovery_key: str = ""
    bodies: list[bytes] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    async def open(
        cls,
        browser: Browser,
        url: str,
        *,
        name: str = "",
        lang: str = "id",
        width: int = 1280,
        theme: str = "light",
    ) -> AtScreen:
        context = await browser.new_context(
            viewport={"width": width, "height": 860},
            color_scheme=theme,
            locale=lang,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        page = await context.new_page()
        page.set_default_timeout(30_000)
        await slowed(page)
        one = cls(url, page, lang, name or f"{lang}-{uuid.uuid4().hex[:8]}")
        context.on("request", one._note)
        page.on("pageerror", lambda error: one.complaints.append(error.stack or str(error)))
        return one

    def _note(self, request: Request) -> None:
        self.requests.append(request)
        if not request.url.startswith((self.url, "blob:", "data:", "about:")):
            self.complaints.append(f"asked {request.url}")
        self.bodies.append(request.url.encode() + b"\n" + (request.post_data_buffer or b""))

    def word(self, name: str) -> str:
        return WORDS[self.lang][name]

    async def at(self, place: str) -> None:
        await self.page.goto(f"{self.url}/app/#/{place}")

    async def look_away(self) -> None:
        """As somebody who turns to another tab; a browser without a window never hides its page by itself."""
        await self.page.evaluate("""() => {
            Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
        }""")

    async def look_back(self) -> None:
        await self.page.evaluate("""() => {
            delete document.visibilityState;
            document.dispatchEvent(new Event('visibilitychange'));
        }""")

    async def join(self) -> None:
        """Opens the account by proof of work, and keeps the recovery key."""
        await self.begin_to_join()
        await self.see_key()

    async def begin_to_join(self) -> None:
        await self.at("join")
        await self.page.locator("#name").fill(self.name)
        await self.page.locator("#password").fill(PASSWORD)
        await self.page.locator("button[type=submit]").click()

    async def see_key(self) -> None:
        await self.keep_key()
        await self.page.locator(".list").wait_for()

    async def keep_key(self) -> None:
        key = self.page.locator(".key")
        # A proof of work and an account's keys come before it, which takes as long as the machine needs.
        await key.wait_for(timeout=120_000)
        self.recovery_key = " ".join((await key.inner_text()).split())
        await self.usable()
        await self.press("kept")

    async def sign_in(self, password: str = PASSWORD) -> None:
        await self.at("sign-in")
        await self.give_password(password)

    async def give_password(self, password: str = PASSWORD) -> None:
        await self.page.locator("#name").fill(self.name)
        await self.page.locator("#password").fill(password)
        await self.page.locator("button[type=submit]").click()
        await self.page.locator(".list").wait_for()

    async def recover(self) -> None:
        """Opens the history with the recovery key."""
        await self.press("enter key")
        await self.page.locator("#key").fill(self.recovery_key)
        await self.press("open history")
        await self.page.locator("#key").wait_for(state="detached")

    async def press(self, word: str) -> None:
        await self.page.get_by_role("button", name=self.word(word), exact=True).click()

    async def chat_with(self, name: str) -> None:
        await self.at("new")
        await self.page.locator("#find").fill(name)
        await self.page.locator(".people .row", has_text=name).click()
        await self.page.locator(".composer").wait_for()

    async def open_group(self, title: str, *people: str) -> None:
        await self.at("new")
        await self.press("new group")
        await self.page.locator("#group-title").fill(title)
        for name in people:
            await self.page.locator("#find").fill(name)
            await self.page.locator(".people .row", has_text=name).click()
        await self.press("open group")
        await self.page.locator(".head-title", has_text=title).wait_for()

    def row(self, title: str) -> Locator:
        """The chat of that name in the list, not others in which the name is said."""
        called = self.page.locator(".row-name b", has_text=re.compile(f"^{re.escape(title)}$"))
        return self.page.locator(".rows .row", has=called)

    async def open_chat(self, title: str) -> None:
        await self.at("")
        await self.row(title).click()

    async def accept(self, inviter: str) -> None:
        await self.at("")
        await self.row(inviter).filter(has_text=self.word("invites")).click()
        await self.press("accept")
        await self.page.locator(".composer").wait_for()

    async def say(self, text: str) -> None:
        await self.page.locator("textarea").fill(text)
        await self.page.locator("textarea").press("Enter")

    async def say_publicly(self, text: str) -> None:
        """Publishes in the channel that is open."""
        await self.page.locator(".composer.open textarea").fill(text)
        await self.page.locator(".composer.open button.publish").click()

    def line(self, text: str) -> Locator:
        """The message that says this."""
        own = self.page.locator(".said > .text, .file-main", has_text=text)  # not what it quotes
        return self.page.locator(".line", has=own).last

    async def sees(self, text: str) -> None:
        await self.line(text).wait_for()

    async def choose(self, text: str, word: str) -> None:
        """Something from a message's menu."""
        line = self.line(text)
        await line.locator(".tick.sent, .tick.read").or_(line.locator(".meta time")).first.wait_for()
        await line.hover()
        await line.get_by_role("button", name=self.word("more")).click()
        await line.get_by_role("button", name=self.word(word), exact=True).click()

    async def usable(self) -> None:
        """What stands on the screen can be used by everyone, and fits it."""
        page = self.page
        assert await page.locator("html").get_attribute("lang") == self.lang
        width = await page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1]
        found = await Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    async def begin_anew(self) -> None:
        """Connected, and at the list: whatever a test left open is gone for the next one."""
        await self.page.context.set_offline(False)
        await self.page.unroute_all(behavior="ignoreErrors")
        await self.at("")

    async def saved(self, button: Locator) -> bytes:
        """What the browser saves when the button is pressed."""
        async with self.page.expect_download() as download:
            await button.click()
        return await asyncio.to_thread(Path(await (await download.value).path()).read_bytes)

    async def close(self) -> None:
        await self.page.context.close()
        assert self.complaints == [], self.complaints
