"""The ledger as it is read: checkpoint, tiles, bundles, proofs, and receipts for those who acted."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.commitment import Opening
from jaga.ledger.entry import EntryId
from jaga.ledger.errors import NoSuchLeaf, NoSuchTile, NothingPublished, ReceiptNotReady
from jaga.ledger.note import Note
from jaga.ledger.ports import RECEIPT_WITHIN
from jaga.ledger.receipt import Receipt
from jaga.ledger.tile import WIDTH, TileId, TilePath, bundle_of, node_from, tile_of
from jaga.ledger.tree import HASH_BYTES, hashes_of, inclusion_spans, nodes_of
from jaga.store.database import Database
from jaga.store.integrator import Integrator, load_tiles, newest_note
from jaga.store.tables.ledger import (
    ledger_leaves,
    ledger_openings,
)

_BIGINT = 2**63
_POLL = timedelta(milliseconds=10)


class StoredLedger:
    """`jaga.ledger.ports.PublicLedger` and `Receipts` on PostgreSQL."""

    def __init__(self, database: Database, integrator: Integrator) -> None:
        self._database = database
        self._integrator = integrator

    async def vkey(self) -> str:
        return self._integrator.verifier.vkey

    async def checkpoint(self) -> str:
        async with self._database.reading() as connection:
            return await _newest_checkpoint(connection)

    async def tile(self, tile: TileId, width: int) -> bytes:
        if tile.number >= _BIGINT:
            raise NoSuchTile
        async with self._database.reading() as connection:
            hashes = (await load_tiles(connection, [tile])).get(tile, b"")
        if len(hashes) < width * HASH_BYTES:
            raise NoSuchTile
        return hashes[: width * HASH_BYTES]

    async def bundle(self, path: TilePath) -> bytes:
        start = path.number * WIDTH
        if start + WIDTH > _BIGINT:
            raise NoSuchTile
        wanted = (
            select(ledger_leaves.c.leaf)
            .where(ledger_leaves.c.leaf_index.between(start, start + path.width - 1))
            .order_by(ledger_leaves.c.leaf_index)
        )
        async with self._database.reading() as connection:
            leaves = (await connection.execute(wanted)).scalars().all()
        if len(leaves) != path.width:
            raise NoSuchTile
        return bundle_of(leaves)

    async def proof(self, leaf_index: int) -> str:
        async with self._database.reading() as connection:
            return await self._receipt(connection, leaf_index, ())

    async def receipt_of(
        self, entry_id: EntryId, *, within: timedelta = RECEIPT_WITHIN, opening: Collection[str] = ()
    ) -> str:
        try:
            async with asyncio.timeout(within.total_seconds()):
                leaf_index = await self._integrated(entry_id)
        except TimeoutError:
            raise ReceiptNotReady from None
        async with self._database.reading() as connection:
            openings = await _openings(connection, entry_id, opening)
            return await self._receipt(connection, leaf_index, openings)

    async def _integrated(self, entry_id: EntryId) -> int:
        """The entry's leaf index; integrates when the worker does not, so that receipts need no worker."""
        place = select(ledger_leaves.c.leaf_index).where(ledger_leaves.c.entry_id == entry_id)
        while True:
            integrated = await self._integrator.catch_up()
            async with self._database.reading() as connection:
                leaf_index = (await connection.execute(place)).scalar_one_or_none()
            if leaf_index is not None:
                return int(leaf_index)
            if not integrated:  # another process is at it
                await asyncio.sleep(_POLL.total_seconds())

    async def _receipt(
        self, connection: AsyncConnection, leaf_index: int, openings: tuple[Opening, ...]
    ) -> str:
        # The checkpoint is read before the tiles: tiles only grow, so they serve every earlier size.
        note = await _newest_checkpoint(connection)
        size = Checkpoint.parse(Note.parse(note).text).size
        if not 0 <= leaf_index < size:
            raise NoSuchLeaf(leaf=leaf_index, size=size)
        leaf = select(ledger_leaves.c.leaf).where(ledger_leaves.c.leaf_index == leaf_index)
        spans = inclusion_spans(leaf_index, size)
        tiles = await load_tiles(connection, {tile_of(node) for span in spans for node in nodes_of(span)})
        return Receipt(
            leaf=(await connection.execute(leaf)).scalar_one(),
            openings=openings,
            index=leaf_index,
            proof=hashes_of(spans, node_from(tiles)),
            checkpoint=note,
        ).render()


async def _newest_checkpoint(connection: AsyncConnection) -> str:
    note = await newest_note(connection)
    if note is None:
        raise NothingPublished
    return note


async def _openings(
    connection: AsyncConnection, entry_id: EntryId, fields: Collection[str]
) -> tuple[Opening, ...]:
    if not fields:
        return ()
    rows = await connection.execute(
        select(ledger_openings)
        .where(ledger_openings.c.entry_id == entry_id, ledger_openings.c.field.in_(fields))
        .order_by(ledger_openings.c.field)
    )
    return tuple(Opening(row.field, row.value, row.salt) for row in rows)
