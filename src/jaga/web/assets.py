"""Styles and scripts: read once, compressed once, under addresses that name their content and so never expire."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from jaga.core.errors import NotFound
from jaga.web.tokens import SHARED

STATIC = Path(__file__).parent / "static"
STYLE_ORDER = ("tokens.css", "base.css", "parts.css", "pages.css", "desk.css")
STYLE = "css/jaga.css"
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    gzipped: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Assets:
    """Everything below `/static`; `digest` changes when any of it does."""

    digest: str
    files: dict[str, Asset]

    def url(self, name: str) -> str | None:
        """The address of `name`; None for a script that has not been built, which every page can do without."""
        return f"/static/{self.digest}/{name}" if name in self.files else None


@lru_cache(maxsize=1)
def assets() -> Assets:
    files = dict(_files())
    content = hashlib.sha256()
    for name in sorted(files):
        content.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return Assets(content.hexdigest()[:12], {name: _asset(name, body) for name, body in files.items()})


def _files() -> Iterator[tuple[str, bytes]]:
    sheets = {path.name: path for folder in (STATIC / "css", SHARED) for path in folder.glob("*.css")}
    yield STYLE, b"\n".join(sheets[name].read_bytes() for name in STYLE_ORDER)
    for path in sorted(STATIC.rglob("*")):
        if path.is_file() and path.suffix in {".js", ".svg", ".png"}:
            yield path.relative_to(STATIC).as_posix(), path.read_bytes()


def _asset(name: str, body: bytes) -> Asset:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Asset(body, gzip.compress(body, mtime=0), media_type)


@get("/static/{digest:str}/{name:path}", sync_to_thread=False, include_in_schema=False)
def static_file(
    request: Request[Any, Any, Any], digest: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    known = assets()
    asset = known.files.get(name.lstrip("/"))
    if asset is None:
        raise NotFound
    # An older page may ask under an older digest: it is served, but not for ever.
    headers = {
        "Cache-Control": FOREVER if digest == known.digest else "no-cache",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            asset.gzipped, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"}
        )
    return Response(asset.body, media_type=asset.media_type, headers=headers)


routes = [static_file]
