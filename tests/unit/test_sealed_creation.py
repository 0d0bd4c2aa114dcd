"""Whatever a client asks for, what is created is a sealed room."""

from __future__ import annotations

import itertools

import pytest
from tests.helpers.sealed import MEGOLM, OTHER, USER, RoomOf

from jaga.sealed.creation import Creation, rebuild_creation
from jaga.sealed.guard import Candidate, Refused, guard
from jaga.sealed.refusals import Why
from jaga.sealed.rules import ENCRYPT_STATE

LIMIT = 500
STRANGER = "@temui.aku.di.pasar:kampung.localhost"
SEALED = {
    "m.room.encryption": {"algorithm": MEGOLM, ENCRYPT_STATE: True},
    "m.room.join_rules": {"join_rule": "invite"},
    "m.room.history_visibility": {"history_visibility": "shared"},
    "m.room.guest_access": {"guest_access": "forbidden"},
}


def created(**request):
    outcome = rebuild_creation(request, creator=USER, member_limit=LIMIT)
    assert isinstance(outcome, Creation)
    return outcome.body


def state_of(body):
    return {entry["type"]: entry["content"] for entry in body["initial_state"]}


def state(kind, **content):
    return {"type": kind, "state_key": "", "content": content}


def test_an_empty_request_makes_a_sealed_room():
    body = created()
    assert state_of(body) == SEALED
    assert (body["preset"], body["visibility"]) == ("private_chat", "private")


@pytest.mark.parametrize("preset", ["public_chat", "temui", None, 3, ["private_chat"]])
@pytest.mark.parametrize("visibility", ["public", "private", None])
def test_presets_and_visibility_that_open_a_room_are_overwritten(preset, visibility):
    body = created(preset=preset, visibility=visibility)
    assert (body["preset"], body["visibility"]) == ("private_chat", "private")
    assert state_of(body) == SEALED


OPENING = [
    state("m.room.join_rules", join_rule="public"),
    state("m.room.history_visibility", history_visibility="world_readable"),
    state("m.room.guest_access", guest_access="can_join"),
    state("m.room.encryption"),
    state("m.room.encryption", algorithm="org.none"),
]


@pytest.mark.parametrize("order", list(itertools.permutations(OPENING, 3)))
def test_no_order_of_initial_state_opens_a_room(order):
    assert state_of(created(initial_state=list(order))) == SEALED


@pytest.mark.parametrize(
    "extra",
    [
        {"name": "Rapat rahasia"},
        {"topic": "Rencana"},
        {"room_alias_name": "rapat"},
        {"creation_content": {"type": "m.space", "note": "temui", "predecessor": {"room_id": "!x"}}},
        {"initial_state": [state("m.room.name", name="Rapat"), state("org.example.x", note="temui")]},
        {"initial_state": [{"type": "m.room.encryption", "state_key": "temui", "content": {}}]},
        {"initial_state": "temui"},
        {"initial_state": ["temui", None, {"type": ["m.room.name"]}, {"type": "m.room.encryption"}]},
        {"room_version": "1"},
        {"room_version": 12},
        {"power_level_content_override": {"events": {"m.temui": 1}, "note": "temui", "users": "temui"}},
        {"org.example.note": "temui"},
        {"invite": "temui"},
    ],
)
def test_names_aliases_types_and_unknown_fields_are_left_out(extra):
    body = created(**extra)
    assert set(body) <= {
        "visibility", "preset", "creation_content", "initial_state", "invite", "power_level_content_override"
    }  # fmt: skip
    assert state_of(body) == SEALED
    assert body["creation_content"] == {"m.federate": False}
    assert not any(word in str(body) for word in ("temui", "Rapat", "rapat", "Rencana"))


def test_what_fits_is_kept():
    body = created(
        preset="trusted_private_chat",
        is_direct=True,
        invite=[OTHER, OTHER],
        room_version="11",
        power_level_content_override={"users": {USER: 100, OTHER: 50, "temui": 1, STRANGER: 1}, "invite": 50},
        initial_state=[
            state("m.room.join_rules", join_rule="knock"),
            state("m.room.history_visibility", history_visibility="joined"),
            state("m.room.encryption", algorithm=MEGOLM, rotation_period_msgs=100),
        ],
    )
    assert body["preset"] == "trusted_private_chat"
    assert body["is_direct"] is True
    assert body["invite"] == [OTHER]
    assert body["room_version"] == "11"
    assert body["power_level_content_override"] == {"users": {USER: 100, OTHER: 50}, "invite": 50}
    assert state_of(body) == SEALED | {
        "m.room.join_rules": {"join_rule": "knock"},
        "m.room.history_visibility": {"history_visibility": "joined"},
        "m.room.encryption": {"algorithm": MEGOLM, "rotation_period_msgs": 100, ENCRYPT_STATE: True},
    }


def test_everything_a_creation_sets_passes_the_guard_as_well():
    for entry in created()["initial_state"]:
        candidate = Candidate(type=entry["type"], state_key="", content=entry["content"], device=None)
        assert not isinstance(guard(candidate, RoomOf(encryption=None), member_limit=LIMIT), Refused)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ({"invite_3pid": [{"medium": "email", "address": "a@b.example"}]}, Why.INVITATION),
        ({"invite": [f"@orang{n}:kampung.localhost" for n in range(LIMIT)]}, Why.FULL),
        ({"invite": [OTHER, "temui aku"]}, Why.UNKNOWN_USER),
        ({"invite": [3]}, Why.UNKNOWN_USER),
    ],
)
def test_an_invitation_is_never_dropped_silently(request_, why):
    outcome = rebuild_creation(request_, creator=USER, member_limit=LIMIT)
    assert isinstance(outcome, Refused)
    assert outcome.why is why


def test_a_very_long_initial_state_costs_nothing():
    body = created(initial_state=[state("org.example.x", note=str(n)) for n in range(100_000)])
    assert state_of(body) == SEALED


@pytest.mark.parametrize(("before", "rule"), [(99, "knock"), (100, "invite")])
def test_a_hundred_entries_of_initial_state_are_read_and_no_more(before, rule):
    filler = [state("org.example.x", note="temui")] * before
    body = created(initial_state=[*filler, state("m.room.join_rules", join_rule="knock")])
    assert state_of(body)["m.room.join_rules"] == {"join_rule": rule}


@pytest.mark.parametrize(
    ("entry", "rule"), [({"state_key": ""}, "knock"), ({}, "knock"), ({"state_key": "temui"}, "invite")]
)
def test_state_is_chosen_under_the_empty_key_alone_and_is_created_under_it(entry, rule):
    body = created(initial_state=[{"type": "m.room.join_rules", "content": {"join_rule": "knock"}, **entry}])
    assert state_of(body)["m.room.join_rules"] == {"join_rule": rule}
    assert {made["state_key"] for made in body["initial_state"]} == {""}


def test_levels_that_fit_are_kept_beside_those_that_do_not():
    asked = {"events": {"m.room.name": 50, "m.temui": 1, "m.reaction": 2**40}, "ban": 50, "kick": "temui"}
    levels = created(power_level_content_override=asked)["power_level_content_override"]
    assert levels == {"events": {"m.room.name": 50}, "ban": 50}


def test_whoever_is_invited_is_told_apart_so_that_it_can_be_looked_up():
    outcome = rebuild_creation({"invite": [OTHER, OTHER]}, creator=USER, member_limit=LIMIT)
    assert isinstance(outcome, Creation)
    assert outcome.invited == {OTHER}


def test_one_less_than_the_limit_may_be_invited_since_the_creator_counts():
    body = created(invite=[f"@orang{n}:kampung.localhost" for n in range(LIMIT - 1)])
    assert len(body["invite"]) == LIMIT - 1
