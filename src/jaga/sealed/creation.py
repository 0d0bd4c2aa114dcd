"""How a room comes to be: whatever was asked, what is created is a sealed room.

The guard cannot see the state of a new room event by event, so the request is rebuilt from an allow-list before
anything is made of it. Names, types and presets that do not fit are left out silently: stock clients send them and
can live without, and a sealed room serves them better than a refusal. Nobody's invitation is left out silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jaga.sealed.guard import Refused, refuse
from jaga.sealed.refusals import Why
from jaga.sealed.rules import ENCRYPT_STATE, MEGOLM, ROOM_VERSIONS, STATE
from jaga.sealed.shapes import USER_ID

Request = Mapping[str, Any]

_PRESETS = ("private_chat", "trusted_private_chat")
# What a client may choose, where its choice fits the table of rules; anything else becomes what stands here.
_CHOICES: Mapping[str, Mapping[str, Any]] = {
    "m.room.encryption": {"algorithm": MEGOLM},
    "m.room.join_rules": {"join_rule": "invite"},
    "m.room.history_visibility": {"history_visibility": "shared"},
    "m.room.guest_access": {"guest_access": "forbidden"},
}
_MOST_READ = 100  # entries of `initial_state` that are looked at


@dataclass(frozen=True, slots=True)
class Creation:
    """The body of a `/createRoom` request that can only make a sealed room."""

    body: dict[str, Any]
    invited: frozenset[str]
    """Who must have an account, since whoever is invited to it is named in the room."""


def rebuild_creation(request: Request, *, creator: str, member_limit: int) -> Creation | Refused:
    """The sealed room that is closest to what `request` asks for."""
    if request.get("invite_3pid"):
        return refuse(Why.INVITATION)
    invited = _items(request.get("invite"))
    if len(invited) >= member_limit:
        return refuse(Why.FULL)
    if any(USER_ID(user) is not None for user in invited):
        return refuse(Why.UNKNOWN_USER)
    body: dict[str, Any] = {
        "visibility": "private",
        "preset": _one_of(_PRESETS, request.get("preset")) or _PRESETS[0],
        "creation_content": {"m.federate": False},
        "initial_state": _initial_state(_items(request.get("initial_state"))),
        "invite": list(dict.fromkeys(invited)),
    }
    if request.get("is_direct") is True:
        body["is_direct"] = True
    if version := _one_of(ROOM_VERSIONS, request.get("room_version")):
        body["room_version"] = version
    if levels := _power_levels(request.get("power_level_content_override"), {creator, *invited}):
        body["power_level_content_override"] = levels
    return Creation(body, frozenset(invited))


def _initial_state(asked: Sequence[object]) -> list[dict[str, Any]]:
    chosen = dict(_CHOICES)
    for entry in asked[:_MOST_READ]:
        match entry:
            case {"state_key": key} if key != "":
                pass
            case {"type": str(kind), "content": Mapping() as content} if kind in chosen:
                if STATE[kind].content(content) is None:
                    chosen[kind] = content
    # Only now can it be said that names and pictures are to be encrypted, and clients that cannot do it lose nothing.
    chosen["m.room.encryption"] = {**chosen["m.room.encryption"], ENCRYPT_STATE: True}
    return [{"type": kind, "state_key": "", "content": dict(content)} for kind, content in chosen.items()]


def _power_levels(asked: object, members: set[str]) -> dict[str, Any]:
    """The levels asked for, without the parts that do not fit the table of rules and without those of strangers."""
    if not isinstance(asked, Mapping):
        return {}
    kept: dict[str, Any] = {}
    for key, value in asked.items():
        if key in {"users", "events"} and isinstance(value, Mapping):
            kept[key] = {name: level for name, level in value.items() if _fits({key: {name: level}})}
        elif _fits({key: value}):
            kept[key] = value
    if "users" in kept:
        kept["users"] = {user: level for user, level in kept["users"].items() if user in members}
    return kept


def _fits(levels: Mapping[str, Any]) -> bool:
    return STATE["m.room.power_levels"].content(levels) is None


def _one_of(known: Sequence[str], value: object) -> str | None:
    return next((one for one in known if one == value), None)


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
