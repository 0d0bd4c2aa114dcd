"""A member's new public picture: checked by the open side, then handed to the sealed side and set in one go.

The bytes never reach the sealed side before they are checked, and no client can name a file of its own choice as its
picture: the address in a profile is always of a file that came this way.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from jaga.channels.profile_picture import PublicPictures
from jaga.core.errors import JagaError, Unavailable
from jaga.core.text import Text
from jaga.web.asgi import Receive, Scope, Send
from jaga.web.front_door_answers import refused_by_us, send_json
from jaga.web.front_door_match import Passed

_TYPE = "image/webp"


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


async def exchange_picture(
    passed: Passed, scope: Scope, receive: Receive, send: Send, *, pictures: PublicPictures, ask: Ask
) -> None:
    async def answered(method: str, path: str, body: bytes = b"", content_type: str = "") -> dict[str, Any]:
        status, answer = await ask(passed, scope, method, path, body, content_type)
        if status != 200:
            raise _Refused(status, answer)
        return answer

    try:
        user_id = str((await answered("GET", "/_matrix/client/v3/account/whoami"))["user_id"])
        given = dict(scope["headers"])
        length = given.get(b"content-length", b"")
        picture = await pictures.approve(
            user_id[1:].partition(":")[0],
            _pieces(receive),
            declared_type=given.get(b"content-type", b"").decode("latin-1")[:100],
            declared_size=int(length) if length.isdigit() else None,
        )
        uri = (await answered("POST", "/_matrix/media/v3/upload", picture, _TYPE))["content_uri"]
        profile = f"/_matrix/client/v3/profile/{user_id}/avatar_url"
        await answered("PUT", profile, json.dumps({"avatar_url": uri}).encode(), "application/json")
    except ConnectionResetError:
        return  # the client went away with half a picture
    except _Refused as refused:
        await send_json(send, refused.status, refused.answer)
    except JagaError as error:
        await refused_by_us(error, send)
    else:
        await send_json(send, 200, {"content_uri": uri})


async def _pieces(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it comes; a client that goes away leaves nothing behind."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        more = message.get("more_body", False)
        yield message.get("body", b"")
