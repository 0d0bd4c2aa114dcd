"""The Synapse module: it asks `jaga.sealed` and translates the answer; it keeps nothing and tells nobody.

Which callback sees what was read in Synapse 1.163: `check_event_allowed` runs for every event of a local user
(membership and creation too), `on_create_room` before anything of a new room exists. There is no federation.
A callback that raises anything but `SynapseError` makes the request fail, so an error here closes the door.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from synapse.module_api import (
    EventBase,
    LoggingTransaction,
    ModuleApi,
    ProfileInfo,
    Requester,
    StateMap,
    UserID,
)
from synapse.module_api.errors import SynapseError

from jaga.homeserver.room_now import RoomNow, show_what_is_asked
from jaga.sealed.creation import Creation, rebuild_creation
from jaga.sealed.guard import (
    Accepted,
    Candidate,
    Content,
    Known,
    Named,
    Refused,
    Room,
    confirm,
    guard,
    refuse,
)
from jaga.sealed.refusals import Why

_USERS = "SELECT name FROM users WHERE name = ANY(?)"
_EVENTS = "SELECT event_id FROM events WHERE event_id = ANY(?) AND room_id = ?"
_NO_PROFILE = ProfileInfo(avatar_url=None, display_name=None)


class SealedSide:
    """Hangs the guard into Synapse."""

    def __init__(self, config: Mapping[str, Any], api: ModuleApi) -> None:
        self._api = api
        self._member_limit: int = config["room_member_limit"]
        api.register_third_party_rules_callbacks(
            check_event_allowed=self.check_event_allowed,
            on_create_room=self.on_create_room,
            check_visibility_can_be_modified=self.check_visibility_can_be_modified,
            check_threepid_can_be_invited=self.check_threepid_can_be_invited,
        )
        api.register_spam_checker_callbacks(
            user_may_create_room_alias=self.user_may_create_room_alias,
            user_may_publish_room=self.user_may_publish_room,
        )
        show_what_is_asked(api._callbacks.third_party_event_rules)  # noqa: SLF001 - decision 0027

    @staticmethod
    def parse_config(config: dict[str, Any]) -> dict[str, Any]:
        limit = config.get("room_member_limit")
        if set(config) != {"room_member_limit"} or type(limit) is not int or limit < 2:
            raise ValueError("room_member_limit must be a whole number of at least 2, and the only setting")
        return config

    async def check_event_allowed(
        self, event: EventBase, state: StateMap[EventBase]
    ) -> tuple[bool, dict[str, Any] | None]:
        candidate = _candidate(event)
        content = await self._judge(candidate, event.room_id, RoomNow(event.type, state))
        if content is candidate.content:
            return True, None
        return True, {**event.get_dict(), "content": dict(content)}

    async def _judge(self, candidate: Candidate, room_id: str, room: Room) -> Content:
        """The content to store; raises what the sender is told."""
        match guard(candidate, room, member_limit=self._member_limit):
            case Accepted() as accepted:
                known = await self._look_up(room_id, accepted.named)
            case Refused() as refused:
                raise _error(refused)
            case never:
                assert_never(never)
        match confirm(accepted, known):
            case Accepted(content=content):
                return content
            case Refused() as refused:
                raise _error(refused)
            case never:
                assert_never(never)

    async def _look_up(self, room_id: str, named: Named) -> Known:
        """What exists of what an event names. Most events name nothing, which costs no query."""
        profile = await self._profile(named.profile_of)
        return Known(
            events=await self._existing(_EVENTS, named.events, room_id),
            users=await self._existing(_USERS, named.users),
            displayname=profile.display_name,
            avatar_url=profile.avatar_url,
        )

    async def _existing(self, query: str, names: frozenset[str], *more: str) -> frozenset[str]:
        if not names:
            return names
        rows = await self._api.run_db_interaction("jaga_named", _fetched, query, [list(names), *more])
        return frozenset(name for (name,) in rows)

    async def _profile(self, user_id: str | None) -> ProfileInfo:
        if user_id is None:
            return _NO_PROFILE
        return await self._api.get_profile_for_user(UserID.from_string(user_id).localpart)

    async def on_create_room(self, requester: Requester, request: dict[str, Any], _is_admin: object) -> None:
        creator = requester.user.to_string()
        match rebuild_creation(request, creator=creator, member_limit=self._member_limit):
            case Creation(body, invited):
                if invited != await self._existing(_USERS, invited):
                    raise _error(refuse(Why.UNKNOWN_USER))
                # Synapse goes on with this very dictionary.
                request.clear()
                request.update(body)
            case Refused() as refused:
                raise _error(refused)
            case never:
                assert_never(never)

    async def check_visibility_can_be_modified(self, _room: str, _state: object, visibility: str) -> bool:
        return visibility == "private"

    async def check_threepid_can_be_invited(self, _medium: str, _address: str, _state: object) -> bool:
        return False

    async def user_may_create_room_alias(self, _user: str, _alias: object) -> str:
        raise _error(refuse(Why.OPEN))

    async def user_may_publish_room(self, _user: str, _room: str) -> str:
        raise _error(refuse(Why.OPEN))


def _candidate(event: EventBase) -> Candidate:
    return Candidate(
        type=event.type,
        state_key=event.get_state_key(),
        content=event.content,
        device=getattr(event.internal_metadata, "device_id", None),
        redacts=event.get("redacts"),
    )


def _fetched(transaction: LoggingTransaction, query: str, values: list[object]) -> list[tuple[str]]:
    transaction.execute(query, values)
    rows: list[tuple[str]] = transaction.fetchall()
    return rows


def _error(refused: Refused) -> SynapseError:
    return SynapseError(
        403, refused.text.en, refused.errcode, additional_fields={"org.jaga.text": refused.text.as_dict()}
    )
