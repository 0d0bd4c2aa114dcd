"""Uploads in the database, and their bytes in a directory by content address."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, text

from jaga.channels.errors import MediaTooLarge, MemberUnknown
from jaga.channels.media import Uploaded
from jaga.channels.ports import Actor, Standing
from jaga.core.files import share
from jaga.detect.media import media_path
from jaga.store.database import Database
from jaga.store.tables.channels import media

_WRITE_AT_ONCE = 1 << 20
_WRITER = text("SELECT name, posting_suspended_until, suspended_at FROM members WHERE id = :member")


class StoredMedia:
    """Implements `jaga.channels.media.MediaStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def writer(self, actor: Actor) -> Standing:
        async with self._database.reading() as connection:
            row = (await connection.execute(_WRITER, {"member": actor.member_id})).one_or_none()
        if row is None:
            raise MemberUnknown
        return Standing(row.name, None, row.posting_suspended_until, row.suspended_at is not None)

    async def save(
        self, actor: Actor, uploaded: Uploaded, *, thumbnail_sha256: str | None, now: datetime
    ) -> None:
        async with self._database.reading() as connection:
            await connection.execute(
                insert(media).values(
                    id=uploaded.id,
                    sha256=bytes.fromhex(uploaded.sha256),
                    size=uploaded.size,
                    mime=uploaded.mime,
                    width=uploaded.width,
                    height=uploaded.height,
                    thumbnail_sha256=None if thumbnail_sha256 is None else bytes.fromhex(thumbnail_sha256),
                    unscannable=uploaded.unscannable,
                    member_id=actor.member_id,
                    created_at=now,
                )
            )


class FileBlobs:
    """Implements `jaga.channels.media.Blobs` below one directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, sha256: str) -> Path:
        return media_path(self._root, sha256)

    async def receive(self, stream: AsyncIterator[bytes], *, limit: int) -> tuple[str, int]:
        incoming = await asyncio.to_thread(_Incoming, self._root)
        try:
            waiting = bytearray()
            async for chunk in stream:
                if incoming.size + len(waiting) + len(chunk) > limit:
                    raise MediaTooLarge(limit=limit)
                waiting += chunk
                if len(waiting) >= _WRITE_AT_ONCE:
                    await asyncio.to_thread(incoming.write, bytes(waiting))
                    waiting.clear()
            return await asyncio.to_thread(incoming.keep, bytes(waiting))
        finally:
            incoming.drop()

    async def put(self, content: bytes) -> str:
        def put() -> str:
            incoming = _Incoming(self._root)
            try:
                return incoming.keep(content)[0]
            finally:
                incoming.drop()

        return await asyncio.to_thread(put)


class _Incoming:
    """A file on its way: hidden until it is whole and durable."""

    def __init__(self, root: Path) -> None:
        folder = root / "incoming"
        _make(folder)
        descriptor, name = tempfile.mkstemp(dir=folder)
        self._root = root
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._digest.update(piece)
        self.size += len(piece)

    def keep(self, last: bytes) -> tuple[str, int]:
        """Write the last piece and move the file to its place; the same content has one place."""
        self.write(last)
        self._file.flush()
        os.fsync(self._file.fileno())
        sha256 = self._digest.hexdigest()
        place = media_path(self._root, sha256)
        if self.size and not place.exists():
            _make(place.parent)
            share(self._path)
            self._path.replace(place)
            _sync_folder(place.parent)
        return sha256, self.size

    def drop(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def _make(folder: Path) -> None:
    """With what is missing above it, each as open as the one it is in: the detector reads here as another user."""
    if folder.is_dir():
        return
    if not folder.parent.exists():
        _make(folder.parent)
    folder.mkdir(exist_ok=True, mode=0o700)
    share(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
