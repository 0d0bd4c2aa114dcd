"""ASGI's own types, and the headers that every answer of ours carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# Nothing is loaded from elsewhere, nothing runs that is not a file of ours, nobody frames us.
_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
CONTENT_SECURITY_POLICY = "; ".join(_POLICY)

_ALWAYS: dict[bytes, bytes] = {
    b"content-security-policy": CONTENT_SECURITY_POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
}
_OVER_TLS = {b"strict-transport-security": b"max-age=31536000"}


class SecurityHeaders:
    """Middleware: adds each header that the application did not set itself."""

    def __init__(self, app: Application, *, public_url: str) -> None:
        self._app = app
        self._headers = _ALWAYS | (_OVER_TLS if public_url.startswith("https:") else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # No coroutine of its own: a follower's stream goes through here with each piece.
        def send_with_headers(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                given: Headers = [(bytes(name).lower(), value) for name, value in message.get("headers", [])]
                names = {name for name, _ in given}
                added = [pair for pair in self._headers.items() if pair[0] not in names]
                message["headers"] = [*given, *added]
            return send(message)

        await self._app(scope, receive, send_with_headers)


class HearsOut:
    """Middleware: a request that is refused early is still read to its end, within reason.

    A server that answers while the client is still sending closes the connection on it, and the client may see that
    instead of the refusal (RFC 9112 9.6). What is longer than `limit` bytes, or of unknown length, is cut off.
    """

    def __init__(self, app: Application, *, limit: int = 262_144) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        unread = scope["type"] == "http" and 0 < _declared_length(scope) <= self._limit

        async def noting() -> Message:
            nonlocal unread
            message = await receive()
            unread = unread and bool(message.get("more_body", False))
            return message

        async def hear_out_and_send(message: Message) -> None:
            while unread:
                await noting()
            await send(message)

        def answering(message: Message) -> Awaitable[None]:
            return hear_out_and_send(message) if unread else send(message)

        await self._app(scope, noting, answering)


def _declared_length(scope: Scope) -> int:
    length = next((value for name, value in scope["headers"] if name.lower() == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0
