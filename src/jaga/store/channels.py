"""Channels as their owners meet them: made, changed, run together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.channels.channel import Channel, ChannelDraft, Role
from jaga.channels.errors import ChannelUnknown, MemberUnknown, NameTaken, WrongState
from jaga.channels.outcome import Held, Refused
from jaga.channels.ports import Actor, Entrance, RecordHeld, RecordRefused, Standing
from jaga.core.ids import ChannelId, MemberId
from jaga.detect.verdict import Hold, Refuse
from jaga.store.database import Database
from jaga.store.post_rows import channel_of, statement
from jaga.store.post_states import announce
from jaga.store.tables.channels import channel_roles, channels
from jaga.store.tables.members import members

_STANDING = statement("""
    SELECT {CHANNEL}, me.name AS member, me.posting_suspended_until, me.suspended_at, r.role
    FROM channels c JOIN members me ON me.id = :member
    LEFT JOIN channel_roles r ON r.channel_id = c.id AND r.member_id = me.id
    WHERE c.name = :channel AND c.state = 'open'
""")
_WRITER = text(
    "SELECT name AS member, posting_suspended_until, suspended_at, NULL AS role FROM members WHERE id = :member"
)
_RUN_BY = statement("""
    SELECT {CHANNEL}, r.role FROM channel_roles r JOIN channels c ON c.id = r.channel_id AND c.state = 'open'
    WHERE r.member_id = :member ORDER BY lower(c.title), c.name
""")
_CHANNEL = statement("SELECT {CHANNEL} FROM channels c WHERE c.id = :channel")


class StoredChannels:
    """Implements `jaga.channels.ports.ChannelStore`."""

    def __init__(
        self,
        database: Database,
        *,
        record_refused: RecordRefused[AsyncConnection],
        record_held: RecordHeld[AsyncConnection],
    ) -> None:
        self._database = database
        self._record_refused = record_refused
        self._record_held = record_held

    async def standing(self, actor: Actor, channel: str) -> Entrance:
        async with self._database.reading() as connection:
            found = await connection.execute(_STANDING, {"member": actor.member_id, "channel": channel})
            row = found.one_or_none()
        if row is None:
            raise ChannelUnknown
        return Entrance(channel_of(row), _standing(row))

    async def owned(self, member: MemberId) -> int:
        question = select(func.count()).select_from(channels).where(channels.c.owner_id == member)
        async with self._database.reading() as connection:
            return int((await connection.execute(question)).scalar_one())

    async def run_by(self, member: MemberId) -> list[tuple[Channel, Role]]:
        async with self._database.reading() as connection:
            rows = await connection.execute(_RUN_BY, {"member": member})
            return [(channel_of(row), row.role) for row in rows]

    async def writer(self, actor: Actor) -> Standing:
        async with self._database.reading() as connection:
            row = (await connection.execute(_WRITER, {"member": actor.member_id})).one_or_none()
        if row is None:
            raise MemberUnknown
        return _standing(row)

    async def save_new(self, id: ChannelId, actor: Actor, draft: ChannelDraft, now: datetime) -> Channel:
        async with self._database.transaction() as connection:
            await _insert(connection, id, actor, draft, now, state="open")
            return await _channel(connection, id)

    async def save_new_held(
        self, id: ChannelId, actor: Actor, draft: ChannelDraft, verdict: Hold, now: datetime
    ) -> Held:
        """The row keeps the name; nobody can read it before a person decides."""
        content = {"name": draft.name, "title": draft.title, "about": draft.about}
        async with self._database.transaction() as connection:
            await _insert(connection, id, actor, draft, now, state="held")
            return await self._held(connection, id, actor, content, verdict, now)

    async def record_refused(
        self, id: ChannelId, actor: Actor, content: Mapping[str, Any], verdict: Refuse, now: datetime
    ) -> Refused:
        async with self._database.transaction() as connection:
            recorded = await self._record_refused(
                connection,
                target_kind="channel",
                target=id,
                author=actor.member_id,
                language=actor.language,
                verdict=verdict,
                content=content,
                now=now,
            )
        return Refused(id, recorded, verdict.signals[0].category)

    async def save_change(self, id: ChannelId, values: Mapping[str, Any], now: datetime) -> Channel:
        async with self._database.transaction() as connection:
            await _raise_version(connection, id, dict(values))
            await announce(connection, id, None, "edit", now)
            return await _channel(connection, id)

    async def save_change_held(
        self, id: ChannelId, actor: Actor, values: Mapping[str, Any], verdict: Hold, now: datetime
    ) -> Held:
        """The channel stays as it is; what was wanted waits in `pending`."""
        async with self._database.transaction() as connection:
            await connection.execute(update(channels).where(channels.c.id == id).values(pending=dict(values)))
            return await self._held(connection, id, actor, values, verdict, now)

    async def roles(self, id: ChannelId) -> list[tuple[str, Role]]:
        question = (
            select(members.c.name, channel_roles.c.role)
            .join(members, members.c.id == channel_roles.c.member_id)
            .where(channel_roles.c.channel_id == id)
            .order_by(channel_roles.c.role.desc(), members.c.name)
        )
        async with self._database.reading() as connection:
            return [(row.name, row.role) for row in await connection.execute(question)]

    async def appoint(self, id: ChannelId, member: str, now: datetime) -> None:
        del now
        async with self._database.transaction() as connection:
            appointed = await _member(connection, member)
            await connection.execute(
                upsert(channel_roles)
                .values(channel_id=id, member_id=appointed, role="editor")
                .on_conflict_do_nothing()
            )

    async def dismiss(self, id: ChannelId, member: str, now: datetime) -> None:
        del now
        async with self._database.transaction() as connection:
            dismissed = await _member(connection, member)
            gone = await connection.execute(
                delete(channel_roles).where(
                    channel_roles.c.channel_id == id,
                    channel_roles.c.member_id == dismissed,
                    channel_roles.c.role == "editor",
                )
            )
            if gone.rowcount != 1:
                raise MemberUnknown

    async def _held(
        self,
        connection: AsyncConnection,
        id: ChannelId,
        actor: Actor,
        content: Mapping[str, Any],
        verdict: Hold,
        now: datetime,
    ) -> Held:
        case = await self._record_held(
            connection,
            target_kind="channel",
            target=id,
            author=actor.member_id,
            verdict=verdict,
            content=content,
            now=now,
        )
        return Held(id, case)


async def _insert(
    connection: AsyncConnection,
    id: ChannelId,
    actor: Actor,
    draft: ChannelDraft,
    now: datetime,
    *,
    state: str,
) -> None:
    try:
        await connection.execute(
            insert(channels).values(
                id=id,
                name=draft.name,
                title=draft.title,
                about=draft.about,
                kind=draft.kind,
                language=draft.language,
                category=draft.category,
                owner_id=actor.member_id,
                state=state,
                created_at=now,
            )
        )
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", "") == "uq_channels_name":
            raise NameTaken(name=draft.name) from None
        raise
    await connection.execute(
        insert(channel_roles).values(channel_id=id, member_id=actor.member_id, role="owner")
    )


async def _raise_version(connection: AsyncConnection, id: ChannelId, values: dict[str, Any]) -> None:
    changed = await connection.execute(
        update(channels)
        .where(channels.c.id == id, channels.c.state == "open")
        .values(**values, version=channels.c.version + 1)
    )
    if changed.rowcount != 1:
        raise WrongState(state="closed")


async def _channel(connection: AsyncConnection, id: ChannelId) -> Channel:
    return channel_of((await connection.execute(_CHANNEL, {"channel": id})).one())


async def _member(connection: AsyncConnection, name: str) -> MemberId:
    found = (
        await connection.execute(select(members.c.id).where(members.c.name == name))
    ).scalar_one_or_none()
    if found is None:
        raise MemberUnknown
    return MemberId(found)


def _standing(row: Row[Any]) -> Standing:
    return Standing(row.member, row.role, row.posting_suspended_until, row.suspended_at is not None)
