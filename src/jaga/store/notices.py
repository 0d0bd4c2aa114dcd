"""Notices, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.case import Source
from jaga.cases.leaves import notice_leaf
from jaga.cases.notice import Filing, Notice, disclosure_as_json
from jaga.cases.target import Target
from jaga.cases.views import NoticeView
from jaga.core.ids import NoticeId
from jaga.ledger.entry import EntryId
from jaga.store import outbox
from jaga.store.cases import CaseBook, load_case
from jaga.store.tables.cases import notices


async def record(
    conn: AsyncConnection, book: CaseBook, filing: Filing, target: Target, *, now: datetime
) -> tuple[Notice, EntryId]:
    """The notice joins the open case of its target, or opens one; what it discloses goes straight into the vault."""
    opened = await book.open_or_join(
        conn,
        target_kind=target.kind,
        target=target.id,
        category=filing.category,
        source=Source.NOTICE,
        jurisdiction=None,
        now=now,
    )
    notice = Notice(id=NoticeId.new(), case=opened.id, filing=filing, received_at=now)
    await conn.execute(insert(notices).values(_row(notice, target_gone=opened.effect_at is not None)))
    content = disclosure_as_json(filing.disclosure)
    if filing.disclosure:
        await book.evidence.keep(
            conn, case=opened.id, kind="disclosure", subject=notice.id, content=content, now=now
        )
    case = await load_case(conn, opened.id)
    disclosed = sha256(content).digest() if filing.disclosure else None
    leaf = notice_leaf(case, notice, disclosed=disclosed)
    return notice, await outbox.append(conn, leaf, ref=notice.id)


def _row(notice: Notice, *, target_gone: bool) -> dict[str, Any]:
    """A notice about what is gone already is answered as soon as it is received."""
    filing = notice.filing
    return {
        "id": notice.id,
        "case_id": notice.case,
        "member_id": filing.member,
        "notifier_name": filing.name or None,
        "notifier_email": filing.email or None,
        "category": filing.category,
        "target_uri": filing.target_uri,
        "explanation": filing.explanation,
        "good_faith": filing.good_faith,
        "disclosed": len(filing.disclosure),
        "language": filing.language,
        "outcome": "actioned" if target_gone else None,
        "received_at": notice.received_at,
        "answered_at": notice.received_at if target_gone else None,
    }


def notice_view(row: Row[Any]) -> NoticeView:
    return NoticeView(
        id=NoticeId(row.id),
        case=row.case_id,
        category=row.category,
        target_uri=row.target_uri,
        explanation=row.explanation,
        notifier_name=row.notifier_name,
        notifier_email=row.notifier_email,
        language=row.language,
        received_at=row.received_at,
        outcome=row.outcome,
        answered_at=row.answered_at,
        disclosed=row.disclosed,
    )
