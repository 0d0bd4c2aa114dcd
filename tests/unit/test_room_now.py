"""How much of a room the guard is shown: what it asks about, judged as by the whole, in Synapse's own code."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from tests.helpers.sealed import DEVICE, MEGOLM, OTHER, STATE, TIMELINE, USER

from jaga.sealed import rules
from jaga.sealed.guard import JUDGED_BY_ROOM, Candidate, Refused, guard

with warnings.catch_warnings():
    # Synapse's libraries warn of each other when they are imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from synapse.module_api.callbacks.third_party_event_rules_callbacks import (
        ThirdPartyEventRulesModuleApiCallbacks as Rules,
    )
    from synapse.module_api.errors import SynapseError
    from synapse.types.state import StateFilter

    from jaga.homeserver.room_now import NotReadError, RoomNow, show_what_is_asked

NEWCOMER = "@kirana:kampung.localhost"
ENCRYPTION = ("m.room.encryption", "")
PEOPLE = {USER: "join", OTHER: "invite", NEWCOMER: "leave"}


@dataclass
class Event:
    """As much of an event as the module looks at."""

    type: str
    state_key: str | None
    content: dict = field(default_factory=dict)


ROOM = {
    "$create": Event("m.room.create", ""),
    "$encryption": Event(*ENCRYPTION, {"algorithm": MEGOLM}),
    "$levels": Event("m.room.power_levels", ""),
    **{f"${user}": Event("m.room.member", user, {"membership": how}) for user, how in PEOPLE.items()},
}
IDS = {(event.type, event.state_key): name for name, event in ROOM.items()}


class Store:
    """The events of the room; it remembers which were read."""

    def __init__(self):
        self.read = []

    async def get_events(self, names):
        self.read += names
        return {name: ROOM[name] for name in names}


class Stored:
    """The context of an event in a room that is stored: it gives what it is asked for."""

    async def get_prev_state_ids(self, asked=None):
        return (asked or StateFilter.all()).filter_state(IDS)


class BeingCreated:
    """The context of an event in a room that is just being created: it gives all there is."""

    async def get_prev_state_ids(self, asked=None):
        return dict(IDS)


def homeserver(store):
    """As much of Synapse as its code for callbacks is built from."""
    return SimpleNamespace(
        get_datastores=lambda: SimpleNamespace(main=store), get_storage_controllers=lambda: None
    )


async def asked_of(event, callback, *, context=None, narrowed=True):
    """What Synapse's own code answers for `event`, and which events it read for that."""
    store = Store()
    callbacks = Rules(homeserver(store))
    callbacks.register_third_party_rules_callbacks(check_event_allowed=callback)
    if narrowed:
        show_what_is_asked(callbacks)
    return await callbacks.check_event_allowed(event, context or Stored()), set(store.read)


async def allowing(_event, _state):
    return True, None


KINDS = [(kind, None) for kind in rules.TIMELINE] + [(kind, key) for kind, (key, _) in STATE.items()]


@pytest.mark.parametrize("context", [Stored(), BeingCreated()], ids=["stored", "being created"])
@pytest.mark.parametrize(("kind", "key"), [*KINDS, ("org.example.anything", None), ("m.room.name", "")])
async def test_only_state_of_the_events_own_type_is_read_and_only_where_it_is_judged_by_it(
    kind, key, context
):
    answer, read = await asked_of(Event(kind, key), allowing, context=context)
    assert answer == (True, None)
    own = {name for name, event in ROOM.items() if event.type == kind}
    assert read == (own if kind in JUDGED_BY_ROOM else set())


async def test_synapse_reads_everything_for_every_event_when_it_is_not_told():
    """The control; and what happens where Synapse works in a way that we do not know."""
    _, read = await asked_of(Event("m.room.encrypted", None), allowing, narrowed=False)
    assert read == set(ROOM)


@pytest.mark.parametrize("limit", [2, 3])
@pytest.mark.parametrize("user", [USER, OTHER, NEWCOMER, "@baru:kampung.localhost"])
@pytest.mark.parametrize("membership", ["join", "invite", "knock", "leave", "ban"])
async def test_who_may_enter_is_decided_as_by_the_whole_room(membership, user, limit):
    outcomes = [
        await _judged(Event("m.room.member", user, {"membership": membership}), limit, narrowed=narrowed)
        for narrowed in (True, False)
    ]
    assert outcomes[0] == outcomes[1]
    entering = membership in {"join", "invite", "knock"} and user not in {USER, OTHER}
    assert isinstance(outcomes[0], Refused) is (entering and limit == 2)


@pytest.mark.parametrize(
    ("content", "refused"),
    [({"algorithm": MEGOLM}, False), ({"algorithm": MEGOLM, rules.ENCRYPT_STATE: True}, True)],
)
async def test_a_change_of_the_encryption_is_seen_as_by_the_whole_room(content, refused):
    for narrowed in (True, False):
        outcome = await _judged(Event(*ENCRYPTION, content), 500, narrowed=narrowed)
        assert isinstance(outcome, Refused) is refused


async def _judged(event, limit, *, narrowed):
    outcomes = []

    async def judging(event, state):
        candidate = Candidate(
            type=event.type, state_key=event.state_key, content=event.content, device=DEVICE
        )
        outcomes.append(guard(candidate, RoomNow(event.type, state), member_limit=limit))
        return True, None

    await asked_of(event, judging, narrowed=narrowed)
    return outcomes[0]


@pytest.mark.parametrize(("kind", "key"), KINDS)
def test_the_guard_never_asks_for_state_that_is_not_read(kind, key):
    content = TIMELINE[kind] if key is None else STATE[kind][1]
    guard(
        Candidate(type=kind, state_key=key, content=content, device=DEVICE),
        RoomNow(kind, {}),
        member_limit=500,
    )


@pytest.mark.parametrize(
    "kind", ["m.room.encrypted", "m.room.create", "m.room.power_levels", "m.room.member"]
)
def test_asking_for_state_that_was_not_read_is_an_error_and_no_answer(kind):
    room = RoomNow(kind, {})
    with pytest.raises(NotReadError):
        _ = room.encryption
    for ask in (room.headcount, lambda: room.is_inside(USER)):
        if kind != "m.room.member":
            with pytest.raises(NotReadError):
                ask()


async def test_a_refusal_and_a_failure_of_the_module_still_stop_the_event():
    async def refusing(_event, _state):
        raise SynapseError(403, "zqkabo", "ORG.JAGA.SEALED_STATE")

    async def failing(_event, _state):
        raise NotReadError("m.room.member")

    with pytest.raises(SynapseError, match="zqkabo"):
        await asked_of(Event("m.room.name", ""), refusing)
    with pytest.raises(Exception, match="Failed to run"):
        await asked_of(Event("m.room.encrypted", None), failing)


def test_synapse_gathers_the_state_in_the_way_we_know():
    """Fails when a release changes it: read `check_event_allowed` again, then write the new digest."""
    callbacks = Rules(homeserver(Store()))
    own = callbacks.check_event_allowed
    show_what_is_asked(callbacks)
    assert callbacks.check_event_allowed != own


def test_a_synapse_that_gathers_it_in_another_way_is_left_alone(caplog):
    class Newer(Rules):
        async def check_event_allowed(self, event, context):
            return True, None

    callbacks = Newer(homeserver(Store()))
    own = callbacks.check_event_allowed
    show_what_is_asked(callbacks)
    assert callbacks.check_event_allowed == own
    assert "new way" in caplog.text
