"""Uploads: kept by what they contain, looked into before anyone may show them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from jaga.channels.errors import EmptyUpload, MediaTooLarge
from jaga.channels.ports import Actor, Standing
from jaga.channels.rates import Rate
from jaga.core.clock import Clock
from jaga.core.ids import MediaId
from jaga.detect.media import MediaReport, Picture, Undecodable
from jaga.detect.ports import Inspect

COST = 2
"""An upload weighs as much as so many posts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    id: MediaId
    sha256: str
    size: int
    mime: str
    width: int | None
    height: int | None
    thumbnail: bool
    unscannable: str | None
    """Why it could not be looked into. A post that shows it is held for a person."""


class Blobs(Protocol):
    """Files by the SHA-256 of what they contain."""

    async def receive(self, stream: AsyncIterator[bytes], *, limit: int) -> tuple[str, int]:
        """Digest and size, once the file is durable in its place. Raises `MediaTooLarge`; then nothing is left."""
        ...

    async def put(self, content: bytes) -> str: ...

    def path(self, sha256: str) -> Path: ...


class MediaStore(Protocol):
    async def writer(self, actor: Actor) -> Standing:
        """Raises `MemberUnknown`."""
        ...

    async def save(
        self, actor: Actor, uploaded: Uploaded, *, thumbnail_sha256: str | None, now: datetime
    ) -> None:
        """Raises `MediaMoved` when the same bytes were put away while they were being uploaded."""
        ...

    async def let_go(self, sha256: str) -> None:
        """The file goes unless an upload that was saved has the same bytes."""
        ...


class Uploader:
    def __init__(
        self, *, store: MediaStore, blobs: Blobs, inspect: Inspect, rate: Rate, clock: Clock, limit: int
    ) -> None:
        """`limit` is in bytes."""
        self._store = store
        self._blobs = blobs
        self._inspect = inspect
        self._rate = rate
        self._clock = clock
        self.limit = limit

    async def upload(
        self, actor: Actor, stream: AsyncIterator[bytes], *, declared_type: str, declared_size: int | None
    ) -> Uploaded:
        """Raises `PostingSuspended`, `TooManyPosts`, `MediaTooLarge`, `EmptyUpload`, `MediaMoved`, `DetectorUnavailable`."""
        now = self._clock()
        await self._require(actor, declared_size, now=now)
        self._rate.spend(actor.key, cost=COST)
        sha256, size = await self._received(stream)
        report = await self._inspect(sha256, declared_type)
        uploaded = _uploaded(sha256, size, report)
        thumbnail = await self._blobs.put(report.thumbnail) if isinstance(report, Picture) else None
        await self._store.save(actor, uploaded, thumbnail_sha256=thumbnail, now=now)
        return uploaded

    @asynccontextmanager
    async def looked_into(
        self, actor: Actor, stream: AsyncIterator[bytes], *, declared_type: str, declared_size: int | None
    ) -> AsyncIterator[tuple[str, MediaReport]]:
        """Digest and report of a file that is kept nowhere: it is gone when the caller is done. Raises as `upload`."""
        await self._require(actor, declared_size, now=self._clock())
        async with self.seen_once(actor.key, stream, declared_type=declared_type) as seen:
            yield seen

    @asynccontextmanager
    async def seen_once(
        self, sender: str, stream: AsyncIterator[bytes], *, declared_type: str
    ) -> AsyncIterator[tuple[str, MediaReport]]:
        """As `looked_into`, for what will not be published: who may not post may show it all the same."""
        self._rate.spend(sender, cost=COST)
        sha256, _ = await self._received(stream)
        try:
            yield sha256, await self._inspect(sha256, declared_type)
        finally:
            await self._store.let_go(sha256)

    async def _require(self, actor: Actor, declared_size: int | None, *, now: datetime) -> None:
        """A voice, and a file that is not too long by what is said of it."""
        (await self._store.writer(actor)).require_voice(now)
        if declared_size is not None and declared_size > self.limit:
            raise MediaTooLarge(limit=self.limit)

    async def _received(self, stream: AsyncIterator[bytes]) -> tuple[str, int]:
        sha256, size = await self._blobs.receive(stream, limit=self.limit)
        if size == 0:
            raise EmptyUpload
        return sha256, size


def _uploaded(sha256: str, size: int, report: MediaReport) -> Uploaded:
    picture = report if isinstance(report, Picture) else None
    return Uploaded(
        id=MediaId.new(),
        sha256=sha256,
        size=size,
        mime=report.mime,
        width=None if picture is None else picture.width,
        height=None if picture is None else picture.height,
        thumbnail=picture is not None,
        unscannable=report.reason if isinstance(report, Undecodable) else None,
    )
