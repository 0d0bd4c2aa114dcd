"""The ledger's one writer: gives waiting entries their leaf index, grows the tiles, signs a checkpoint.

Any process may call `integrate`; an advisory lock lets one at a time do it, and all of a batch (leaves, tiles,
checkpoint, emptied outbox) becomes visible in one commit. So a kill at any moment leaves the state before or after a
batch, and the next caller goes on. Before it adds, it recomputes the root of what is stored and compares it with the
last checkpoint: a ledger that was tampered with, or restored from an old copy, is never continued.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.errors import LedgerMismatch, RootDiffers, SignedByAnotherKey
from jaga.ledger.note import MalformedNote, NotSigned, Signer, Verifier
from jaga.ledger.tile import MissingTile, TileId, edge_of, grow, tree_root
from jaga.ledger.tree import EMPTY_ROOT
from jaga.store.database import Database, DatabaseUnavailable
from jaga.store.tables.ledger import ledger_checkpoints, ledger_leaves, ledger_outbox, ledger_tiles

BATCH = 1024
"""Entries a commit: large enough for thousands a second, small enough for a receipt to wait behind."""

POLL = timedelta(milliseconds=250)
"""How long an entry waits at most when nobody asks for its receipt: a checkpoint is then under a second old."""

PAUSE_AFTER_MISMATCH = timedelta(seconds=10)

_LOCK = 0x6A616761_6C656467  # "jagaledg": the number that all integrators of one database agree on

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Head:
    """The tree as last signed, and its partial tiles."""

    size: int
    edge: Mapping[TileId, bytes]


class Integrator:
    """Holds the ledger's signing key. One per process is enough; any number may run."""

    def __init__(self, database: Database, signer: Signer) -> None:
        self._database = database
        self._signer = signer
        self._turn = asyncio.Lock()

    @property
    def verifier(self) -> Verifier:
        return self._signer.verifier

    async def open(self) -> None:
        """Check that this key and this database belong together, and publish the empty ledger on first use.

        Raises `LedgerMismatch`; then nothing must run that would append.
        """
        async with self._database.transaction() as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            head = await self._head(connection)
            await _require_no_leaf_from(connection, head.size)

    async def integrate(self) -> int:
        """Integrate up to `BATCH` waiting entries; gives how many. None when another process is at it."""
        async with self._turn, self._database.transaction() as connection:
            if not (await connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK)))).scalar_one():
                return 0
            waiting = await _take_waiting(connection)
            if waiting:
                await self._append(connection, await self._head(connection), waiting)
            return len(waiting)

    async def run(self) -> None:
        """Integrate for ever, soon after each append.

        Survives a database that is away. On a mismatch it adds nothing and says so, until somebody has repaired it.
        """
        while True:
            pause = POLL
            try:
                if await self._anything_waits() and await self.integrate() == BATCH:
                    continue
            except DatabaseUnavailable:
                log.warning("ledger_waits_for_database")
            except LedgerMismatch as mismatch:
                log.error("ledger_mismatch", sentence=mismatch.message("en"))  # noqa: TRY400 - the sentence says it all
                pause = PAUSE_AFTER_MISMATCH
            await asyncio.sleep(pause.total_seconds())

    async def _anything_waits(self) -> bool:
        first = select(ledger_outbox.c.position).order_by(ledger_outbox.c.position).limit(1)
        async with self._database.reading() as connection:
            return (await connection.execute(first)).first() is not None

    async def _head(self, connection: AsyncConnection) -> _Head:
        """The newest checkpoint, signed by our key and with the stored tree below it."""
        checkpoint = await self._newest_checkpoint(connection)
        edge = await load_tiles(connection, edge_of(checkpoint.size))
        try:
            root = tree_root(edge, checkpoint.size)
        except MissingTile:
            raise RootDiffers(size=checkpoint.size) from None
        if root != checkpoint.root:
            raise RootDiffers(size=checkpoint.size)
        return _Head(checkpoint.size, edge)

    async def _newest_checkpoint(self, connection: AsyncConnection) -> Checkpoint:
        note = await newest_note(connection)
        if note is None:
            await _require_no_leaf_from(connection, 0)
            return await self._publish(connection, 0, EMPTY_ROOT)
        try:
            return Checkpoint.open(note, [self._signer.verifier])
        except (MalformedNote, NotSigned):
            raise SignedByAnotherKey(name=self._signer.verifier.name) from None

    async def _append(self, connection: AsyncConnection, head: _Head, waiting: Sequence[Any]) -> None:
        changed = grow(head.edge, head.size, [row.leaf for row in waiting])
        size = head.size + len(waiting)
        leaves = [
            {"leaf_index": index, "entry_id": row.id, "ref": row.ref, "leaf": row.leaf}
            for index, row in enumerate(waiting, start=head.size)
        ]
        try:
            await connection.execute(insert(ledger_leaves), leaves)
        except IntegrityError:  # the place is taken: leaves stand beyond the checkpoint
            raise RootDiffers(size=head.size) from None
        await _store_tiles(connection, changed)
        await self._publish(connection, size, tree_root({**head.edge, **changed}, size))

    async def _publish(self, connection: AsyncConnection, size: int, root: bytes) -> Checkpoint:
        checkpoint = Checkpoint(self._signer.verifier.name, size, root)
        note = self._signer.sign(checkpoint.text())
        await connection.execute(insert(ledger_checkpoints).values(size=size, note=note))
        return checkpoint


async def _require_no_leaf_from(connection: AsyncConnection, size: int) -> None:
    beyond = select(ledger_leaves.c.leaf_index).where(ledger_leaves.c.leaf_index >= size).limit(1)
    if (await connection.execute(beyond)).first() is not None:
        raise RootDiffers(size=size)


async def newest_note(connection: AsyncConnection) -> str | None:
    """The newest checkpoint as signed; None before the ledger was opened."""
    newest = select(ledger_checkpoints.c.note).order_by(ledger_checkpoints.c.size.desc()).limit(1)
    return (await connection.execute(newest)).scalar_one_or_none()


async def load_tiles(connection: AsyncConnection, wanted: Iterable[TileId]) -> dict[TileId, bytes]:
    """Those of `wanted` that exist, as far as they have grown."""
    keys = [(tile.level, tile.number) for tile in wanted]
    rows = await connection.execute(
        select(ledger_tiles).where(tuple_(ledger_tiles.c.level, ledger_tiles.c.number).in_(keys))
    )
    return {TileId(row.level, row.number): row.hashes for row in rows}


async def _take_waiting(connection: AsyncConnection) -> list[Any]:
    """The first entries of the outbox, out of it. An act that commits late takes a later place; none is skipped."""
    first = select(ledger_outbox.c.id).order_by(ledger_outbox.c.position).limit(BATCH)
    taken = await connection.execute(
        delete(ledger_outbox).where(ledger_outbox.c.id.in_(first)).returning(ledger_outbox)
    )
    return sorted(taken, key=lambda row: row.position)


async def _store_tiles(connection: AsyncConnection, tiles: Mapping[TileId, bytes]) -> None:
    tile = upsert(ledger_tiles)
    await connection.execute(
        tile.on_conflict_do_update(index_elements=["level", "number"], set_={"hashes": tile.excluded.hashes}),
        [
            {"level": tile_id.level, "number": tile_id.number, "hashes": hashes}
            for tile_id, hashes in tiles.items()
        ],
    )
