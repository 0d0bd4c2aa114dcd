"""The officer's own client of the direct line: signs and sends, anywhere, with nothing but a key and an address."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from jaga.core.clock import utc_now
from jaga.core.errors import Conflict, MalformedInput, NotAllowed, Unavailable
from jaga.core.files import write_private
from jaga.core.text import Language, Text
from jaga.liaison.signature import sign_request

SUBMISSIONS = "/liaison/v1/submissions"
VISITS = "/liaison/v1/visits"
LEDGER_KEY = "/.well-known/jaga/ledger.vkey"
_LARGEST_ANSWER = 5_000_000
_ATTEMPTS = 4
_PAUSE = timedelta(seconds=2)
_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)


class KeyExists(Conflict):
    code = "key_exists"
    text = Text(
        id="{path} sudah ada dan tidak ditimpa. Pilih nama lain.",
        en="{path} exists already and is not overwritten. Choose another name.",
    )


class KeyUnreadable(MalformedInput):
    code = "key_unreadable"
    text = Text(
        id="{path} bukan kunci rahasia Ed25519 yang dapat dibaca. Buat dengan `jaga line keygen`.",
        en="{path} is not an Ed25519 private key that can be read. Make one with `jaga line keygen`.",
    )


class AddressUnusable(MalformedInput):
    code = "address_unusable"
    text = Text(
        id="{url} bukan alamat layanan seperti https://chat.example.",
        en="{url} is not a service's address such as https://chat.example.",
    )


class LineUnreachable(Unavailable):
    code = "line_unreachable"
    text = Text(
        id="Saluran langsung di {url} tidak dapat dihubungi. Kirim ulang berkas yang sama; berkas itu tidak akan "
        "tercatat dua kali.",
        en="The direct line at {url} cannot be reached. Send the same file again; it will not be recorded twice.",
    )


class TurnedAway(NotAllowed):
    """The server's own refusal, in its own words."""

    code = "turned_away"
    text = Text(id="Ditolak ({problem}): {detail}", en="Turned away ({problem}): {detail}")


def make_key(prefix: Path) -> tuple[Path, Path]:
    """A new key: `PREFIX.key` (mode 600) and `PREFIX.pub`. Raises `KeyExists`."""
    private, public = prefix.with_name(f"{prefix.name}.key"), prefix.with_name(f"{prefix.name}.pub")
    for path in (private, public):
        if path.exists():
            raise KeyExists(path=str(path))
    key = Ed25519PrivateKey.generate()
    write_private(private, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def load_key(path: Path) -> Ed25519PrivateKey:
    """Raises `KeyUnreadable`."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyUnreadable(path=str(path)) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnreadable(path=str(path))
    return key


def is_exposed(path: Path) -> bool:
    """Whether others on this machine could have copied the key."""
    return bool(path.stat().st_mode & 0o077)


def base_of(url: str) -> str:
    """The service's address, whether given bare or with the direct line's path. Raises `AddressUnusable`."""
    base = url.strip().rstrip("/").removesuffix(SUBMISSIONS)
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise AddressUnusable(url=url)
    return base


@dataclass(frozen=True, slots=True)
class Signed:
    """A request, ready to be sent by whatever sends HTTP."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True)
class LineClient:
    url: str
    officer: str
    key: Ed25519PrivateKey = field(repr=False)
    language: Language

    def sign(self, method: str, path: str, body: bytes | None = None) -> Signed:
        url = base_of(self.url) + path
        headers = sign_request(
            method=method,
            url=url,
            body=body,
            key_id=self.officer,
            private_key=self.key,
            nonce=secrets.token_urlsafe(18),
            now=utc_now(),
        )
        headers |= {"Accept-Language": self.language}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        return Signed(method, url, headers, body)

    async def send(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        """The answer; raises `TurnedAway` with the server's reason, or `LineUnreachable`.

        Where the service asks for patience the request is signed anew and repeated: what it recorded already, it knows.
        """
        for _ in range(_ATTEMPTS - 1):
            status, raw = await self._send_once(self.sign(method, path, body))
            if status != HTTPStatus.SERVICE_UNAVAILABLE:
                return self._understood(status, raw)
            await asyncio.sleep(_PAUSE.total_seconds())
        return self._understood(*await self._send_once(self.sign(method, path, body)))

    async def _send_once(self, signed: Signed) -> tuple[int, bytes]:
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.request(
                    signed.method, signed.url, headers=signed.headers, data=signed.body, allow_redirects=False
                ) as answer,
            ):
                return answer.status, await _read(answer.content)
        except (aiohttp.ClientError, OSError):
            raise LineUnreachable(url=self.url) from None

    def _understood(self, status: int, raw: bytes) -> dict[str, Any]:
        try:
            answer = msgspec.json.decode(raw, type=dict[str, Any])
        except msgspec.MsgspecError:
            raise LineUnreachable(url=self.url) from None
        if status not in (200, 202):
            raise TurnedAway(problem=answer.get("code", status), detail=answer.get("detail", ""))
        return answer

    async def ledger_key(self) -> str | None:
        """The ledger's public key as the service publishes it; None where it does not answer."""
        try:
            async with (
                aiohttp.ClientSession(timeout=_TIMEOUT) as session,
                session.get(base_of(self.url) + LEDGER_KEY) as answer,
            ):
                return await answer.text() if answer.status == 200 else None
        except (TimeoutError, aiohttp.ClientError, OSError):
            return None


async def _read(content: aiohttp.StreamReader) -> bytes:
    """All of an answer that is of any sensible size; what is longer will not be understood."""
    raw = b""
    async for chunk in content.iter_chunked(65_536):
        raw += chunk
        if len(raw) > _LARGEST_ANSWER:
            break
    return raw
