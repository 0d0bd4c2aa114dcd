"""An ordinary member at the public port who tries every loophole; members and rooms are thrown away afterwards."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from jaga.app.doctor.findings import Failed, Finding, Good, Question, both
from jaga.app.doctor.loopholes import LOOPHOLES, ON_THE_TIMELINE, V3, WISHES, Loophole, filled
from jaga.core.errors import Unavailable
from jaga.core.text import Text
from jaga.homeserver.accounts import Opener
from jaga.homeserver.configuration import NO_ADDRESS

_PATIENCE = aiohttp.ClientTimeout(total=10)
_ENCRYPTION = {"algorithm": "m.megolm.v1.aes-sha2"}
_DOOR_CLOSED = frozenset({"invite", "knock"})


class CannotTry(Unavailable):
    code = "cannot_try"
    text = Text(id="Percobaan gagal pada {step}: {answer}.", en="The attempt failed at {step}: {answer}.")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: dict[str, Any]

    @property
    def code(self) -> str:
        """The front door's own code, else the errcode."""
        return str(self.body.get("org.jaga.code") or self.body.get("errcode") or "")


@dataclass(frozen=True, slots=True)
class Guest:
    """A member for the time of an examination."""

    session: aiohttp.ClientSession
    url: str
    user_id: str
    password: str
    token: str = ""

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = URL(self.url + path, encoded=True)
        async with self.session.request(method, url, json=body, headers=headers) as response:
            found = await response.json(content_type=None)
        return Answer(response.status, found if isinstance(found, dict) else {"": found})

    async def must(self, step: str, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = await self.ask(method, path, body)
        if answer.status != HTTPStatus.OK:
            raise CannotTry(step=step, answer=f"{answer.status} {answer.code}")
        return answer.body


@dataclass(frozen=True, slots=True)
class Stage:
    """Two members in a sealed room."""

    member: Guest
    other: Guest
    room: str
    event: str
    server_name: str

    def names(self) -> dict[str, str]:
        return {
            "room": self.room,
            "event": self.event,
            "me": self.member.user_id,
            "other": self.other.user_id,
            "server": self.server_name,
            "id": secrets.token_hex(8),
        }

    async def attempt(self, loophole: Loophole) -> Answer:
        names = self.names()
        quoted = {name: quote(meant, safe="") for name, meant in names.items()}
        body = None if loophole.method == "GET" else filled(dict(loophole.body), names)
        return await self.member.ask(loophole.method, filled(loophole.path, quoted), body)


@asynccontextmanager
async def stage(url: str, opener: Opener, server_name: str, *, until: float) -> AsyncIterator[Stage]:
    """Raises `CannotTry`. Afterwards both have left and forgotten their rooms, and their accounts are closed.

    A server that does not answer even that is waited for until then, by the clock of the event loop.
    """
    async with aiohttp.ClientSession(timeout=_PATIENCE, trust_env=False) as session:
        member = await _guest(session, url, opener, server_name)
        try:
            other = await _guest(session, url, opener, server_name)
            try:
                room = await _room(member, other)
                yield Stage(member, other, room, await _first_event(member, room), server_name)
            finally:
                await _close(other, until)
        finally:
            await _close(member, until)


async def _guest(session: aiohttp.ClientSession, url: str, opener: Opener, server_name: str) -> Guest:
    name, password = f"periksa-{secrets.token_hex(6)}", secrets.token_urlsafe(24)
    await opener.register(name, password)
    guest = Guest(session, url, f"@{name}:{server_name}", password)
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": name},
        "password": password,
    }
    answer = await guest.must("login", "POST", f"{V3}/login", body)
    return Guest(session, url, guest.user_id, password, str(answer["access_token"]))


async def _room(member: Guest, other: Guest) -> str:
    answer = await member.must("createRoom", "POST", f"{V3}/createRoom", {"invite": [other.user_id]})
    room = str(answer["room_id"])
    await other.must("join", "POST", f"{V3}/join/{quote(room, safe='')}", {})
    return room


async def _first_event(member: Guest, room: str) -> str:
    answer = await member.ask("GET", f"{V3}/rooms/{quote(room, safe='')}/messages?dir=b&limit=1")
    events = answer.body.get("chunk") or []
    if not events:
        raise CannotTry(step="messages", answer=f"{answer.status} {answer.code}")
    return str(events[0]["event_id"])


async def _close(guest: Guest, until: float) -> None:
    """Leaves and forgets every room, which lets Synapse remove it, and closes the account for good."""
    with suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
        async with asyncio.timeout_at(until):
            await _leave(guest)


async def _leave(guest: Guest) -> None:
    rooms = (await guest.ask("GET", f"{V3}/joined_rooms")).body.get("joined_rooms") or []
    for room in rooms:
        path = f"{V3}/rooms/{quote(str(room), safe='')}"
        await guest.ask("POST", f"{path}/leave", {})
        await guest.ask("POST", f"{path}/forget", {})
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": guest.user_id},
        "password": guest.password,
    }
    await guest.ask("POST", f"{V3}/account/deactivate", {"auth": auth, "erase": True})


def attempts(scene: Stage) -> list[Question]:
    """Every loophole, then every wish for an open room."""
    return [
        *(Question(each.name, each.title, _trying(scene, each)) for each in LOOPHOLES),
        *(Question(name, title, _wishing(scene, wish)) for name, title, wish in WISHES),
    ]


def attempts_behind(scene: Stage, sockets: Mapping[str, Path]) -> list[Question]:
    """A message in clear, sent to each process of Synapse itself: each has a guard of its own."""
    return [
        Question(
            f"guard-{name}", Text(id=f"Penjaga di {name}", en=f"The guard in {name}"), _behind(scene, socket)
        )
        for name, socket in sockets.items()
    ]


def _behind(scene: Stage, socket: Path) -> Callable[[], Awaitable[Finding]]:
    async def ask() -> Finding:
        connector = aiohttp.UnixConnector(path=str(socket))
        async with aiohttp.ClientSession(
            connector=connector, headers=NO_ADDRESS, timeout=_PATIENCE, trust_env=False
        ) as session:
            member = replace(scene.member, session=session, url="http://sealed")
            in_clear = ON_THE_TIMELINE[0]
            return _judge(in_clear, await replace(scene, member=member).attempt(in_clear))

    return ask


def _trying(scene: Stage, loophole: Loophole) -> Callable[[], Awaitable[Finding]]:
    async def ask() -> Finding:
        return _judge(loophole, await scene.attempt(loophole))

    return ask


def _wishing(scene: Stage, wish: Mapping[str, Any]) -> Callable[[], Awaitable[Finding]]:
    async def ask() -> Finding:
        answer = await scene.member.ask("POST", f"{V3}/createRoom", filled(dict(wish), scene.names()))
        return await _judge_room(scene.member, answer)

    return ask


def _judge(loophole: Loophole, answer: Answer) -> Finding:
    said = f"{answer.status} {answer.code}".strip()
    if answer.status < HTTPStatus.BAD_REQUEST:
        return Failed(
            Text(id=f"LOLOS: server menjawab {said}.", en=f"IT GOES THROUGH: the server answers {said}.")
        )
    if answer.code != loophole.code:
        return Failed(
            Text(
                id=f"Ditolak dengan {said}, bukan {loophole.code}: penjaganya tidak menjawab.",
                en=f"Refused with {said} and not with {loophole.code}: its guard does not answer.",
            )
        )
    return Good(Text(id=f"ditolak ({answer.code})", en=f"refused ({answer.code})"))


async def _judge_room(member: Guest, answer: Answer) -> Finding:
    if answer.status != HTTPStatus.OK:
        known = answer.code.startswith("ORG.JAGA.") or "org.jaga.code" in answer.body
        return Good(both(answer.code)) if known else Failed(both(f"{answer.status} {answer.code}"))
    room = str(answer.body["room_id"])
    found = await member.ask("GET", f"{V3}/rooms/{quote(room, safe='')}/state")
    events = found.body.get("", [])
    state = {event["type"]: event["content"] for event in events}
    sealed = state.get("m.room.encryption", {}).get("algorithm") == _ENCRYPTION["algorithm"]
    closed = state.get("m.room.join_rules", {}).get("join_rule") in _DOOR_CLOSED
    if sealed and closed and not {"m.room.topic", "m.room.name", "m.room.canonical_alias"} & state.keys():
        return Good(Text(id="ruangnya tersegel", en="the room is sealed"))
    return Failed(Text(id="LOLOS: ruangnya tidak tersegel.", en="IT GOES THROUGH: the room is not sealed."))
