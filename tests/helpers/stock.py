"""Stock Matrix clients: what a person does at a device, whichever library the device runs.

Two libraries that share no code do it here: matrix-js-sdk with the crypto of the Rust SDK (`stock_js`), as Element
and our messenger use it, and matrix-nio with vodozemac (`stock_nio`). What a device says of an event is what its
owner would see: decrypted by that library, never by us.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

PATIENCE = 60
"""Seconds until something that never arrives is a failure; nothing waits that long when all is well."""

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An event as a device shows it to its owner."""

    event_id: str
    sender: str
    type: str
    content: Content
    state_key: str | None
    encrypted: bool
    """It came encrypted, and this device could read it."""

    redacted: bool
    relation: Content | None


class Refused(Exception):
    """The server refused what a client asked, and this is what the client could tell its owner."""

    def __init__(self, errcode: str, error: str) -> None:
        super().__init__(f"{errcode}: {error}")
        self.errcode, self.error = errcode, error


class Device(Protocol):
    """Every method raises `Refused` when the server said no."""

    user: str

    async def sign_out(self) -> None: ...

    async def create(self, *invite: str, direct: bool = False) -> str: ...
    async def join(self, room: str) -> None: ...
    async def knock(self, room: str) -> None: ...
    async def leave(self, room: str) -> None: ...
    async def invite(self, room: str, user: str) -> None: ...
    async def kick(self, room: str, user: str) -> None: ...
    async def ban(self, room: str, user: str) -> None: ...
    async def unban(self, room: str, user: str) -> None: ...
    async def upgrade(self, room: str, version: str) -> None: ...
    async def set_state(self, room: str, type: str, content: Content) -> None: ...
    async def set_power(self, room: str, user: str, level: int) -> None: ...
    async def set_name(self, name: str) -> None: ...

    async def say(self, room: str, content: Content, *, type: str = "m.room.message") -> str: ...
    async def reply_in_thread(self, room: str, root: str, content: Content) -> str: ...
    async def poll(self, room: str, question: str, answers: Sequence[str]) -> str: ...
    async def redact(self, room: str, event: str) -> str: ...
    async def read(self, room: str, event: str) -> None: ...
    async def share_file(self, room: str, name: str, content: bytes) -> None: ...
    async def open_file(self, message: Seen) -> bytes: ...

    async def sees(self, room: str, type: str, where: Content) -> Seen: ...
    async def sees_gone(self, room: str, event: str) -> Seen: ...
    async def sees_member(self, room: str, user: str, membership: str) -> None: ...
    async def sees_name(self, room: str, user: str, name: str) -> None: ...


def contains(found: object, where: object) -> bool:
    """Whether `found` has all that `where` has, at any depth."""
    match where:
        case Mapping():
            return isinstance(found, Mapping) and all(
                key in found and contains(found[key], value) for key, value in where.items()
            )
        case _:
            return found == where


POLL = "org.matrix.msc3381.poll"
"""The prefix under which clients send polls (MSC3381); inside the ciphertext the server never sees it."""
