"""Finished answers over HTTP: named by their bytes, asked about each time."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from jaga.channels.answers import Answer
from jaga.web.open.shapes import json_bytes

JSON = "application/json"


def answered(
    request: Request[Any, Any, Any], answer: Answer, media_type: str, *, cross_origin: bool = True
) -> Response[bytes]:
    """200 with the answer, or 304 when the reader has it. `no-cache`: kept by anyone, asked about each time."""
    headers = {"ETag": answer.etag, "Cache-Control": "no-cache"}
    if cross_origin:  # public reading needs no cookie and gives none away
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if has(request, answer.etag):
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(answer.body, headers=headers, media_type=media_type)


def answered_json(request: Request[Any, Any, Any], shape: dict[str, Any]) -> Response[bytes]:
    return answered(request, Answer.of(json_bytes(shape)), JSON)


def has(request: Request[Any, Any, Any], etag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    return bool(given) and etag in {part.strip().removeprefix("W/") for part in given.split(",")}
