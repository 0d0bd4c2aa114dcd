"""The evidence vault's rows. Ciphertext only; what it says is known to `jaga.cases.evidence.Vault` alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.errors import EvidenceNotOpened, EvidencePurged, UnknownEvidence
from jaga.cases.evidence import Sealed, Vault
from jaga.cases.notice import DisclosedPicture
from jaga.cases.ports import EvidenceFile, Opening
from jaga.core.ids import CaseId, EvidenceId, MeasureId, MediaId, StaffId
from jaga.core.text import written_day
from jaga.store.put_away import files_in, link, put_away
from jaga.store.tables.cases import appeals, evidence, evidence_accesses, evidence_files

# An appeal may be filed on the last day of its window, and a reversal needs what was removed.
_BEYOND_THE_WINDOW = timedelta(days=30)
_LOOKS_FOR = timedelta(minutes=15)
"""How long a purpose, once said, covers the files of what was opened."""
_FILE = text("""
    SELECT e.id, e.key_id, e.nonce, e.ciphertext, e.purged_at, f.size, encode(f.sha256, 'hex') AS file_sha256,
        encode(f.thumbnail_sha256, 'hex') AS thumbnail_sha256
    FROM evidence_files l JOIN evidence e ON e.id = l.evidence_id JOIN media f ON f.id = l.media_id
    WHERE l.evidence_id = :evidence AND l.media_id = :media
""")
_LOOK = text("""
    INSERT INTO evidence_accesses (evidence_id, file, case_id, staff_id, purpose, at)
    SELECT evidence_id, :media, case_id, staff_id, purpose, :now FROM evidence_accesses
    WHERE evidence_id = :evidence AND staff_id = :staff AND file = '' AND at > :since
    ORDER BY at DESC LIMIT 1 ON CONFLICT DO NOTHING RETURNING at
""")


@dataclass(frozen=True, slots=True)
class Purged:
    count: int
    files: list[str]
    """Ids of media that belong to less evidence now."""


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
        """A post, a title, a profile as it stands, as JSON; its files are kept with it."""
        content = json.dumps(snapshot, default=str).encode()
        new = await self.keep(
            conn, case=case, kind="content", subject=subject, content=content, now=now, measure=measure
        )
        await link(conn, new, case, files_in(snapshot))
        return new

    async def take_snapshot(
        self,
        conn: AsyncConnection,
        *,
        case: CaseId,
        subject: str,
        snapshot: Mapping[str, object],
        now: datetime,
        measure: MeasureId | None = None,
    ) -> EvidenceId:
        """What a refusal or a hold keeps from readers: from here on its files live in the vault alone."""
        await put_away(conn, files_in(snapshot), now=now)
        return await self.keep_snapshot(
            conn, case=case, subject=subject, snapshot=snapshot, now=now, measure=measure
        )

    async def snapshot_of(self, conn: AsyncConnection, measure: MeasureId) -> dict[str, Any]:
        """What this measure took away. Raises `UnknownEvidence` when its time of keeping is over."""
        row = (await conn.execute(select(evidence).where(evidence.c.measure_id == measure))).one_or_none()
        if row is None or row.purged_at is not None:
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
        content = self._open(row)
        await conn.execute(
            insert(evidence_accesses).values(
                evidence_id=id, case_id=row.case_id, staff_id=by, purpose=purpose, at=now
            )
        )
        return Opening(id, row.kind, row.subject, content)

    async def open_file(
        self, conn: AsyncConnection, id: EvidenceId, media: MediaId, *, by: StaffId, now: datetime
    ) -> EvidenceFile:
        """A file that the evidence names, for the purpose that the same person gave when opening it."""
        row = (await conn.execute(_FILE, {"evidence": id, "media": media})).one_or_none()
        if row is None:
            raise UnknownEvidence
        await self._look(conn, {"evidence": id, "media": media, "staff": by, "now": now})
        return EvidenceFile(
            name=_file_name(json.loads(self._open(row)), media),
            size=row.size,
            sha256=row.file_sha256,
            thumbnail_sha256=row.thumbnail_sha256,
        )

    async def open_picture(
        self, conn: AsyncConnection, id: EvidenceId, number: int, *, by: StaffId, now: datetime
    ) -> DisclosedPicture:
        """The photo of the disclosed message at `number`, from 0; for the purpose said when opening it."""
        row = (await conn.execute(select(evidence).where(evidence.c.id == id))).one_or_none()
        if row is None or row.kind != "disclosure":
            raise UnknownEvidence
        messages = json.loads(self._open(row))
        await self._look(conn, {"evidence": id, "media": f"photo-{number}", "staff": by, "now": now})
        picture = messages[number].get("picture") if number < len(messages) else None
        if picture is None:
            raise UnknownEvidence
        return DisclosedPicture(
            content=base64.b64decode(picture["content"]), thumbnail=base64.b64decode(picture["thumbnail"])
        )

    async def _look(self, conn: AsyncConnection, look: Mapping[str, Any]) -> None:
        """On record. Raises `EvidenceNotOpened` unless the same person said a moment ago what for."""
        since = look["now"] - _LOOKS_FOR
        if (await conn.execute(_LOOK, {**look, "since": since})).one_or_none() is None:
            raise EvidenceNotOpened(minutes=int(_LOOKS_FOR.total_seconds() // 60))

    def _open(self, row: Any) -> bytes:
        if row.purged_at is not None:
            raise EvidencePurged(date=written_day(row.purged_at))
        return self.vault.open(Sealed(row.key_id, row.nonce, row.ciphertext), about=row.id)


def _file_name(snapshot: Mapping[str, Any], media: MediaId) -> str:
    """What its author called it."""
    holders = (snapshot, *snapshot.get("versions", ()))
    names = (
        file.get("file_name")
        for holder in holders
        for file in holder.get("media") or ()
        if file["id"] == media
    )
    return next((str(name) for name in names if name), str(media))


async def purge(conn: AsyncConnection, *, now: datetime) -> Purged:
    """Delete what need not be kept any longer; an open appeal keeps its case's evidence.

    That it was there, of what kind and until when stays, so that nobody looks for it in vain.
    """
    disputed = select(appeals.c.case_id).where(appeals.c.state == "open")
    over = select(evidence.c.id).where(
        evidence.c.keep_until < now, evidence.c.purged_at.is_(None), evidence.c.case_id.not_in(disputed)
    )
    unlinked = await conn.execute(
        delete(evidence_files)
        .where(evidence_files.c.evidence_id.in_(over))
        .returning(evidence_files.c.media_id)
    )
    files = sorted(set(unlinked.scalars()))
    gone = await conn.execute(
        update(evidence).where(evidence.c.id.in_(over)).values(nonce=b"", ciphertext=b"", purged_at=now)
    )
    return Purged(gone.rowcount, files)
