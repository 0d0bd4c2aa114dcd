"""A member's new public name, checked before the sealed side shows it."""

from __future__ import annotations

import json

import structlog

from jaga.channels.profile import PublicNames
from jaga.core.errors import JagaError, MalformedInput
from jaga.web.asgi import Message, Receive, Scope, Send
from jaga.web.front_door_answers import refused_by_us
from jaga.web.front_door_match import Passed, segments_of
from jaga.web.front_door_reading import Exchange, replaying, whole_body, with_body

log = structlog.get_logger(__name__)

_LIMIT = 4_096


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
    await exchange(passed, with_body(scope, body), replaying(body, receive), watching)
    if statuses == [200]:
        try:
            await names.accepted(_localpart(passed.path), name)
        except JagaError as error:
            # The homeserver has the name already, and the client its answer; the next change brings both together.
            log.warning("name not taken over", error=error.code)


async def _wish(receive: Receive) -> object:
    try:
        match json.loads(await whole_body(receive, limit=_LIMIT)):
            case {"displayname": wish}:
                return wish
            case _:
                raise MalformedInput
    except (ValueError, RecursionError):
        raise MalformedInput from None


def _localpart(path: str) -> str:
    """From `/_matrix/client/v3/profile/@name:server/displayname`."""
    segments = segments_of(path.encode()) or ()
    return segments[-2].removeprefix("@").partition(":")[0]
