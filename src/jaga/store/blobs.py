"""The open media store: files in a directory by content address, readable as they are."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from jaga.channels.errors import MediaTooLarge
from jaga.core.files import make_shared, share, sync_folder
from jaga.detect.media import media_path

_WRITE_AT_ONCE = 1 << 20


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

    def has(self, sha256: str) -> bool:
        return self.path(sha256).exists()

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """Raises `FileNotFoundError`."""
        with self.path(sha256).open("rb") as file:
            while piece := file.read(_WRITE_AT_ONCE):
                yield piece

    def restore(self, sha256: str, pieces: Iterable[bytes]) -> None:
        """Put the file back in its place, byte for byte: raises `ValueError` unless `pieces` are what they should be."""
        incoming = _Incoming(self._root)
        try:
            for piece in pieces:
                incoming.write(piece)
            if incoming.sha256 != sha256:
                raise ValueError("these bytes are not the file's")
            incoming.keep(b"")
        finally:
            incoming.drop()

    def drop(self, sha256: str) -> None:
        place = self.path(sha256)
        with suppress(FileNotFoundError):
            place.unlink()
            sync_folder(place.parent)


class _Incoming:
    """A file on its way: hidden until it is whole and durable."""

    def __init__(self, root: Path) -> None:
        folder = root / "incoming"
        make_shared(folder)
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

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def keep(self, last: bytes) -> tuple[str, int]:
        """Write the last piece and move the file to its place; the same content has one place."""
        self.write(last)
        self._file.flush()
        os.fsync(self._file.fileno())
        sha256 = self.sha256
        place = media_path(self._root, sha256)
        if self.size and not place.exists():
            make_shared(place.parent)
            share(self._path)
            self._path.replace(place)
            sync_folder(place.parent)
        return sha256, self.size

    def drop(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)
