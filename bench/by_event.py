"""The road not taken, for comparison: the guard without the room, asked by `check_event_for_spam`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synapse.module_api import NOT_SPAM, EventBase, ModuleApi
from synapse.module_api.errors import Codes

from jaga.homeserver.module import _candidate
from jaga.sealed.guard import Accepted, guard


class _NoRoom:
    encryption = None

    def is_inside(self, _user_id: str) -> bool:
        return True

    def headcount(self) -> int:
        return 0


class ByEvent:
    """Sees messages and state that members send, but neither membership nor creation; it cannot change an event."""

    def __init__(self, config: Mapping[str, Any], api: ModuleApi) -> None:
        del config
        api.register_spam_checker_callbacks(check_event_for_spam=self.check_event_for_spam)

    async def check_event_for_spam(self, event: EventBase) -> Any:
        outcome = guard(_candidate(event), _NoRoom(), member_limit=500)
        return NOT_SPAM if isinstance(outcome, Accepted) else Codes.FORBIDDEN
