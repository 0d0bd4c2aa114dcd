"""Ways to carry readable text by what an event names, behind the rows that the doctor tries: all refused, none stored."""

from __future__ import annotations

import pytest
from tests.helpers.members import CLIENT_API as C
from tests.helpers.postgres import superuser
from tests.helpers.sealed import KEY, Session, encrypted
from tests.helpers.traces import traces_of

MARK = "temui-zqrembulan-di-pasar"
EVENT = f"${MARK}{'a' * (43 - len(MARK))}"
USER = f"@{MARK}:jaga.localhost"
TEXT_KEY = "temuizqrembulandipasar" + "a" * 20 + "A"
SEALED = "ORG.JAGA.SEALED_"


@pytest.fixture(scope="module")
async def scene(door):
    wulan, bima = await door.person("wulan"), await door.person("bima")
    room = await wulan.room(invite=[bima.user_id])
    assert (await bima.post(f"join/{room}"))[0] == 200
    _, sent = await wulan.send(room, "m.room.encrypted", encrypted())
    return wulan, bima, room, sent["event_id"]


ON_THE_TIMELINE = {
    "an answer to an event whose id is a sentence": (
        "m.room.encrypted", encrypted(**{"m.relates_to": {"m.in_reply_to": {"event_id": EVENT}}}), "UNKNOWN_EVENT"),
    "a thread under an event whose id is a sentence": (
        "m.room.encrypted", encrypted(**{"m.relates_to": {"rel_type": "m.thread", "event_id": EVENT}}), "UNKNOWN_EVENT"),
    "a relation whose type is a sentence": (
        "m.room.encrypted", encrypted(**{"m.relates_to": {"rel_type": MARK, "event_id": EVENT}}), "CIPHERTEXT"),
    "a session whose id is a sentence": ("m.room.encrypted", encrypted(session_id=TEXT_KEY), "CIPHERTEXT"),
    "a message signed by another session": (
        "m.room.encrypted", encrypted(ciphertext=Session(b"z" * 32).message()), "CIPHERTEXT"),
    "a device whose id is a sentence": ("m.room.encrypted", encrypted(device_id=MARK), "DEVICE"),
    "mentions beside the ciphertext": (
        "m.room.encrypted", encrypted(**{"m.mentions": {"user_ids": [USER]}}), "CIPHERTEXT"),
    "nested JSON in place of a key": ("m.room.encrypted", encrypted(sender_key=[[[MARK]]]), "CIPHERTEXT"),
    "emoji joined to a new one": (
        "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": EVENT, "key": "🐕\u200d🏠\u200d🌙"}}, "SHAPE"),
    "letters hidden in a flag": (
        "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": EVENT, "key": "🏴\U000e0074\U000e0065"}}, "SHAPE"),
    "a reaction to an event whose id is a sentence": (
        "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": EVENT, "key": "👍"}}, "UNKNOWN_EVENT"),
    "a verification cancelled with a code of one's own": (
        "m.key.verification.cancel",
        {"code": "m.temui_aku", "m.relates_to": {"rel_type": "m.reference", "event_id": EVENT}}, "SHAPE"),
    "a verification of keys that belong to no device": (
        "m.key.verification.mac",
        {"keys": KEY, "mac": {f"ed25519:{MARK}": KEY}, "m.relates_to": {"rel_type": "m.reference", "event_id": EVENT}},
        "DEVICE"),
    "a verification asked of nobody": (
        "m.room.message",
        {"msgtype": "m.key.verification.request", "body": "", "from_device": "{device}", "to": USER, "methods": ["m.sas.v1"]},
        "UNKNOWN_USER"),
}  # fmt: skip
IN_THE_STATE = {
    "pins of events whose ids are sentences": ("m.room.pinned_events", "", {"pinned": [EVENT]}, "UNKNOWN_EVENT"),
    "levels for users whose names are sentences": ("m.room.power_levels", "", {"users": {USER: 0}}, "UNKNOWN_USER"),
    "levels that spell by their numbers": ("m.room.power_levels", "", {"ban": 0x74656D7569}, "SHAPE"),
    "a membership of nobody": ("m.room.member", USER, {"membership": "ban"}, "UNKNOWN_USER"),
    "encrypted state under a key that is a sentence": ("m.room.encrypted", f"m.room.name:{MARK}", encrypted(), "CIPHERTEXT"),
    "encrypted state that is none": ("m.room.encrypted", "m.room.name:", {"name": MARK}, "CIPHERTEXT"),
    "a rotation period that spells": (
        "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_ms": 0x74656D75690000}, "ENCRYPTION"),
}  # fmt: skip


@pytest.mark.parametrize("loophole", ON_THE_TIMELINE)
async def test_on_the_timeline_it_is_refused(door, scene, loophole):
    wulan, _, room, _ = scene
    kind, content, errcode = ON_THE_TIMELINE[loophole]
    if "from_device" in content:
        content = content | {"from_device": wulan.device}
    status, answer = await wulan.send(room, kind, content)
    assert (status, answer["errcode"]) == (403, SEALED + errcode)
    assert len(answer["error"]) > 30


@pytest.mark.parametrize("loophole", IN_THE_STATE)
async def test_in_the_state_it_is_refused(door, scene, loophole):
    wulan, _, room, _ = scene
    kind, key, content, errcode = IN_THE_STATE[loophole]
    status, answer = await wulan.set_state(room, kind, content, key)
    assert (status, answer["errcode"]) == (403, SEALED + errcode)
    assert len(answer["error"]) > 30


async def test_people_without_an_account_are_invited_by_no_route(scene):
    wulan, _, room, _ = scene
    for status, answer in (
        await wulan.post(f"rooms/{room}/invite", {"user_id": USER}),
        await wulan.create(invite=[USER]),
    ):
        assert (status, answer["errcode"]) == (403, "ORG.JAGA.SEALED_UNKNOWN_USER")


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_a_redaction_names_an_event_of_its_room_in_every_version(scene, version):
    wulan, _, _, foreign = scene
    room = await wulan.room(room_version=version)
    for event in (EVENT, foreign):
        status, answer = await wulan.call("PUT", f"rooms/{room}/redact/{event}/1{event[1:9]}", json={})
        assert (status, answer["errcode"]) == (403, "ORG.JAGA.SEALED_UNKNOWN_EVENT")


async def test_behind_the_front_door_an_administrator_is_held_to_the_same_rules(door, scene):
    """With all rights that the homeserver knows: the room is sealed, and nothing readable gets into it."""
    wulan, *_ = scene
    with superuser(door.server, "synapse") as connection:
        connection.execute("UPDATE users SET admin = 1 WHERE name = %s", [wulan.user_id])

    async def ask(method, path, body):
        return await door.accounts._call(method, f"{C}/{path}", token=wulan.token, body=body)

    status, created = await ask("POST", "createRoom", {"name": MARK, "preset": "public_chat"})
    assert status == 200, created
    room = created["room_id"]
    assert (await wulan.state(room))["m.room.join_rules", ""] == {"join_rule": "invite"}
    for path, body, errcode in (
        (f"rooms/{room}/state/m.room.name/", {"name": MARK}, "STATE"),
        (f"rooms/{room}/send/m.room.message/adm1", {"msgtype": "m.text", "body": MARK}, "PLAINTEXT"),
        (f"rooms/{room}/state/m.room.join_rules/", {"join_rule": "public"}, "OPEN"),
    ):
        status, answer = await ask("PUT", path, body)
        assert (status, answer["errcode"]) == (403, SEALED + errcode)
    assert traces_of([MARK], door.server, []) == []


async def test_a_group_s_name_travels_encrypted_and_reaches_the_other_in_a_sync(scene):
    wulan, bima, room, _ = scene
    sealed = encrypted()
    for key in ("m.room.name:", "m.room.avatar:"):
        status, answer = await wulan.set_state(room, "m.room.encrypted", sealed, key)
        assert status == 200, answer
    _, answer = await bima.call("GET", "sync?timeout=0")
    found = answer["rooms"]["join"][room]
    events = [*found["state"]["events"], *found["timeline"]["events"]]
    names = [
        event
        for event in events
        if event["type"] == "m.room.encrypted" and event.get("state_key") == "m.room.name:"
    ]
    assert [event["content"] for event in names] == [sealed]
    (encryption,) = [event["content"] for event in events if event["type"] == "m.room.encryption"]
    assert encryption["io.element.msc4362.encrypt_state_events"] is True
