"""Telegram's Bot API at `/bot<token>/<method>`: existing bot libraries work with another base URL.

https://core.telegram.org/bots/api#making-requests. Answers are Telegram's: `{"ok": true, "result": …}` or
`{"ok": false, "error_code": …, "description": …}`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Request, Response, route
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException, SerializationException
from litestar.params import FromPath

from jaga.channels.bot import BotUnknown
from jaga.channels.bot_fields import MOST_FILES, BadCall, Fields
from jaga.core.errors import JagaError, TooMany
from jaga.web.asgi import Application, Receive, Scope, Send
from jaga.web.problems import RETRY_AFTER, status_of
from jaga.web.services import Services

log = structlog.get_logger(__name__)

_INNER = "/bot-api"
_CHUNK = 65_536
# Ten files of an album and their words; each file is bounded again where it is kept.
_BODY_LIMIT = (MOST_FILES + 1) * 52_428_800
# Where the Bot API has no word for a status, its libraries know these.
_STATUS = {HTTPStatus.NOT_FOUND: 400, HTTPStatus.CONFLICT: 400, HTTPStatus.REQUEST_ENTITY_TOO_LARGE: 413}
_PHRASES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "Too Many Requests",
}


class BotPaths:
    """`/bot123:abc/getMe` names a token inside a path segment; routes know whole segments only."""

    def __init__(self, inner: Application) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/bot") and path[4:5].isdigit():
            inner_path = f"{_INNER}/{path[4:]}"
            scope = {**scope, "path": inner_path, "raw_path": inner_path.encode()}
        await self._inner(scope, receive, send)


class _Upload:
    """A file of a multipart form."""

    def __init__(self, upload: UploadFile) -> None:
        self._upload = upload

    @property
    def name(self) -> str:
        return self._upload.filename or "file"

    @property
    def declared_type(self) -> str:
        return self._upload.content_type

    async def chunks(self) -> AsyncIterator[bytes]:
        while chunk := await self._upload.read(_CHUNK):
            yield chunk


def _failed(
    status: int, description: str, parameters: Mapping[str, int] | None = None
) -> Response[dict[str, Any]]:
    prefix = _PHRASES.get(status)
    words = f"{prefix}: {description}" if prefix and description != prefix else description
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": words}
    if parameters:
        body["parameters"] = dict(parameters)
    return Response(body, status_code=status)


def _refusal(_: Request[Any, Any, Any], error: JagaError) -> Response[dict[str, Any]]:
    status = int(_STATUS.get(status_of(error), status_of(error)))
    wait = error.fields.get("seconds") if isinstance(error, TooMany) else None
    if isinstance(wait, int):
        return _failed(status, f"retry after {wait}", {"retry_after": wait})
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _failed(status, error.message("en"), {"retry_after": int(RETRY_AFTER)})
    return _failed(status, error.message("en"))


def _framework_refusal(_: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    return _failed(error.status_code, error.detail)


def _our_fault(_: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    log.error("unforeseen", area="bots", error=type(error).__name__, exc_info=error)
    return _failed(500, "Internal Server Error")


@route(
    f"{_INNER}/{{token:str}}/{{method:str}}",
    http_method=["GET", "POST"],
    request_max_body_size=_BODY_LIMIT,
    exception_handlers={JagaError: _refusal, HTTPException: _framework_refusal, Exception: _our_fault},
    include_in_schema=False,
)
async def call(
    request: Request[Any, Any, Any],
    token: FromPath[str],
    method: FromPath[str],
    services: NamedDependency[Services],
) -> Response[dict[str, Any]]:
    """The token is looked at before the body, so that strangers cost nothing."""
    try:
        bot = await services.bot_api.bot_of(token)
    except BotUnknown:
        return _failed(401, "Unauthorized")
    if not services.bot_api.knows(method):
        return _failed(404, "method not found")
    result = await services.bot_api.call(bot, method, await _fields(request))
    return Response({"ok": True, "result": result}, status_code=200)


async def _fields(request: Request[Any, Any, Any]) -> Fields:
    if request.method == "GET":
        return Fields(dict(request.query_params))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            body = await request.json()
        except SerializationException:
            raise BadCall(why="can't parse JSON object") from None
        if not isinstance(body, Mapping):
            raise BadCall(why="can't parse JSON object")
        return Fields(body)
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return Fields(dict(request.query_params))
    form = await request.form()
    files = {name: _Upload(value) for name, value in form.items() if isinstance(value, UploadFile)}
    return Fields({name: value for name, value in form.items() if name not in files}, files)


routes = [call]
