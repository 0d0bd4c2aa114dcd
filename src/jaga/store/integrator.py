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
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.errors import LedgerMismatch, NotWhatWasPublished, RootDiffers, SignedByAnotherKey
from jaga.ledger.note import MalformedNote, NotSigned, Signer, Verifier
from jaga.ledger.ports import LastPublished
from jaga.ledger.tile import MissingTile, TileId, edge_of, grow, tile_of, tree_root
from jaga.ledger.tree import EMPTY_ROOT, nodes_of
from jaga.store.database import Database, DatabaseUnavailable
from jaga.store.tables.ledger import ledger_checkpoints, ledger_leaves, ledger_outbox

BATCH = 1024
"""Entries a commit: large enough for thousands a second, small enough for a receipt to wait behind."""

POLL = timedelta(milliseconds=250)
"""How long an entry waits at most when nobody asks for its receipt: a checkpoint is then under a second old."""

PAUSE_AFTER_MISMATCH = timedelta(seconds=10)

_LOCK = 0x6A616761_6C656467  # "jagaledg": the number that all integrators of one database agree on

_TILES = text(
    """
    SELECT level, number, hashes FROM ledger_tiles
    JOIN unnest(CAST(:levels AS integer[]), CAST(:numbers AS bigint[])) AS wanted (level, number)
        USING (level, number)
    """
)

# A batch in one statement: it is there whole, or not at all.
_STORE = text(
    """
    WITH leaves AS (
        INSERT INTO ledger_leaves (leaf_index, entry_id, ref, leaf)
        SELECT :start + place - 1, id, ref, leaf
        FROM unnest(CAST(:ids AS text[]), CAST(:refs AS text[]), CAST(:leaves AS bytea[]))
            WITH ORDINALITY AS waiting (id, ref, leaf, place)
    ), tiles AS (
        INSERT INTO ledger_tiles (level, number, hashes)
        SELECT * FROM unnest(CAST(:levels AS integer[]), CAST(:numbers AS bigint[]), CAST(:hashes AS bytea[]))
        ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
    )
    INSERT INTO ledger_checkpoints (size, note) VALUES (:size, :note)
    """
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Head:
    """The tree as last signed, and its partial tiles."""

    size: int
    edge: Mapping[TileId, bytes]


class Integrator:
    """Holds the ledger's signing key. One per process is enough; any number may run."""

    def __init__(
        self, database: Database, signer: Signer, last_published: LastPublished | None = None
    ) -> None:
        self._database = database
        self._signer = signer
        self._last_published = last_published
        self._turn = asyncio.Lock()
        self._next: asyncio.Task[int] | None = None

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
            await self._require_what_was_published(connection, head.size)

    async def catch_up(self) -> int:
        """Like `integrate`, for many who wait at once: all that come while a batch is under way share the next one."""
        if self._next is None:
            self._next = asyncio.create_task(self._take_turn())
            self._next.add_done_callback(_hear)
        return await asyncio.shield(self._next)

    async def _take_turn(self) -> int:
        async with self._turn:
            self._next = None  # whoever comes from now on may have committed too late for this batch
            return await self.integrate()

    async def integrate(self) -> int:
        """Integrate up to `BATCH` waiting entries; gives how many. None while another process is at it."""
        async with self._database.transaction() as connection:
            if not (await connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK)))).scalar_one():
                return 0
            waiting = await _take_waiting(connection)
            if not waiting:
                return 0
            note = await self._append(connection, await self._head(connection), waiting)
        await self._remember(note)
        return len(waiting)

    async def _remember(self, note: str) -> None:
        if self._last_published is None:
            return
        try:
            await asyncio.to_thread(self._last_published.save, note)
        except OSError:  # the batch itself is safe; only the guard against an older database is weaker
            log.warning("ledger_checkpoint_not_kept", file=self._last_published.where, exc_info=True)

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
            return await self._publish_empty(connection)
        return self._opened(note)

    async def _append(self, connection: AsyncConnection, head: _Head, waiting: Sequence[Any]) -> str:
        tiles = grow(head.edge, head.size, [row.leaf for row in waiting])
        size = head.size + len(waiting)
        note = self._sign(size, tree_root({**head.edge, **tiles}, size))
        batch = {
            "start": head.size,
            "ids": [row.id for row in waiting],
            "refs": [row.ref for row in waiting],
            "leaves": [row.leaf for row in waiting],
            "levels": [tile.level for tile in tiles],
            "numbers": [tile.number for tile in tiles],
            "hashes": list(tiles.values()),
            "size": size,
            "note": note,
        }
        try:
            await connection.execute(_STORE, batch)
        except IntegrityError:  # the place is taken: leaves or checkpoints stand beyond the newest checkpoint
            raise RootDiffers(size=head.size) from None
        return note

    async def _require_what_was_published(self, connection: AsyncConnection, size: int) -> None:
        """The stored tree must contain the one that was last published, or it is an older or another ledger."""
        note = self._last_published.load() if self._last_published else None
        if self._last_published is None or note is None:
            return
        published = self._opened(note)
        tiles = await load_tiles(connection, {tile_of(node) for node in nodes_of((0, published.size))})
        try:
            held = tree_root(tiles, published.size)
        except MissingTile:
            held = None
        if held != published.root or published.size > size:
            raise NotWhatWasPublished(size=published.size, file=self._last_published.where)

    def _opened(self, note: str) -> Checkpoint:
        try:
            return Checkpoint.open(note, [self._signer.verifier])
        except (MalformedNote, NotSigned):
            raise SignedByAnotherKey(name=self._signer.verifier.name) from None

    def _sign(self, size: int, root: bytes) -> str:
        return self._signer.sign(Checkpoint(self._signer.verifier.name, size, root).text())

    async def _publish_empty(self, connection: AsyncConnection) -> Checkpoint:
        await connection.execute(insert(ledger_checkpoints).values(size=0, note=self._sign(0, EMPTY_ROOT)))
        return Checkpoint(self._signer.verifier.name, 0, EMPTY_ROOT)


def _hear(batch: asyncio.Task[int]) -> None:
    """Everyone who waited may be gone; an exception that nobody took would be complained about."""
    if not batch.cancelled():
        batch.exception()


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
    tiles = list(wanted)
    keys = {"levels": [tile.level for tile in tiles], "numbers": [tile.number for tile in tiles]}
    return {TileId(row.level, row.number): row.hashes for row in await connection.execute(_TILES, keys)}


async def _take_waiting(connection: AsyncConnection) -> list[Any]:
    """The first entries of the outbox, out of it. An act that commits late takes a later place; none is skipped."""
    first = select(ledger_outbox.c.id).order_by(ledger_outbox.c.position).limit(BATCH)
    taken = await connection.execute(
        delete(ledger_outbox).where(ledger_outbox.c.id.in_(first)).returning(ledger_outbox)
    )
    return sorted(taken, key=lambda row: row.position)
