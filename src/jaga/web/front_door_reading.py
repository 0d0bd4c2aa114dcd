"""Requests whose body the front door reads: taken in whole, checked, and passed on as the check left them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from jaga.core.errors import MalformedInput, TooLarge
from jaga.web.asgi import Message, Receive, Scope, Send
from jaga.web.front_door_answers import refused_by_us, unfit
from jaga.web.front_door_match import Passed
from jaga.web.front_door_rows import SMALL, PassChecked
from jaga.web.front_door_shapes import Unfit, fitted

Exchange = Callable[[Passed, Scope, Receive, Send], Awaitable[None]]


async def exchange_checked(
    passed: Passed, then: PassChecked, scope: Scope, receive: Receive, send: Send, *, exchange: Exchange
) -> None:
    """Pass the request on when its body has the shape that its route wants, else say which part has not."""
    try:
        body = fitted(await whole_body(receive, limit=then.body_limit or SMALL), then.shape)
    except Unfit as fault:
        await unfit(then.because, fault, send)
    except TooLarge as error:
        await refused_by_us(error, send)
    except ValueError:
        await refused_by_us(MalformedInput(), send)
    else:
        await exchange(passed, with_body(scope, body), replaying(body, receive), send)


async def whole_body(receive: Receive, *, limit: int) -> bytes:
    """Raises `TooLarge` beyond `limit` bytes. A client that goes away meanwhile has sent what it has sent."""
    content, more = bytearray(), True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
        if len(content) > limit:
            raise TooLarge(limit=f"{limit} B")
    return bytes(content)


def with_body(scope: Scope, body: bytes) -> Scope:
    replaced = (b"content-length", b"content-type", b"transfer-encoding")
    kept = [(name, value) for name, value in scope["headers"] if name not in replaced]
    length = (b"content-length", str(len(body)).encode())
    return {**scope, "headers": [*kept, length, (b"content-type", b"application/json")]}


def replaying(body: bytes, receive: Receive) -> Receive:
    """Gives `body` once, and after that whatever comes: the news that the client went away."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_replayed() -> Message:
        return left.pop() if left else await receive()

    return receive_replayed
