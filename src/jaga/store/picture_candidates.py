"""Pictures between their upload and the moment they are set, whichever web process took them in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from jaga.core.ids import MemberId
from jaga.store.database import Database

_EXPIRED = text("DELETE FROM picture_candidates WHERE expires_at < :now")
_KEEP = text("""
    INSERT INTO picture_candidates (uri, member_id, picture, expires_at)
    VALUES (:uri, :member, :picture, :expires_at)
""")
_FIND = text("""
    SELECT picture FROM picture_candidates WHERE uri = :uri AND member_id = :member AND expires_at > :now
""")
_DROP = text("DELETE FROM picture_candidates WHERE uri = :uri AND member_id = :member")


class PictureCandidates:
    """Implements `jaga.channels.profile_picture.Candidates`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, member: MemberId, uri: str, picture: bytes, *, now: datetime, until: datetime
    ) -> None:
        row = {"uri": uri, "member": member, "picture": picture, "expires_at": until}
        async with self._database.transaction() as connection:
            await connection.execute(_EXPIRED, {"now": now})
            await connection.execute(_KEEP, row)

    async def find(self, member: MemberId, uri: str, *, now: datetime) -> bytes | None:
        async with self._database.reading() as connection:
            found = await connection.execute(_FIND, {"uri": uri, "member": member, "now": now})
            picture: bytes | None = found.scalar_one_or_none()
        return picture

    async def drop(self, member: MemberId, uri: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(_DROP, {"uri": uri, "member": member})
