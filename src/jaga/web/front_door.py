"""The front door: the only public port, one origin for everything.

`/_matrix` and `/_synapse` are looked up in the route table and, where it says so, streamed to the sealed side's unix
socket and back. Everything else is the open side's. What Synapse would keep as it came is held against its shape
first; nothing is kept or logged here, and the client's address is not passed on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any, assert_never
from urllib.parse import unquote_to_bytes

import aiohttp
import structlog
from yarl import URL

from jaga.channels.profile import PublicNames
from jaga.channels.profile_picture import PublicPictures
from jaga.core.errors import TooMany
from jaga.web.asgi import Application, HearsOut, Message, Receive, Scope, SecurityHeaders, Send
from jaga.web.front_door_answers import (
    CORS,
    limited,
    preflight,
    refusal,
    send_json,
    unavailable,
    well_known_client,
)
from jaga.web.front_door_match import Closed, Passed, RouteTable, TooLong, Unknown, WrongMethod
from jaga.web.front_door_names import exchange_name
from jaga.web.front_door_pictures import (
    PictureDoor,
    SealedSideSilent,
    exchange_candidate,
    exchange_choice,
    exchange_picture,
)
from jaga.web.front_door_reading import exchange_checked
from jaga.web.front_door_routes import ROUTES
from jaga.web.front_door_rows import (
    Pass,
    PassChecked,
    PassName,
    PassPicture,
    PassPictureChoice,
    PassSignIn,
    PassUpload,
    PassUploadOrPicture,
)
from jaga.web.front_door_sign_ins import SignIns
from jaga.web.front_door_sign_outs import EndSessions, SignOutDoor
from jaga.web.front_door_split import socket_for
from jaga.web.front_door_uploads import exchange_upload

log = structlog.get_logger(__name__)

_MATRIX_SIDE = frozenset({b"_matrix", b"_synapse"})
_WELL_KNOWN = "/.well-known/matrix/client"
_CHUNK = 65_536
_KEEP_ALIVE_SECONDS = 20  # Synapse closes idle connections after 60

# What the sealed side needs to know of a request. Not: addresses, user agents, cookies, languages, origins.
_REQUEST_HEADERS = (b"authorization", b"content-type", b"content-length", b"if-none-match", b"range")
# Synapse insists on an address; it gets the same one for everybody (see `jaga.homeserver.configuration`).
_NO_ADDRESS = {"x-forwarded-for": "0.0.0.0", "x-forwarded-proto": "https"}
_ANSWER_HEADERS = frozenset(
    {
        *("content-type", "content-length", "content-disposition", "content-range", "accept-ranges"),
        *("content-security-policy", "cross-origin-resource-policy", "x-content-type-options"),
        *("cache-control", "etag", "last-modified", "retry-after", "www-authenticate"),
    }
)


class FrontDoor:
    """An ASGI application that guards the sealed side's routes and hands all others to `inner`."""

    def __init__(
        self,
        inner: Application,
        *,
        homeserver_sockets: Sequence[Path],
        public_url: str,
        media_limit_bytes: int,
        names: PublicNames,
        pictures: PublicPictures,
        end_sessions: EndSessions,
    ) -> None:
        self._inner = HearsOut(SecurityHeaders(inner, public_url=public_url))
        self._public_url = public_url
        self._names = names
        self._sign_ins = SignIns()
        self._table = RouteTable(ROUTES)
        self._sealed_side = SealedSideProxy(homeserver_sockets, media_limit_bytes)
        self._pictures = PictureDoor(pictures, self._sealed_side.ask)
        self._sign_outs = SignOutDoor(self._sealed_side.ask, end_sessions)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
        elif scope["type"] == "http" and _first_segment(scope) in _MATRIX_SIDE:
            await self._matrix(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == _WELL_KNOWN:
            await well_known_client(scope["method"], self._public_url, send)
        else:
            await self._inner(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._inner(scope, receive, send)
        finally:
            await self._sealed_side.close()

    async def _matrix(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await preflight(send)
            return
        match self._table.match(scope["method"], scope["raw_path"].partition(b"?")[0], scope["query_string"]):
            case Passed(then=Pass(signs_out=True)) as passed:
                await self._sign_out(passed, scope, receive, send)
            case Passed() as passed:
                await self._pass(passed, scope, receive, send)
            case Closed(because):
                await refusal(because, send)
            case Unknown():
                await send_json(send, 404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"})
            case WrongMethod(allowed):
                body: dict[str, object] = {
                    "errcode": "M_UNRECOGNIZED",
                    "error": "Wrong method for this route",
                }
                await send_json(send, 405, body, [(b"allow", ", ".join(allowed).encode())])
            case TooLong():
                await send_json(send, 414, {"errcode": "M_TOO_LARGE", "error": "The address is too long"})
            case never:
                assert_never(never)

    async def _sign_out(self, passed: Passed, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            ending = await self._sign_outs.ending(passed, scope, send)
        except SealedSideSilent:
            await unavailable(send, 503)
        else:
            await self._pass(passed, scope, receive, ending)

    async def _pass(self, passed: Passed, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = self._sealed_side.exchange
        match passed.then:
            case PassSignIn() as then:
                try:
                    self._sign_ins.count(scope.get("client"))
                except TooMany as error:
                    await limited(error, send)
                else:
                    await exchange_checked(passed, then, scope, receive, send, exchange=exchange)
            case PassChecked() as then:
                await exchange_checked(passed, then, scope, receive, send, exchange=exchange)
            case PassName():
                await exchange_name(passed, scope, receive, send, names=self._names, exchange=exchange)
            case PassPicture():
                await exchange_picture(passed, scope, receive, send, door=self._pictures)
            case PassPictureChoice():
                await exchange_choice(passed, scope, receive, send, door=self._pictures, exchange=exchange)
            case PassUploadOrPicture() if self._sealed_side.takes(passed, scope):
                picture = partial(exchange_candidate, door=self._pictures)
                await exchange_upload(passed, scope, receive, send, exchange=exchange, picture=picture)
            case PassUpload() if self._sealed_side.takes(passed, scope):
                await exchange_upload(passed, scope, receive, send, exchange=exchange, picture=None)
            case _:
                await exchange(passed, scope, receive, send)


class SealedSideProxy:
    """Streams requests to Synapse's unix sockets and the answers back, holding no body in memory."""

    def __init__(self, sockets: Sequence[Path], media_limit_bytes: int) -> None:
        """`sockets`: of the main process first, then of its workers."""
        self._sockets = sockets
        self._media_limit = media_limit_bytes
        self._sessions: dict[Path, aiohttp.ClientSession] = {}

    async def exchange(self, passed: Passed, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. It is given up as soon as the client goes away, a held `/sync` too."""
        body = _Body(receive, scope["headers"], limit=passed.then.body_limit or self._media_limit)
        if body.declared > body.limit:
            await _too_large(send)
            return
        exchange = asyncio.ensure_future(self._stream(passed, scope, body, send))
        gone = asyncio.ensure_future(body.until_client_is_gone())
        try:
            await asyncio.wait({exchange, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Also when the server itself gives this request up: neither may outlive it.
            gone.cancel()
            if not exchange.done():
                exchange.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await exchange

    def takes(self, passed: Passed, scope: Scope) -> bool:
        """Whether the body is not too long, by what the client says of it; if it is, no byte of it is waited for."""
        return _declared_length(scope["headers"]) <= (passed.then.body_limit or self._media_limit)

    async def ask(
        self, passed: Passed, scope: Scope, method: str, path: str, body: bytes = b"", content_type: str = ""
    ) -> tuple[int, dict[str, Any]]:
        """A small request of our own with the client's token. Raises `SealedSideSilent`."""
        given = [(name, value) for name, value in scope["headers"] if name == b"authorization"]
        headers = _request_headers(passed, given) | ({"content-type": content_type} if content_type else {})
        url = URL.build(scheme="http", host="sealed", path=path)
        try:
            async with self._client(self._sockets[0]).request(
                method, url, headers=headers, data=body or None
            ) as answer:
                content = await answer.json(content_type=None)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise SealedSideSilent from error
        return answer.status, content if isinstance(content, dict) else {}

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()

    async def _stream(self, passed: Passed, scope: Scope, body: _Body, send: Send) -> None:
        started = False
        try:
            async with self._request(passed, scope, body) as answer:
                headers = [
                    (name.lower().encode("latin-1"), value.encode("latin-1"))
                    for name, value in answer.headers.items()
                    if name.lower() in _ANSWER_HEADERS
                ]
                started = True
                await send(
                    {
                        "type": "http.response.start",
                        "status": answer.status,
                        "headers": [*headers, *CORS],
                    }
                )
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (aiohttp.ClientError, OSError) as error:
            if body.is_cut_short:
                return
            if body.is_too_large:
                await _too_large(send)
                return
            log.warning("sealed side did not answer", error=type(error).__name__)
            if started:
                raise  # half an answer must not look like a whole one
            await unavailable(send, 503 if isinstance(error, aiohttp.ClientConnectorError) else 502)

    def _request(
        self, passed: Passed, scope: Scope, body: _Body
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        url = URL.build(
            scheme="http", host="sealed", path=passed.path, query_string=passed.query, encoded=True
        )
        member = dict(scope["headers"]).get(b"authorization", b"")
        return self._client(socket_for(passed.path, member, self._sockets)).request(
            scope["method"],
            url,
            headers=_request_headers(passed, scope["headers"]),
            data=body.chunks() if body.exists else None,
            allow_redirects=False,
        )

    def _client(self, socket: Path) -> aiohttp.ClientSession:
        """Made on first use, since it belongs to the running event loop."""
        if socket not in self._sessions:
            self._sessions[socket] = aiohttp.ClientSession(
                connector=aiohttp.UnixConnector(
                    path=str(socket), limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS
                ),
                timeout=aiohttp.ClientTimeout(total=None, connect=5),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                read_bufsize=_CHUNK,
                skip_auto_headers={"User-Agent", "Accept", "Accept-Encoding", "Content-Type"},
                trust_env=False,
            )
        return self._sessions[socket]


class _Body:
    """A request's body as it arrives, and the news that the client went away."""

    def __init__(self, receive: Receive, headers: Iterable[tuple[bytes, bytes]], *, limit: int) -> None:
        given = dict(headers)
        self.declared = _declared_length(headers)
        self.exists = self.declared > 0 or b"transfer-encoding" in given
        self.limit = limit
        self.is_too_large = False
        self.is_cut_short = False
        self._receive = receive
        self._read = asyncio.Event()
        if not self.exists:
            self._read.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, once. Ends in an error when it is cut short or too large, so that no part passes for the whole."""
        size, more = 0, True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.is_cut_short = True
                raise ConnectionResetError
            size += len(message["body"])
            self.is_too_large = size > self.limit
            if self.is_too_large:
                raise ConnectionAbortedError
            more = message.get("more_body", False)
            yield message["body"]
        self._read.set()

    async def until_client_is_gone(self) -> None:
        """Returns when the client has closed its end. Only one reads at a time, so first comes the body."""
        await self._read.wait()
        message: Message = {"type": ""}
        while message["type"] != "http.disconnect":
            message = await self._receive()


def _first_segment(scope: Scope) -> bytes:
    """The first segment of the path as it was written, decoded; so `/%5fmatrix/...` comes to the table too."""
    return unquote_to_bytes(scope["raw_path"].partition(b"?")[0].split(b"/", 2)[1][:64])


def _declared_length(headers: Iterable[tuple[bytes, bytes]]) -> int:
    length = dict(headers).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _request_headers(passed: Passed, given: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers = dict(_NO_ADDRESS)
    headers |= {
        name.decode("ascii"): value.decode("latin-1") for name, value in given if name in _REQUEST_HEADERS
    }
    if passed.then.content_type is not None:
        headers["content-type"] = passed.then.content_type
    if passed.token is not None:
        headers.setdefault("authorization", f"Bearer {passed.token}")
    return headers


async def _too_large(send: Send) -> None:
    await send_json(
        send, 413, {"errcode": "M_TOO_LARGE", "error": "The body is larger than this server takes"}
    )
