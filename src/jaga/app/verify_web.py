"""Whether the messenger that an address serves is the one that was built here, byte for byte.

What a server says of its own bundle proves nothing; the bundle beside this program, built from the sources, does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from jaga.core.errors import Conflict, Unavailable
from jaga.core.text import Text
from jaga.web.messenger import STATEMENT, integrity, integrity_of_bundle

_TIMEOUT = aiohttp.ClientTimeout(total=120, connect=10)
_LARGEST_FILE = 64_000_000
_MOST_FILES = 1_000


class OtherMessenger(Conflict):
    code = "other_messenger"
    text = Text(
        id="Aplikasi pesan di {url} bukan yang dibangun di sini: {name} {what}. Jangan masuk di sana sebelum jelas "
        "mengapa.",
        en="The messenger at {url} is not the one that was built here: {name} {what}. Do not sign in there before "
        "it is clear why.",
    )


class NothingToVerify(Unavailable):
    code = "nothing_to_verify"
    text = Text(
        id="{url} tidak memberi pernyataan tentang aplikasi pesannya ({reason}).",
        en="{url} gives no statement of its messenger ({reason}).",
    )


@dataclass(frozen=True, slots=True)
class Difference:
    name: str
    what: str


def first_difference(
    *, built: Mapping[str, str], stated: Mapping[str, str], served: Mapping[str, str]
) -> Difference | None:
    """The first file, by name, in which three lists of integrity values disagree."""
    for name in sorted(built.keys() | stated.keys()):
        if name not in stated:
            return Difference(name, "is missing there")
        if name not in built:
            return Difference(name, "does not exist here")
        if served.get(name) != stated[name]:
            return Difference(name, "is served otherwise than that server itself states")
        if stated[name] != built[name]:
            return Difference(name, "differs")
    return None


async def verify_web(url: str) -> int:
    """How many files were compared. Raises `OtherMessenger`, `NothingToVerify`, `NotBuilt`."""
    built = integrity_of_bundle()
    base = url.rstrip("/")
    async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=True) as session:
        try:
            stated = _parse(await _fetch(session, base + STATEMENT))
            # What was not built here is a difference already, whatever its address would give.
            served = {
                name: integrity(hashlib.sha256(await _fetch(session, f"{base}/app/{name}")).digest())
                for name in built
                if name in stated
            }
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NothingToVerify(url=url, reason=type(error).__name__) from None
    found = first_difference(built=built, stated=stated, served=served)
    if found is not None:
        raise OtherMessenger(url=url, name=found.name, what=found.what)
    return len(built)


def _parse(body: bytes) -> dict[str, str]:
    statement: Any = json.loads(body)
    files = statement.get("files") if isinstance(statement, dict) else None
    if not isinstance(files, dict) or len(files) > _MOST_FILES:
        raise ValueError("not a statement")
    return {str(name): str(integrity) for name, integrity in files.items()}


async def _fetch(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url, allow_redirects=False) as answer:
        answer.raise_for_status()
        body = await answer.content.read(_LARGEST_FILE)
        while not answer.content.at_eof():
            if len(body) >= _LARGEST_FILE:
                raise ValueError("too large")
            body += await answer.content.read(_LARGEST_FILE)
        return body
