"""The member's official notices, written in both languages in the transaction of what they tell."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.core.ids import InboxId, MemberId
from jaga.core.text import Text
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
    now: datetime,
) -> InboxId:
    new = InboxId.new()
    await conn.execute(
        insert(inbox).values(
            id=new,
            member_id=member,
            kind=kind,
            subject=subject,
            title=title.as_dict(),
            body=body.as_dict(),
            created_at=now,
        )
    )
    await call_out(conn, member)
    return new


async def call_out(conn: AsyncConnection, member: str) -> None:
    """Wake whoever waits in this member's name, once this transaction is committed."""
    await conn.execute(select(func.pg_notify(INBOX_CHANNEL, member)))
