"""Rarely used ways into a room or past the door: at the public port, and on Synapse's own socket behind it."""

from __future__ import annotations

import json
import uuid

import pytest
import yaml
from tests.helpers.members import CLIENT_API as C
from tests.helpers.postgres import superuser
from tests.helpers.sealed import encrypted
from tests.helpers.stack import eventually
from tests.helpers.traces import traces_of

MARK = f"zqkabo-{uuid.uuid4().hex[:8]}-di-pasar"
ADMIN = "/_synapse/admin/v1"
SEALED = "ORG.JAGA.SEALED_"


@pytest.fixture(scope="module")
async def wulan(door):
    return await door.person("wulan")


@pytest.fixture(scope="module")
async def bima(door):
    return await door.person("bima")


@pytest.fixture(scope="module")
async def administrator(door):
    """One whom the homeserver would let do anything."""
    person = await door.person("raja")
    with superuser(door.server, "synapse") as connection:
        connection.execute("UPDATE users SET admin = 1 WHERE name = %s", [person.user_id])
    yield person
    with superuser(door.server, "synapse") as connection:
        connection.execute("UPDATE users SET admin = 0 WHERE name = %s", [person.user_id])


async def behind(door, person, method, path, body):
    """On Synapse's socket, where no front door looks."""
    return await door.accounts._call(method, path, token=person.token, body=body)


async def test_nobody_is_put_into_a_room_by_the_administrators_route(door, wulan, bima, administrator):
    room = await wulan.room()
    body = {"user_id": bima.user_id}
    for person in (wulan, administrator):
        status, answer = await door.call("POST", f"{ADMIN}/join/{room}", token=person.token, json=body)
        assert (status, answer["org.jaga.code"]) == (403, "NO_ADMIN_API")
        # Behind the door: an ordinary member may not, and who administers the server is no member of the room.
        status, answer = await behind(door, person, "POST", f"{ADMIN}/join/{room}", body)
        assert (status, answer["errcode"]) == (403, "M_FORBIDDEN")
    assert {key for kind, key in await wulan.state(room) if kind == "m.room.member"} == {wulan.user_id}


async def test_behind_the_door_an_administrators_join_is_an_event_like_any_other(door, bima, administrator):
    """Made by somebody who is inside: then the guard judges it, and it carries the public name alone."""
    room = await administrator.room()
    path = f"{ADMIN}/join/{room}"
    status, answer = await behind(door, administrator, "POST", path, {"user_id": bima.user_id})
    assert status == 200, answer
    found = (await administrator.state(room))["m.room.member", bima.user_id]
    assert found == {"membership": "join", "displayname": bima.name}


async def test_the_server_itself_sends_no_notices(door, administrator):
    """They would be rooms in clear. Nothing configures them, so that even an administrator has none to send."""
    body = {"user_id": administrator.user_id, "content": {"msgtype": "m.text", "body": MARK}}
    path = f"{ADMIN}/send_server_notice"
    status, answer = await door.call("POST", path, token=administrator.token, json=body)
    assert (status, answer["org.jaga.code"]) == (403, "NO_ADMIN_API")
    status, answer = await behind(door, administrator, "POST", path, body)
    assert (status, "not enabled" in answer["error"]) == (400, True)
    settings = yaml.safe_load((door.stack.data / "homeserver/homeserver.yaml").read_text())
    assert not {"server_notices", "user_consent", "app_service_config_files"} & settings.keys()


@pytest.mark.parametrize("kind", ["send/m.room.message/{id}", "state/m.room.topic/"])
async def test_behind_the_door_an_event_cannot_be_delayed_either(door, wulan, kind):
    """Its content would be stored in clear before anything looks at it, until it is due."""
    room, body = await wulan.room(), {"msgtype": "m.text", "body": MARK, "topic": MARK}
    path = f"{C}/rooms/{room}/{kind.replace('{id}', uuid.uuid4().hex)}?org.matrix.msc4140.delay=1000"
    status, answer = await wulan.door.call("PUT", path, token=wulan.token, json=body)
    assert (status, answer["org.jaga.code"]) == (403, "NO_DELAYED_EVENTS")
    status, answer = await behind(door, wulan, "PUT", path, body)
    assert 400 <= status < 500, answer
    with superuser(door.server, "synapse") as connection:
        assert connection.execute("SELECT count(*) FROM delayed_events").fetchone() == (0,)


async def test_what_was_stored_to_be_sent_later_is_guarded_when_it_is_due(door, wulan):
    """As a server would have it that took delayed events once (MSC4140): they are sent at the next start."""
    created = await wulan.room()
    mark = MARK
    due = {
        "m.room.message": {"msgtype": "m.text", "body": mark},
        "m.room.topic": {"topic": mark},
        "m.room.encrypted": encrypted(),
    }
    with superuser(door.server, "synapse") as connection:
        for kind, content in due.items():
            key = "" if kind == "m.room.topic" else None
            connection.execute(
                "INSERT INTO delayed_events (delay_id, user_localpart, device_id, delay, send_ts, room_id, event_type,"
                " state_key, content) VALUES (%s, %s, %s, 1, 1, %s, %s, %s, %s)",
                [kind, wulan.name, wulan.device, created, kind, key, json.dumps(content)],
            )
        door.stack.replace("synapse")
        waiting = "SELECT count(*) FROM delayed_events"
        eventually(lambda: connection.execute(waiting).fetchone() == (0,), seconds=60)
    status, found = await wulan.call("GET", f"rooms/{created}/messages?dir=b&limit=20")
    assert status == 200
    kinds = [event["type"] for event in found["chunk"]]
    assert kinds.count("m.room.encrypted") == 1
    assert not {"m.room.message", "m.room.topic"} & set(kinds)
    assert mark not in str(found)


async def test_who_knocks_says_nothing_and_only_where_knocking_is_allowed(wulan, bima):
    closed, knockable = await wulan.room(), await wulan.room(preset="private_chat", initial_state=[KNOCK])
    assert (await wulan.state(knockable))["m.room.join_rules", ""] == {"join_rule": "knock"}
    status, answer = await bima.post(f"knock/{knockable}", {"reason": MARK})
    assert (status, answer["errcode"]) == (403, f"{SEALED}SHAPE")
    assert (await bima.post(f"knock/{closed}"))[0] == 403
    assert (await bima.post(f"knock/{knockable}"))[0] == 200


KNOCK = {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "knock"}}
RESTRICTED = [
    {"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": "{room}"}]},
    {"join_rule": "knock_restricted", "allow": [{"type": "m.room_membership", "room_id": "{room}"}]},
    {"join_rule": "private"},
    {"join_rule": MARK},
    {"join_rule": "invite", "allow": [{"type": MARK}]},
]


@pytest.mark.parametrize("rule", RESTRICTED, ids=lambda rule: str(rule).replace(MARK, "MARK"))
async def test_membership_of_one_room_opens_no_other(wulan, bima, rule):
    own = await wulan.room(invite=[bima.user_id])
    assert (await bima.post(f"join/{own}"))[0] == 200
    filled = {**rule, "allow": [{**each, "room_id": own} for each in rule.get("allow", [])]}
    other = await wulan.room(
        initial_state=[{"type": "m.room.join_rules", "state_key": "", "content": filled}]
    )
    assert (await wulan.state(other))["m.room.join_rules", ""] == {"join_rule": "invite"}
    status, answer = await wulan.set_state(other, "m.room.join_rules", filled)
    assert status == 403
    assert answer["errcode"] in {f"{SEALED}OPEN", f"{SEALED}SHAPE"}
    assert (await bima.post(f"join/{other}"))[0] == 403


async def test_a_join_names_nobody_who_vouched_for_it(wulan, bima):
    own = await wulan.room(invite=[bima.user_id])
    vouched = {"membership": "join", "join_authorised_via_users_server": f"@{MARK}:jaga.localhost"}
    await bima.set_state(own, "m.room.member", vouched, bima.user_id)
    assert MARK not in str(await wulan.state(own))


async def test_nobody_is_invited_by_mail_or_phone_in_any_form(door, wulan):
    room = await wulan.room()
    token = {"display_name": MARK, "key_validity_url": f"https://{MARK}.example", "public_key": MARK}
    status, answer = await wulan.set_state(room, "m.room.third_party_invite", token, MARK)
    assert (status, answer["errcode"]) == (403, f"{SEALED}INVITATION")
    mail = {"id_server": f"{MARK}.example", "id_access_token": "t", "medium": "email", "address": MARK}
    assert (await wulan.post(f"rooms/{room}/invite", mail))[0] == 403
    status, answer = await behind(door, wulan, "POST", f"{C}/rooms/{room}/invite", mail)
    assert 400 <= status < 500, answer
    accepted = {"membership": "invite", "third_party_invite": {"display_name": MARK, "signed": {}}}
    assert (await wulan.set_state(room, "m.room.member", accepted, f"@{wulan.name}:jaga.localhost"))[0] >= 400


async def test_nothing_of_all_this_was_stored(door):
    """Last in this file."""
    assert traces_of([MARK], door.server, [door.stack.data / "homeserver", door.stack.data / "logs"]) == []
