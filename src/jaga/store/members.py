"""Members and sessions in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from jaga.channels.member import Member
from jaga.core.gather import Gathered
from jaga.core.ids import MemberId
from jaga.core.text import Language
from jaga.store.database import Database
from jaga.store.inbox import call_out
from jaga.store.quick import quick
from jaga.store.tables.members import members, sessions

_SIGNED_IN = quick("""
    SELECT s.token_hash, s.expires_at, m.* FROM sessions s JOIN members m ON m.id = s.subject
    WHERE s.token_hash = ANY(:hashes)
""")
_SUBJECTS = quick("SELECT token_hash, subject, expires_at FROM sessions WHERE token_hash = ANY(:hashes)")


class Members:
    """Implements `jaga.channels.sessions.MemberStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._signed_in = Gathered(self._find_signed_in)

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

    async def of_session(self, token_hash: bytes, *, now: datetime) -> Member | None:
        member, expires_at = await self._signed_in(token_hash) or (None, now)
        return member if expires_at > now else None

    async def _find_signed_in(self, hashes: Sequence[bytes]) -> Sequence[tuple[Member, datetime] | None]:
        rows = await self._database.quickly(_SIGNED_IN, hashes=list(hashes))
        found = {bytes(row.token_hash): (_member(row), row.expires_at) for row in rows}
        return [found.get(token_hash) for token_hash in hashes]

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
        self._find = Gathered(self._find_all)

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
        subject, expires_at = await self._find(token_hash) or (None, now)
        return subject if expires_at > now else None

    async def _find_all(self, hashes: Sequence[bytes]) -> Sequence[tuple[str, datetime] | None]:
        rows = await self._database.quickly(_SUBJECTS, hashes=list(hashes))
        found = {bytes(row.token_hash): (row.subject, row.expires_at) for row in rows}
        return [found.get(token_hash) for token_hash in hashes]

    async def remove(self, token_hash: bytes) -> None:
        await self._remove(sessions.c.token_hash == token_hash)

    async def remove_all(self, subject: str) -> None:
        await self._remove(sessions.c.subject == subject)

    async def _remove(self, which: ColumnElement[bool]) -> None:
        """Streams that were opened with such a session hear of it and end."""
        async with self._database.transaction() as connection:
            ended = await connection.scalars(delete(sessions).where(which).returning(sessions.c.subject))
            for subject in set(ended):
                await call_out(connection, subject)


def _member(row: Any) -> Member:
    return Member(
        id=MemberId(row.id),
        name=row.name,
        display_name=row.display_name,
        language=cast("Language", row.language),
        posting_suspended_until=row.posting_suspended_until,
        suspended_at=row.suspended_at,
    )
