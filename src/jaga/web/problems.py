"""The one place where refusals become HTTP: RFC 9457 problem documents with a stable `code`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from jaga.core.errors import (
    Conflict,
    Gone,
    JagaError,
    MalformedInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    TooLarge,
    TooMany,
    Unavailable,
)
from jaga.core.text import Text
from jaga.web.language import language_of
from jaga.web.look import page, wants_page

log = structlog.get_logger(__name__)

_STATUS: tuple[tuple[type[JagaError], HTTPStatus], ...] = (
    (MalformedInput, HTTPStatus.BAD_REQUEST),
    (NotAuthenticated, HTTPStatus.UNAUTHORIZED),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Gone, HTTPStatus.GONE),
    (Conflict, HTTPStatus.CONFLICT),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
RETRY_AFTER = "2"
_OURS = Text(
    id="Terjadi kesalahan di pihak kami. Coba lagi; bila berulang, beri tahu operator.",
    en="Something went wrong on our side. Try again; if it stays, tell the operator.",
)
_TITLE = Text(id="Ini tidak berhasil", en="This did not work")
_TITLES = {
    HTTPStatus.BAD_REQUEST: Text(id="Permintaan tidak dapat dipahami", en="The request cannot be understood"),
    HTTPStatus.UNAUTHORIZED: Text(id="Masuk dahulu", en="Sign in first"),
    HTTPStatus.FORBIDDEN: Text(id="Ini tidak diizinkan", en="This is not allowed"),
    HTTPStatus.NOT_FOUND: Text(id="Tidak ada apa-apa di sini", en="There is nothing here"),
    HTTPStatus.GONE: Text(id="Ini sudah tidak ada lagi", en="This is not here any more"),
    HTTPStatus.CONFLICT: Text(id="Keadaannya sudah berubah", en="The state has changed"),
    HTTPStatus.TOO_MANY_REQUESTS: Text(id="Terlalu sering", en="Too often"),
    HTTPStatus.SERVICE_UNAVAILABLE: Text(id="Sedang tidak tersedia", en="Not available at the moment"),
    HTTPStatus.INTERNAL_SERVER_ERROR: Text(
        id="Terjadi kesalahan di pihak kami", en="Something went wrong on our side"
    ),
}


def status_of(error: JagaError) -> HTTPStatus:
    return next(
        (status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR
    )


def problem(
    status: int, code: str, detail: str, fields: Mapping[str, object] | None = None
) -> Response[dict[str, object]]:
    """`fields` become extension members of the document (RFC 9457 3.2)."""
    body: dict[str, object] = {
        "type": f"urn:jaga:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
    }
    headers = {"Retry-After": RETRY_AFTER} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Response(
        {**(fields or {}), **body}, status_code=status, media_type="application/problem+json", headers=headers
    )


def refusal(request: Request[Any, Any, Any], error: JagaError) -> Response[Any]:
    public = {
        name: value for name, value in error.fields.items() if isinstance(value, str | int | list | dict)
    }
    return _answer(request, status_of(error), error.code, error.message(language_of(request)), public)


def framework_refusal(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework refuses before our code runs: unknown paths, wrong methods, bodies that do not parse."""
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_").replace("-", "_")
    fields: dict[str, object] = {"errors": error.extra} if isinstance(error.extra, list) else {}
    return _answer(
        request, error.status_code, code, error.detail or HTTPStatus(error.status_code).phrase, fields
    )


def our_fault(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Anything unforeseen: the cause goes to the log, a plain sentence to the caller."""
    log.error("unforeseen", path=request.scope["path"], error=type(error).__name__, exc_info=error)
    return _answer(request, HTTP_500_INTERNAL_SERVER_ERROR, "internal", _OURS.in_(language_of(request)), {})


def _answer(
    request: Request[Any, Any, Any], status: int, code: str, detail: str, fields: Mapping[str, object]
) -> Response[Any]:
    """A page for somebody who looks at one, the problem document for every program."""
    if not wants_page(request):
        return problem(status, code, detail, fields)
    known = HTTPStatus(status)
    answer = page(
        request,
        "problem.html",
        status=status,
        answer=int(status),
        code=code,
        title=_TITLES.get(known, _TITLE),
        detail=detail,
    )
    if known == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = RETRY_AFTER
    return answer
