"""What the guard sees of a room: the state that the event at hand is judged by, and no more of it is read.

As soon as a module is asked about events, Synapse reads the whole state of the room for each of them: every member of
it, for a message that is judged by itself alone. `show_what_is_asked` gives Synapse's own code a context that shows
less (decision 0027). All else stays Synapse's: it still calls the module as documented, with what it could read.
"""

from __future__ import annotations

import hashlib
import inspect
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from synapse.module_api import EventBase, StateMap
from synapse.types.state import StateFilter

from jaga.sealed.guard import JUDGED_BY_ROOM

_INSIDE = frozenset({"join", "invite", "knock"})
# Of `ThirdPartyEventRulesModuleApiCallbacks.check_event_allowed`, as read in Synapse 1.163.
_KNOWN_SOURCE = "349e8ff626c112a4c3dd7a79b7ad5edcc31725b4ae60bc9071e69810034e8201"

_logger = logging.getLogger(__name__)


class NotReadError(LookupError):
    """The guard asked for state that was not read. The request fails; nothing is judged by what is not there."""


@dataclass(frozen=True, slots=True)
class RoomNow:
    """The state of one type that a room has before an event of this type."""

    kind: str
    state: StateMap[EventBase]

    @property
    def encryption(self) -> Mapping[str, Any] | None:
        event = self._read("m.room.encryption").get(("m.room.encryption", ""))
        return None if event is None else event.content

    def is_inside(self, user_id: str) -> bool:
        event = self._read("m.room.member").get(("m.room.member", user_id))
        return event is not None and event.content.get("membership") in _INSIDE

    def headcount(self) -> int:
        return sum(
            event.content.get("membership") in _INSIDE
            for (kind, _), event in self._read("m.room.member").items()
            if kind == "m.room.member"
        )

    def _read(self, kind: str) -> StateMap[EventBase]:
        if kind != self.kind or kind not in JUDGED_BY_ROOM:
            raise NotReadError(kind)
        return self.state


@dataclass(frozen=True, slots=True)
class _Shown:
    """An event's context that shows what an event of this type is judged by. It has nothing else to be asked for."""

    kind: str
    context: Any

    async def get_prev_state_ids(self) -> StateMap[str]:
        if self.kind not in JUDGED_BY_ROOM:
            return {}
        asked = StateFilter.from_types([(self.kind, None)])
        # A room that is just being created gives all it has, whatever was asked.
        return asked.filter_state(await self.context.get_prev_state_ids(asked))


def show_what_is_asked(rules: Any) -> None:
    """Let Synapse read no more of a room than the guard asks for.

    `rules` is where Synapse keeps the callbacks of modules. One that does not work as the one we know is left alone:
    the guard then judges by the whole state, which is slower and refuses the same.
    """
    whole = rules.check_event_allowed
    if hashlib.sha256(inspect.getsource(whole).encode()).hexdigest() != _KNOWN_SOURCE:
        _logger.warning("Synapse gathers a room's state in a new way: the guard works, and takes more time.")
        return

    async def check_event_allowed(event: EventBase, context: Any) -> Any:
        return await whole(event, _Shown(event.type, context))

    rules.check_event_allowed = check_event_allowed
