"""Where a file's bytes may lie: readable in the open media store, or sealed in the vault.

The records say where, the disk is made to agree. A file is *put away* when the post that showed it was removed, refused
or held; its bytes stay in the clear only while something readable still shows them, or somebody uploaded the same bytes
since. `FileKeeper.settle` may be killed at any point and run any number of times: the sealed copy is durable before the
clear one goes, and the clear one before the sealed one does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.file_moves import Move, Whereabouts, moves
from jaga.core.ids import CaseId, EvidenceId
from jaga.store import jobs
from jaga.store.blobs import FileBlobs
from jaga.store.database import Database
from jaga.store.vault_files import VaultFiles

SETTLE = "evidence.settle"
_HALF_DONE_AFTER = 3_600.0

SHOWN = """(
    EXISTS (
        SELECT 1 FROM posts w WHERE w.state IN ('published', 'restored', 'withheld')
            AND w.media @> jsonb_build_array(jsonb_build_object('id', f.id)))
    OR EXISTS (SELECT 1 FROM channels w WHERE w.picture = f.id AND w.state <> 'held')
)"""
"""Whether the file `f` has a place where it may be read, now or when its channel opens again."""

_HOLD_STILL = text("SELECT pg_advisory_xact_lock(hashtextextended(:sha256, 0))")
_LINK = text("""
    INSERT INTO evidence_files (evidence_id, media_id)
    SELECT :evidence, f.id FROM media f WHERE f.id = ANY(:files) ON CONFLICT DO NOTHING RETURNING media_id
""")
# In one order, so that two who take the same bytes never wait for each other.
_PUT_AWAY = text("""
    UPDATE media SET put_away_at = :now WHERE id IN (
        SELECT id FROM media WHERE put_away_at IS NULL
            AND sha256 IN (SELECT sha256 FROM media WHERE id = ANY(:files)) ORDER BY id FOR UPDATE)
""")
_STANDING = f"""
    SELECT encode(d.digest, 'hex') AS sha256, bool_or(f.put_away_at IS NULL OR {SHOWN}) AS live,
        bool_or(EXISTS (SELECT 1 FROM evidence_files e WHERE e.media_id = f.id)) AS kept
    FROM {{digests}} AS d (digest) JOIN media f ON f.sha256 = d.digest OR f.thumbnail_sha256 = d.digest
    GROUP BY d.digest
"""  # noqa: S608 - our own words only
_STANDING_OF = text(_STANDING.replace("{digests}", "(VALUES (CAST(:sha256 AS bytea)))"))
_CONCERNED = """
    SELECT DISTINCT d.digest FROM media t CROSS JOIN LATERAL (VALUES (t.sha256), (t.thumbnail_sha256)) AS d (digest)
    WHERE d.digest IS NOT NULL AND {which}
"""
_TAKEN = _CONCERNED.replace(
    "{which}", "(t.put_away_at IS NOT NULL OR t.id IN (SELECT media_id FROM evidence_files))"
)
_STANDING_OF_ALL = text(_STANDING.replace("{digests}", f"({_TAKEN})"))
_OF_FILES = text(_CONCERNED.replace("{which}", "t.id = ANY(:files)"))
_OF_CASE = text(
    _CONCERNED.replace(
        "{which}",
        "t.id IN (SELECT l.media_id FROM evidence_files l JOIN evidence e ON e.id = l.evidence_id WHERE e.case_id = :case)",
    )
)


def files_in(snapshot: Mapping[str, Any]) -> list[str]:
    """Ids of all files that a snapshot of a post or a channel names, those of its history included."""
    holders = (snapshot, *snapshot.get("versions", ()))
    shown = {str(file["id"]) for holder in holders for file in holder.get("media") or ()}
    picture = snapshot.get("picture")
    return sorted(shown | ({picture} if isinstance(picture, str) and picture else set()))


async def hold_still(conn: AsyncConnection, digests: Iterable[str]) -> None:
    """Until the caller's transaction ends nobody else moves or deletes these bytes."""
    for sha256 in sorted(digests):
        await conn.execute(_HOLD_STILL, {"sha256": sha256})


async def link(conn: AsyncConnection, evidence: EvidenceId, case: CaseId, files: list[str]) -> None:
    """These files belong to the evidence; a job seals copies of them."""
    if files and (await conn.execute(_LINK, {"evidence": evidence, "files": files})).first() is not None:
        await jobs.defer(conn, SETTLE, {"case": case}, once=f"{SETTLE}:{case}")


async def put_away(conn: AsyncConnection, files: list[str], *, now: datetime) -> None:
    """From this commit on nobody gets these files unless something readable shows them."""
    if files:
        await conn.execute(_PUT_AWAY, {"files": files, "now": now})


@dataclass(frozen=True, slots=True)
class FileKeeper:
    """Moves bytes between the open media store and the vault."""

    database: Database
    blobs: FileBlobs
    vault: VaultFiles

    async def settle_case(self, case: CaseId) -> None:
        """Every file of the case's evidence goes where the records want it."""
        await self.settle(await self._digests(_OF_CASE, case=case))

    async def settle_files(self, files: list[str]) -> None:
        await self.settle(await self._digests(_OF_FILES, files=files))

    async def settle_all(self, *, now: datetime) -> None:
        """What no job did: a race lost, a disk restored from elsewhere, evidence deleted by a worker that died."""
        await asyncio.to_thread(self.vault.forget_half_done, before=now.timestamp() - _HALF_DONE_AFTER)
        async with self.database.reading() as conn:
            rows = (await conn.execute(_STANDING_OF_ALL)).all()
        known = {row.sha256: row for row in rows}
        sealed = await asyncio.to_thread(self.vault.names)
        misplaced = [row.sha256 for row in rows if any(moves(self._whereabouts(row.sha256, row)))]
        await self.settle([*misplaced, *(name for name in sealed if name not in known)])

    async def settle(self, digests: Iterable[str]) -> None:
        for sha256 in sorted(digests):
            async with self.database.transaction() as conn:
                await hold_still(conn, [sha256])
                found = await conn.execute(_STANDING_OF, {"sha256": bytes.fromhex(sha256)})
                await asyncio.to_thread(self._move, self._whereabouts(sha256, found.one_or_none()), sha256)

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """A file of the evidence, wherever it lies. Raises `FileNotFoundError`."""
        if self.vault.has(sha256):
            yield from self.vault.pieces(sha256)
        else:
            yield from self.blobs.pieces(sha256)

    async def _digests(self, question: TextClause, **values: object) -> set[str]:
        async with self.database.reading() as conn:
            return {digest.hex() for digest in (await conn.execute(question, values)).scalars()}

    def _whereabouts(self, sha256: str, standing: Row[Any] | None) -> Whereabouts:
        """Bytes that no upload is known of are nobody's."""
        return Whereabouts(
            live=standing is not None and standing.live,
            kept=standing is not None and standing.kept,
            clear=self.blobs.has(sha256),
            sealed=self.vault.has(sha256),
        )

    def _move(self, now: Whereabouts, sha256: str) -> None:
        for move in moves(now):
            match move:
                case Move.SEAL:
                    self.vault.keep(sha256, self.blobs.path(sha256))
                case Move.RESTORE:
                    self.blobs.restore(sha256, self.vault.pieces(sha256))
                case Move.DROP_CLEAR:
                    self.blobs.drop(sha256)
                case Move.DROP_SEALED:
                    self.vault.drop(sha256)
                case _:
                    assert_never(move)
