"""The one body that the front door reads: a member's new public name, checked before the sealed side shows it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import structlog

from jaga.channels.profile import PublicNames
from jaga.core.errors import JagaError, MalformedInput, TooLarge
from jaga.web.asgi import Message, Receive, Scope, Send
from jaga.web.front_door_answers import refused_by_us
from jaga.web.front_door_match import Passed, segments_of

log = structlog.get_logger(__name__)

_LIMIT = 4_096

Exchange = Callable[[Passed, Scope, Receive, Send], Awaitable[None]]


async def exchange_name(
    passed: Passed, scope: Scope, receive: Receive, send: Send, *, names: PublicNames, exchange: Exchange
) -> None:
    """Check the name, pass it on in its normal form, and take it over once the homeserver has taken it."""
    try:
        name = await names.approve(await _wish(receive))
    except JagaError as error:
        await refused_by_us(error, send)
        return
    statuses: list[int] = []

    async def watching(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        await send(message)

    body = json.dumps({"displayname": name}).encode()
    await exchange(passed, _with_body(scope, body), _replaying(body, receive), watching)
    if statuses == [200]:
        try:
            await names.accepted(_localpart(passed.path), name)
        except JagaError as error:
            # The homeserver has the name already, and the client its answer; the next change brings both together.
            log.warning("name not taken over", error=error.code)


async def _wish(receive: Receive) -> object:
    content, more = b"", True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
        if len(content) > _LIMIT:
            raise TooLarge(limit=f"{_LIMIT} B")
    try:
        match json.loads(content):
            case {"displayname": wish}:
                return wish
            case _:
                raise MalformedInput
    except (ValueError, RecursionError):
        raise MalformedInput from None


def _with_body(scope: Scope, body: bytes) -> Scope:
    replaced = (b"content-length", b"content-type", b"transfer-encoding")
    kept = [(name, value) for name, value in scope["headers"] if name not in replaced]
    length = (b"content-length", str(len(body)).encode())
    return {**scope, "headers": [*kept, length, (b"content-type", b"application/json")]}


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Gives `body` once, and after that whatever comes: the news that the client went away."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_replayed() -> Message:
        return left.pop() if left else await receive()

    return receive_replayed


def _localpart(path: str) -> str:
    """From `/_matrix/client/v3/profile/@name:server/displayname`."""
    segments = segments_of(path.encode()) or ()
    return segments[-2].removeprefix("@").partition(":")[0]
