"""The guard: may this event be stored in a sealed room?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from jaga.core.text import Text
from jaga.sealed.refusals import Why
from jaga.sealed.rules import FALLBACK_TEXTS, REFUSED_STATE, STATE, TIMELINE, Rule

Content = Mapping[str, Any]

_SHOWN = 80  # how much of a type or path is repeated to its sender
_ENTERING = frozenset({"join", "invite", "knock"})


class Room(Protocol):
    """What the guard needs to know of the room as it is before the event."""

    @property
    def encryption(self) -> Content | None:
        """The room's encryption, once it is set."""

    def is_inside(self, user_id: str) -> bool:
        """Whether the user is joined, invited or knocking."""

    def headcount(self) -> int:
        """How many users are joined, invited or knocking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An event that somebody wants to send."""

    type: str
    state_key: str | None
    content: Content


@dataclass(frozen=True, slots=True)
class Accepted:
    """The event may be stored, with this content."""

    content: Content


@dataclass(frozen=True, slots=True)
class Refused:
    """The event may not be stored. `text` tells the sender what to change."""

    why: Why
    text: Text

    @property
    def errcode(self) -> str:
        return self.why.value.errcode


Outcome = Accepted | Refused


def guard(candidate: Candidate, room: Room, *, member_limit: int) -> Outcome:
    """Accept or refuse `candidate` by the tables in `jaga.sealed.rules` and by what the room already is."""
    match _rule_of(candidate):
        case Why() as why:
            return refuse(why, type=candidate.type)
        case rule:
            pass
    if (fault := _fault(candidate, rule)) is not None:
        return refuse(rule.otherwise, type=candidate.type, path=fault)
    if (why_not := _conflict(candidate, room, member_limit)) is not None:
        return refuse(why_not, type=candidate.type)
    return Accepted(_without_fallback_text(candidate))


def refuse(why: Why, *, type: str = "", path: str = "content") -> Refused:
    return Refused(why, why.value.text.format(type=type[:_SHOWN], path=path[:_SHOWN]))


def _rule_of(candidate: Candidate) -> Rule | Why:
    if candidate.state_key is None:
        return TIMELINE.get(candidate.type, Why.PLAINTEXT)
    return STATE.get(candidate.type) or REFUSED_STATE.get(candidate.type, Why.STATE)


def _fault(candidate: Candidate, rule: Rule) -> str | None:
    if candidate.state_key is not None and rule.state_key(candidate.state_key) is not None:
        return "state_key"
    fault = rule.content(candidate.content)
    return None if fault is None else f"content{fault}"


def _conflict(candidate: Candidate, room: Room, member_limit: int) -> Why | None:
    """What the event's own shape cannot show: it would change what a room has once and for all, or overfill it."""
    match candidate.type:
        case "m.room.encryption" if room.encryption is not None and room.encryption != candidate.content:
            return Why.ENCRYPTION
        case "m.room.member" if candidate.content["membership"] in _ENTERING:
            user = candidate.state_key or ""
            return Why.FULL if not room.is_inside(user) and room.headcount() >= member_limit else None
        case _:
            return None


def _without_fallback_text(candidate: Candidate) -> Content:
    if candidate.state_key is not None or candidate.type not in FALLBACK_TEXTS:
        return candidate.content
    key, fixed = FALLBACK_TEXTS[candidate.type]
    return {**candidate.content, key: fixed}
