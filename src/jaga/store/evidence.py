"""The evidence vault's rows. Ciphertext only; what it says is known to `jaga.cases.evidence.Vault` alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.errors import UnknownEvidence
from jaga.cases.evidence import Sealed, Vault
from jaga.cases.ports import Opening
from jaga.core.ids import CaseId, EvidenceId, MeasureId, StaffId
from jaga.store.tables.cases import appeals, evidence, evidence_accesses

# An appeal may be filed on the last day of its window, and a reversal needs what was removed.
_BEYOND_THE_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceVault:
    """Keeps and opens evidence inside the caller's transaction."""

    vault: Vault
    kept: timedelta

    async def keep(
        self,
        conn: AsyncConnection,
        *,
        case: CaseId,
        kind: str,
        subject: str,
        content: bytes,
        now: datetime,
        measure: MeasureId | None = None,
    ) -> EvidenceId:
        new = EvidenceId.new()
        sealed = self.vault.seal(content, about=new)
        await conn.execute(
            insert(evidence).values(
                id=new,
                case_id=case,
                kind=kind,
                subject=subject,
                measure_id=measure,
                key_id=sealed.key_id,
                sha256=sealed.sha256,
                nonce=sealed.nonce,
                ciphertext=sealed.ciphertext,
                kept_at=now,
                keep_until=now + self.kept + _BEYOND_THE_WINDOW,
            )
        )
        return new

    async def keep_snapshot(
        self,
        conn: AsyncConnection,
        *,
        case: CaseId,
        subject: str,
        snapshot: Mapping[str, object],
        now: datetime,
        measure: MeasureId | None = None,
    ) -> EvidenceId:
        """A post, a title, a profile as it stood, as JSON."""
        content = json.dumps(snapshot, default=str).encode()
        return await self.keep(
            conn, case=case, kind="content", subject=subject, content=content, now=now, measure=measure
        )

    async def snapshot_of(self, conn: AsyncConnection, measure: MeasureId) -> dict[str, Any]:
        """What this measure took away. Raises `UnknownEvidence` when its time of keeping is over."""
        row = (await conn.execute(select(evidence).where(evidence.c.measure_id == measure))).one_or_none()
        if row is None:
            raise UnknownEvidence
        opened: dict[str, Any] = json.loads(self._open(row))
        return opened

    async def open(
        self, conn: AsyncConnection, id: EvidenceId, *, by: StaffId, purpose: str, now: datetime
    ) -> Opening:
        """For a person: who opened it and what for is on record before they see it."""
        row = (await conn.execute(select(evidence).where(evidence.c.id == id))).one_or_none()
        if row is None:
            raise UnknownEvidence
        await conn.execute(
            insert(evidence_accesses).values(
                evidence_id=id, case_id=row.case_id, staff_id=by, purpose=purpose, at=now
            )
        )
        return Opening(id, row.kind, row.subject, self._open(row))

    def _open(self, row: Any) -> bytes:
        return self.vault.open(Sealed(row.key_id, row.nonce, row.ciphertext), about=row.id)


async def purge(conn: AsyncConnection, *, now: datetime) -> int:
    """Delete what need not be kept any longer; an open appeal keeps its case's evidence. Returns how many."""
    disputed = select(appeals.c.case_id).where(appeals.c.state == "open")
    gone = await conn.execute(
        delete(evidence).where(evidence.c.keep_until < now, evidence.c.case_id.not_in(disputed))
    )
    return gone.rowcount
