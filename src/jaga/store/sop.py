"""The SOP's published versions. What is in force at an act's time can be read again years later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import desc, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.ledger.entry import Entry, EntryType
from jaga.store import outbox
from jaga.store.sop_digest import SopChangedWithoutVersion, digest
from jaga.store.tables.cases import sop_versions


@dataclass(frozen=True, slots=True)
class PublishedSop:
    version: str
    sha256: bytes
    document: Mapping[str, Any]
    published_at: datetime


async def publish(
    connection: AsyncConnection, version: str, document: Mapping[str, Any], *, now: datetime
) -> PublishedSop:
    """Put this version in force and into the ledger; publishing it again changes nothing.

    Raises `SopChangedWithoutVersion` when other words stand under the same version already.
    """
    known = await load(connection, version)
    if known is None:
        known = PublishedSop(version, digest(document), document, now)
        await connection.execute(
            insert(sop_versions).values(
                version=version, sha256=known.sha256, document=document, published_at=now
            )
        )
        entry = Entry.of(type=EntryType.SOP_VERSION, at=now, action=version, subject=known.sha256.hex())
        await outbox.append(connection, entry, ref=f"sop:{version}")
    if known.sha256 != digest(document):
        raise SopChangedWithoutVersion(version=version)
    return known


async def load(connection: AsyncConnection, version: str) -> PublishedSop | None:
    row = (
        await connection.execute(select(sop_versions).where(sop_versions.c.version == version))
    ).one_or_none()
    return PublishedSop(**row._mapping) if row is not None else None  # noqa: SLF001 - a public name of SQLAlchemy


async def newest(connection: AsyncConnection) -> PublishedSop | None:
    row = (
        await connection.execute(select(sop_versions).order_by(desc("published_at")).limit(1))
    ).one_or_none()
    return PublishedSop(**row._mapping) if row is not None else None  # noqa: SLF001 - a public name of SQLAlchemy
