"""`/api/v1/media`: uploads, and files that something readable shows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from jaga.channels.errors import MediaUnknown
from jaga.channels.member import Member
from jaga.channels.reading import File
from jaga.core.ids import MediaId, MemberId
from jaga.web.open.acting import actor_of
from jaga.web.open.cache import has
from jaga.web.services import Services

# Shown in place; everything else is a download, whatever it calls itself.
_INLINE = frozenset(
    {
        *("image/jpeg", "image/png", "image/webp", "image/gif"),
        *("video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "audio/mp4", "audio/wav", "audio/webm"),
    }
)
_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PIECE = 256 * 1024


@post("/api/v1/media", request_max_body_size=None)
async def upload(
    request: Request[Any, Any, Any], services: NamedDependency[Services], member: NamedDependency[Member]
) -> Response[dict[str, Any]]:
    """The raw body is the file; its type is found out, the header is only a claim."""
    size = request.headers.get("content-length", "")
    uploaded = await services.open_side.uploader.upload(
        actor_of(member),
        request.stream(),
        declared_type=_declared(request.headers.get("content-type", "")),
        declared_size=int(size) if size.isascii() and size.isdigit() else None,
    )
    return Response(
        {
            "id": uploaded.id,
            "sha256": uploaded.sha256,
            "size": uploaded.size,
            "mime": uploaded.mime,
            "width": uploaded.width,
            "height": uploaded.height,
            "thumbnail": uploaded.thumbnail,
            "unscannable": uploaded.unscannable,
        },
        status_code=201,
    )


@get("/api/v1/media/{id:str}")
async def show_media(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    id: FromPath[str],
) -> Response[Any]:
    file = await _access_file(services, id, visitor)
    return await _served(
        request,
        services.open_side.blobs.path(file.sha256),
        etag=f'"{file.sha256}"',
        headers=_headers(file.mime, file.file_name or _name(file)),
    )


@get("/api/v1/media/{id:str}/thumbnail")
async def show_thumbnail(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    id: FromPath[str],
) -> Response[Any]:
    file = await _access_file(services, id, visitor)
    if file.thumbnail_sha256 is None:
        raise MediaUnknown
    return await _served(
        request,
        services.open_side.blobs.path(file.thumbnail_sha256),
        etag=f'"{file.thumbnail_sha256}"',
        headers=_headers("image/webp", f"{file.id}.webp"),
    )


async def _access_file(services: Services, id: str, visitor: Member | None) -> File:
    """A file that something readable shows, or the visitor's own; raises `MediaUnknown`."""
    uploader = None if visitor is None else MemberId(visitor.id)
    file = await services.open_side.library.file(MediaId.parse(id), uploader=uploader)
    if file is None:
        raise MediaUnknown
    return file


async def _served(
    request: Request[Any, Any, Any], path: Path, *, etag: str, headers: dict[str, str]
) -> Response[Any]:
    """The file, a part of it (RFC 9110 14), or 304."""
    headers["ETag"] = etag
    if has(request, etag):
        return Response(b"", status_code=304, headers=headers, media_type=headers["Content-Type"])
    try:
        file, size = await asyncio.to_thread(_opened, path)
    except FileNotFoundError:
        raise MediaUnknown from None
    wanted = _range(request, size, etag)
    if wanted is None:
        return _stream(file, 0, size, 200, headers)
    start, end = wanted
    if start >= end:
        file.close()
        return Response(
            b"",
            status_code=416,
            headers=headers | {"Content-Range": f"bytes */{size}"},
            media_type=headers["Content-Type"],
        )
    partial = headers | {"Content-Range": f"bytes {start}-{end - 1}/{size}"}
    return _stream(file, start, end, 206, partial)


def _stream(file: BinaryIO, start: int, end: int, status: int, headers: dict[str, str]) -> Response[Any]:
    return Stream(
        _pieces(file, start, end),
        status_code=status,
        headers=headers | {"Content-Length": str(end - start)},
        media_type=headers["Content-Type"],
    )


async def _pieces(file: BinaryIO, start: int, end: int) -> AsyncIterator[bytes]:
    try:
        await asyncio.to_thread(file.seek, start)
        while start < end:
            piece = await asyncio.to_thread(file.read, min(_PIECE, end - start))
            if not piece:
                return
            start += len(piece)
            yield piece
    finally:
        file.close()


def _opened(path: Path) -> tuple[BinaryIO, int]:
    file = path.open("rb")
    return file, path.stat().st_size


def _range(request: Request[Any, Any, Any], size: int, etag: str) -> tuple[int, int] | None:
    """First byte and the one after the last; None for the whole file."""
    match = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or match.groups() == ("", "") or request.headers.get("if-range", etag) != etag:
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size if int(last) else 0
    return int(first), min(size, int(last) + 1) if last else size


def _headers(mime: str, name: str) -> dict[str, str]:
    inline = mime in _INLINE
    return {
        "Content-Type": mime if inline else "application/octet-stream",
        "Content-Disposition": f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        # Opened by itself, a file is nothing but a file: no script, no form, no place to be framed.
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "cross-origin",
        # May be kept, must be asked about: what is removed is gone at once.
        "Cache-Control": "no-cache",
        "Accept-Ranges": "bytes",
    }


def _name(file: File) -> str:
    return f"{file.id}.{file.mime.partition('/')[2]}" if file.mime in _INLINE else str(file.id)


def _declared(header: str) -> str:
    mime = header.partition(";")[0].strip().lower()
    return mime if _TYPE.fullmatch(mime) else "application/octet-stream"


routes = [upload, show_media, show_thumbnail]
