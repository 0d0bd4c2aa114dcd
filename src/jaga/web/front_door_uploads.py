"""Uploads: the first bytes are looked at while the rest still streams, and what is not encrypted goes no further."""

from __future__ import annotations

from collections import deque

from jaga.web.asgi import Message, Receive, Scope, Send
from jaga.web.front_door_answers import not_encrypted
from jaga.web.front_door_ciphertext import HEAD_BYTES, clear_format
from jaga.web.front_door_match import Passed
from jaga.web.front_door_reading import Exchange

_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


async def exchange_upload(
    passed: Passed,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    exchange: Exchange,
    picture: Exchange | None,
) -> None:
    """Pass the upload on unless it can be told that it is clear; nothing is held but its first messages.

    `picture` takes pictures in clear, where those are taken at all.
    """
    begun, head = await _beginning(receive)

    async def receive_resumed() -> Message:
        return begun.popleft() if begun else await receive()

    mime = clear_format(head)
    if mime is None:
        await exchange(passed, scope, receive_resumed, send)
    elif picture is not None and mime in _PICTURES:
        await picture(passed, scope, receive_resumed, send)
    else:
        await not_encrypted(mime, send)


async def _beginning(receive: Receive) -> tuple[deque[Message], bytes]:
    """The first messages of the body, and the first `HEAD_BYTES` of what they carry."""
    messages: deque[Message] = deque()
    head = bytearray()
    more = True
    while more and len(head) < HEAD_BYTES:
        message = await receive()
        messages.append(message)
        head += message.get("body", b"")[: HEAD_BYTES - len(head)]
        more = message.get("more_body", False)
    return messages, bytes(head)
