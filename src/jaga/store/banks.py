"""The stored bank: every change is one version, and every process that keeps the bank in memory hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from psycopg import Error as DriverError
from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.core.canonical import canonical_json
from jaga.core.ids import BankEntryId
from jaga.detect.bank import BankChange
from jaga.detect.entry import Entry, Kind, Listed, Wording
from jaga.detect.ports import AlreadyListed, NoSuchEntry
from jaga.detect.verdict import Outcome
from jaga.ledger.entry import Entry as LedgerEntry
from jaga.ledger.entry import EntryType
from jaga.store import outbox
from jaga.store.database import Database, DatabaseUnavailable
from jaga.store.tables.banks import bank_entries, bank_version

_CHANNEL = "bank_changed"
_POLL = 0.5
_ROWS_AT_ONCE = 2_000


class Banks:
    """Implements `LoadBank` (`load`) and `WatchBank` (`watch`) for the detector, and `KeepBank`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, wording: Wording, *, by: str, now: datetime) -> BankEntryId:
        """Raises `AlreadyListed` when the same is in force in this category."""
        return (await self.add_all([wording], by=by, now=now))[0]

    async def add_all(
        self,
        wordings: Sequence[Wording],
        *,
        by: str,
        now: datetime,
        progress: Callable[[int], None] = lambda _: None,
    ) -> list[BankEntryId]:
        """All in one version, or none. `progress` hears how many are written."""
        ids = [BankEntryId.new() for _ in wordings]
        rows = [_row(id_, wording) for id_, wording in zip(ids, wordings, strict=True)]
        async with self._database.transaction() as connection:
            version = await _next_version(connection)
            for row in (await _in_force(connection, wordings)).values():
                raise AlreadyListed(term=row.term, category=row.category, entry=row.id)
            stamp = {"added_by": by, "added_at": now, "added_version": version}
            for first in range(0, len(rows), _ROWS_AT_ONCE):
                some = [row | stamp for row in rows[first : first + _ROWS_AT_ONCE]]
                await connection.execute(insert(bank_entries), some)
                progress(first + len(some))
            await _record(connection, version, "add", rows, by=by, now=now)
        return ids

    async def remove(self, id: BankEntryId, *, by: str, now: datetime) -> None:
        """Out of force from the next version on; the record stays. Raises `NoSuchEntry`."""
        async with self._database.transaction() as connection:
            version = await _next_version(connection)
            removed = await connection.execute(
                update(bank_entries)
                .where(bank_entries.c.id == id, bank_entries.c.removed_version.is_(None))
                .values(removed_by=by, removed_at=now, removed_version=version)
                .returning(bank_entries)
            )
            row = removed.one_or_none()
            if row is None:
                raise NoSuchEntry(entry=id)
            await _record(connection, version, "remove", [_row(id, _listed(row).wording)], by=by, now=now)

    async def in_force(self, wordings: Sequence[Wording]) -> dict[tuple[Kind, str, str], Outcome]:
        """Which of these are in force, by their key, and with what outcome."""
        async with self._database.reading() as connection:
            return {key: Outcome(row.outcome) for key, row in (await _in_force(connection, wordings)).items()}

    async def listed(self, *, kind: Kind | None = None, category: str | None = None) -> list[Listed]:
        """What is in force, oldest first."""
        query = (
            select(bank_entries).where(bank_entries.c.removed_version.is_(None)).order_by("added_at", "id")
        )
        if kind is not None:
            query = query.where(bank_entries.c.kind == kind)
        if category is not None:
            query = query.where(bank_entries.c.category == category)
        async with self._database.reading() as connection:
            return [_listed(row) for row in await connection.execute(query)]

    async def load(self, since: int) -> AsyncGenerator[BankChange, None]:
        """See `jaga.detect.ports.LoadBank`."""
        async with self._database.reading() as connection:
            version = await _version(connection)
            if version < since:
                yield BankChange(version)
            # Later versions may commit between these statements; they are left for the next time.
            last = ""
            while version > since:
                rows = await connection.execute(_added(since, version, last))
                added = tuple(_entry(*values) for values in rows)
                if len(added) < _ROWS_AT_ONCE:
                    removed = await connection.execute(_removed(since, version))
                    yield BankChange(version, added, tuple(BankEntryId(id_) for (id_,) in removed))
                    return
                last = added[-1].id
                yield BankChange(since, added)

    async def watch(self) -> AsyncGenerator[None, None]:
        """See `jaga.detect.ports.WatchBank`: at once on a notification, else every half second."""
        while True:
            yield
            try:
                async with self._database.listening(_CHANNEL) as connection:
                    while True:
                        yield
                        async for _ in connection.notifies(timeout=_POLL, stop_after=1):
                            pass
            except (DatabaseUnavailable, DriverError):
                await asyncio.sleep(_POLL)


def _added(since: int, version: int, last: str) -> Select[str, str, str, str, str]:
    entries = bank_entries.c
    in_force = entries.removed_version.is_(None) | (entries.removed_version > version)
    return (
        select(entries.id, entries.kind, entries.term, entries.category, entries.outcome)
        .where(entries.added_version > since, entries.added_version <= version, in_force, entries.id > last)
        .order_by(entries.id)
        .limit(_ROWS_AT_ONCE)
    )


def _removed(since: int, version: int) -> Select[str]:
    entries = bank_entries.c
    return select(entries.id).where(
        entries.added_version <= since, entries.removed_version > since, entries.removed_version <= version
    )


async def _version(connection: AsyncConnection) -> int:
    return (await connection.execute(select(bank_version.c.version))).scalar_one_or_none() or 0


async def _next_version(connection: AsyncConnection) -> int:
    """The version that becomes visible when the caller commits; other writers wait for that."""
    grown = (
        upsert(bank_version)
        .values(id=1, version=1)
        .on_conflict_do_update(index_elements=["id"], set_={"version": bank_version.c.version + 1})
        .returning(bank_version.c.version)
    )
    version = int((await connection.execute(grown)).scalar_one())
    await connection.execute(select(func.pg_notify(_CHANNEL, str(version))))
    return version


async def _in_force(
    connection: AsyncConnection, wordings: Sequence[Wording]
) -> dict[tuple[Kind, str, str], Row[Any]]:
    wanted = {wording.key for wording in wordings}
    found = {}
    for some in _parts(wordings):
        query = select(bank_entries).where(
            bank_entries.c.removed_version.is_(None),
            bank_entries.c.term.in_([wording.term for wording in some]),
        )
        for row in await connection.execute(query):
            if (key := (Kind(row.kind), row.term, row.category)) in wanted:
                found[key] = row
    return found


async def _record(
    connection: AsyncConnection,
    version: int,
    action: str,
    rows: Sequence[Mapping[str, str | None]],
    *,
    by: str,
    now: datetime,
) -> None:
    """The ledger learns how the bank grows and shrinks; what is listed stays a sealed commitment."""
    size = select(func.count()).select_from(bank_entries).where(bank_entries.c.removed_version.is_(None))
    categories = {row["category"] for row in rows}
    draft = LedgerEntry.of(
        type=EntryType.BANK_CHANGE,
        at=now,
        action=action,
        category=categories.pop() if len(categories) == 1 else None,
        subject=f"bank:{version}",
        count=int((await connection.execute(size)).scalar_one()),
        personal={"by": by, "entries": sha256(canonical_json(rows)).hexdigest()},
    )
    await outbox.append(connection, draft, ref=f"bank:{version}")


def _parts(wordings: Sequence[Wording]) -> Iterator[Sequence[Wording]]:
    for first in range(0, len(wordings), _ROWS_AT_ONCE):
        yield wordings[first : first + _ROWS_AT_ONCE]


def _row(id: BankEntryId, wording: Wording) -> dict[str, str | None]:
    return {
        "id": id,
        "kind": wording.kind.value,
        "term": wording.term,
        "category": wording.category,
        "outcome": wording.outcome.value,
        "language": wording.language,
        "source": wording.source,
        "note": wording.note,
    }


def _entry(id: str, kind: str, term: str, category: str, outcome: str) -> Entry:
    return Entry(BankEntryId(id), Kind(kind), term, category, Outcome(outcome))


def _listed(row: Row[Any]) -> Listed:
    wording = Wording(
        Kind(row.kind), row.term, row.category, Outcome(row.outcome), row.language, row.source, row.note
    )
    return Listed(BankEntryId(row.id), wording, row.added_by, row.added_at)
