"""The vocabularies, spelled out once more: a word that is lost from a table, or a bound that moves, is noticed here.

What clients say is from the specification and from what stock clients were seen to send.
"""

from __future__ import annotations

import pytest
from tests.helpers.sealed import DEVICE, EVENT, KEY, REFERENCE, STATE, TIMELINE, USER, RoomOf, encrypted

from jaga.sealed.guard import Accepted, Candidate, guard
from jaga.sealed.shapes import KEY as KEY_SHAPE
from jaga.sealed.shapes import either, listing, nothing, whole

LEVELED = [
    "m.room.avatar",
    "m.room.canonical_alias",
    "m.room.encryption",
    "m.room.guest_access",
    "m.room.name",
    "m.room.history_visibility",
    "m.room.join_rules",
    "m.room.pinned_events",
    "m.room.power_levels",
    "m.room.server_acl",
    "m.room.third_party_invite",
    "m.room.tombstone",
    "m.room.topic",
    "m.room.encrypted",
    "m.room.message",
    "m.room.redaction",
    "m.reaction",
    "m.sticker",
    "m.call.invite",
    "m.call",
    "m.call.member",
    "org.matrix.msc3401.call",
    "org.matrix.msc3401.call.member",
    "m.space.child",
    "m.space.parent",
    "m.widget",
    "im.vector.modular.widgets",
    "m.beacon_info",
    "org.matrix.msc3672.beacon_info",
    "io.element.voice_broadcast_info",
]
LEVELS = ["users_default", "events_default", "state_default", "ban", "kick", "redact", "invite", "historical"]
CODES = [
    "m.user",
    "m.timeout",
    "m.unknown_transaction",
    "m.unknown_method",
    "m.unexpected_message",
    "m.accepted",
    "m.key_mismatch",
    "m.user_mismatch",
    "m.invalid_message",
    "m.mismatched_commitment",
    "m.mismatched_sas",
    "m.qr_code.invalid",
    "m.verification_timeout",
]
METHODS = ["m.sas.v1", "m.reciprocate.v1", "m.qr_code.scan.v1", "m.qr_code.show.v1"]
AGREEMENTS = ["curve25519-hkdf-sha256", "curve25519"]
MACS = ["hkdf-hmac-sha256.v2", "org.matrix.msc3783.hkdf-hmac-sha256", "hkdf-hmac-sha256", "hmac-sha256"]
ENCRYPT_STATE = "io.element.msc4362.encrypt_state_events"
START, ACCEPT = "m.key.verification.start", "m.key.verification.accept"
PEOPLE = [f"@orang{n}:kampung.localhost" for n in range(501)]
LONG_HOST = "kampung." * 27 + "localhost"


def fits(kind, content, state_key=None, *, device=DEVICE):
    candidate = Candidate(type=kind, state_key=state_key, content=content, device=device)
    return isinstance(guard(candidate, RoomOf(encryption=None), member_limit=500), Accepted)


def relation(**parts):
    return ("m.room.encrypted", encrypted(**{"m.relates_to": {"event_id": EVENT, **parts}}))


def timeline(kind, **changes):
    return kind, TIMELINE[kind] | changes


def state(kind, **changes):
    key, content = STATE[kind]
    return kind, content | changes, key


SAID = [
    *(relation(rel_type=word) for word in ("m.thread", "m.replace", "m.reference", "m.annotation")),
    *(relation(rel_type="m.thread", is_falling_back=word) for word in (True, False)),
    relation(rel_type="m.annotation", key="👍"),
    *(timeline("m.key.verification.ready", methods=[word]) for word in METHODS),
    timeline("m.key.verification.ready", methods=METHODS),
    *(timeline(START, method=word) for word in METHODS),
    *(timeline(ACCEPT, method=word) for word in METHODS),
    timeline(START, key_agreement_protocols=AGREEMENTS, message_authentication_codes=MACS),
    *(timeline(ACCEPT, key_agreement_protocol=word) for word in AGREEMENTS),
    *(timeline(ACCEPT, message_authentication_code=word) for word in MACS),
    timeline(ACCEPT, short_authentication_string=["emoji", "decimal"]),
    *(timeline("m.key.verification.cancel", code=word) for word in CODES),
    timeline("m.key.verification.cancel", reason="x" * 499 + "\n"),
    timeline("m.room.message", methods=METHODS, body="x" * 500),
    *(timeline(START, secret=letter * length) for letter in "aA" for length in (11, 43)),
    timeline("m.key.verification.mac", keys="A" * 43),
    timeline("m.room.redaction", redacts="$" + "A" * 43),
    ("m.key.verification.done", {"m.relates_to": REFERENCE}),
    *(state("m.room.power_levels", events={word: 50}) for word in LEVELED),
    state("m.room.power_levels", events=dict.fromkeys(LEVELED, 50)),
    *(state("m.room.power_levels", **{word: level}) for word in LEVELS for level in (-1, 150)),
    state("m.room.power_levels", users=dict.fromkeys(PEOPLE[:500], 0), notifications={"room": 0}),
    *(state("m.room.member", membership=word) for word in ("join", "invite", "leave", "ban", "knock")),
    *(state("m.room.member", is_direct=word) for word in (True, False)),
    *(state("m.room.member", reason=word) for word in (None, "")),
    state("m.room.member", displayname="x" * 256, avatar_url=""),
    *(state("m.room.member", avatar_url=f"mxc://{LONG_HOST}/" + letter * 64) for letter in "aA"),
    *(state("m.room.create", room_version=word) for word in ("10", "11", "12")),
    *(state("m.room.create", **{"creator": USER, "m.federate": word}) for word in (True, False)),
    state("m.room.create", additional_creators=PEOPLE[:500]),
    *(state("m.room.encryption", **{ENCRYPT_STATE: word}) for word in (True, False)),
    *(state("m.room.join_rules", join_rule=word) for word in ("invite", "knock")),
    *(state("m.room.history_visibility", history_visibility=word) for word in ("invited", "joined", "shared")),
    *(("m.room.encrypted", encrypted(), f"m.room.{word}:") for word in ("name", "topic", "avatar", "pinned_events")),
    *(("m.room.member", {"membership": "leave"}, f"@{name}:{host}") for name, host in [
        ("a" * 200, "kampung.localhost"), ("a._=/+-9", "kampung.localhost:65535"), ("a", "k" * 230), ("a", "1.2.3.4:8")]),
]  # fmt: skip


def numbered(events):
    """Names for the cases that are the same in every process: signatures and marks are not."""
    return [f"{number}-{kind}" for number, (kind, *_) in enumerate(events)]


@pytest.mark.parametrize("said", SAID, ids=numbered(SAID))
def test_every_word_that_clients_say_is_accepted(said):
    assert fits(*said)


@pytest.mark.parametrize("device", ["abcdefghij", "A" * 64, "a+/=._~-9"])
def test_a_device_is_called_as_its_client_likes(device):
    assert fits("m.room.encrypted", encrypted(device_id=device), device=device)


UNSAID = [
    *(timeline(START, secret="a" * length) for length in (10, 44)),
    timeline(START, secret="a" * 10 + "-"),
    timeline("m.room.message", body="x" * 501),
    *(timeline("m.key.verification.mac", mac={f"ed25519:{name}": KEY}) for name in ("a" * 65, "", "a b")),
    timeline("m.key.verification.mac", mac={KEY: KEY}),
    *(timeline("m.key.verification.mac", keys=name) for name in (KEY[:42], KEY[:42] + "-", KEY + "A")),
    *(timeline("m.key.verification.key", key=name) for name in (KEY[:42] + "B", KEY[:41] + "-A", KEY[:42], KEY + "A")),
    timeline("m.room.redaction", redacts="$" + "a" * 42 + "/"),
    *(timeline("m.room.redaction", redacts="$" + "a" * length) for length in (42, 44)),
    timeline("m.room.redaction", redacts="a" * 44),
    timeline("m.room.encrypted", device_id="a" * 65),
    state("m.room.create", additional_creators=PEOPLE),
    state("m.room.power_levels", users={"wulan": 0}),
    state("m.room.member", displayname="temui\naku"),
    state("m.room.member", displayname="temui\raku"),
    state("m.room.member", avatar_url="mxc://kampung.localhost/"),
    state("m.room.member", avatar_url="mxc://kampung.localhost/" + "a" * 65),
    state("m.room.member", avatar_url="mxc://KAMPUNG/a"),
    state("m.room.member", avatar_url="MXC://kampung.localhost/a"),
    state("m.room.member", avatar_url="mxc://" + "k" * 237 + "/a"),
    *(("m.room.member", {"membership": "leave"}, name) for name in [
        "@" + "a" * 201 + ":kampung.localhost", "@a:" + "k" * 231, "@a:k:123456", "@A:kampung.localhost", "@a:KAMPUNG",
        "@:kampung.localhost", "@a:", "a:kampung.localhost", "@a:k:", "@a"]),
]  # fmt: skip


@pytest.mark.parametrize("unsaid", UNSAID, ids=numbered(UNSAID))
def test_what_is_one_step_beyond_is_refused(unsaid):
    assert not fits(*unsaid)


def test_what_shapes_leave_to_a_sender_adds_up():
    assert [whole(0, most).free for most in (0, 255, 256, 2**64 - 1)] == [0, 1, 2, 8]
    assert listing(KEY_SHAPE, most=4).free == 4 * 43
    assert either(nothing, KEY_SHAPE, whole(0, 255)).free == 43


def test_nothing_is_no_other_value():
    assert nothing(None) is None
    assert nothing(0) == nothing("") == ""
