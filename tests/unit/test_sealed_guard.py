"""The table of rules: every row lets its honest event through and nothing beside it."""

from __future__ import annotations

import pytest
from emoji import EMOJI_DATA
from tests.helpers.sealed import (
    DEVICE,
    EVENT,
    KEY,
    MEGOLM,
    OTHER,
    REFERENCE,
    SESSION,
    STATE,
    TIMELINE,
    USER,
    VERIFICATION_REQUEST,
    RoomOf,
    Session,
    encrypted,
)

from jaga.sealed import rules
from jaga.sealed.emoji import ONE_EMOJI
from jaga.sealed.guard import JUDGED_BY_ROOM, Accepted, Candidate, Known, Named, Refused, confirm, guard
from jaga.sealed.megolm import _decoded
from jaga.sealed.refusals import Why

LIMIT = 500


def ask(kind, content, *, state_key=None, room=None, device=DEVICE, redacts=None):
    candidate = Candidate(type=kind, state_key=state_key, content=content, device=device, redacts=redacts)
    return guard(candidate, room or RoomOf(), member_limit=LIMIT)


def test_every_row_of_the_table_has_an_honest_example_here():
    assert set(TIMELINE) == set(rules.TIMELINE)
    assert set(STATE) == set(rules.STATE)


@pytest.mark.parametrize("kind", rules.TIMELINE)
def test_an_honest_timeline_event_is_accepted(kind):
    assert isinstance(ask(kind, TIMELINE[kind]), Accepted)


@pytest.mark.parametrize("kind", rules.STATE)
def test_an_honest_state_event_is_accepted(kind):
    state_key, content = STATE[kind]
    assert isinstance(ask(kind, content, state_key=state_key), Accepted)


@pytest.mark.parametrize(
    ("kind", "extra"),
    [
        (kind, extra)
        for kind in rules.TIMELINE
        for extra in ("body", "org.example.note", "m.mentions", "reason", "formatted_body")
        if extra not in TIMELINE[kind]
    ],
)
def test_a_timeline_event_with_one_more_field_is_refused_and_the_field_is_named(kind, extra):
    outcome = ask(kind, TIMELINE[kind] | {extra: "temui aku di pasar"})
    assert isinstance(outcome, Refused)
    assert outcome.why is rules.TIMELINE[kind].otherwise
    assert "temui" not in outcome.text.en


@pytest.mark.parametrize("kind", rules.STATE)
def test_a_state_event_with_one_more_field_is_refused(kind):
    state_key, content = STATE[kind]
    outcome = ask(kind, content | {"org.example.note": "temui aku"}, state_key=state_key)
    assert isinstance(outcome, Refused)
    assert outcome.why is rules.STATE[kind].otherwise


@pytest.mark.parametrize("kind", rules.STATE)
def test_text_in_a_state_key_is_refused(kind):
    _, content = STATE[kind]
    assert isinstance(ask(kind, content, state_key="temui aku di pasar"), Refused)


@pytest.mark.parametrize(
    "kind",
    ["m.room.message", "m.sticker", "m.poll.start", "org.matrix.msc3381.poll.start", "m.beacon", "m.call.invite",
     "org.example.anything", "m.room.name", "m.room.member", "M.ROOM.ENCRYPTED", "", "m.room.encrypted "],
)  # fmt: skip
def test_a_clear_timeline_event_is_refused_with_the_code_for_plaintext(kind):
    outcome = ask(kind, {"body": "temui aku di pasar", "msgtype": "m.text"})
    assert isinstance(outcome, Refused)
    assert outcome.errcode == "ORG.JAGA.SEALED_PLAINTEXT"
    assert "m.room.encrypted" in outcome.text.en


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("m.room.name", Why.STATE),
        ("m.room.topic", Why.STATE),
        ("m.room.avatar", Why.STATE),
        ("m.room.message", Why.STATE),
        ("m.space.child", Why.STATE),
        ("im.vector.modular.widgets", Why.STATE),
        ("m.room.server_acl", Why.STATE),
        ("org.example.custom", Why.STATE),
        ("m.room.canonical_alias", Why.OPEN),
        ("m.room.third_party_invite", Why.INVITATION),
        ("m.room.tombstone", Why.UPGRADE),
    ],
)
def test_state_that_the_server_could_read_is_refused_each_for_its_reason(kind, why):
    outcome = ask(kind, {"name": "Rapat rahasia"}, state_key="")
    assert isinstance(outcome, Refused)
    assert outcome.why is why


@pytest.mark.parametrize(
    "changes",
    [
        {"algorithm": "m.olm.v1.curve25519-aes-sha2"},
        {"algorithm": "org.none"},
        {"ciphertext": "temui aku di pasar"},
        {"ciphertext": ""},
        {"ciphertext": {"body": "temui aku"}},
        {"ciphertext": SESSION.message(version=2)},
        {"ciphertext": SESSION.message(mac=7)},
        {"ciphertext": SESSION.message(mac=9)},
        {"ciphertext": SESSION.message(blocks=0)},
        {"ciphertext": SESSION.message(index=2**32)},
        {"ciphertext": SESSION.message() + "AAAA"},
        {"ciphertext": SESSION.message() + "==="},
        {"ciphertext": " " + SESSION.message()},
        {"ciphertext": "A"},
        {"ciphertext": "A" * 100_000},
        {"ciphertext": SESSION.signed(b"\x03\x08\x00\x13\x10" + b"x" * 24)},
        {"ciphertext": SESSION.signed(b"\x03\x09\x00\x12\x10" + b"x" * 24)},
        {"ciphertext": SESSION.signed(b"\x03\x08\x00\x12\x11" + b"x" * 25)},
        {"ciphertext": SESSION.signed(b"\x03\x08\x80\x00\x12\x10" + b"x" * 24)},
        {"ciphertext": SESSION.signed(b"\x03\x08" + b"\xff" * 29)},
        {"ciphertext": SESSION.signed(b"\x03\x08")},
        {"ciphertext": SESSION.signed(b"\x03")},
        {"ciphertext": Session(b"x" * 32).message()},
        {"session_id": "temui aku"},
        {"session_id": Session(b"x" * 32).id},
        {"session_id": "/" * 42 + "8"},
        {"session_id": SESSION.id + "="},
        {"session_id": SESSION.id + SESSION.id},
        {"sender_key": 1},
        {"device_id": "temui aku"},
        {"m.relates_to": {"rel_type": "temui aku", "event_id": EVENT}},
        {"m.relates_to": {"rel_type": "m.thread", "event_id": "temui"}},
        {"m.relates_to": {"rel_type": "m.thread", "event_id": EVENT, "note": "temui"}},
        {"m.relates_to": {"m.in_reply_to": {"event_id": EVENT, "body": "temui"}}},
    ],
)
def test_what_only_calls_itself_encrypted_is_refused(changes):
    outcome = ask("m.room.encrypted", encrypted(**changes))
    assert isinstance(outcome, Refused)
    assert outcome.errcode == "ORG.JAGA.SEALED_CIPHERTEXT"


@pytest.mark.parametrize(
    "relation",
    [
        {"rel_type": "m.thread", "event_id": EVENT, "is_falling_back": True, "m.in_reply_to": {"event_id": EVENT}},
        {"rel_type": "m.replace", "event_id": EVENT},
        {"m.in_reply_to": {"event_id": EVENT}},
    ],
)  # fmt: skip
def test_replies_edits_and_threads_of_ciphertext_are_accepted(relation):
    assert isinstance(ask("m.room.encrypted", encrypted(**{"m.relates_to": relation})), Accepted)


@pytest.mark.parametrize("index", [0, 127, 128, 2**21, 2**32 - 1])
@pytest.mark.parametrize("blocks", [1, 8, 200, 3000])
def test_megolm_messages_of_any_index_and_size_are_accepted(index, blocks):
    content = encrypted(ciphertext=SESSION.message(index=index, blocks=blocks))
    assert isinstance(ask("m.room.encrypted", content), Accepted)


@pytest.mark.parametrize(
    ("text", "data"),
    [("AAAX", b"\0\0\x17"), ("AAA=", b"\0\0"), ("AAA", b"\0\0"), ("AA==", b"\0"), ("AA", b"\0"), ("", b""), ("AA=", None),
     ("AAA==", None), ("AAB", None), ("A", None), ("AAA ", None), ("AA-A", None), ("=", None), (b"AAAA", None), (None, None)],
)  # fmt: skip
def test_base_64_has_one_spelling_with_padding_and_one_without(text, data):
    assert _decoded(text) == data


def test_the_longest_message_that_fits_an_event_is_accepted_and_a_longer_one_refused():
    longest = encrypted(ciphertext=SESSION.message(index=128, blocks=3067))
    assert len(longest["ciphertext"]) == 65_536
    assert isinstance(ask("m.room.encrypted", longest), Accepted)
    longer = encrypted(ciphertext=SESSION.message(index=128, blocks=3068))
    assert isinstance(ask("m.room.encrypted", longer), Refused)


@pytest.mark.parametrize(
    "key", ["👍", "❤️", "👩🏽‍💻", "🇮🇩", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "7️⃣", "✅", "👨‍👩‍👧‍👦", "☺", "👍\ufe0f", "✔\ufe0f"]
)
def test_a_reaction_of_one_emoji_is_accepted(key):
    assert isinstance(ask("m.reaction", {"m.relates_to": {**_annotation(), "key": key}}), Accepted)


def test_every_emoji_of_unicodes_list_is_accepted():
    refused = [key for key in EMOJI_DATA if ONE_EMOJI(key) is not None]
    assert not refused
    assert len(EMOJI_DATA) < 2**16  # what "two bytes" says


@pytest.mark.parametrize("key", ["ya", "👍👍", "👍 ", "a", "7", "", "mxc://kampung.localhost/abc", 1, None, "👍\ufe0f\ufe0f",
                                 "👍\u200d🎉", "🐕\u200d🏠\u200d🔑\u200d🌙", "\U0001f1f9", "👍\u0301"])  # fmt: skip
def test_a_reaction_of_anything_else_is_refused(key):
    outcome = ask("m.reaction", {"m.relates_to": {**_annotation(), "key": key}})
    assert isinstance(outcome, Refused)
    assert outcome.text.en.endswith("correct content.m.relates_to.key.")


def test_letters_hidden_in_the_tags_of_a_flag_are_refused():
    hidden = "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in "temui") + "\U000e007f"
    assert isinstance(ask("m.reaction", {"m.relates_to": {**_annotation(), "key": hidden}}), Refused)


def test_a_redaction_with_a_reason_is_refused_and_without_one_accepted():
    assert isinstance(ask("m.room.redaction", {}), Accepted)
    outcome = ask("m.room.redaction", {"redacts": EVENT, "reason": "temui aku"})
    assert isinstance(outcome, Refused)
    assert "content.reason" in outcome.text.en


@pytest.mark.parametrize(
    ("kind", "key", "fixed"),
    [
        ("m.room.message", "body", "Verification request"),
        ("m.key.verification.cancel", "reason", "Cancelled"),
    ],
)
def test_text_that_a_client_writes_beside_a_verification_is_replaced_by_fixed_words(kind, key, fixed):
    outcome = ask(kind, TIMELINE[kind] | {key: "temui aku di pasar"})
    assert isinstance(outcome, Accepted)
    assert outcome.content == TIMELINE[kind] | {key: fixed}


@pytest.mark.parametrize("msgtype", ["m.text", "m.image", "m.file", "m.notice", "org.example.x"])
def test_a_message_of_another_kind_than_a_verification_is_plaintext(msgtype):
    outcome = ask("m.room.message", VERIFICATION_REQUEST | {"msgtype": msgtype})
    assert isinstance(outcome, Refused)
    assert outcome.why is Why.PLAINTEXT


@pytest.mark.parametrize(
    "content",
    [{}, {"algorithm": "org.none"}, {"algorithm": MEGOLM, "rotation_period_ms": 604_800_000},
     {"algorithm": MEGOLM, rules.ENCRYPT_STATE: False}],
)  # fmt: skip
def test_the_encryption_of_a_room_never_changes(content):
    room = RoomOf(encryption={"algorithm": MEGOLM, rules.ENCRYPT_STATE: True})
    outcome = ask("m.room.encryption", content, state_key="", room=room)
    assert isinstance(outcome, Refused)
    assert outcome.errcode == "ORG.JAGA.SEALED_ENCRYPTION"


def test_a_client_that_turns_encryption_on_once_more_changes_nothing():
    room = RoomOf(encryption={"algorithm": MEGOLM, rules.ENCRYPT_STATE: True})
    outcome = ask("m.room.encryption", {"algorithm": MEGOLM}, state_key="", room=room)
    assert isinstance(outcome, Accepted)
    assert outcome.content == room.encryption


@pytest.mark.parametrize(
    "more", [{"rotation_period_ms": 604_799_999}, {"rotation_period_ms": 604_800_001}, {"rotation_period_msgs": 99},
             {"rotation_period_msgs": 101}, {"rotation_period_msgs": 100.0}, {rules.ENCRYPT_STATE: 1}]
)  # fmt: skip
def test_the_settings_of_an_encryption_are_those_of_the_specification(more):
    fresh = RoomOf(encryption=None)
    assert isinstance(
        ask("m.room.encryption", {"algorithm": MEGOLM} | more, state_key="", room=fresh), Refused
    )
    usual = {"algorithm": MEGOLM, "rotation_period_ms": 604_800_000, "rotation_period_msgs": 100}
    assert isinstance(ask("m.room.encryption", usual, state_key="", room=fresh), Accepted)


def test_encryption_is_set_once():
    fresh = RoomOf(encryption=None)
    assert isinstance(ask("m.room.encryption", {"algorithm": MEGOLM}, state_key="", room=fresh), Accepted)
    assert isinstance(ask("m.room.encryption", {"algorithm": "org.none"}, state_key="", room=fresh), Refused)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("m.room.join_rules", {"join_rule": "public"}),
        ("m.room.join_rules", {"join_rule": "restricted", "allow": []}),
        ("m.room.join_rules", {"join_rule": "knock_restricted"}),
        ("m.room.history_visibility", {"history_visibility": "world_readable"}),
        ("m.room.guest_access", {"guest_access": "can_join"}),
    ],
)
def test_a_room_is_never_opened(kind, content):
    outcome = ask(kind, content, state_key="")
    assert isinstance(outcome, Refused)
    assert outcome.errcode == "ORG.JAGA.SEALED_OPEN"


@pytest.mark.parametrize("join_rule", ["invite", "knock"])
def test_a_room_is_by_invitation_or_by_knocking(join_rule):
    assert isinstance(ask("m.room.join_rules", {"join_rule": join_rule}, state_key=""), Accepted)


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "temui aku"},
        {"displayname": "x" * 257},
        {"displayname": 1},
        {"avatar_url": "https://elsewhere.example/a.png"},
        {"third_party_invite": {"display_name": "temui"}},
        {"join_authorised_via_users_server": USER},
        {"membership": "temui"},
    ],
)
def test_a_membership_carries_no_text(changes):
    content = STATE["m.room.member"][1] | changes
    assert isinstance(ask("m.room.member", content, state_key=USER), Refused)


def test_nobody_more_enters_a_full_room_but_those_inside_may_move():
    full = RoomOf(inside={f"@orang{n}:kampung.localhost" for n in range(LIMIT)})
    newcomer = ask("m.room.member", {"membership": "invite"}, state_key=USER, room=full)
    assert isinstance(newcomer, Refused)
    assert newcomer.errcode == "ORG.JAGA.SEALED_FULL"
    inside = "@orang7:kampung.localhost"
    for membership in ("join", "leave", "ban"):
        assert isinstance(
            ask("m.room.member", {"membership": membership}, state_key=inside, room=full), Accepted
        )


@pytest.mark.parametrize(
    ("membership", "entering"),
    [("join", True), ("invite", True), ("knock", True), ("leave", False), ("ban", False)],
)
def test_a_full_room_takes_nobody_however_one_enters(membership, entering):
    def outcome(members):
        room = RoomOf(inside={f"@orang{n}:kampung.localhost" for n in range(members)})
        return ask("m.room.member", {"membership": membership}, state_key=USER, room=room)

    assert isinstance(outcome(LIMIT), Refused) is entering
    assert isinstance(outcome(LIMIT + 1), Refused) is entering
    assert isinstance(outcome(LIMIT - 1), Accepted)


class Unread:
    """A room that notices that it is asked."""

    def __init__(self):
        self.asked = False

    @property
    def encryption(self):
        self.asked = True

    def is_inside(self, _user):
        self.asked = True
        return False

    def headcount(self):
        self.asked = True
        return 0


def test_the_room_is_asked_about_the_types_that_are_said_to_be_judged_by_it_and_no_other():
    asked = set()
    for kind, state_key, content in [
        *((kind, None, content) for kind, content in TIMELINE.items()),
        *((kind, key, content) for kind, (key, content) in STATE.items()),
    ]:
        room = Unread()
        ask(kind, content, state_key=state_key, room=room)
        asked |= {kind} if room.asked else set()
    assert asked == JUDGED_BY_ROOM == {"m.room.encryption", "m.room.member"}


def test_an_event_that_names_nothing_has_nothing_to_be_looked_up():
    candidate = Candidate(type="org.matrix.dummy_event", state_key=None, content={}, device=None)
    outcome = guard(candidate, RoomOf(), member_limit=LIMIT)
    assert outcome == Accepted(
        "org.matrix.dummy_event", {}, Named(events=frozenset(), users=frozenset(), profile_of=None)
    )


def test_a_membership_without_name_and_picture_needs_no_profile():
    outcome = ask("m.room.member", {"membership": "leave"}, state_key=USER)
    assert isinstance(outcome, Accepted)
    assert outcome.named.profile_of is None


@pytest.mark.parametrize(
    ("kind", "state_key", "content", "told"),
    [
        ("z" * 81, None, {}, "send " + "z" * 80 + " encrypted"),
        ("z" * 81, "", {}, "read " + "z" * 80 + " state"),
        ("m.room.redaction", None, {"z" * 61: 1}, "correct content." + "z" * 60 + "."),
        ("m.room.power_levels", "", {"events": {"z" * 61: 1}}, "correct content.events." + "z" * 60 + "."),
        ("m.room.power_levels", "", {"users": {"@" + "z" * 99 + ":k": 200}}, "correct content.users.@" + "z" * 65 + "."),
        ("m.room.power_levels", "", {"users": {USER: 200}}, f"room m.room.power_levels carries only its known fields, without free text; remove or correct content.users.{USER}."),
        ("m.room.pinned_events", "", {"pinned": [EVENT, "zqkabo"]}, "correct content.pinned[1]."),
        ("m.room.pinned_events", "", {"pinned": [EVENT, EVENT]}, "correct content.pinned[1]."),
        ("m.room.pinned_events", "", {"pinned": "zqkabo"}, "correct content.pinned."),
        ("m.room.pinned_events", "", {}, "correct content.pinned."),
        ("m.room.power_levels", "", {"ban": "zqkabo"}, "correct content.ban."),
        ("m.room.power_levels", "", {"users": []}, "correct content.users."),
        ("m.room.power_levels", "", [], "correct content."),
        ("m.room.power_levels", "zqkabo", {}, "correct state_key."),
        ("m.room.member", USER, {"membership": "zqkabo"}, "correct content.membership."),
        ("m.room.member", USER, {"membership": "join", "displayname": 1}, "correct content.displayname."),
        ("m.room.member", USER, {"membership": "join", "reason": "zqkabo"}, "correct content.reason."),
        ("m.room.encrypted", None, encrypted(ciphertext="zqkabo"), "correct content.ciphertext."),
        ("m.room.encrypted", None, encrypted(device_id="ZQKABO"), "content.device_id must name"),
        ("m.key.verification.mac", None, TIMELINE["m.key.verification.mac"] | {"mac": {"ed25519:ZQKABO": KEY}}, "content.mac must name"),
    ],
)  # fmt: skip
def test_a_refusal_says_which_part_is_at_fault_and_repeats_no_more_than_eighty_letters(
    kind, state_key, content, told
):
    outcome = ask(kind, content, state_key=state_key)
    assert isinstance(outcome, Refused)
    assert told in outcome.text.en


@pytest.mark.parametrize(
    "levels",
    [
        {"events": {"m.temui.aku.di.pasar": 50}},
        {"events": {"m.room.name": "50"}},
        {"users": {"temui aku": 50}},
        {"ban": True},
        {"ban": 151},
        {"ban": -2},
        {"ban": 50.0},
        {"users": {USER: 2**40}},
        {"users": {f"@orang{n}:kampung.localhost": 1 for n in range(501)}},
        {"note": 1},
        {"notifications": {"temui": 1}},
    ],
)
def test_power_levels_carry_no_text(levels):
    assert isinstance(ask("m.room.power_levels", levels, state_key=""), Refused)


@pytest.mark.parametrize(
    "content",
    [
        {"room_version": "12", "predecessor": {"room_id": "!x", "event_id": EVENT}},
        {"room_version": "12", "type": "m.space"},
        {"room_version": "9"},
    ],
)
def test_a_room_that_replaces_another_or_has_a_type_or_an_old_version_is_refused(content):
    assert isinstance(ask("m.room.create", content, state_key=""), Refused)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("m.key.verification.start", {"hashes": ["temui"]}),
        ("m.key.verification.start", {"short_authentication_string": ["emoji", "decimal", "emoji"]}),
        ("m.key.verification.accept", {"commitment": "temui aku"}),
        ("m.key.verification.mac", {"mac": {"temui aku": KEY}}),
        ("m.key.verification.mac", {"mac": [KEY]}),
        ("m.key.verification.key", {"key": "temui aku"}),
        ("m.key.verification.ready", {"methods": "m.sas.v1"}),
        ("m.key.verification.done", {"m.relates_to": REFERENCE | {"rel_type": "m.thread"}}),
        ("m.key.verification.cancel", {"code": "temui aku"}),
        ("m.key.verification.cancel", {"code": "m.temui_aku_di_pasar"}),
        ("m.key.verification.cancel", {"reason": "x" * 501}),
        ("m.key.verification.mac", {"mac": {f"ed25519:{letter}" + "a" * 42: KEY for letter in "AEI"}}),
        ("m.key.verification.mac", {"keys": KEY + "A"}),
        ("m.key.verification.ready", {"methods": ["m.sas.v1", "m.sas.v1"]}),
    ],
)
def test_verification_uses_closed_vocabularies(kind, changes):
    assert isinstance(ask(kind, TIMELINE[kind] | changes), Refused)


@pytest.mark.parametrize("kind", rules.TIMELINE)
@pytest.mark.parametrize("content", [None, [], "temui", 1])
def test_content_that_is_no_object_is_refused(kind, content):
    assert isinstance(ask(kind, content), Refused)


@pytest.mark.parametrize("why", Why)
def test_every_refusal_has_its_own_code_and_speaks_both_languages(why):
    assert [other for other in Why if other.value.errcode == why.value.errcode] == [why]
    assert why.value.text.id != why.value.text.en


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("m.room.encrypted", {"device_id": "TEMUIAKU"}),
        ("m.room.message", {"from_device": "TEMUIAKU"}),
        ("m.key.verification.ready", {"from_device": "TEMUIAKU"}),
        ("m.key.verification.start", {"from_device": "TEMUIAKU"}),
        ("m.key.verification.mac", {"mac": {"ed25519:TEMUIAKU": KEY}}),
    ],
)
@pytest.mark.parametrize("device", [DEVICE, None])
def test_an_event_names_no_device_but_the_one_that_sends_it(kind, changes, device):
    outcome = ask(kind, TIMELINE[kind] | changes, device=device)
    assert isinstance(outcome, Refused)
    assert outcome.errcode == "ORG.JAGA.SEALED_DEVICE"
    assert next(iter(changes)) in outcome.text.en


def test_an_encrypted_event_without_a_device_is_accepted_from_any():
    assert isinstance(ask("m.room.encrypted", encrypted()), Accepted)
    assert isinstance(ask("m.room.encrypted", encrypted(), device=None), Accepted)


RELATED = {"rel_type": "m.thread", "event_id": EVENT, "m.in_reply_to": {"event_id": "$" + "b" * 43}}


@pytest.mark.parametrize(
    ("kind", "state_key", "content", "events"),
    [
        ("m.room.encrypted", None, encrypted(**{"m.relates_to": RELATED}), {EVENT, "$" + "b" * 43}),
        ("m.room.encrypted", None, encrypted(), set()),
        ("m.reaction", None, TIMELINE["m.reaction"], {EVENT}),
        ("m.room.redaction", None, {"redacts": EVENT}, {EVENT}),
        ("m.room.pinned_events", "", {"pinned": [EVENT, "$" + "b" * 43]}, {EVENT, "$" + "b" * 43}),
        ("m.key.verification.done", None, TIMELINE["m.key.verification.done"], {EVENT}),
    ],
)
def test_every_event_that_an_event_names_must_exist_in_the_room(kind, state_key, content, events):
    accepted = ask(kind, content, state_key=state_key)
    assert isinstance(accepted, Accepted)
    assert accepted.named.events == events
    assert confirm(accepted, Known(events=frozenset(events))) is accepted
    for missing in events:
        refused = confirm(accepted, Known(events=frozenset(events - {missing})))
        assert isinstance(refused, Refused)
        assert refused.errcode == "ORG.JAGA.SEALED_UNKNOWN_EVENT"
        assert kind in refused.text.en


def test_the_event_that_an_older_room_redacts_must_exist_as_well():
    accepted = ask("m.room.redaction", {}, redacts="$temui-aku")
    assert isinstance(accepted, Accepted)
    assert isinstance(confirm(accepted, Known()), Refused)


@pytest.mark.parametrize(
    ("kind", "state_key", "content", "users"),
    [
        ("m.room.member", OTHER, {"membership": "invite"}, {OTHER}),
        ("m.room.member", OTHER, {"membership": "ban"}, {OTHER}),
        ("m.room.power_levels", "", {"users": {USER: 100, OTHER: 50}}, {USER, OTHER}),
        ("m.room.create", "", {"room_version": "10", "creator": USER}, {USER}),
        ("m.room.create", "", {"room_version": "12", "additional_creators": [OTHER]}, {OTHER}),
        ("m.room.message", None, VERIFICATION_REQUEST, {OTHER}),
        ("m.room.join_rules", "", {"join_rule": "invite"}, set()),
    ],
)
def test_every_user_whom_an_event_names_must_have_an_account(kind, state_key, content, users):
    accepted = ask(kind, content, state_key=state_key)
    assert isinstance(accepted, Accepted)
    assert accepted.named.users == users
    assert confirm(accepted, Known(users=frozenset(users))) is accepted
    for missing in users:
        refused = confirm(accepted, Known(users=frozenset(users - {missing})))
        assert isinstance(refused, Refused)
        assert refused.errcode == "ORG.JAGA.SEALED_UNKNOWN_USER"


PICTURE = "mxc://kampung.localhost/abc"
WULAN = Known(users=frozenset({USER}), displayname="Wulan", avatar_url=PICTURE)


@pytest.mark.parametrize(
    "content",
    [{}, {"displayname": None, "avatar_url": None}, {"displayname": "", "avatar_url": ""},
     {"displayname": "Wulan"}, {"avatar_url": PICTURE}, {"displayname": "Wulan", "avatar_url": PICTURE}],
)  # fmt: skip
def test_a_membership_with_the_name_and_picture_of_the_profile_is_accepted(content):
    accepted = ask("m.room.member", {"membership": "join"} | content, state_key=USER)
    assert isinstance(accepted, Accepted)
    assert confirm(accepted, WULAN) is accepted


@pytest.mark.parametrize(
    "content",
    [{"displayname": "temui aku"}, {"avatar_url": PICTURE + "d"}, {"displayname": "temui aku", "avatar_url": PICTURE},
     {"displayname": "Wulan", "avatar_url": PICTURE + "d"}],
)  # fmt: skip
@pytest.mark.parametrize("profile", [WULAN, Known(users=frozenset({USER}))])
def test_a_membership_with_another_name_or_picture_is_refused(content, profile):
    accepted = ask("m.room.member", {"membership": "join"} | content, state_key=USER)
    assert isinstance(accepted, Accepted)
    outcome = confirm(accepted, profile)
    assert isinstance(outcome, Refused)
    assert outcome.errcode == "ORG.JAGA.SEALED_PROFILE"


@pytest.mark.parametrize("key", ["m.room.name:", "m.room.topic:", "m.room.avatar:", "m.room.pinned_events:"])
def test_a_name_is_accepted_encrypted_under_the_key_that_tells_what_it_is(key):
    assert isinstance(ask("m.room.encrypted", encrypted(), state_key=key), Accepted)


@pytest.mark.parametrize(
    "key", ["", "m.room.name", "m.room.name:temui", "m.room.topic:\n", "m.space.child:!x:y"]
)
def test_encrypted_state_under_any_other_key_is_refused(key):
    outcome = ask("m.room.encrypted", encrypted(), state_key=key)
    assert isinstance(outcome, Refused)
    assert "state_key" in outcome.text.en


def test_state_that_only_calls_itself_encrypted_is_told_what_a_megolm_message_is():
    outcome = ask("m.room.encrypted", encrypted(ciphertext="temui aku"), state_key="m.room.name:")
    assert isinstance(outcome, Refused)
    assert outcome.why is Why.CIPHERTEXT


def test_encrypted_state_relates_to_nothing():
    content = encrypted(**{"m.relates_to": {"rel_type": "m.thread", "event_id": EVENT}})
    assert isinstance(ask("m.room.encrypted", content, state_key="m.room.name:"), Refused)


def test_pins_are_bounded_and_each_is_named_once():
    many = ["$" + f"{n:043}" for n in range(101)]
    assert isinstance(ask("m.room.pinned_events", {"pinned": many[:100]}, state_key=""), Accepted)
    for pinned in (many, many[:1] * 2):
        assert isinstance(ask("m.room.pinned_events", {"pinned": pinned}, state_key=""), Refused)


def _annotation():
    return {"rel_type": "m.annotation", "event_id": EVENT}


def test_a_message_that_its_session_did_not_sign_is_told_which_part_to_correct():
    outcome = ask("m.room.encrypted", encrypted(ciphertext=Session(b"x" * 32).message()))
    assert isinstance(outcome, Refused)
    assert "correct content.ciphertext." in outcome.text.en
