"""What the handlers may call: use-cases and ports of the domain, joined by `jaga.app.wire`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from jaga.cases.desk import Desk
from jaga.cases.entrance import Entrance
from jaga.cases.knocks import Knocks
from jaga.cases.office import Office
from jaga.channels.bot_methods import BotApi
from jaga.channels.joining import Joining
from jaga.channels.open_side import OpenSide
from jaga.channels.sessions import MemberSessions
from jaga.core.clock import Clock
from jaga.detect.ports import KeepBank
from jaga.ledger.ports import PublicLedger, UnopenedLedger
from jaga.liaison.line import DirectLine
from jaga.liaison.visit import Visits
from jaga.sop.model import Sop
from jaga.transparency.counting import Counting


class NotWired:
    """Stands where a part was left out, as tests of other parts do; whoever asks for it is told."""

    def __getattr__(self, name: str) -> NoReturn:
        raise RuntimeError(f"this process was put together without what has {name}")


def not_wired() -> Any:
    return NotWired()


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One field an area; every type is a domain's own, so that this package knows no store."""

    clock: Clock
    server_name: str
    public_url: str
    ready: Callable[[], Awaitable[dict[str, bool]]]
    """Which neighbors answer: database, detector, homeserver, worker."""

    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when this process is told to stop: feeds and whatever else has no end of its own watch it."""

    member_sessions: MemberSessions
    joining: Joining = field(default_factory=not_wired)
    """How people open accounts by themselves."""

    open_side: OpenSide
    bot_api: BotApi
    ledger: PublicLedger = field(default_factory=UnopenedLedger)
    sop: Sop | None = None
    """The SOP in force."""

    desk: Desk = field(default_factory=not_wired)
    office: Office = field(default_factory=not_wired)
    """Notices, statements, appeals and the inbox: for members and for anyone."""

    knocks: Knocks = field(default_factory=not_wired)
    """Members who wait for official notices."""

    entrance: Entrance = field(default_factory=not_wired)
    """How staff come in."""

    banks: KeepBank = field(default_factory=not_wired)
    """The term banks, as the desk keeps them."""

    counting: Counting = field(default_factory=lambda: Counting(UnopenedLedger()))
    """The public numbers, level with the ledger."""

    line: DirectLine | None = None
    """The direct line: what officers of authorities submit."""

    visits: Visits = field(default_factory=not_wired)
    """Officers looking at the direct line's pages."""
