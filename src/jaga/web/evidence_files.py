"""`/desk/api/v1/evidence/{id}/files/{media}`: pictures and files of opened evidence, for the desk's pages and scripts.

Whoever opened the evidence and said what for gets its files for a quarter of an hour; each look is on record. What is
shown in place is only ever the thumbnail that our own decoder drew; the file as it was sent is a download.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from jaga.cases.errors import UnknownEvidence
from jaga.cases.notice import MOST_DISCLOSED
from jaga.cases.staff import Staff
from jaga.core.ids import EvidenceId, MediaId
from jaga.web.services import Services

_HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


@get("/desk/api/v1/evidence/{id:str}/files/{media:str}")
async def show_file(
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    id: FromPath[str],
    media: FromPath[str],
) -> Response[Any]:
    """The file as its author sent it: always a download, whatever it calls itself."""
    file = await services.desk.access_evidence_file(staff, EvidenceId.parse(id), MediaId.parse(media))
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    return await _sent(services.desk.read_file(file.sha256), "application/octet-stream", disposition)


@get("/desk/api/v1/evidence/{id:str}/files/{media:str}/thumbnail")
async def show_thumbnail(
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    id: FromPath[str],
    media: FromPath[str],
) -> Response[Any]:
    file = await services.desk.access_evidence_file(staff, EvidenceId.parse(id), MediaId.parse(media))
    if file.thumbnail_sha256 is None:
        raise UnknownEvidence
    return await _sent(services.desk.read_file(file.thumbnail_sha256), "image/webp", "inline")


@get("/desk/api/v1/evidence/{id:str}/photos/{number:int}")
async def show_photo(
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    id: FromPath[str],
    number: FromPath[int],
) -> Response[bytes]:
    """The photo that a participant disclosed, as it came: always a download."""
    picture = await services.desk.access_disclosed_picture(staff, EvidenceId.parse(id), _place(number))
    return _whole(picture.content, "application/octet-stream", f"attachment; filename=photo-{number}.jpg")


@get("/desk/api/v1/evidence/{id:str}/photos/{number:int}/thumbnail")
async def show_photo_thumbnail(
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    id: FromPath[str],
    number: FromPath[int],
) -> Response[bytes]:
    picture = await services.desk.access_disclosed_picture(staff, EvidenceId.parse(id), _place(number))
    return _whole(picture.thumbnail, "image/webp", "inline")


def _place(number: int) -> int:
    if not 0 <= number < MOST_DISCLOSED:
        raise UnknownEvidence
    return number


def _whole(content: bytes, mime: str, disposition: str) -> Response[bytes]:
    return Response(content, headers={**_HEADERS, "Content-Disposition": disposition}, media_type=mime)


async def _sent(pieces: Iterator[bytes], mime: str, disposition: str) -> Response[Any]:
    """The first piece is read before the answer begins, so that a missing file is still an honest 404."""
    try:
        first = await asyncio.to_thread(next, pieces, b"")
    except FileNotFoundError:
        raise UnknownEvidence from None
    headers = {**_HEADERS, "Content-Type": mime, "Content-Disposition": disposition}
    return Stream(_rest(first, pieces), headers=headers, media_type=mime)


async def _rest(first: bytes, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while first:
        yield first
        first = await asyncio.to_thread(next, pieces, b"")


routes = [show_file, show_thumbnail, show_photo, show_photo_thumbnail]
