"""From Enter to the decrypted bubble on the other's screen, by turns with the same way over bare HTTP."""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from tests.helpers.channels import fresh
from tests.helpers.messenger import PASSWORD, AtScreen
from tests.helpers.sealed import encrypted

from bench import pages
from bench.figures import Figure, median, percentile
from bench.parts import Run

SENT, BARE_EVERY = 200, 4
_CLIENT = "/_matrix/client/v3"
_UNTIL_HELD = 0.05
"""Seconds after which a `/sync` waits in Synapse for the next event."""


@dataclass(frozen=True)
class Exchange:
    """One message on its way, in milliseconds since 1970."""

    pressed: float
    left: float
    """The sender's request began: the message was encrypted."""
    arrived: float
    """The receiver's `/sync` had ended that brought it."""
    seen: float


async def sending(run: Run, ani: AtScreen, budi: AtScreen) -> list[Figure]:
    """Each message waits until its sender was told that the one before was sent: people do not write faster."""
    await ani.open_chat(budi.name)
    await budi.open_chat(ani.name)
    for one in (ani, budi):
        await one.page.evaluate(pages.SEE)
    exchanges, bare = [], []
    async with _bare_line(run) as line:
        for number in range(SENT):
            exchanges.append(await _exchange(ani, budi, f"pesan {number} {secrets.token_hex(6)}"))
            if number % BARE_EVERY == 0:
                bare.append(await line.exchange())
    return _figures(exchanges, bare)


async def _exchange(ani: AtScreen, budi: AtScreen, text: str) -> Exchange:
    for one in (ani, budi):
        await pages.requests(one.page, "")  # those before are of no interest
    pressed = await pages.send(ani.page, text)
    seen = await pages.seen(budi.page, text)
    await ani.line(text).locator(".tick.sent, .tick.read").wait_for()
    left = [begun for begun, _ in await pages.requests(ani.page, "/send/") if begun >= pressed]
    arrived = [ended for _, ended in await pages.requests(budi.page, "/sync?") if ended <= seen]
    return Exchange(pressed, left[0], arrived[-1], seen)


def _figures(exchanges: list[Exchange], bare: list[float]) -> list[Figure]:
    took = [one.seen - one.pressed for one in exchanges]
    p50, p99 = median(took), percentile(took, 0.99)
    return [
        Figure(
            what=f"Enter pressed to decrypted on the other's screen, median of {SENT}", value=p50, unit="ms",
            baseline=203, budget="< 250 ms", met=p50 < 250, note="both browsers, server and database on this machine",
        ),
        Figure(what="the same, p99", value=p99, unit="ms", baseline=452, note="beside the longest of 50"),
        Figure(
            what="of it: encrypted, and the request begun, median", unit="ms",
            value=median([one.left - one.pressed for one in exchanges]),
        ),
        Figure(
            what="of it: front door, Synapse and guard, until the other's `/sync` has ended, median", unit="ms",
            value=median([one.arrived - one.left for one in exchanges]), baseline=median(bare) * 1000,
            note=f"beside the same way over bare HTTP, a message of noise without browsers, {len(bare)} times by turns",
        ),
        Figure(
            what="of it: decrypted and drawn, median", unit="ms", value=median([one.seen - one.arrived for one in exchanges])
        ),
    ]  # fmt: skip


@dataclass
class BareLine:
    """Two members of one room without a browser: one sends, the other's `/sync` is held until it comes."""

    sender: aiohttp.ClientSession
    receiver: aiohttp.ClientSession
    room: str
    since: str

    async def exchange(self) -> float:
        """Seconds from the request that sends to the end of the answer that brings it."""
        content = encrypted()
        hearing = asyncio.create_task(self._hears(content["ciphertext"]))
        await asyncio.sleep(_UNTIL_HELD)
        began = time.perf_counter()
        path = f"{_CLIENT}/rooms/{self.room}/send/m.room.encrypted/{uuid.uuid4().hex}"
        async with self.sender.put(path, json=content) as answer:
            assert answer.status == 200, await answer.text()
        return await hearing - began

    async def _hears(self, ciphertext: str) -> float:
        heard = ""
        while ciphertext not in heard:
            query = {"since": self.since, "timeout": "30000"}
            async with self.receiver.get(f"{_CLIENT}/sync", params=query) as answer:
                heard = await answer.text()
                ended = time.perf_counter()
                self.since = (await answer.json())["next_batch"]
        return ended


@asynccontextmanager
async def _bare_line(run: Run) -> AsyncIterator[BareLine]:
    async with signed_in(run, await member(run)) as sender, signed_in(run, await member(run)) as receiver:
        me = await _asked(receiver, "GET", "/account/whoami")
        room = {"preset": "private_chat", "invite": [me["user_id"]]}
        room_id = str((await _asked(sender, "POST", "/createRoom", room))["room_id"])
        await _asked(receiver, "POST", f"/rooms/{room_id}/join", {})
        first = await _asked(receiver, "GET", "/sync")
        yield BareLine(sender, receiver, room_id, str(first["next_batch"]))


async def _asked(
    session: aiohttp.ClientSession, method: str, path: str, body: dict[str, object] | None = None
) -> dict[str, object]:
    async with session.request(method, _CLIENT + path, json=body) as answer:
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())


async def member(run: Run) -> str:
    """The name of a fresh account, with the password that all have here."""
    name = fresh("ukur")
    await asyncio.to_thread(run.stack.cli, "member", "add", name, "--password-stdin", input=f"{PASSWORD}\n")
    return name


@asynccontextmanager
async def signed_in(run: Run, name: str) -> AsyncIterator[aiohttp.ClientSession]:
    """That member's requests, through the front door."""
    identifier = {"type": "m.id.user", "user": name}
    sign_in: dict[str, object] = {
        "type": "m.login.password",
        "identifier": identifier,
        "password": PASSWORD,
    }
    async with aiohttp.ClientSession(run.stack.url) as session:
        token = (await _asked(session, "POST", "/login", sign_in))["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        yield session
