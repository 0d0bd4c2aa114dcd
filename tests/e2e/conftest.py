"""A browser and a small community on the running stack: members, a channel, staff, an authority with an order under way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.async_api import Browser, Page
from tests.helpers.chromium import chromium
from tests.helpers.messenger import AtScreen, slowed
from tests.helpers.stack import Stack

# Invented words, listed in the banks of this community alone.
REFUSED_WORD, HELD_WORD = "grindavo", "belmurta"


@dataclass
class Community:
    """What the tests need to know of it. Nothing here is ever written by hand into the database."""

    stack: Stack
    keys: Path
    tokens: dict[str, str]
    channel: str
    posts: list[dict[str, Any]]
    statement: str
    officer: str

    @property
    def url(self) -> str:
        return self.stack.url

    def publish(self, text: str, **fields: Any) -> dict[str, Any]:
        answer = httpx.post(
            f"{self.url}/api/v1/channels/{self.channel}/posts",
            json={"text": text, **fields},
            headers={"Authorization": f"Bearer {self.tokens['member']}"},
            timeout=30,
        )
        return answer.json()

    def submit(self, ref: str, uri: str, **changed: Any) -> dict[str, Any]:
        """An order with everything MR5 asks for, signed and sent by the officer's own client."""
        order = {
            "kind": "removal_order",
            "regime": "id_mr5",
            "external_ref": ref,
            "issued_at": datetime.now(UTC).isoformat(),
            "officer": self.officer,
            "urgency": "urgent",
            "category": "terrorism",
            "legal_basis": [{"law": "MR 5/2020", "article": "14(3)"}],
            "reasons": "Kiriman ini mengajak orang bergabung dengan kelompok buatan.",
            "targets": [{"uri": uri}],
            "requested_action": "remove",
            "language": "id",
            "attachments": [{"name": "surat.pdf", "class": "official_letter", "content_base64": "JVBERg=="}],
        }
        file = self.keys / f"{ref}.json"
        file.write_text(json.dumps(order | changed))
        return self.line("submit", str(file), "--receipt", str(self.keys / f"{ref}.txt"))

    def line(self, *arguments: str) -> dict[str, Any]:
        key = str(self.keys / "petugas.key")
        return self.stack.cli("line", *arguments, "--officer", self.officer, "--key", key, "--url", self.url)


@pytest.fixture(scope="session")
def community(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Community:
    cli, keys = stack.cli, tmp_path_factory.mktemp("keys")
    cli("member", "add", "e2e_sari", "--password-stdin", input="kopi tubruk pagi hari")
    tokens = {"member": cli("token", "issue", "--member", "e2e_sari", "--ttl", "1h")["token"]}
    for name, role in (("Ani E2E", "senior"), ("Bagus E2E", "moderator"), ("Citra E2E", "auditor")):
        first = name.split()[0].lower()
        cli("staff", "add", name, "--email", f"{first}.e2e@jaga.example", "--role", role)
        tokens[first] = cli("token", "issue", "--staff", name, "--ttl", "1h")["token"]
    cli("bank", "add", REFUSED_WORD, "--category", "terrorism", "--kind", "term", "--outcome", "refuse")
    cli("bank", "add", HELD_WORD, "--category", "harassment", "--kind", "term", "--outcome", "hold")
    cli("channel", "add", "kabar_e2e", "--owner", "e2e_sari")
    community = Community(stack, keys, tokens, "kabar_e2e", [], "", _authority(stack, keys))
    picture = httpx.post(
        f"{stack.url}/api/v1/media",
        content=_picture(),
        headers={"Authorization": f"Bearer {tokens['member']}", "Content-Type": "image/png"},
        timeout=30,
    ).json()
    community.posts = [
        community.publish("Kerja bakti Minggu pagi di balai.", media=[picture["id"]]),
        community.publish("Jadwal ronda: https://jaga.example/ronda #ronda"),
    ]
    community.posts.append(community.publish("Ronda pindah ke pos timur.", reply_to=community.posts[1]["id"]))
    community.publish(f"Memuat {HELD_WORD} dan harus dilihat orang.")
    community.statement = community.publish(f"Memuat {REFUSED_WORD}.")["statement"]
    community.submit("B-1-E2E", f"{stack.url}/c/{community.channel}/{community.posts[1]['number']}")
    community.submit("B-2-E2E", "https://matrix.to/#/!ruang:contoh.example")
    return community


def _authority(stack: Stack, keys: Path) -> str:
    """An authority that two people have approved; returns its officer."""
    cli, prefix = stack.cli, keys / "petugas"
    authority = cli(
        *("authority", "add", "Kementerian Contoh", "--country", "ID", "--type", "ministry"),
        *("--regimes", "id_mr5"),
    )["id"]
    for name in ("Ani E2E", "Bagus E2E"):
        cli("authority", "approve", authority, "--by", name)
    cli("line", "keygen", "--out", str(prefix))
    officer = cli(
        *("officer", "add", "--authority", authority, "--name", "Dewi Contoh", "--post", "Direktur"),
        *("--email", "dewi@kementerian.example", "--key", f"{prefix}.pub", "--authoriser"),
    )
    return officer["id"]


def _picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (640, 360), "#2f7d5b").save(drawn, "PNG")
    return drawn.getvalue()


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
async def pair(browser: Browser, stack: Stack) -> AsyncIterator[tuple[AtScreen, AtScreen]]:
    """Two members who joined in their browsers, wide in Indonesian and narrow in English, with a chat between them."""
    ani = await AtScreen.open(browser, stack.url, lang="id")
    budi = await AtScreen.open(browser, stack.url, lang="en", width=390, theme="dark")
    await ani.join()
    await budi.join()
    await ani.chat_with(budi.name)
    await ani.say("Halo zqkabo")
    await budi.accept(ani.name)
    await budi.sees("Halo zqkabo")
    yield ani, budi
    await ani.close()
    await budi.close()


@pytest.fixture(autouse=True)
async def alone(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """People who stay for a whole file begin each test anew, so that one that failed takes no other along."""
    yield
    for name in ("pair", "owner", "cramped"):
        stayed = request.node.funcargs.get(name, ())
        for one in stayed if isinstance(stayed, tuple) else (stayed,):
            await one.begin_anew()


@asynccontextmanager
async def visit(
    browser: Browser,
    community: Community,
    who: str = "",
    *,
    width: int = 1280,
    theme: str = "light",
    lang: str = "id",
    scripts: bool = True,
) -> AsyncIterator[Page]:
    """A page of its own, signed in as `who`; whatever the console complains of fails the test."""
    context = await browser.new_context(
        viewport={"width": width, "height": 860},
        color_scheme=theme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    cookies = [{"name": "language", "value": lang, "url": community.url}]
    if who == "member":
        cookies.append({"name": "session", "value": community.tokens["member"], "url": community.url})
    elif who in community.tokens:
        cookies.append(
            {"name": "staff_session", "value": community.tokens[who], "url": f"{community.url}/desk"}
        )
    await context.add_cookies(cookies)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    await slowed(page)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((community.url, "data:", "about:"))
            else complaints.append(f"asked {request.url}")
        ),
    )
    yield page
    # A refusal is an answer with its own status, which the browser also writes to the console.
    unforeseen = [said for said in complaints if "Failed to load resource" not in said]
    await context.close()
    assert unforeseen == []
