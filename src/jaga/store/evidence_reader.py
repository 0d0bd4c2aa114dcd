"""What the desk sees of a case's evidence: that it is or was there, what the ledger says of it, and who opened it."""

from __future__ import annotations

from sqlalchemy import CompoundSelect, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.views import EvidenceAccess, EvidenceRow
from jaga.core.ids import CaseId, EvidenceId, StaffId
from jaga.store.tables.cases import evidence, evidence_accesses, notices, staff
from jaga.store.tables.ledger import ledger_leaves, ledger_openings, ledger_outbox


async def evidence_of(conn: AsyncConnection, case: CaseId) -> tuple[EvidenceRow, ...]:
    rows = await conn.execute(
        select(
            evidence.c.id,
            evidence.c.kind,
            evidence.c.subject,
            func.length(evidence.c.ciphertext).label("size"),
            evidence.c.kept_at,
            evidence.c.keep_until,
            evidence.c.purged_at,
        )
        .where(evidence.c.case_id == case)
        .order_by(evidence.c.id)
    )
    committed = await _committed(conn, case)
    return tuple(
        EvidenceRow(
            id=EvidenceId(row.id),
            kind=row.kind,
            subject=row.subject,
            size=row.size,
            kept_at=row.kept_at,
            keep_until=row.keep_until,
            purged_at=row.purged_at,
            committed=committed.get(row.subject),
        )
        for row in rows
    )


async def _committed(conn: AsyncConnection, case: CaseId) -> dict[str, str]:
    """By notice: the digest of what it disclosed. A notice has its place in the ledger within a second."""
    rows = await conn.execute(
        select(ledger_leaves.c.ref, ledger_openings.c.value)
        .join(ledger_openings, ledger_openings.c.entry_id == ledger_leaves.c.entry_id)
        .join(notices, notices.c.id == ledger_leaves.c.ref)
        .where(notices.c.case_id == case, ledger_openings.c.field == "disclosure")
    )
    return {row.ref: row.value for row in rows}


def entries_of(ref: str) -> CompoundSelect[tuple[str]]:
    """Those that have their place in the ledger, and those that wait for it."""
    return union_all(
        select(ledger_leaves.c.entry_id.label("id")).where(ledger_leaves.c.ref == ref),
        select(ledger_outbox.c.id).where(ledger_outbox.c.ref == ref),
    )


async def accesses_of(conn: AsyncConnection, case: CaseId) -> tuple[EvidenceAccess, ...]:
    rows = await conn.execute(
        select(evidence_accesses, staff.c.name)
        .join(staff, staff.c.id == evidence_accesses.c.staff_id)
        .where(evidence_accesses.c.case_id == case)
        .order_by(evidence_accesses.c.at)
    )
    return tuple(
        EvidenceAccess(
            evidence=EvidenceId(row.evidence_id),
            staff=StaffId(row.staff_id),
            staff_name=row.name,
            purpose=row.purpose,
            at=row.at,
            file=row.file,
        )
        for row in rows
    )
