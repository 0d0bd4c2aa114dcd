"""The messenger under `/app/`: the files that Vite built, as they lie on the disk, already compressed.

The page is asked about each time; everything below `assets/` is named for its content and never expires. Addresses
inside the messenger stand behind `#`, so which chat or channel is open never reaches this server.
"""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
import re
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from jaga.core.errors import NotFound
from jaga.core.text import Text
from jaga.web.assets import FOREVER
from jaga.web.open.cache import has

BUNDLE = Path(__file__).parent / "bundle"
PAGE = "index.html"
STATEMENT = "/.well-known/jaga/web-bundle.json"
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""What was written beside each file, in the order of our liking."""

_INTEGRITY_OF_MODULES = re.compile(rb'<script type="importmap">(.*?)</script>', re.DOTALL)
# As everywhere, and beyond it only what the encryption needs: its WebAssembly, and addresses of what it decrypted. The
# one thing inline is the page's statement of what its modules must be, which a page can only say inline.
_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{stated}; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_TYPES = {".js": "text/javascript", ".wasm": "application/wasm", ".webmanifest": "application/manifest+json"}


class NotBuilt(NotFound):
    code = "messenger_not_built"
    text = Text(
        id="Aplikasi pesan belum dibangun di server ini: jalankan `make setup` dengan Node. Aplikasi Matrix lain "
        "tetap dapat dipakai.",
        en="The messenger has not been built on this server: run `make setup` with Node. Other Matrix apps work.",
    )


def integrity(sha256: bytes) -> str:
    """A file's digest as W3C Subresource Integrity 3.5 writes it."""
    return f"sha256-{b64encode(sha256).decode()}"


@dataclass(frozen=True, slots=True)
class Built:
    """One file of the bundle and the compressed forms that lie beside it."""

    path: Path
    media_type: str
    sha256: bytes
    forms: frozenset[str]

    @property
    def etag(self) -> str:
        return f'"{self.sha256.hex()[:32]}"'

    @property
    def integrity(self) -> str:
        return integrity(self.sha256)

    def form_for(self, accepted: str) -> str | None:
        """The name of the encoding to send, or None for the file as it is."""
        offered = {part.split(";")[0].strip() for part in accepted.split(",")}
        return next((name for name in ENCODINGS if name in self.forms and name in offered), None)

    def file_of(self, form: str | None) -> Path:
        return self.path if form is None else self.path.with_name(self.path.name + ENCODINGS[form])


@lru_cache(maxsize=1)
def bundle() -> dict[str, Built]:
    """Every file by its name below `/app/`; empty where nothing was built."""
    known = {path.relative_to(BUNDLE).as_posix(): path for path in BUNDLE.rglob("*") if path.is_file()}
    return {
        name: Built(
            path,
            _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
            hashlib.sha256(path.read_bytes()).digest(),
            frozenset(form for form, ending in ENCODINGS.items() if name + ending in known),
        )
        for name, path in known.items()
        if path.suffix not in ENCODINGS.values()
    }


@lru_cache(maxsize=1)
def policy() -> str:
    """The Content-Security-Policy of everything below `/app/`."""
    found = _INTEGRITY_OF_MODULES.search(bundle()[PAGE].path.read_bytes())
    stated = f" '{integrity(hashlib.sha256(found[1]).digest())}'" if found else ""
    return _POLICY.format(stated=stated)


def is_built() -> bool:
    return PAGE in bundle()


@get(["/app", "/app/{name:path}"], include_in_schema=False)
async def messenger_file(request: Request[Any, Any, Any], name: FromPath[str] = PAGE) -> Response[bytes]:
    if not is_built():
        raise NotBuilt
    built = bundle().get(name.lstrip("/"))
    if built is None:
        raise NotFound
    headers = {
        "Content-Security-Policy": policy(),
        "Cache-Control": FOREVER if name.lstrip("/").startswith("assets/") else "no-cache",
        "ETag": built.etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if has(request, built.etag):
        return Response(b"", status_code=304, headers=headers, media_type=built.media_type)
    form = built.form_for(request.headers.get("accept-encoding", ""))
    if form is not None:
        headers["Content-Encoding"] = form
    body = await asyncio.to_thread(built.file_of(form).read_bytes)
    return Response(body, media_type=built.media_type, headers=headers)


def integrity_of_bundle() -> dict[str, str]:
    """The integrity value of every file by its name. Raises `NotBuilt`."""
    if not is_built():
        raise NotBuilt
    return {name: built.integrity for name, built in sorted(bundle().items())}


@get(STATEMENT, include_in_schema=False)
async def statement() -> Response[dict[str, Any]]:
    """What is served below `/app/`, for `jaga verify-web` and whoever watches us."""
    return Response({"base": "/app/", "files": integrity_of_bundle()}, headers={"Cache-Control": "no-cache"})


routes = [messenger_file, statement]
