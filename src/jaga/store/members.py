"""Members and sessions in PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from jaga.channels.member import Member
from jaga.core.ids import MemberId
from jaga.core.text import Language
from jaga.store.database import Database
from jaga.store.tables.members import members, sessions


class Members:
    """Implements `jaga.channels.sessions.MemberStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find_or_add(self, name: str, *, now: datetime) -> Member:
        """The member of that name; a new row when the account is here for the first time."""
        found = await self.find(name)
        if found is not None:
            return found
        row = {"id": MemberId.new(), "name": name, "display_name": name, "created_at": now}
        async with self._database.transaction() as connection:
            # Two first sign-ins at once: one adds the row, both find it.
            await connection.execute(
                upsert(members).values(row).on_conflict_do_nothing(index_elements=["name"])
            )
            return _member((await connection.execute(select(members).where(members.c.name == name))).one())

    async def find(self, name: str) -> Member | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(members).where(members.c.name == name))).one_or_none()
        return None if row is None else _member(row)

    async def get(self, member_id: MemberId) -> Member | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(members).where(members.c.id == member_id))).one_or_none()
        return None if row is None else _member(row)

    async def rename(self, name: str, display_name: str) -> None:
        """Implements `jaga.channels.profile.SaveName`."""
        async with self._database.transaction() as connection:
            await connection.execute(
                update(members).where(members.c.name == name).values(display_name=display_name)
            )


class Sessions:
    """Implements `jaga.channels.sessions.SessionStore`, for members and staff alike."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, token_hash: bytes, *, subject: str, created_at: datetime, expires_at: datetime
    ) -> None:
        row = {
            "token_hash": token_hash,
            "subject": subject,
            "created_at": created_at,
            "expires_at": expires_at,
        }
        async with self._database.transaction() as connection:
            await connection.execute(delete(sessions).where(sessions.c.expires_at < created_at))
            await connection.execute(insert(sessions).values(row))

    async def subject_of(self, token_hash: bytes, *, now: datetime) -> str | None:
        found = select(sessions.c.subject).where(
            sessions.c.token_hash == token_hash, sessions.c.expires_at > now
        )
        async with self._database.reading() as connection:
            return cast("str | None", (await connection.execute(found)).scalar_one_or_none())

    async def remove(self, token_hash: bytes) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def _member(row: Row[Any]) -> Member:
    return Member(
        id=MemberId(row.id),
        name=row.name,
        display_name=row.display_name,
        language=cast("Language", row.language),
        posting_suspended_until=row.posting_suspended_until,
        suspended_at=row.suspended_at,
    )
