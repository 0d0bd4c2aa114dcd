"""Proofs of work that were used, and invitations: each counts once, whichever web process sees it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.channels.proof_of_work import Proof
from jaga.store.database import Database

_EXPIRED = text("DELETE FROM spent_proofs WHERE expires_at < :now")
_SPEND = text("""
    INSERT INTO spent_proofs (digest, expires_at) VALUES (:digest, :expires_at)
    ON CONFLICT DO NOTHING RETURNING true
""")
_INVITE = text("""
    INSERT INTO invitations (code_hash, uses, created_at, expires_at)
    VALUES (:code_hash, :uses, :now, :expires_at)
""")
# The lock makes those who come with the same code at once take their uses one after the other.
_INVITATION = text(
    "SELECT uses FROM invitations WHERE code_hash = :code_hash AND expires_at > :now FOR UPDATE"
)
_USES = text("SELECT name FROM invitation_uses WHERE code_hash = :code_hash")
_USE = text("INSERT INTO invitation_uses (code_hash, name) VALUES (:code_hash, :name)")
_GIVE_BACK = text("DELETE FROM invitation_uses WHERE code_hash = :code_hash AND name = :name")


class StoredJoining:
    """Implements `jaga.channels.joining.JoiningStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def spend(self, proof: Proof, *, now: datetime) -> bool:
        async with self._database.transaction() as connection:
            return await _spend(connection, proof, now)

    async def spend_with(self, proof: Proof, invitation: bytes, *, name: str, now: datetime) -> bool | None:
        async with self._database.transaction() as connection:
            if not await _take_use(connection, invitation, name, now):
                return None
            spent = await _spend(connection, proof, now)
            if not spent:
                await connection.rollback()
            return spent

    async def give_back(self, invitation: bytes, *, name: str) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(_GIVE_BACK, {"code_hash": invitation, "name": name})

    async def invite(self, code_hash: bytes, *, uses: int, now: datetime, expires_at: datetime) -> None:
        row = {"code_hash": code_hash, "uses": uses, "now": now, "expires_at": expires_at}
        async with self._database.transaction() as connection:
            await connection.execute(_INVITE, row)


async def _spend(connection: AsyncConnection, proof: Proof, now: datetime) -> bool:
    await connection.execute(_EXPIRED, {"now": now})
    row = {"digest": proof.digest, "expires_at": proof.expires_at}
    return (await connection.execute(_SPEND, row)).first() is not None


async def _take_use(connection: AsyncConnection, invitation: bytes, name: str, now: datetime) -> bool:
    uses = (await connection.execute(_INVITATION, {"code_hash": invitation, "now": now})).scalar()
    if uses is None:
        return False
    taken = set((await connection.execute(_USES, {"code_hash": invitation})).scalars())
    if name in taken:
        return True
    if len(taken) >= uses:
        return False
    await connection.execute(_USE, {"code_hash": invitation, "name": name})
    return True
