"""The member's official notices, written in their language in the transaction of what they tell."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.core.ids import InboxId, MemberId
from jaga.core.text import Language, Text
from jaga.store.tables.members import inbox


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
    return new
