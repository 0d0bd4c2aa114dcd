"""Whatever a client asks for over the public port, a room is sealed and stays so."""

from __future__ import annotations

import itertools
import uuid

import pytest
from tests.helpers.members import CLIENT_API as C
from tests.helpers.postgres import superuser
from tests.helpers.sealed import TIMELINE, VERIFICATION_REQUEST, encrypted
from tests.helpers.traces import traces_of

MARK = "temui-aku-di-pasar"


@pytest.fixture(scope="module")
async def wulan(door):
    return await door.person("wulan")


@pytest.fixture(scope="module")
async def bima(door):
    return await door.person("bima")


@pytest.fixture(scope="module")
async def room(wulan, bima):
    created = await wulan.room(invite=[bima.user_id])
    assert (await bima.post(f"join/{created}"))[0] == 200
    return created


def state(kind, key="", **content):
    return {"type": kind, "state_key": key, "content": content}


PUBLIC = state("m.room.join_rules", join_rule="public")
READABLE = state("m.room.history_visibility", history_visibility="world_readable")
GUESTS = state("m.room.guest_access", guest_access="can_join")
CLEAR = state("m.room.encryption")
BROKEN = state("m.room.encryption", algorithm="org.none")
INVITE = state("m.room.join_rules", join_rule="invite")

WISHES = [
    {},
    *({"preset": preset, "visibility": visibility} for preset in ("public_chat", "private_chat", "trusted_private_chat")
      for visibility in ("public", "private")),
    {"preset": "public_chat", "initial_state": [INVITE]},
    *({"preset": "private_chat", "initial_state": list(order)} for order in itertools.permutations([PUBLIC, CLEAR, READABLE])),
    {"initial_state": [PUBLIC, GUESTS, READABLE, BROKEN]},
    {"initial_state": [BROKEN, INVITE]},
    {"room_alias_name": "rapat"},
    {"name": MARK, "topic": MARK},
    {"creation_content": {"type": "m.space", "m.federate": True, "note": MARK}},
    {"creation_content": {"type": MARK}},
    {"creation_content": {"predecessor": {"room_id": "!lama:jaga.localhost", "event_id": "$x"}}},
    {"room_version": "1"},
    {"room_version": "9", "preset": "public_chat"},
    {"room_version": "10"},
    {"room_version": "11"},
    {"room_version": "12", "initial_state": [state("m.room.topic", topic=MARK), state(MARK, MARK, note=MARK)]},
    {"power_level_content_override": {"events": {f"m.{MARK}": 0}, "note": MARK}},
    {"invite": ["@temui.aku.di.pasar:jaga.localhost"]},
    {"invite_3pid": [{"medium": "email", "address": "x@y.example", "id_server": "z", "id_access_token": "t"}]},
    {"initial_state": [state("m.room.member", "@x:jaga.localhost", membership="join", displayname=MARK)]},
    {"preset": MARK},
]  # fmt: skip


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: str(wish)[:60])
async def test_every_way_of_asking_for_a_room_gives_a_sealed_one_or_a_refusal(door, wulan, wish):
    status, answer = await wulan.create(**wish)
    if status != 200:
        assert status == 403
        assert answer["errcode"] == "ORG.JAGA.SEALED_" + (
            "INVITATION" if "invite_3pid" in wish else "UNKNOWN_USER"
        )
        return
    room = answer["room_id"]
    found = await wulan.state(room)
    assert found["m.room.encryption", ""]["algorithm"] == "m.megolm.v1.aes-sha2"
    assert found["m.room.join_rules", ""] == {"join_rule": "invite"}
    assert found["m.room.history_visibility", ""] == {"history_visibility": "shared"}
    assert found["m.room.guest_access", ""] == {"guest_access": "forbidden"}
    assert not {kind for kind, _ in found} & {"m.room.name", "m.room.topic", "m.room.canonical_alias", MARK}
    assert "type" not in found["m.room.create", ""]
    assert MARK not in str(found)
    with superuser(door.server, "synapse") as connection:
        assert connection.execute("SELECT is_public FROM rooms WHERE room_id = %s", [room]).fetchone() == (
            False,
        )
        assert connection.execute("SELECT count(*) FROM room_aliases").fetchone() == (0,)


async def test_nobody_creates_a_room_larger_than_allowed(door, wulan):
    many = [f"@orang{n}:jaga.localhost" for n in range(door.installation.config.room_member_limit)]
    status, answer = await wulan.create(invite=many)
    assert (status, answer["errcode"]) == (403, "ORG.JAGA.SEALED_FULL")


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("m.room.message", {"msgtype": "m.text", "body": MARK}, "ORG.JAGA.SEALED_PLAINTEXT"),
        ("m.room.message", VERIFICATION_REQUEST | {"formatted_body": MARK}, "ORG.JAGA.SEALED_PLAINTEXT"),
        ("m.sticker", {"body": MARK, "url": "mxc://jaga.localhost/x", "info": {}}, "ORG.JAGA.SEALED_PLAINTEXT"),
        ("org.example.note", {"note": MARK}, "ORG.JAGA.SEALED_PLAINTEXT"),
        (MARK, {}, "ORG.JAGA.SEALED_PLAINTEXT"),
        ("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": MARK}, "ORG.JAGA.SEALED_CIPHERTEXT"),
        ("m.room.encrypted", encrypted(body=MARK), "ORG.JAGA.SEALED_CIPHERTEXT"),
        ("m.reaction", {"m.relates_to": TIMELINE["m.reaction"]["m.relates_to"] | {"key": MARK}}, "ORG.JAGA.SEALED_SHAPE"),
        ("m.reaction", TIMELINE["m.reaction"], "ORG.JAGA.SEALED_UNKNOWN_EVENT"),
        ("m.room.encrypted", encrypted(device_id="TEMUIAKU"), "ORG.JAGA.SEALED_DEVICE"),
        ("m.room.redaction", {"redacts": "$" + "a" * 43, "reason": MARK}, "ORG.JAGA.SEALED_SHAPE"),
        ("m.key.verification.key", {"key": MARK}, "ORG.JAGA.SEALED_SHAPE"),
    ],
)  # fmt: skip
async def test_clear_text_on_the_timeline_is_refused_and_not_stored(
    door, wulan, room, kind, content, errcode
):
    status, answer = await wulan.send(room, kind, content)
    assert (status, answer["errcode"]) == (403, errcode)
    assert answer["error"]
    assert set(answer["org.jaga.text"]) == {"id", "en"}
    assert traces_of([MARK], door.server, door.places) == []


@pytest.mark.parametrize(
    ("kind", "content", "errcode"),
    [
        ("m.room.name", {"name": MARK}, "ORG.JAGA.SEALED_STATE"),
        ("m.room.topic", {"topic": MARK}, "ORG.JAGA.SEALED_STATE"),
        ("m.room.avatar", {"url": "mxc://jaga.localhost/x"}, "ORG.JAGA.SEALED_STATE"),
        ("m.room.message", {"msgtype": "m.text", "body": MARK}, "ORG.JAGA.SEALED_STATE"),
        ("m.space.child", {"via": ["jaga.localhost"]}, "ORG.JAGA.SEALED_STATE"),
        ("org.example.note", {"note": MARK}, "ORG.JAGA.SEALED_STATE"),
        ("m.room.encryption", {}, "ORG.JAGA.SEALED_ENCRYPTION"),
        ("m.room.encryption", {"algorithm": "org.none"}, "ORG.JAGA.SEALED_ENCRYPTION"),
        ("m.room.join_rules", {"join_rule": "public"}, "ORG.JAGA.SEALED_OPEN"),
        ("m.room.join_rules", {"join_rule": "restricted", "allow": []}, "ORG.JAGA.SEALED_OPEN"),
        ("m.room.history_visibility", {"history_visibility": "world_readable"}, "ORG.JAGA.SEALED_OPEN"),
        ("m.room.guest_access", {"guest_access": "can_join"}, "ORG.JAGA.SEALED_OPEN"),
        ("m.room.canonical_alias", {"alias": "#rapat:jaga.localhost"}, "ORG.JAGA.SEALED_OPEN"),
        ("m.room.tombstone", {"body": MARK, "replacement_room": "!x:jaga.localhost"}, "ORG.JAGA.SEALED_UPGRADE"),
        ("m.room.power_levels", {"users": {}, "note": 1}, "ORG.JAGA.SEALED_SHAPE"),
        ("m.room.pinned_events", {"pinned": [MARK]}, "ORG.JAGA.SEALED_SHAPE"),
        ("m.room.pinned_events", {"pinned": ["$" + "temui-aku-di-pasar" + "a" * 25]}, "ORG.JAGA.SEALED_UNKNOWN_EVENT"),
        ("m.room.power_levels", {"users": {"@temui.aku:jaga.localhost": 1}}, "ORG.JAGA.SEALED_UNKNOWN_USER"),
    ],
)  # fmt: skip
async def test_state_that_the_server_could_read_is_refused(door, wulan, room, kind, content, errcode):
    before = await wulan.state(room)
    status, answer = await wulan.set_state(room, kind, content)
    assert (status, answer["errcode"]) == (403, errcode)
    assert await wulan.state(room) == before


async def test_what_stock_clients_send_in_clear_is_still_possible(wulan, bima, room):
    status, sent = await wulan.send(room, "m.room.encrypted", encrypted())
    assert status == 200, sent
    relation = {"rel_type": "m.annotation", "event_id": sent["event_id"], "key": "👍🏽"}
    assert (await bima.send(room, "m.reaction", {"m.relates_to": relation}))[0] == 200
    assert (await wulan.set_state(room, "m.room.pinned_events", {"pinned": [sent["event_id"]]}))[0] == 200
    assert (await wulan.set_state(room, "m.room.join_rules", {"join_rule": "knock"}))[0] == 200
    assert (await wulan.set_state(room, "m.room.encrypted", encrypted(), "m.room.name:"))[0] == 200
    levels = (await wulan.state(room))["m.room.power_levels", ""]
    assert (await wulan.set_state(room, "m.room.power_levels", levels | {"users": {bima.user_id: 50}}))[
        0
    ] == 200
    redact = f"rooms/{room}/redact/{sent['event_id']}/{uuid.uuid4().hex}"
    assert (await wulan.call("PUT", redact, json={}))[0] == 200
    status, answer = await wulan.call("PUT", redact + "b", json={"reason": MARK})
    assert (status, answer["errcode"]) == (403, "ORG.JAGA.SEALED_SHAPE")


async def test_a_verification_request_keeps_none_of_the_text_beside_it(door, wulan, bima, room):
    request = VERIFICATION_REQUEST | {"to": bima.user_id, "from_device": wulan.device, "body": MARK}
    status, sent = await wulan.send(room, "m.room.message", request)
    assert status == 200, sent
    _, event = await bima.call("GET", f"rooms/{room}/event/{sent['event_id']}")
    assert event["content"] == request | {"body": "Verification request"}
    assert traces_of([MARK], door.server, door.places) == []


@pytest.mark.parametrize("verb", ["kick", "ban", "invite", "leave", "unban"])
async def test_a_reason_for_a_membership_is_refused(wulan, bima, verb):
    own = await wulan.room(invite=[bima.user_id])
    if verb == "invite":
        await bima.post(f"rooms/{own}/leave")
    if verb == "unban":
        assert (await wulan.post(f"rooms/{own}/ban", {"user_id": bima.user_id}))[0] == 200
    status, answer = await wulan.post(f"rooms/{own}/{verb}", {"user_id": bima.user_id, "reason": MARK})
    assert (status, answer["errcode"]) == (403, "ORG.JAGA.SEALED_SHAPE")
    assert "reason" in answer["error"]


async def test_a_member_joins_with_the_public_name_whatever_name_the_client_writes(wulan, bima):
    own = await wulan.room(invite=[bima.user_id])
    assert (await bima.post(f"join/{own}"))[0] == 200
    event = {"membership": "join", "displayname": MARK, "avatar_url": f"mxc://jaga.localhost/{MARK}"}
    await bima.set_state(own, "m.room.member", event, bima.user_id)
    assert MARK not in str(await wulan.state(own))


async def test_a_room_is_not_upgraded_by_any_route(door, wulan, room):
    """The front door refuses the route; behind it the guard does, and nothing of a new room is left."""
    with superuser(door.server, "synapse") as connection:
        before = connection.execute("SELECT count(*) FROM rooms").fetchone()
    status, answer = await wulan.post(f"rooms/{room}/upgrade", {"new_version": "11"})
    assert (status, answer["org.jaga.code"]) == (403, "NO_UPGRADE")
    for version in ("10", "11", "12"):
        status, answer = await door.accounts._call(
            "POST", f"{C}/rooms/{room}/upgrade", token=wulan.token, body={"new_version": version}
        )
        assert status == 403
        assert answer["errcode"].startswith("ORG.JAGA.SEALED_"), answer
    with superuser(door.server, "synapse") as connection:
        assert connection.execute("SELECT count(*) FROM rooms").fetchone() == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "directory/room/%23rapat:jaga.localhost", {"room_id": "{room}"}),
        ("PUT", "directory/list/room/{room}", {"visibility": "public"}),
    ],
)
async def test_behind_the_front_door_the_guard_refuses_aliases_and_directory_as_well(
    door, wulan, room, method, path, body
):
    filled = {key: value.replace("{room}", room) for key, value in body.items()}
    status, _ = await door.accounts._call(
        method, f"{C}/{path.replace('{room}', room)}", token=wulan.token, body=filled
    )
    assert status == 403
