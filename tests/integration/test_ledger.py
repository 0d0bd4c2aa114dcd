"""The ledger on a real PostgreSQL: nothing lost, nothing doubled, one history, receipts without a worker."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from jaga.core.ids import CaseId, SubmissionId
from jaga.ledger.audit import Finding
from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.entry import Entry, EntryId, EntryType
from jaga.ledger.errors import (
    NoSuchLeaf,
    NoSuchTile,
    NothingPublished,
    NotWhatWasPublished,
    ReceiptNotReady,
    RootDiffers,
    SignedByAnotherKey,
)
from jaga.ledger.note import Signer
from jaga.ledger.receipt import verify_receipt
from jaga.ledger.tile import TileId, TilePath, all_tiles_of, leaves_of, node_from, tree_root, width_of
from jaga.ledger.tree import consistency_spans, hashes_of, leaf_hash, verify_consistency
from jaga.store import fsck, outbox
from jaga.store.database import Database
from jaga.store.integrator import BATCH, Integrator
from jaga.store.ledger import StoredLedger
from jaga.store.tables.ledger import (
    ledger_chains,
    ledger_checkpoints,
    ledger_leaves,
    ledger_openings,
    ledger_outbox,
    ledger_tiles,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SIGNER = Signer("chat.example/ledger", b"1" * 32)
TABLES = (
    ledger_chains,
    ledger_checkpoints,
    ledger_leaves,
    ledger_openings,
    ledger_outbox,
    ledger_tiles,
)
OTHER = Signer("chat.example/ledger", b"2" * 32)


def draft(**changes):
    return Entry.of(
        **{
            "type": EntryType.SUBMISSION,
            "at": NOW,
            "legal_class": "id_mr5",
            "personal": {"officer": "off_wulan", "external_ref": "B-123"},
        }
        | changes
    )


async def append(database, **changes):
    ref = SubmissionId.new()
    async with database.transaction() as connection:
        return await outbox.append(connection, draft(**changes), ref=ref)


async def append_many(database, count):
    async with database.transaction() as connection:
        for _ in range(count):
            await outbox.append(connection, draft(personal=None), ref="load")


async def integrate_all(integrator):
    total = 0
    while batch := await integrator.integrate():
        total += batch
    return total


async def integrate_after_the_dead(integrator, database):
    """Until nothing waits: PostgreSQL may take a moment to notice that a client is gone, and keeps its lock so long."""
    async with asyncio.timeout(60):
        while await waiting(database):
            await integrate_all(integrator)


async def waiting(database):
    async with database.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(ledger_outbox))


async def tamper(database, *statements):
    """What somebody with the database's password can do: switch the guards off, and change what stands there."""
    async with database.transaction() as connection:
        for table in (ledger_leaves, ledger_checkpoints):
            await connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER append_only"))
        for statement in statements:
            await connection.execute(statement)
        for table in (ledger_leaves, ledger_checkpoints):
            await connection.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER append_only"))


@pytest.fixture
async def ledger(database):
    """An empty, opened ledger."""
    await tamper(database, *(text(f"TRUNCATE {table.name}") for table in TABLES))
    integrator = Integrator(database, SIGNER)
    await integrator.open()
    return StoredLedger(database, integrator)


@pytest.fixture
def integrator(database):
    return Integrator(database, SIGNER)


async def head(ledger):
    return Checkpoint.open(await ledger.checkpoint(), [SIGNER.verifier])


async def tiles_of(ledger, size):
    return {tile: await ledger.tile(tile, width_of(tile, size)) for tile in all_tiles_of(size)}


async def entry_ids(database):
    async with database.reading() as connection:
        rows = await connection.execute(select(ledger_leaves.c.entry_id).order_by(ledger_leaves.c.leaf_index))
        return list(rows.scalars())


async def test_a_ledger_that_was_opened_publishes_the_empty_tree(ledger):
    assert (await head(ledger)).size == 0


async def test_before_it_is_opened_nothing_is_published(ledger, database):
    await tamper(database, delete(ledger_checkpoints))

    with pytest.raises(NothingPublished):
        await ledger.checkpoint()


async def test_an_entry_has_a_receipt_at_once_without_any_worker(ledger, database):
    entry_id = await append(database)

    before = time.monotonic()
    text = await ledger.receipt_of(entry_id, opening=["external_ref"])

    assert time.monotonic() - before < 0.5
    proven = verify_receipt(text, [SIGNER.verifier])
    assert proven.entry.legal_class == "id_mr5"
    assert proven.opened == {"external_ref": "B-123"}


async def test_an_act_that_is_rolled_back_leaves_no_entry(ledger, database, integrator):
    async with database.engine.begin() as connection:
        await outbox.append(connection, draft(), ref="sub")
        await connection.rollback()

    assert await integrator.integrate() == 0
    async with database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(ledger_openings))).scalar_one() == 0


async def test_a_receipt_for_an_entry_that_was_never_committed_is_not_ready(ledger):
    with pytest.raises(ReceiptNotReady):
        await ledger.receipt_of(EntryId.new(), within=timedelta(milliseconds=60))


async def test_entries_of_a_case_are_numbered_without_a_gap_though_they_come_together(
    ledger, database, integrator
):
    case = CaseId.new()
    await asyncio.gather(*(append(database, case=case) for _ in range(12)))
    await integrate_all(integrator)

    async with database.reading() as connection:
        leaves = (
            await connection.execute(select(ledger_leaves.c.leaf).order_by(ledger_leaves.c.leaf_index))
        ).scalars()
        assert [Entry.parse(leaf).seq for leaf in leaves] == list(range(1, 13))


async def test_concurrent_appenders_and_integrators_lose_and_double_nothing(ledger, database, database_url):
    others = [Database(database_url, pool_size=3) for _ in range(2)]
    integrators = [Integrator(one, SIGNER) for one in (database, *others)]
    appended: list[str] = []
    done = asyncio.Event()

    async def appender():
        appended.extend([await append(database, personal=None) for _ in range(40)])

    async def integrate(integrator):
        while not done.is_set():
            await integrator.integrate()

    running = [asyncio.create_task(integrate(integrator)) for integrator in integrators]
    await asyncio.gather(*(appender() for _ in range(6)))
    done.set()
    await asyncio.gather(*running)
    await integrate_all(integrators[0])
    for other in others:
        await other.close()

    found = await entry_ids(database)
    assert sorted(found) == sorted(appended)
    assert len(set(found)) == len(found) == 240
    checkpoint = await head(ledger)
    assert tree_root(await tiles_of(ledger, 240), 240) == checkpoint.root


async def test_everyone_who_acts_at_once_gets_a_receipt_that_verifies(ledger, database):
    async def act(number):
        entry_id = await append(database, personal={"external_ref": f"B-{number}"})
        text = await ledger.receipt_of(entry_id, opening=["external_ref"])
        return verify_receipt(text, [SIGNER.verifier]).opened["external_ref"]

    assert await asyncio.gather(*(act(number) for number in range(30))) == [f"B-{n}" for n in range(30)]


async def test_any_two_checkpoints_are_consistent(ledger, database, integrator):
    for count in (1, 1, 6, 248, 1, 300, 43):
        await append_many(database, count)
        await integrate_all(integrator)

    async with database.reading() as connection:
        notes = (
            await connection.execute(select(ledger_checkpoints.c.note).order_by(ledger_checkpoints.c.size))
        ).scalars()
        checkpoints = [Checkpoint.open(note, [SIGNER.verifier]) for note in notes]
    assert [checkpoint.size for checkpoint in checkpoints] == [0, 1, 2, 8, 256, 257, 557, 600]
    hash_of = node_from(await tiles_of(ledger, 600))
    for earlier in checkpoints:
        for later in checkpoints:
            if earlier.size <= later.size:
                proof = hashes_of(consistency_spans(earlier.size, later.size), hash_of)
                verify_consistency(earlier.size, earlier.root, later.size, later.root, proof)


async def test_tiles_and_bundles_hold_what_the_checkpoint_covers_and_no_more(ledger, database, integrator):
    await append_many(database, 300)
    await integrate_all(integrator)

    full, partial = await ledger.bundle(TilePath(0)), await ledger.bundle(TilePath(1, 44))
    leaves = leaves_of(full) + leaves_of(partial)
    assert len(leaves) == 300
    assert len({leaf for leaf in leaves if Entry.parse(leaf)}) == 1
    assert len(await ledger.tile(TileId(0, 0), 256)) == 8192
    assert await ledger.tile(TileId(0, 1), 7) == (await ledger.tile(TileId(0, 1), 44))[: 7 * 32]
    for tile, width in [
        (TileId(0, 1), 45),
        (TileId(0, 2), 1),
        (TileId(1, 0), 2),
        (TileId(2, 0), 1),
        (TileId(0, 2**70), 1),
    ]:
        with pytest.raises(NoSuchTile):
            await ledger.tile(tile, width)
    for path in (TilePath(1), TilePath(1, 45), TilePath(2, 1), TilePath(10**20)):
        with pytest.raises(NoSuchTile):
            await ledger.bundle(path)


async def test_a_proof_of_any_leaf_verifies_and_opens_nothing(ledger, database, integrator):
    await append(database)
    await append_many(database, 299)
    await integrate_all(integrator)

    for index in (0, 1, 255, 256, 299):
        proven = verify_receipt(await ledger.proof(index), [SIGNER.verifier])
        assert (proven.index, proven.opened) == (index, {})
    for index in (-1, 300, 2**80):
        with pytest.raises(NoSuchLeaf):
            await ledger.proof(index)


async def test_a_later_receipt_of_the_same_entry_verifies_too(ledger, database, integrator):
    entry_id = await append(database)
    first = await ledger.receipt_of(entry_id)
    await append_many(database, 20)
    await integrate_all(integrator)
    later = await ledger.receipt_of(entry_id)

    assert [verify_receipt(text, [SIGNER.verifier]).checkpoint.size for text in (first, later)] == [1, 21]


@pytest.mark.parametrize("table", [ledger_leaves, ledger_checkpoints])
async def test_our_own_code_cannot_change_what_is_recorded(ledger, database, integrator, table):
    await append_many(database, 1)
    await integrator.integrate()

    for statement in (
        delete(table),
        text(f"TRUNCATE {table.name}"),
        update(table).values(dict.fromkeys([table.c[1]], "x")),
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.engine.begin() as connection:
                await connection.execute(statement)


async def test_large_backlogs_go_in_batches(ledger, database, integrator):
    await append_many(database, BATCH + 10)

    assert [await integrator.integrate() for _ in range(3)] == [BATCH, 10, 0]


async def test_the_running_integrator_takes_an_entry_in_under_a_second(ledger, database, integrator):
    running = asyncio.create_task(integrator.run())
    try:
        await append(database)
        before = time.monotonic()
        while (await head(ledger)).size == 0:
            assert time.monotonic() - before < 1
            await asyncio.sleep(0.02)
    finally:
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_a_ledger_signed_with_another_key_is_never_continued(ledger, database):
    entry_id = await append(database)
    wrong = Integrator(database, OTHER)

    with pytest.raises(SignedByAnotherKey):
        await wrong.open()
    with pytest.raises(SignedByAnotherKey):
        await wrong.integrate()
    assert (await head(ledger)).size == 0
    assert await ledger.receipt_of(entry_id)


@pytest.mark.parametrize(
    "damage",
    [
        update(ledger_tiles).values(hashes=func.set_byte(ledger_tiles.c.hashes, 5, 7)),
        delete(ledger_tiles),
        delete(ledger_checkpoints).where(ledger_checkpoints.c.size == 3),
        delete(ledger_checkpoints),
    ],
    ids=["a tile was changed", "the tiles are gone", "the checkpoint went back", "no checkpoint is left"],
)
async def test_a_tree_that_does_not_lead_to_its_checkpoint_is_never_continued(
    ledger, database, integrator, damage
):
    await append_many(database, 2)
    await integrate_all(integrator)
    await append_many(database, 1)
    await integrate_all(integrator)
    await tamper(database, damage)
    async with database.reading() as connection:
        before = (await connection.execute(select(func.count()).select_from(ledger_checkpoints))).scalar_one()

    with pytest.raises(RootDiffers):
        await integrator.open()
    await append(database)
    with pytest.raises(RootDiffers):
        await integrator.integrate()
    async with database.reading() as connection:
        assert (
            await connection.execute(select(func.count()).select_from(ledger_checkpoints))
        ).scalar_one() == before
        assert (await connection.execute(select(func.count()).select_from(ledger_outbox))).scalar_one() == 1


class Kept:
    """The last checkpoint, where the database cannot take it back."""

    where = "a file"

    def __init__(self, note=None):
        self.note = note

    def load(self):
        return self.note

    def save(self, note):
        self.note = note


async def test_a_database_put_back_to_an_older_state_is_never_continued(ledger, database, integrator):
    kept = Kept()
    careful = Integrator(database, SIGNER, kept)
    await append_many(database, 300)
    await careful.integrate()
    await careful.open()
    await filled(database, integrator, 10)
    await careful.open()  # what another process added since is no harm

    await tamper(
        database,
        delete(ledger_leaves).where(ledger_leaves.c.leaf_index >= 0),
        delete(ledger_tiles),
        delete(ledger_checkpoints).where(ledger_checkpoints.c.size > 0),
    )

    await integrator.open()
    with pytest.raises(NotWhatWasPublished):
        await careful.open()


async def test_a_ledger_grown_anew_is_not_taken_for_the_one_that_was_published(ledger, database, integrator):
    other = SIGNER.sign(Checkpoint("chat.example/ledger", 2, b"7" * 32).text())
    await append_many(database, 3)
    await integrate_all(integrator)

    with pytest.raises(NotWhatWasPublished):
        await Integrator(database, SIGNER, Kept(other)).open()


async def test_an_erased_value_can_no_longer_be_shown_and_all_proofs_hold(ledger, database):
    entry_id = await append(database)
    before = await ledger.receipt_of(entry_id, opening=["officer", "external_ref"])
    async with database.transaction() as connection:
        erasure = await outbox.erase(connection, entry_id, fields=["officer"], ground="gdpr_17", at=NOW)

    after = verify_receipt(
        await ledger.receipt_of(entry_id, opening=["officer", "external_ref"]), [SIGNER.verifier]
    )
    recorded = verify_receipt(await ledger.receipt_of(erasure), [SIGNER.verifier]).entry

    assert after.opened == {"external_ref": "B-123"}
    assert (recorded.type, recorded.subject, recorded.legal_class) == ("erasure", "leaf:0:officer", "gdpr_17")
    assert verify_receipt(before, [SIGNER.verifier]).entry == after.entry
    assert list((await fsck.check(database, SIGNER.verifier)).findings) == []


async def filled(database, integrator, *batches):
    for batch in batches:
        await append_many(database, batch)
        await integrate_all(integrator)


def first_leaf_with(index, leaf):
    return update(ledger_leaves).where(ledger_leaves.c.leaf_index == index).values(leaf=leaf)


def other_leaf():
    return draft(personal=None, outcome="other").entry.to_bytes()


def tile_with(index, leaf):
    """The level 0 tile, changed so that it fits a changed entry."""
    at = 32 * (index % 256) + 1
    return text(
        "UPDATE ledger_tiles SET hashes = overlay(hashes PLACING :hash FROM :at FOR 32) "
        "WHERE level = 0 AND number = :number"
    ).bindparams(hash=leaf_hash(leaf), at=at, number=index // 256)


async def test_a_whole_ledger_passes_the_check(ledger, database, integrator):
    case = CaseId.new()
    for _ in range(3):
        await append(database, case=case)
    await integrate_all(integrator)
    await filled(database, integrator, 300, 5)
    await append_many(database, 2)

    checked = await fsck.check(database, SIGNER.verifier)

    assert (checked.size, checked.checkpoints, checked.waiting) == (308, 4, 2)
    assert list(checked.findings) == []


async def test_an_empty_ledger_passes_the_check(ledger, database):
    assert list((await fsck.check(database, SIGNER.verifier)).findings) == []


@pytest.mark.parametrize(
    ("damage", "index", "what"),
    [
        ([first_leaf_with(17, other_leaf())], 17, "entry 17 was changed"),
        ([first_leaf_with(299, other_leaf())], 299, "entry 299 was changed"),
        ([first_leaf_with(17, b"{}")], 17, "unreadable"),
        (
            [first_leaf_with(263, other_leaf()), tile_with(263, other_leaf())],
            260,
            "one of the entries 260 to 299 was changed",
        ),
        ([tile_with(17, other_leaf())], 17, "tile 0/0 was changed"),
        ([delete(ledger_leaves).where(ledger_leaves.c.leaf_index == 17)], 17, "entry 17 is missing"),
        ([delete(ledger_leaves).where(ledger_leaves.c.leaf_index >= 290)], 290, "entry 290 is missing"),
        (
            [update(ledger_leaves).where(ledger_leaves.c.leaf_index == 299).values(leaf_index=300)],
            299,
            "entry 299 is missing",
        ),
        ([delete(ledger_leaves)], 0, "entry 0 is missing"),
        ([text("INSERT INTO ledger_tiles VALUES (2, 0, decode(repeat('00', 32), 'hex'))")], 0, "tile 2/0"),
        ([delete(ledger_tiles).where(ledger_tiles.c.level == 1)], 0, "tile 1/0 was changed"),
        (
            [delete(ledger_checkpoints).where(ledger_checkpoints.c.size == 300)],
            260,
            "beyond the last checkpoint",
        ),
        (
            [update(ledger_checkpoints).where(ledger_checkpoints.c.size == 260).values(note="x\n")],
            260,
            "the checkpoint of size 260 is not signed",
        ),
        (
            [
                text(
                    "INSERT INTO ledger_outbox (id, ref, leaf) SELECT entry_id, ref, leaf FROM ledger_leaves WHERE leaf_index = 9"
                )
            ],
            9,
            "entry 9 waits to be integrated a second time",
        ),
        (
            [update(ledger_openings).values(value="off_dewi")],
            0,
            "the kept value of external_ref is not the one",
        ),
        (
            [update(ledger_openings).values(salt=b"0" * 32)],
            0,
            "the kept value of external_ref is not the one",
        ),
    ],
)
async def test_the_check_names_the_first_entry_that_is_not_as_signed(
    ledger, database, integrator, damage, index, what
):
    await append(database)
    await filled(database, integrator, 259, 40)
    await tamper(database, *damage)

    first = (await fsck.check(database, SIGNER.verifier)).findings[0]

    assert first.index == index
    assert what in first.what


async def test_the_check_misses_no_step_of_a_case(ledger, database, integrator):
    case = CaseId.new()
    async with database.transaction() as connection:
        for seq in (1, 2, 4):
            await outbox.append(connection, draft(case=case).numbered(seq), ref="dec")
    await integrate_all(integrator)

    findings = (await fsck.check(database, SIGNER.verifier)).findings

    assert findings == [Finding(2, "entry 2 is step 4 of its case, step 3 was due")]


def killed_writer(database_url, ref):
    """Start a writer, kill it at a random moment of its work, and give what it had committed."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.ledger_writer", database_url, ref],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    committed = [writer.stdout.readline().strip()]
    time.sleep(random.uniform(0.01, 0.5))
    os.kill(writer.pid, signal.SIGKILL)
    committed.extend(line.strip() for line in writer.stdout)
    writer.wait()
    return committed


async def test_a_writer_killed_at_any_moment_loses_and_doubles_nothing(
    ledger, database, database_url, integrator
):
    rounds = 5
    # All at once: what one leaves behind, another goes on with.
    killed = await asyncio.gather(
        *(asyncio.to_thread(killed_writer, database_url, f"round-{n}") for n in range(rounds))
    )
    committed = [entry_id for one in killed for entry_id in one]
    await integrate_after_the_dead(integrator, database)

    found = await entry_ids(database)
    assert len(found) == len(set(found))
    # A kill between commit and print may leave an entry that the writer did not get to name: one per appender.
    assert set(committed) <= set(found)
    assert len(found) - len(committed) <= rounds * 2
    checkpoint = await head(ledger)
    assert checkpoint.size == len(found)
    assert tree_root(await tiles_of(ledger, len(found)), len(found)) == checkpoint.root
    await integrator.open()
    assert list((await fsck.check(database, SIGNER.verifier)).findings) == []
