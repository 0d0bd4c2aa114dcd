"""Bots and their tokens, of which only a hash is stored; and what was taken over from elsewhere."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, insert, select, update
from typing_extensions import override

from jaga.channels.bot import MOST_BOTS, Bot, BotName, BotStore, BotUnknown, TooManyBots
from jaga.channels.errors import ChannelUnknown, PostUnknown
from jaga.channels.take_over import SourceStore
from jaga.core.clock import Clock
from jaga.core.ids import BotId, ChannelId, MemberId, PostId
from jaga.store.database import Database
from jaga.store.post_rows import channel_of, statement
from jaga.store.tables.channels import bots, channels, posts

_BY_TOKEN = statement("""
    SELECT {CHANNEL}, c.owner_id, b.id AS bot_id, b.number AS bot_number, b.name AS bot_name
    FROM bots b JOIN channels c ON c.id = b.channel_id AND c.state = 'open'
    WHERE b.token_hash = :token_hash AND b.revoked_at IS NULL
""")


class BotRows(BotStore):
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @override
    async def by_token(self, token_hash: bytes) -> Bot:
        async with self._database.reading() as connection:
            row = (await connection.execute(_BY_TOKEN, {"token_hash": token_hash})).one_or_none()
        if row is None:
            raise BotUnknown
        return Bot(BotId(row.bot_id), row.bot_number, row.bot_name, MemberId(row.owner_id), channel_of(row))

    @override
    async def add(self, channel: str, name: str, token_hash: bytes, id: BotId) -> int:
        async with self._database.transaction() as connection:
            # Two at once wait for each other here.
            this = select(channels.c.id).where(channels.c.name == channel).with_for_update()
            place = await connection.scalar(this)
            if place is None:
                raise ChannelUnknown
            standing = select(func.count()).where(bots.c.channel_id == place, bots.c.revoked_at.is_(None))
            if (await connection.scalar(standing) or 0) >= MOST_BOTS:
                raise TooManyBots(limit=MOST_BOTS)
            added = insert(bots).values(
                id=id, channel_id=place, name=name, token_hash=token_hash, created_at=self._clock()
            )
            return int((await connection.execute(added.returning(bots.c.number))).scalar_one())

    @override
    async def of_channel(self, channel: str) -> list[BotName]:
        found = (
            select(bots.c.id, bots.c.name, bots.c.created_at)
            .join(channels, channels.c.id == bots.c.channel_id)
            .where(channels.c.name == channel, bots.c.revoked_at.is_(None))
            .order_by(bots.c.number)
        )
        async with self._database.reading() as connection:
            return [
                BotName(BotId(row.id), row.name, row.created_at) for row in await connection.execute(found)
            ]

    @override
    async def revoke(self, channel: str, id: BotId) -> None:
        here = select(channels.c.id).where(channels.c.name == channel).scalar_subquery()
        async with self._database.transaction() as connection:
            await connection.execute(
                update(bots)
                .where(bots.c.id == id, bots.c.channel_id == here, bots.c.revoked_at.is_(None))
                .values(revoked_at=self._clock())
            )

    @override
    async def post_numbered(self, channel: ChannelId, number: int) -> PostId:
        found = select(posts.c.id).where(
            posts.c.channel_id == channel, posts.c.number == number, posts.c.comment_on.is_(None)
        )
        async with self._database.reading() as connection:
            post = await connection.scalar(found)
        if post is None:
            raise PostUnknown
        return PostId(post)


class SourceRows(SourceStore):
    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def sources(self, channel: ChannelId, prefix: str) -> dict[str, PostId]:
        found = select(posts.c.source_key, posts.c.id).where(
            posts.c.channel_id == channel, posts.c.source_key.startswith(prefix, autoescape=True)
        )
        async with self._database.reading() as connection:
            return {row.source_key: PostId(row.id) for row in await connection.execute(found)}

    @override
    async def among(self, channel: ChannelId, keys: Collection[str]) -> dict[str, PostId]:
        found = select(posts.c.source_key, posts.c.id).where(
            posts.c.channel_id == channel, posts.c.source_key.in_(keys)
        )
        async with self._database.reading() as connection:
            return {row.source_key: PostId(row.id) for row in await connection.execute(found)}


async def owner_of(database: Database, channel: str) -> tuple[ChannelId, MemberId]:
    """In whose name a take-over publishes. Raises `ChannelUnknown`."""
    found = select(channels.c.id, channels.c.owner_id).where(channels.c.name == channel)
    async with database.reading() as connection:
        row = (await connection.execute(found)).one_or_none()
    if row is None:
        raise ChannelUnknown
    return ChannelId(row.id), MemberId(row.owner_id)
