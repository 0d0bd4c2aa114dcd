"""A member's new public picture: checked by the open side, then handed to the sealed side.

In one request of our own, or in the two of ordinary clients: upload, then name the address. The bytes never reach the
sealed side before they are checked and set, and no client can name a file of its own choice as its picture: the
address in a profile is always of a file that came this way.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from jaga.channels.profile_picture import PublicPictures
from jaga.core.errors import JagaError, Unavailable
from jaga.core.text import Text
from jaga.web.asgi import Receive, Scope, Send
from jaga.web.front_door_answers import refusal, refused_by_us, send_json
from jaga.web.front_door_match import Passed
from jaga.web.front_door_reading import Exchange, replaying, whole_body, with_body
from jaga.web.front_door_reasons import Because
from jaga.web.front_door_rows import PARTS

_TYPE = "image/webp"
_LIMIT = 4_096
_ADDRESS = re.compile(f"mxc://(?P<place>{PARTS['server']}/{PARTS['media']})")


class SealedSideSilent(Unavailable):
    code = "sealed_side_unavailable"
    text = Text(
        id="Sisi tersegel sedang tidak dapat dihubungi. Coba lagi sebentar lagi.",
        en="The sealed side is not available at the moment; try again shortly.",
    )


class _Refused(Exception):
    """The sealed side said no; its answer is the client's answer."""

    def __init__(self, status: int, answer: Mapping[str, Any]) -> None:
        super().__init__(status)
        self.status, self.answer = status, answer


class Ask(Protocol):
    """One request to the sealed side with the client's own token; raises `SealedSideSilent`."""

    async def __call__(
        self, passed: Passed, scope: Scope, method: str, path: str, body: bytes = b"", content_type: str = ""
    ) -> tuple[int, dict[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class PictureDoor:
    """What the open side and the sealed side each do about pictures."""

    pictures: PublicPictures
    ask: Ask


async def exchange_picture(
    passed: Passed, scope: Scope, receive: Receive, send: Send, *, door: PictureDoor
) -> None:
    """Check, hand over and set in one request."""
    async with _answering(send):
        member = _Member(passed, scope, door.ask)
        user_id = await member.user_id()
        picture = await _approved(user_id, scope, receive, door.pictures)
        uri = (await member.answered("POST", "/_matrix/media/v3/upload", picture, _TYPE))["content_uri"]
        await member.wear(user_id, uri)
        await send_json(send, 200, {"content_uri": uri})


async def exchange_candidate(
    passed: Passed, scope: Scope, receive: Receive, send: Send, *, door: PictureDoor
) -> None:
    """Check a picture in clear, and hold it under a reserved address where nobody can fetch anything yet.

    So ordinary clients change their picture: they upload it as any file, and name its address afterwards.
    """
    async with _answering(send):
        member = _Member(passed, scope, door.ask)
        user_id = await member.user_id()
        picture = await _approved(user_id, scope, receive, door.pictures)
        uri = str((await member.answered("POST", "/_matrix/media/v1/create"))["content_uri"])
        await door.pictures.hold(_localpart(user_id), uri, picture)
        await send_json(send, 200, {"content_uri": uri})


async def exchange_choice(
    passed: Passed, scope: Scope, receive: Receive, send: Send, *, door: PictureDoor, exchange: Exchange
) -> None:
    """Set the picture that the member uploaded a moment ago; `""` takes the present one away."""
    async with _answering(send):
        match await _wish(receive):
            case "":
                body = json.dumps({"avatar_url": ""}).encode()
                await exchange(passed, with_body(scope, body), replaying(body, receive), send)
            case str(uri) if found := _ADDRESS.fullmatch(uri):
                await _choose(_Member(passed, scope, door.ask), uri, found["place"], send, door.pictures)
            case _:
                await refusal(Because.NO_UNCHECKED_PICTURE, send)


async def _choose(member: _Member, uri: str, place: str, send: Send, pictures: PublicPictures) -> None:
    user_id = await member.user_id()
    picture = await pictures.held(_localpart(user_id), uri)
    if picture is None:
        worn = (await member.answered("GET", f"/_matrix/client/v3/profile/{user_id}")).get("avatar_url")
        if worn != uri:
            await refusal(Because.NO_UNCHECKED_PICTURE, send)
            return
    else:
        await member.fill(place, picture)
        await member.wear(user_id, uri)
        await pictures.settled(_localpart(user_id), uri)
    await send_json(send, 200, {})


@dataclass(frozen=True, slots=True)
class _Member:
    """Requests to the sealed side with the member's own token. Each raises `_Refused` and `SealedSideSilent`."""

    passed: Passed
    scope: Scope
    ask: Ask

    async def answered(self, method: str, path: str, body: bytes = b"", kind: str = "") -> dict[str, Any]:
        status, answer = await self.ask(self.passed, self.scope, method, path, body, kind)
        if status != 200:
            raise _Refused(status, answer)
        return answer

    async def user_id(self) -> str:
        return str((await self.answered("GET", "/_matrix/client/v3/account/whoami"))["user_id"])

    async def fill(self, place: str, picture: bytes) -> None:
        """Put the picture where its address was reserved; it may be there already, when this was interrupted."""
        try:
            await self.answered("PUT", f"/_matrix/media/v3/upload/{place}", picture, _TYPE)
        except _Refused as refused:
            if refused.answer.get("errcode") != "M_CANNOT_OVERWRITE_MEDIA":
                raise

    async def wear(self, user_id: str, uri: str) -> None:
        body = json.dumps({"avatar_url": uri}).encode()
        path = f"/_matrix/client/v3/profile/{user_id}/avatar_url"
        await self.answered("PUT", path, body, "application/json")


@asynccontextmanager
async def _answering(send: Send) -> AsyncIterator[None]:
    """Whoever refuses, the client is told by whom and why."""
    try:
        yield
    except ConnectionResetError:
        return  # the client went away with half a picture
    except _Refused as refused:
        await send_json(send, refused.status, refused.answer)
    except JagaError as error:
        await refused_by_us(error, send)


async def _approved(user_id: str, scope: Scope, receive: Receive, pictures: PublicPictures) -> bytes:
    given = dict(scope["headers"])
    length = given.get(b"content-length", b"")
    return await pictures.approve(
        _localpart(user_id),
        _pieces(receive),
        declared_type=given.get(b"content-type", b"").decode("latin-1")[:100],
        declared_size=int(length) if length.isdigit() else None,
    )


async def _wish(receive: Receive) -> object:
    """The address that the body names; `None` for anything else."""
    try:
        match json.loads(await whole_body(receive, limit=_LIMIT)):
            case {"avatar_url": wish}:
                return wish
            case _:
                return None
    except (ValueError, RecursionError):
        return None


def _localpart(user_id: str) -> str:
    return user_id[1:].partition(":")[0]


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it comes; a client that goes away leaves nothing behind."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        more = message.get("more_body", False)
        yield message.get("body", b"")
