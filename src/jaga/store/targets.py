"""What an address leads to: a post, a channel or an account of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.target import Target
from jaga.core.ids import ChannelId, MemberId, PostId
from jaga.liaison.target import OpenChannel, OpenPost, place_of
from jaga.store.tables.channels import channels, posts
from jaga.store.tables.members import members

_ACCOUNT = re.compile(r"@([a-z0-9._=/+-]{1,200}):([A-Za-z0-9.:-]{1,230})")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSide:
    """How addresses name our open side."""

    public_url: str
    server_name: str

    async def resolve(self, conn: AsyncConnection, uri: str) -> Target | None:
        """Nothing is ever looked up for an address of the sealed side; there are only accounts beside posts."""
        account = _ACCOUNT.fullmatch(uri)
        if account is not None:
            return await self._account(conn, account[1]) if account[2] == self.server_name else None
        if uri.startswith("/") and not uri.startswith("//"):
            uri = urljoin(self.public_url, uri)
        hosts = {urlsplit(self.public_url).netloc.lower(), self.server_name.lower()}
        match place_of(uri, hosts):
            case OpenChannel(name):
                return await self._channel(conn, name)
            case OpenPost(channel, post):
                return await self._post(conn, channel, post)
            case _:
                return None

    async def _account(self, conn: AsyncConnection, name: str) -> Target | None:
        found = await conn.execute(select(members.c.id).where(members.c.name == name))
        member = found.scalar_one_or_none()
        return Target.member(MemberId(member)) if member else None

    async def _channel(self, conn: AsyncConnection, name: str) -> Target | None:
        found = await conn.execute(select(channels.c.id).where(channels.c.name == name))
        channel = found.scalar_one_or_none()
        return Target.channel(ChannelId(channel)) if channel else None

    async def _post(self, conn: AsyncConnection, channel: str | None, post: PostId | int) -> Target | None:
        query = select(posts.c.id).join(channels, channels.c.id == posts.c.channel_id)
        if channel is not None:
            query = query.where(channels.c.name == channel)
        query = query.where(posts.c.number == post if isinstance(post, int) else posts.c.id == post)
        found = (
            await conn.execute(query.where(posts.c.state.not_in(("refused", "held"))))
        ).scalar_one_or_none()
        return Target.post(PostId(found)) if found else None
