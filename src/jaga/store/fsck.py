"""`jaga ledger fsck`: the whole stored ledger, recomputed from its entries and held against every checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.ledger.audit import Audit, Finding
from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.commitment import NotTheCommittedValue, Opening, verify_opening
from jaga.ledger.note import MalformedNote, NotSigned, Verifier
from jaga.ledger.tile import WIDTH, TileId
from jaga.ledger.tree import HASH_BYTES
from jaga.store.database import Database
from jaga.store.integrator import load_tiles
from jaga.store.tables.ledger import (
    ledger_checkpoints,
    ledger_leaves,
    ledger_openings,
    ledger_outbox,
    ledger_tiles,
)

STRIDE = WIDTH * 16
"""Entries read at a time."""


Progress = Callable[[int, int], None]
"""Told how many entries of how many have been read."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. A whole ledger has no findings."""

    size: int
    checkpoints: int
    waiting: int
    findings: Sequence[Finding]


async def check(database: Database, verifier: Verifier, *, progress: Progress | None = None) -> Checked:
    """Read the ledger as it is at this moment, however long that takes; others go on meanwhile."""
    async with database.transaction() as connection:
        await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        signed, unsigned = await _checkpoints(connection, verifier)
        audit = Audit(signed)
        for finding in unsigned:
            audit.add(finding)
        size = (
            await connection.execute(select(func.coalesce(func.max(ledger_leaves.c.leaf_index) + 1, 0)))
        ).scalar_one()
        while audit.size < size:
            if not await _take_stride(connection, audit):
                break
            if progress is not None:
                progress(audit.size, size)
        await _require_single_place(connection, audit)
        waiting = await connection.execute(select(func.count()).select_from(ledger_outbox))
        findings = audit.finish(await _tile_widths(connection))
        return Checked(size, len(signed), waiting.scalar_one(), findings)


async def _size(connection: AsyncConnection) -> int:
    last = (await connection.execute(select(func.max(ledger_leaves.c.leaf_index)))).scalar_one()
    return 0 if last is None else int(last) + 1


async def _checkpoints(
    connection: AsyncConnection, verifier: Verifier
) -> tuple[list[Checkpoint], list[Finding]]:
    signed, findings = [], []
    for row in await connection.execute(select(ledger_checkpoints).order_by(ledger_checkpoints.c.size)):
        try:
            checkpoint = Checkpoint.open(row.note, [verifier])
        except (MalformedNote, NotSigned):
            findings.append(
                Finding(row.size, f"the checkpoint of size {row.size} is not signed by {verifier.vkey}")
            )
            continue
        signed.append(checkpoint)
    return signed, findings


async def _take_stride(connection: AsyncConnection, audit: Audit) -> bool:
    """False when the next entry is missing: nothing after it can be placed."""
    start = audit.size
    wanted = ledger_leaves.c.leaf_index.between(start, start + STRIDE - 1)
    rows = (
        await connection.execute(select(ledger_leaves).where(wanted).order_by(ledger_leaves.c.leaf_index))
    ).all()
    present = [row for place, row in enumerate(rows, start) if row.leaf_index == place]
    made = audit.take([row.leaf for row in present])
    audit.compare(made, await load_tiles(connection, made))
    for row, opening in await _openings(connection, present):
        _check_opening(audit, row, opening)
    return len(present) == len(rows) > 0


async def _openings(connection: AsyncConnection, rows: Sequence[Any]) -> list[tuple[Any, Opening]]:
    by_entry = {row.entry_id: row for row in rows}
    if not by_entry:
        return []
    first, last = rows[0].leaf_index, rows[-1].leaf_index
    found = await connection.execute(
        select(ledger_openings)
        .join(ledger_leaves, ledger_leaves.c.entry_id == ledger_openings.c.entry_id)
        .where(ledger_leaves.c.leaf_index.between(first, last))
    )
    return [(by_entry[row.entry_id], Opening(row.field, row.value, row.salt)) for row in found]


def _check_opening(audit: Audit, row: Any, opening: Opening) -> None:
    commitments = audit.commitments_of(row.leaf_index)
    if commitments is None:
        return  # the audit has said so already
    try:
        verify_opening(opening, commitments.get(opening.field, ""))
    except NotTheCommittedValue:
        what = f"the kept value of {opening.field} is not the one that entry {row.leaf_index} commits to"
        audit.add(Finding(row.leaf_index, what))


async def _require_single_place(connection: AsyncConnection, audit: Audit) -> None:
    doubled = (
        select(ledger_leaves.c.leaf_index)
        .join(ledger_outbox, ledger_outbox.c.id == ledger_leaves.c.entry_id)
        .order_by(ledger_leaves.c.leaf_index)
    )
    for index in (await connection.execute(doubled)).scalars():
        audit.add(Finding(index, f"entry {index} waits to be integrated a second time"))


async def _tile_widths(connection: AsyncConnection) -> dict[TileId, int]:
    rows = await connection.execute(
        select(ledger_tiles.c.level, ledger_tiles.c.number, func.length(ledger_tiles.c.hashes).label("bytes"))
    )
    return {TileId(row.level, row.number): row.bytes // HASH_BYTES for row in rows}
