"""Near the allowed shapes: whatever is changed in an honest event, no free text gets through."""

from __future__ import annotations

import copy

from hypothesis import given
from hypothesis import strategies as st
from tests.helpers.sealed import DEVICE, MEGOLM, SESSION, STATE, TIMELINE, USER, RoomOf

from jaga.sealed.creation import Creation, rebuild_creation
from jaga.sealed.guard import Accepted, Candidate, guard
from jaga.sealed.megolm import megolm_ciphertext

MARK = "temui aku di pasar \N{WAVING HAND SIGN}"
EXAMPLES = [(kind, None, content) for kind, content in TIMELINE.items()] + [
    (kind, key, content) for kind, (key, content) in STATE.items()
]
# Fields whose text is meant to be public (a member's name) or is replaced before it is stored.
KNOWN_TEXT = {
    ("m.room.member", "displayname"),
    ("m.room.message", "body"),
    ("m.key.verification.cancel", "reason"),
}

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def places(value, path=()):
    """Every place inside a JSON value."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    if isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places(inner, (*path, at))


def changed(value, path, new):
    """A copy of `value` with `new` at `path`, or beside it when `path` is an object."""
    if not path:
        return {**value, MARK: new} if isinstance(value, dict) else new
    out = copy.deepcopy(value)
    inner = out
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = new
    return out


@given(st.sampled_from(EXAMPLES), st.data())
def test_a_sentence_put_anywhere_into_an_honest_event_is_never_stored(example, data):
    kind, state_key, content = example
    path = data.draw(st.sampled_from(list(places(content))))
    if path and (kind, path[0]) in KNOWN_TEXT:
        path = ()
    candidate = Candidate(type=kind, state_key=state_key, content=changed(content, path, MARK), device=DEVICE)
    outcome = guard(candidate, RoomOf(encryption=None), member_limit=500)
    assert not (isinstance(outcome, Accepted) and "temui" in repr(outcome.content))


@given(st.sampled_from(EXAMPLES), json)
def test_any_content_at_all_gives_an_outcome_and_never_an_error(example, content):
    kind, state_key, _ = example
    guard(
        Candidate(type=kind, state_key=state_key, content=content, device=DEVICE), RoomOf(), member_limit=500
    )


@given(st.dictionaries(st.sampled_from(
    ["preset", "visibility", "initial_state", "creation_content", "invite", "name", "topic", "room_version",
     "room_alias_name", "is_direct", "power_level_content_override", "invite_3pid", "x"]), json))  # fmt: skip
def test_any_request_makes_a_sealed_room_or_is_refused(request):
    outcome = rebuild_creation(request, creator=USER, member_limit=500)
    if isinstance(outcome, Creation):
        state = {entry["type"]: entry["content"] for entry in outcome.body["initial_state"]}
        assert state["m.room.encryption"]["algorithm"] == MEGOLM
        assert state["m.room.join_rules"]["join_rule"] in {"invite", "knock"}
        assert outcome.body["visibility"] == "private"


@given(st.integers(0, 2**32 - 1), st.integers(1, 300), st.data())
def test_a_megolm_message_that_lost_or_gained_characters_is_refused(index, blocks, data):
    message = SESSION.message(index=index, blocks=blocks)
    assert megolm_ciphertext(message) is None
    cut = data.draw(st.integers(1, len(message) - 1))
    assert megolm_ciphertext(message[:cut]) is not None
    assert megolm_ciphertext(message + "AAAA") is not None


@given(st.text(max_size=400))
def test_text_is_never_taken_for_a_megolm_message(text):
    assert megolm_ciphertext(text) is not None
