"""Uploads: the first bytes are looked at while the rest still streams, and what is not encrypted goes no further."""

from __future__ import annotations

from collections import deque

from jaga.web.asgi import Message, Receive, Scope, Send
from jaga.web.front_door_answers import not_encrypted
from jaga.web.front_door_ciphertext import HEAD_BYTES, clear_format
from jaga.web.front_door_match import Passed
from jaga.web.front_door_reading import Exchange


async def exchange_upload(
    passed: Passed, scope: Scope, receive: Receive, send: Send, *, exchange: Exchange
) -> None:
    """Pass the upload on unless it can be told that it is clear; nothing is held but its first messages."""
    begun, head = await _beginning(receive)
    if mime := clear_format(head):
        await not_encrypted(mime, send)
        return

    async def receive_resumed() -> Message:
        return begun.popleft() if begun else await receive()

    await exchange(passed, scope, receive_resumed, send)


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
