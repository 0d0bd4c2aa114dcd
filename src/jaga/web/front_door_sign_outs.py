"""Whoever is signed out on the sealed side is signed out on the open side too.

A session here rests on the account there, and knows nothing of its devices. So where somebody ends the access of
other devices, by a new password or one by one, all their sessions here end: what is still theirs opens a new one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from jaga.core.errors import JagaError
from jaga.web.asgi import Message, Scope, Send
from jaga.web.front_door_match import Passed

log = structlog.get_logger(__name__)

_WHOAMI = "/_matrix/client/v3/account/whoami"

Ask = Callable[[Passed, Scope, str, str], Awaitable[tuple[int, dict[str, Any]]]]
"""`jaga.web.front_door.SealedSideProxy.ask`. Raises `SealedSideSilent`."""
EndSessions = Callable[[str], Awaitable[None]]
"""`jaga.channels.sessions.MemberSessions.end_all`: by the account's name."""


@dataclass(frozen=True, slots=True)
class SignOutDoor:
    ask: Ask
    end_sessions: EndSessions

    async def ending(self, passed: Passed, scope: Scope, send: Send) -> Send:
        """`send`, which ends the member's sessions before it says that the homeserver has done what was asked.

        Who asks is looked up now, since the token may be one of those that end. Raises `SealedSideSilent`.
        """
        status, answer = await self.ask(passed, scope, "GET", _WHOAMI)
        if status != 200:
            return send  # nobody: the homeserver will say so
        name = str(answer["user_id"]).removeprefix("@").partition(":")[0]

        async def send_when_ended(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                await self._end(name)
            await send(message)

        return send_when_ended

    async def _end(self, name: str) -> None:
        try:
            await self.end_sessions(name)
        except JagaError as error:
            # The homeserver has done its part already. What is left ends by itself within a week.
            log.warning("sessions not ended", error=error.code)
