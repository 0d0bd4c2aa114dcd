"""The ledger's intake: an act and its entry are recorded in one transaction, or neither is.

    async with database.transaction() as connection:
        ...                                                         # the act itself
        entry_id = await outbox.append(connection, Entry.of(...), ref=decision.id)

The entry's place in the ledger follows within a second (`jaga.store.ledger`); the id returned here finds its receipt.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.ledger.entry import Draft, Entry, EntryId, EntryType
from jaga.ledger.errors import ReceiptNotReady
from jaga.store.tables.ledger import ledger_chains, ledger_leaves, ledger_openings

# One statement, so that an act pays for one round trip.
_APPEND = text(
    """
    WITH entry AS (INSERT INTO ledger_outbox (id, ref, leaf) VALUES (:id, :ref, :leaf))
    INSERT INTO ledger_openings (entry_id, field, value, salt)
    SELECT :id, * FROM unnest(CAST(:fields AS text[]), CAST(:values AS text[]), CAST(:salts AS bytea[]))
    """
)


async def append(connection: AsyncConnection, draft: Draft, *, ref: str) -> EntryId:
    """Record `draft` in the caller's transaction. `ref` names the act (`sub_…`, `dec_…`), so that it can be found.

    An entry of a case gets the next number of that case's chain here; the chain is locked until the caller commits.
    """
    if draft.entry.case is not None and draft.entry.seq is None:
        draft = draft.numbered(await _next_in_chain(connection, draft.entry.case))
    entry_id = EntryId.new()
    await connection.execute(
        _APPEND,
        {
            "id": entry_id,
            "ref": ref,
            "leaf": draft.entry.to_bytes(),
            "fields": [opening.field for opening in draft.openings],
            "values": [opening.value for opening in draft.openings],
            "salts": [opening.salt for opening in draft.openings],
        },
    )
    return entry_id


async def erase(
    connection: AsyncConnection, entry_id: EntryId, *, fields: Collection[str], ground: str, at: datetime
) -> EntryId:
    """Forget the values and salts of these personal fields, and record that it was done and on what ground.

    The commitments stay in the ledger and every proof holds; they only cannot be opened any more. Raises
    `ReceiptNotReady` for an entry that is not integrated yet: an erasure names its leaf.
    """
    place = select(ledger_leaves.c.leaf_index, ledger_leaves.c.ref).where(
        ledger_leaves.c.entry_id == entry_id
    )
    leaf = (await connection.execute(place)).one_or_none()
    if leaf is None:
        raise ReceiptNotReady
    await connection.execute(
        delete(ledger_openings).where(
            ledger_openings.c.entry_id == entry_id, ledger_openings.c.field.in_(fields)
        )
    )
    subject = f"leaf:{leaf.leaf_index}:{'+'.join(sorted(fields))}"
    draft = Entry.of(type=EntryType.ERASURE, at=at, action="erase", legal_class=ground, subject=subject)
    return await append(connection, draft, ref=leaf.ref)


async def _next_in_chain(connection: AsyncConnection, case: str) -> int:
    longer = (
        upsert(ledger_chains)
        .values(case_id=case, length=1)
        .on_conflict_do_update(index_elements=["case_id"], set_={"length": ledger_chains.c.length + 1})
        .returning(ledger_chains.c.length)
    )
    return int((await connection.execute(longer)).scalar_one())
