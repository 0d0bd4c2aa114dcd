"""The guard: may this event be stored in a sealed room?

Two steps, both pure: `guard` judges the event and the room it knows; `confirm` judges what the event names, once the
caller has looked up whether it exists. An id that need not exist could spell a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from jaga.core.text import Text
from jaga.sealed.refusals import Why
from jaga.sealed.rules import FALLBACK_TEXTS, REFUSED_STATE, STATE, TIMELINE, Rule
from jaga.sealed.shapes import KEY

Content = Mapping[str, Any]

_SHOWN = 80  # how much of a type or path is repeated to its sender
_ENTERING = frozenset({"join", "invite", "knock"})
# Judged also by what the room has of the same type; every other event is judged by itself alone.
JUDGED_BY_ROOM = frozenset({"m.room.encryption", "m.room.member"})


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
    device: str | None
    """The device it is sent from; `None` for what Synapse itself sends for a member."""
    redacts: str | None = None
    """Where room version 10 has it: beside the content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What an event names and `confirm` wants to know about."""

    events: frozenset[str]
    users: frozenset[str]
    profile_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What exists of that: events of the room, accounts, and the profile with its public name and picture."""

    events: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    displayname: str | None = None
    avatar_url: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The event may be stored, with this content, if `confirm` finds what it names."""

    type: str
    content: Content
    named: Named


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
    if (fault := _foreign_device(candidate)) is not None:
        return refuse(Why.DEVICE, path=fault)
    if (why_not := _conflict(candidate, room, member_limit)) is not None:
        return refuse(why_not)
    return Accepted(candidate.type, _stored(candidate, room), _named(candidate))


def confirm(accepted: Accepted, known: Known) -> Outcome:
    """Refuse what names an event, a user or a profile that does not exist as named."""
    named, content = accepted.named, accepted.content
    if not named.events <= known.events:
        return refuse(Why.UNKNOWN_EVENT, type=accepted.type)
    if not named.users <= known.users:
        return refuse(Why.UNKNOWN_USER)
    if named.profile_of is not None and (
        (content.get("displayname") or None) not in {None, known.displayname}
        or (content.get("avatar_url") or None) not in {None, known.avatar_url}
    ):
        return refuse(Why.PROFILE)
    return accepted


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


def _foreign_device(candidate: Candidate) -> str | None:
    """Where the event names a device that does not send it: device ids are text that clients choose."""
    for key in ("device_id", "from_device"):
        if candidate.content.get(key, candidate.device) != candidate.device:
            return f"content.{key}"
    signed = [name.removeprefix("ed25519:") for name in candidate.content.get("mac", ())]
    others = [name for name in signed if name != candidate.device and KEY(name) is not None]
    return "content.mac" if others else None


def _conflict(candidate: Candidate, room: Room, member_limit: int) -> Why | None:
    """What the event's own shape cannot show: it would change what a room has once and for all, or overfill it."""
    match candidate.type:
        case "m.room.encryption" if _changes(candidate.content, room.encryption):
            return Why.ENCRYPTION
        case "m.room.member" if candidate.content["membership"] in _ENTERING:
            user = candidate.state_key or ""
            return Why.FULL if not room.is_inside(user) and room.headcount() >= member_limit else None
        case _:
            return None


def _changes(asked: Content, kept: Content | None) -> bool:
    return kept is not None and any(key not in kept or kept[key] != value for key, value in asked.items())


def _stored(candidate: Candidate, room: Room) -> Content:
    """The content as it is kept: without the words that clients write for other clients, and the encryption whole."""
    if candidate.type == "m.room.encryption":
        return room.encryption or candidate.content
    if candidate.type not in FALLBACK_TEXTS:
        return candidate.content
    key, fixed = FALLBACK_TEXTS[candidate.type]
    return {**candidate.content, key: fixed}


def _named(candidate: Candidate) -> Named:
    content = candidate.content
    relation = content.get("m.relates_to", {})
    events = [candidate.redacts, content.get("redacts"), relation.get("event_id"), *content.get("pinned", ())]
    events.append(relation.get("m.in_reply_to", {}).get("event_id"))
    users = [content.get("to"), content.get("creator"), *content.get("additional_creators", ())]
    users += content.get("users", ())
    member = candidate.state_key if candidate.type == "m.room.member" else None
    return Named(
        events=frozenset(event for event in events if event is not None),
        users=frozenset(user for user in [*users, member] if user is not None),
        profile_of=member if "displayname" in content or "avatar_url" in content else None,
    )
