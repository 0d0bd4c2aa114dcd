"""matrix-js-sdk under Node: one process, any number of devices, driven over lines of JSON (see `tests/clients`)."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

from tests.helpers.stock import PATIENCE, Content, Refused, Seen

PROGRAM = Path(__file__).parents[1] / "clients/built/main.js"
_LINE_LIMIT = 64 * 2**20


class Node:
    """The running program. Every order is answered on its own, so devices wait for each other as people do."""

    def __init__(self, process: asyncio.subprocess.Process, complaints: Path) -> None:
        self._process, self._complaints = process, complaints
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reading = asyncio.create_task(self._read())

    async def act(self, device: str, act: str, **given: Any) -> Any:
        assert self._process.stdin is not None
        number, answered = next(self._numbers), asyncio.get_running_loop().create_future()
        self._waiting[number] = answered
        order = {"id": number, "device": device, "act": act, "with": given}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await answered
        except TimeoutError:
            raise AssertionError(f"{device} did not {act} {given}; see {self._complaints}") from None
        return _done(answer)

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            answer = json.loads(line)
            if not (waiting := self._waiting.pop(answer["id"])).done():
                waiting.set_result(answer)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(AssertionError(f"Node ended; see {self._complaints}"))


def _done(answer: dict[str, Any]) -> Any:
    match answer:
        case {"done": done}:
            return done
        case {"refused": {"errcode": errcode, "error": error}}:
            raise Refused(errcode, error)
        case _:
            raise AssertionError(answer)


@asynccontextmanager
async def running_node(directory: Path) -> AsyncIterator[Node]:
    complaints = directory / "node.log"
    with complaints.open("wb") as log:
        node = Node(await _start(log), complaints)
        try:
            yield node
        finally:
            await node.close()


def node_program() -> str:
    """Node of this machine, or the one that `make setup` fetched."""
    own = Path(sys.executable).parent
    program = shutil.which("node", path=f"{os.environ['PATH']}{os.pathsep}{own}")
    assert program is not None, "there is no Node; `make setup` fetches one"
    return program


async def _start(log: IO[bytes]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(node_program(), "--no-warnings", str(PROGRAM)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
        limit=_LINE_LIMIT,
    )


class JsDevice:
    """A device of matrix-js-sdk."""

    def __init__(self, node: Node, label: str, user: str) -> None:
        self._node, self._label, self.user = node, label, user

    @classmethod
    async def sign_in(cls, node: Node, label: str, *, url: str, user: str, password: str) -> JsDevice:
        await node.act(label, "signIn", url=url, user=user, password=password, name=label)
        return cls(node, label, user)

    async def act(self, act: str, **given: Any) -> Any:
        return await self._node.act(self._label, act, **given)

    async def sign_out(self) -> None:
        await self.act("signOut")

    async def create(self, *invite: str, direct: bool = False) -> str:
        return await self.act("create", invite=list(invite), direct=direct)

    async def join(self, room: str) -> None:
        await self.act("join", room=room)

    async def knock(self, room: str) -> None:
        await self.act("knock", room=room)

    async def leave(self, room: str) -> None:
        await self.act("leave", room=room)

    async def invite(self, room: str, user: str) -> None:
        await self.act("invite", room=room, user=user)

    async def kick(self, room: str, user: str) -> None:
        await self.act("kick", room=room, user=user)

    async def ban(self, room: str, user: str) -> None:
        await self.act("ban", room=room, user=user)

    async def unban(self, room: str, user: str) -> None:
        await self.act("unban", room=room, user=user)

    async def upgrade(self, room: str, version: str) -> None:
        await self.act("upgrade", room=room, version=version)

    async def set_state(self, room: str, type: str, content: Content) -> None:
        await self.act("setState", room=room, type=type, content=content, key="")

    async def set_power(self, room: str, user: str, level: int) -> None:
        await self.act("setPower", room=room, user=user, level=level)

    async def set_name(self, name: str) -> None:
        await self.act("setName", name=name)

    async def say(self, room: str, content: Content, *, type: str = "m.room.message") -> str:
        return await self.act("say", room=room, type=type, content=content)

    async def reply_in_thread(self, room: str, root: str, content: Content) -> str:
        return await self.act("say", room=room, type="m.room.message", content=content, thread=root)

    async def poll(self, room: str, question: str, answers: Sequence[str]) -> str:
        return await self.act("poll", room=room, question=question, answers=list(answers))

    async def redact(self, room: str, event: str) -> str:
        return await self.act("redact", room=room, event=event)

    async def read(self, room: str, event: str) -> None:
        await self.act("read", room=room, event=event)

    async def share_file(self, room: str, name: str, content: bytes) -> None:
        await self.act("shareFile", room=room, name=name, base64=base64.b64encode(content).decode())

    async def open_file(self, message: Seen) -> bytes:
        return base64.b64decode(await self.act("openFile", file=message.content["file"]))

    async def sees(self, room: str, type: str, where: Content) -> Seen:
        return Seen(**await self.act("sees", room=room, type=type, where=where))

    async def sees_gone(self, room: str, event: str) -> Seen:
        return Seen(**await self.act("seesGone", room=room, event=event))

    async def sees_member(self, room: str, user: str, membership: str) -> None:
        await self.act("seesMember", room=room, user=user, membership=membership)

    async def sees_name(self, room: str, user: str, name: str) -> None:
        await self.act("seesMember", room=room, user=user, membership="join", name=name)

    # What only this library does.

    async def secure(self) -> str:
        """Cross-signing, secret storage and key backup for a new account; gives the recovery key."""
        return await self.act("secure")

    async def backed_up(self) -> None:
        await self.act("backedUp")

    async def restore(self, recovery: str) -> dict[str, Any]:
        return await self.act("restore", recovery=recovery)

    async def verify(self, room: str, user: str) -> list[str]:
        return await self.act("verify", room=room, user=user)

    async def verify_own(self) -> list[str]:
        return await self.act("verifyOwn")

    async def accept_verification(self) -> list[str]:
        return await self.act("acceptVerification")

    async def trusts(self, user: str) -> None:
        await self.act("trusts", user=user)
