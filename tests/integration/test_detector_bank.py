"""A change of the stored bank is in force within a second, and the detector holds on to what it knows."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from tests.helpers.banks import found

from jaga.core.errors import Unavailable
from jaga.core.ids import BankEntryId
from jaga.detect.bank import BankChange
from jaga.detect.client import DEADLINE, DetectorClient
from jaga.detect.content import Content, Field
from jaga.detect.entry import Kind, Wording, parse_wording
from jaga.detect.ports import AlreadyListed, NoSuchEntry
from jaga.detect.reload import follow, load_whole
from jaga.detect.service import DetectorService
from jaga.detect.verdict import Outcome
from jaga.store.banks import Banks
from jaga.store.tables.banks import bank_entries, bank_version
from jaga.store.tables.ledger import ledger_outbox

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
IN_FORCE_WITHIN = 1.0


def word(term: str, outcome: str = "refuse", category: str = "terrorism", kind: str = "term") -> Wording:
    return parse_wording(kind=kind, term=term, category=category, outcome=outcome)


@pytest.fixture
async def banks(database):
    async with database.transaction() as connection:
        await connection.execute(delete(bank_entries))
        await connection.execute(delete(bank_version))
    return Banks(database)


async def nothing_to_inspect(sha256, declared_type):
    raise AssertionError


@asynccontextmanager
async def detector(banks, path, *, patience=DEADLINE):
    service = DetectorService(await load_whole(banks.load), nothing_to_inspect)
    async with await service.listen(path):
        following = asyncio.create_task(follow(service, banks.load, banks.watch))
        client = DetectorClient(path, deadline=patience)
        yield client
        await client.close()
        following.cancel()


async def portions(banks, since: int) -> list[BankChange]:
    return [portion async for portion in banks.load(since)]


async def verdict(client, written: str) -> str:
    return (await client.check(Content(fields=(Field("text", written),)))).name


async def seconds_until(client, written: str, wanted: str, patience: float = 10) -> float:
    began = time.monotonic()
    while await verdict(client, written) != wanted:
        assert time.monotonic() < began + patience, f"never {wanted}"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def add(banks, *words: Wording) -> list[BankEntryId]:
    return await banks.add_all(words, by="operator", now=NOW)


async def test_a_new_term_refuses_and_a_removed_one_lets_pass_without_restart(banks, tmp_path):
    async with detector(banks, tmp_path / "detector.sock") as client:
        assert await verdict(client, "zqk4bo!") == "allow"
        (entry,) = await add(banks, word("zqkabo"))
        best = await seconds_until(client, "zqk4bo!", "refuse")
        await banks.remove(entry, by="operator", now=NOW)
        best = min(best, await seconds_until(client, "zqk4bo!", "allow"))
        assert best < IN_FORCE_WITHIN


async def test_a_change_is_noticed_by_polling_when_no_notification_comes(banks, tmp_path, monkeypatch):
    async with detector(banks, tmp_path / "detector.sock") as client:
        async with banks._database.transaction() as connection:
            await connection.execute(
                bank_entries.insert().values(
                    id=BankEntryId.new(),
                    kind="term",
                    term="mirta",
                    category="x",
                    outcome="hold",
                    added_by="operator",
                    added_at=NOW,
                    added_version=1,
                )
            )
            await connection.execute(bank_version.insert().values(id=1, version=1))
        await seconds_until(client, "mirta", "hold")


async def test_the_last_bank_stays_while_postgresql_is_away_and_news_come_when_it_is_back(banks, tmp_path):
    await add(banks, word("zqkabo"))
    away = False

    async def load(since):
        if away:
            raise Unavailable
        async for portion in Banks.load(banks, since):
            yield portion

    banks.load = load
    async with detector(banks, tmp_path / "detector.sock") as client:
        away = True
        await add(banks, word("mirta"))
        # Also those connections that are open break.
        async with banks._database.transaction() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND datname = 'jaga'"
                )
            )
        assert await verdict(client, "zqkabo") == "refuse"
        assert await verdict(client, "mirta") == "allow"
        away = False
        await seconds_until(client, "mirta", "refuse")


async def test_without_a_bank_nothing_is_answered(tmp_path):
    attempts = []

    async def load(since):
        attempts.append(since)
        if len(attempts) < 3:
            raise Unavailable
        yield BankChange(7)

    bank = await load_whole(load)
    assert attempts == [0, 0, 0]
    assert bank.version == 7


async def test_a_restored_older_bank_replaces_the_one_in_memory(banks, tmp_path):
    await add(banks, word("zqkabo"))
    await add(banks, word("mirta"))
    async with detector(banks, tmp_path / "detector.sock") as client:
        assert await verdict(client, "mirta") == "refuse"
        async with banks._database.transaction() as connection:
            await connection.execute(delete(bank_entries).where(bank_entries.c.term == "mirta"))
            await connection.execute(update(bank_version).values(version=1))
        await seconds_until(client, "mirta", "allow")
        assert await verdict(client, "zqkabo") == "refuse"


async def test_what_is_loaded_in_steps_equals_what_is_loaded_at_once(banks):
    _, second, _ = await add(banks, word("aaab"), word("baab"), word("caab", kind="term"))
    early = await load_whole(banks.load)
    await banks.remove(second, by="operator", now=NOW)
    (fourth,) = await add(banks, word("daab"))
    await banks.remove(fourth, by="operator", now=NOW)
    (change,) = await portions(banks, early.version)
    assert (change.added, change.removed) == ((), (second,))
    early.apply(change)
    whole = await load_whole(banks.load)
    for bank in (early, whole):
        assert found(bank, "aaab baab caab daab") == ["aaab", "caab"]
        assert bank.counts() == {"term": 2}
    assert early.version == whole.version == 4
    assert await portions(banks, 4) == []


async def test_an_entry_is_in_force_once_in_a_category(banks):
    await add(banks, word("zqkabo"), word("zqkabo", category="harassment"))
    with pytest.raises(AlreadyListed):
        await add(banks, word("mirta"), word("zqkabo", outcome="hold"))
    assert [entry.wording.term for entry in await banks.listed()] == ["zqkabo", "zqkabo"]
    assert (await load_whole(banks.load)).version == 1, "a refused change is no version"


async def test_an_entry_is_removed_once_and_its_record_stays(banks, database):
    (entry,) = await add(banks, word("zqkabo"))
    await banks.remove(entry, by="stf_1", now=NOW)
    for gone in (entry, BankEntryId.new()):
        with pytest.raises(NoSuchEntry):
            await banks.remove(gone, by="stf_1", now=NOW)
    assert await banks.listed() == []
    async with database.reading() as connection:
        row = (await connection.execute(select(bank_entries))).one()
    assert (row.removed_by, row.removed_at, row.added_version, row.removed_version) == ("stf_1", NOW, 1, 2)
    await add(banks, word("zqkabo", outcome="hold"))
    assert [listed.wording.outcome for listed in await banks.listed(kind=Kind.TERM)] == [Outcome.HOLD]


async def test_versions_grow_one_by_one_under_many_writers(banks):
    await asyncio.gather(*(add(banks, word(f"kata{number}")) for number in range(12)))
    bank = await load_whole(banks.load)
    assert (bank.version, bank.counts()) == (12, {"term": 12})


async def test_every_change_is_an_entry_of_the_ledger_that_does_not_tell_the_term(banks, database):
    (entry,) = await add(banks, word("zqkabo"))
    await banks.remove(entry, by="operator", now=NOW)
    async with database.reading() as connection:
        leaves = (
            (
                await connection.execute(
                    select(ledger_outbox.c.leaf).where(ledger_outbox.c.ref.in_(["bank:1", "bank:2"]))
                )
            )
            .scalars()
            .all()
        )
    written = [bytes(leaf).decode() for leaf in leaves][-2:]
    assert all(
        '"bank_change"' in leaf and "zqkabo" not in leaf and "operator" not in leaf for leaf in written
    )


async def test_a_long_list_comes_into_force_in_portions_while_questions_are_answered(banks, tmp_path):
    listed = [word(f"kata{number}panjang", "hold") for number in range(20_000)]
    # Service and writer share this process, and writing 20,000 rows keeps it busy longer than a web process would wait.
    async with detector(banks, tmp_path / "detector.sock", patience=timedelta(seconds=30)) as client:
        adding = asyncio.create_task(add(banks, *listed))
        await seconds_until(client, "kata19999panjang", "hold", patience=60)
        await adding
        assert await verdict(client, "kata0panjang") == "hold"
        assert (await client.status()).entries == {"term": 20_000}
        assert len(await portions(banks, 0)) == 11
