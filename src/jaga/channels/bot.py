"""A bot: a token with which a channel's owner lets a program publish there."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from jaga.channels.channel import Channel
from jaga.core.errors import MalformedInput, NotAllowed, NotAuthenticated
from jaga.core.ids import BotId, ChannelId, MemberId, PostId
from jaga.core.text import Text

MOST_BOTS = 20
"""Of one channel: each may post as often as a member."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,31}")
_TOKEN = re.compile(r"(\d{1,15}):([A-Za-z0-9_-]{35})")


class BadBotName(MalformedInput):
    code = "bad_bot_name"
    text = Text(
        id="Nama bot terdiri dari 2 sampai 32 huruf, angka, atau garis bawah, dan diawali huruf.",
        en="A bot's name has 2 to 32 letters, digits or underscores and begins with a letter.",
    )


class TooManyBots(NotAllowed):
    code = "too_many_bots"
    text = Text(
        id="Kanal ini sudah punya {limit} bot, batasnya. Cabut satu dahulu.",
        en="This channel has {limit} bots already, the limit. Revoke one first.",
    )


class BotUnknown(NotAuthenticated):
    code = "bot_unknown"
    text = Text(id="Token bot ini tidak berlaku.", en="Unauthorized")


@dataclass(frozen=True, slots=True)
class Bot:
    """It acts in the name of the channel's owner and in that one channel."""

    id: BotId
    number: int
    name: str
    owner: MemberId
    channel: Channel


@dataclass(frozen=True, slots=True)
class BotName:
    """A bot as its channel's owner sees it."""

    id: BotId
    name: str
    created_at: datetime


class BotStore(Protocol):
    async def by_token(self, token_hash: bytes) -> Bot:
        """Raises `BotUnknown` for a token that never was or was revoked."""
        ...

    async def add(self, channel: str, name: str, token_hash: bytes, id: BotId) -> int:
        """The new bot's number. Raises `ChannelUnknown`, `TooManyBots`."""
        ...

    async def of_channel(self, channel: str) -> list[BotName]:
        """Those whose tokens still open something, oldest first."""
        ...

    async def revoke(self, channel: str, id: BotId) -> None: ...

    async def post_numbered(self, channel: ChannelId, number: int) -> PostId:
        """Raises `PostUnknown`."""
        ...


def parse_bot_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise BadBotName
    return name


def new_secret() -> str:
    """The part of a token after the colon, as long as Telegram's."""
    return secrets.token_urlsafe(27)[:35]


def secret_hash(token: str) -> bytes:
    """What is stored of a token `NUMBER:SECRET`. Raises `BotUnknown` for anything else."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        raise BotUnknown
    return hashlib.sha256(parts.group(2).encode()).digest()
