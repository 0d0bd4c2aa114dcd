"""The member's official notices, written in their language in the transaction of what they tell."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.core.ids import InboxId, MemberId
from jaga.core.text import Language, Text
from jaga.store.tables.members import inbox

INBOX_CHANNEL = "jaga_inbox"
"""Where PostgreSQL calls out the member, and nothing else, once what concerns them is committed."""


async def tell(
    conn: AsyncConnection,
    member: MemberId,
    *,
    kind: str,
    subject: str,
    title: Text,
    body: Text,
    language: Language,
    now: datetime,
) -> InboxId:
    new = InboxId.new()
    await conn.execute(
        insert(inbox).values(
            id=new,
            member_id=member,
            kind=kind,
            subject=subject,
            title=title.in_(language),
            body=body.in_(language),
            created_at=now,
        )
    )
    await conn.execute(select(func.pg_notify(INBOX_CHANNEL, member)))
    return new
