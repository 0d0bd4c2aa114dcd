"""Uploads in the database."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy import insert, text

from jaga.channels.errors import MediaMoved, MemberUnknown
from jaga.channels.media import Uploaded
from jaga.channels.ports import Actor, Standing
from jaga.store.blobs import FileBlobs
from jaga.store.database import Database
from jaga.store.put_away import hold_still
from jaga.store.tables.channels import media

_KNOWN = text("SELECT true FROM media WHERE sha256 = :digest OR thumbnail_sha256 = :digest LIMIT 1")
_WRITER = text("SELECT name, posting_suspended_until, suspended_at FROM members WHERE id = :member")


class StoredMedia:
    """Implements `jaga.channels.media.MediaStore`."""

    def __init__(self, database: Database, blobs: FileBlobs) -> None:
        self._database = database
        self._blobs = blobs

    async def writer(self, actor: Actor) -> Standing:
        async with self._database.reading() as connection:
            row = (await connection.execute(_WRITER, {"member": actor.member_id})).one_or_none()
        if row is None:
            raise MemberUnknown
        return Standing(row.name, None, row.posting_suspended_until, row.suspended_at is not None)

    async def save(
        self, actor: Actor, uploaded: Uploaded, *, thumbnail_sha256: str | None, now: datetime
    ) -> None:
        """Nobody puts the same bytes away at this moment; who did a moment ago leaves `MediaMoved`."""
        digests = [uploaded.sha256, *([] if thumbnail_sha256 is None else [thumbnail_sha256])]
        async with self._database.transaction() as connection:
            await hold_still(connection, digests)
            if not all(map(self._blobs.has, digests)):
                raise MediaMoved
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

    async def let_go(self, sha256: str) -> None:
        """Whoever saves the same bytes at this moment waits, and then finds them gone: `MediaMoved`."""
        async with self._database.transaction() as connection:
            await hold_still(connection, [sha256])
            known = await connection.execute(_KNOWN, {"digest": bytes.fromhex(sha256)})
            if known.scalar_one_or_none() is None:
                await asyncio.to_thread(self._blobs.drop, sha256)
