"""Reads the event stream as a follower who comes back: what it says of a post must be the newest, and no removed word."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp

from jaga.app.reading_back import ReadBack
from jaga.cases.places import EffectNotSeen, Place, PostPlace

_PATIENCE = 3  # seconds; who is not told by then asks again with the next sweep
_LARGEST_LINE = 1_000_000
_SHOWN = frozenset({"post", "edit", "restored"})


@dataclass(frozen=True, slots=True)
class Said:
    """One event of the stream (WHATWG HTML 9.2)."""

    event: str
    data: dict[str, Any]


def as_expected(said: Said, place: PostPlace) -> bool:
    """Whether the newest event about a post tells followers what everybody else finds."""
    if place.readable:
        return said.event in _SHOWN and "text" in said.data
    return said.event not in _SHOWN and "text" not in said.data


@dataclass(frozen=True, slots=True)
class ReadAsFollower:
    """`jaga.cases.ports.ReadPublicly` by the event stream, resumed just before the newest event about the post."""

    door: ReadBack

    async def __call__(self, place: Place) -> None:
        if not isinstance(place, PostPlace) or not place.followed_from or not place.channel_open:
            return
        path = f"/api/v1/feed?channels={place.channel}"
        try:
            async with (
                asyncio.timeout(_PATIENCE),
                aiohttp.ClientSession(self.door.base, trust_env=False) as session,
            ):
                said = await self._newest(session, path, place)
        except (aiohttp.ClientError, ValueError, TimeoutError, OSError) as error:
            raise EffectNotSeen(path=path) from error
        if said is None or not as_expected(said, place):
            raise EffectNotSeen(path=path)

    async def _newest(self, session: aiohttp.ClientSession, path: str, place: PostPlace) -> Said | None:
        headers = self.door.headers | {"Last-Event-ID": place.followed_from}
        async with session.get(path, headers=headers, max_line_size=_LARGEST_LINE) as response:
            response.raise_for_status()
            async for said in _events(response.content):
                if said.data.get("id") == place.id:
                    return said
        return None


async def _events(lines: aiohttp.StreamReader) -> AsyncIterator[Said]:
    event = ""
    async for line in lines:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            event = value
        elif field == "data":
            yield Said(event, json.loads(value))
