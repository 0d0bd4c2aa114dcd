"""The table of rules: every row lets its honest event through and nothing beside it."""

from __future__ import annotations

import base64

import pytest
from tests.helpers.sealed import (
    EVENT,
    KEY,
    MEGOLM,
    REFERENCE,
    STATE,
    TIMELINE,
    USER,
    VERIFICATION_REQUEST,
    RoomOf,
    encrypted,
    megolm,
)

from jaga.sealed import rules
from jaga.sealed.guard import Accepted, Candidate, Refused, guard
from jaga.sealed.refusals import Why

LIMIT = 500


def ask(kind, content, *, state_key=None, room=None):
    candidate = Candidate(type=kind, state_key=state_key, content=content)
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
        {"ciphertext": megolm(version=2)},
        {"ciphertext": megolm(tail=71)},
        {"ciphertext": megolm(blocks=0)},
        {"ciphertext": megolm() + "AAAA"},
        {"ciphertext": "A"},
        {"ciphertext": base64.b64encode(b"\x03\x08\x00\x13\x10" + b"x" * 88).decode()},
        {"ciphertext": base64.b64encode(b"\x03\x08" + b"\xff" * 93).decode()},
        {"session_id": "temui aku"},
        {"session_id": KEY + KEY},
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
    content = encrypted(ciphertext=megolm(index=index, blocks=blocks))
    assert isinstance(ask("m.room.encrypted", content), Accepted)


@pytest.mark.parametrize("key", ["👍", "❤️", "👩🏽‍💻", "🇮🇩", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "7️⃣", "✅", "👨‍👩‍👧‍👦", "☺"])
def test_a_reaction_of_one_emoji_is_accepted(key):
    assert isinstance(ask("m.reaction", {"m.relates_to": {**_annotation(), "key": key}}), Accepted)


@pytest.mark.parametrize("key", ["ya", "👍👍", "👍 ", "a", "7", "", "mxc://kampung.localhost/abc", 1, None])
def test_a_reaction_of_anything_else_is_refused(key):
    assert isinstance(ask("m.reaction", {"m.relates_to": {**_annotation(), "key": key}}), Refused)


def test_letters_hidden_in_the_tags_of_a_flag_are_refused():
    hidden = "🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in "temui") + "\U000e007f"
    assert isinstance(ask("m.reaction", {"m.relates_to": {**_annotation(), "key": hidden}}), Refused)


def test_a_redaction_with_a_reason_is_refused_and_without_one_accepted():
    assert isinstance(ask("m.room.redaction", {}), Accepted)
    outcome = ask("m.room.redaction", {"redacts": EVENT, "reason": "temui aku"})
    assert isinstance(outcome, Refused)
    assert "content.reason" in outcome.text.en


@pytest.mark.parametrize(
    ("kind", "key"), [("m.room.message", "body"), ("m.key.verification.cancel", "reason")]
)
def test_text_that_a_client_writes_beside_a_verification_is_replaced_by_fixed_words(kind, key):
    outcome = ask(kind, TIMELINE[kind] | {key: "temui aku di pasar"})
    assert isinstance(outcome, Accepted)
    assert "temui" not in str(outcome.content)
    assert set(outcome.content) == set(TIMELINE[kind]) | {key}


@pytest.mark.parametrize("msgtype", ["m.text", "m.image", "m.file", "m.notice", "org.example.x"])
def test_a_message_of_another_kind_than_a_verification_is_plaintext(msgtype):
    outcome = ask("m.room.message", VERIFICATION_REQUEST | {"msgtype": msgtype})
    assert isinstance(outcome, Refused)
    assert outcome.why is Why.PLAINTEXT


@pytest.mark.parametrize(
    "content", [{}, {"algorithm": "org.none"}, {"algorithm": MEGOLM, "rotation_period_ms": 120_000}]
)
def test_the_encryption_of_a_room_never_changes(content):
    outcome = ask("m.room.encryption", content, state_key="")
    assert isinstance(outcome, Refused)
    assert outcome.errcode == "ORG.JAGA.SEALED_ENCRYPTION"


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
    "levels",
    [
        {"events": {"m.temui.aku.di.pasar": 50}},
        {"events": {"m.room.name": "50"}},
        {"users": {"temui aku": 50}},
        {"ban": True},
        {"ban": 2**40},
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


def _annotation():
    return {"rel_type": "m.annotation", "event_id": EVENT}
