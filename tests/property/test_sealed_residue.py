"""Near the allowed shapes: what gets through carries no more bytes of a sender's choice than the table says."""

from __future__ import annotations

import base64
import copy

from emoji import is_emoji
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.helpers.sealed import (
    DEVICE,
    EVENT,
    KEY,
    OTHER,
    SESSION,
    STATE,
    TIMELINE,
    USER,
    RoomOf,
    encrypted,
)

from jaga.sealed import rules
from jaga.sealed.guard import Accepted, Candidate, Known, confirm, guard

KNOWN = Known(events=frozenset({EVENT}), users=frozenset({USER, OTHER}), displayname="Wulan")
MEGOLM_PARTS = {SESSION.id}
SPARE = {"m.relates_to": {"rel_type": "m.thread", "event_id": EVENT, "m.in_reply_to": {"event_id": EVENT}}}
EXAMPLES = [
    *((kind, None, content) for kind, content in TIMELINE.items()),
    *((kind, key, content) for kind, (key, content) in STATE.items()),
    ("m.room.encrypted", None, encrypted(device_id=DEVICE, **SPARE)),
    ("m.room.create", "", {"room_version": "10", "creator": USER, "m.federate": False}),
    ("m.room.encryption", "", {"algorithm": rules.MEGOLM, "rotation_period_ms": 604_800_000, "rotation_period_msgs": 100}),
]  # fmt: skip


def strings(value):
    match value:
        case str():
            yield value
        case dict():
            for key, one in value.items():
                yield from (key, *strings(one))
        case list():
            for one in value:
                yield from strings(one)


# Words of the protocol: all that honest events hold, but for keys, whose value a sender could choose.
WORDS = {word for _, _, content in EXAMPLES for word in strings(content)} - {KEY, f"ed25519:{KEY}"}
WORDS |= {"Verification request", "Cancelled", "", *rules.SEALED_STATE_KEYS, *rules._LEVELED_TYPES}

# Numbers of the specification, where no other number may stand.
FIXED = [("rotation_period_ms", 604_800_000), ("rotation_period_msgs", 100)]


def dressed(text: str) -> list[str]:
    """A sentence in the dress of every kind of id."""
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in text.lower())
    filled = (base64.b64encode(text.encode()).decode().rstrip("=") * 43)[:42] + "A"
    return [text, plain, filled, f"${(plain * 43)[:43]}", f"@{plain}:kampung.localhost", f"mxc://kampung.localhost/{plain}",
            f"ed25519:{filled}", f"ed25519:{plain}", f"m.{plain}", filled + "=", KEY, SESSION.id]  # fmt: skip


values = st.one_of(
    st.text(min_size=1, max_size=60).flatmap(lambda text: st.sampled_from(dressed(text))),
    st.sampled_from(sorted(WORDS)),
    st.sampled_from(["👍", "❤️", "👍🎉", "👩🏽‍💻", "🏴", "1", "\u202e"]),
    st.integers(-(2**63), 2**63)
    | st.integers(-2, 200)
    | st.floats(allow_nan=False)
    | st.booleans()
    | st.none(),
)
nested = (
    values
    | st.lists(values, max_size=4)
    | st.dictionaries(values.filter(lambda v: isinstance(v, str)), values, max_size=4)
)


def places(value, path=()):
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from places(inner, (*path, step))


def altered(content, path, key, new):
    """`new` in the place of what is there, or beside it under `key`."""
    out = copy.deepcopy(content)
    inner = out
    for step in path[:-1]:
        inner = inner[step]
    target = inner[path[-1]] if path else out
    if isinstance(target, dict) and key is not None:
        target[key] = new
    elif isinstance(target, list) and key is not None:
        target.append(new)
    elif path:
        inner[path[-1]] = new
    return out


def chosen(value) -> int:
    """Bytes that are neither words of the protocol nor ids that exist, nor sealed."""
    match value:
        case bool() | None:
            return 0
        case int():
            return (max(value.bit_length(), 1) + 7) // 8
        case str():
            if value in WORDS or value in MEGOLM_PARTS:
                return 0
            return (
                2 if is_emoji(value.removesuffix("\ufe0f")) else len(value.removeprefix("ed25519:").encode())
            )
        case dict():
            left = [
                (key, one) for key, one in value.items() if key != "ciphertext" and (key, one) not in FIXED
            ]
            return sum(chosen(key) + chosen(one) for key, one in left)
        case list():
            return sum(map(chosen, value))


@settings(max_examples=settings.default.max_examples * 3 // 2)
@given(st.sampled_from(EXAMPLES), st.data())
def test_no_accepted_event_carries_more_than_its_type_leaves_to_the_sender(honest, data):
    kind, state_key, content = honest
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(content))))
        key = data.draw(st.none() | values.filter(lambda value: isinstance(value, str)))
        content = altered(content, path, key, data.draw(nested))
    if state_key is not None:
        state_key = data.draw(st.just(state_key) | values.filter(lambda value: isinstance(value, str)))
    candidate = Candidate(type=kind, state_key=state_key, content=content, device=DEVICE)
    outcome = guard(candidate, RoomOf(encryption=None), member_limit=500)
    if isinstance(outcome, Accepted):
        outcome = confirm(outcome, KNOWN)
    if isinstance(outcome, Accepted):
        rule = (rules.TIMELINE if state_key is None else rules.STATE)[kind]
        assert chosen(outcome.content) + chosen(state_key) <= rule.free_bytes, outcome.content


@given(st.text(min_size=1, max_size=30))
@example("temui aku di pasar")
def test_the_measure_sees_what_a_sender_wrote(text):
    """The control: a sentence in place of a key is counted whole."""
    filled = dressed(text)[2]
    assert chosen({"sender_key": filled}) == 43
