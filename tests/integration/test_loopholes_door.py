"""Every way past the events by which clear text could reach the sealed side, tried at the public port.

Success and refusal go the same way: one person, one room, one request. `test_loopholes_rooms.py` tries what events and
rooms could carry.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.helpers.door_bodies import DEVICE, KEY, TO_DEVICE, olm_encrypted, olm_message, to
from tests.helpers.postgres import superuser
from tests.helpers.traces import traces_of

MARK = "zqkabo-malam-ini"


@dataclass(frozen=True)
class Try:
    """One request. `{user}`, `{room}` and `{mark}` are filled in."""

    what: str
    method: str
    path: str
    code: str
    body: Any = field(default_factory=dict)
    field: str | None = None


def device_message(what, kind, content, field=None):
    return Try(
        what, "PUT", f"/_matrix/client/v3/sendToDevice/{kind}/1", "NO_CLEAR_TO_DEVICE", to(content), field
    )


V3 = "/_matrix/client/v3"
DATA, ROOM = f"{V3}/user/{{user}}/account_data", f"{V3}/rooms/{{room}}"
TAGS, PUSH = f"{V3}/user/{{user}}/rooms/{{room}}/tags", f"{V3}/pushrules/global"
SETTINGS, KEYS = "NO_CLEAR_SETTINGS", "NO_CLEAR_KEYS"

LOOPHOLES = [
    # Messages to devices.
    device_message("a clear message to a device", "m.room.message", {"body": "{mark}"}),
    device_message("a call in clear to a device", "m.call.invite", {"offer": {"sdp": "{mark}"}}),
    device_message("a forwarded key in clear", "m.forwarded_room_key", {"session_key": "{mark}"}),
    device_message("a body beside the ciphertext", "m.room.encrypted", olm_encrypted(body="{mark}"), ".body"),
    device_message(
        "a ciphertext that is none",
        "m.room.encrypted",
        olm_encrypted(ciphertext={KEY: {"type": 1, "body": "{mark}"}}),
        f".ciphertext.{KEY}.body",
    ),
    device_message(
        "a ciphertext under a key that is a word",
        "m.room.encrypted",
        olm_encrypted(ciphertext={"{mark}": {"type": 1, "body": olm_message()}}),
    ),
    device_message("a dummy that says something", "m.dummy", {"note": "{mark}"}, ".note"),
    device_message(
        "a key request that says something",
        "m.room_key_request",
        TO_DEVICE["m.room_key_request"] | {"note": "{mark}"},
        ".note",
    ),
    device_message(
        "a withheld key for a reason of one's own",
        "m.room_key.withheld",
        TO_DEVICE["m.room_key.withheld"] | {"code": "{mark}"},
        ".code",
    ),
    device_message(
        "a secret of one's own name",
        "m.secret.request",
        TO_DEVICE["m.secret.request"] | {"name": "{mark}"},
        ".name",
    ),
    device_message(
        "a cancelled verification with a code of one's own",
        "m.key.verification.cancel",
        TO_DEVICE["m.key.verification.cancel"] | {"code": "{mark}"},
        ".code",
    ),
    device_message(
        "a verification by a method of one's own",
        "m.key.verification.start",
        TO_DEVICE["m.key.verification.start"] | {"method": "{mark}"},
        ".method",
    ),
    # Profiles, contacts, delays, guests, search, directory, reports, peeking.
    Try("a profile field", "PUT", f"{V3}/profile/{{user}}/m.tz", "NO_PROFILE_FIELDS", {"m.tz": "{mark}"}),
    Try(
        "an unstable profile field",
        "PUT",
        "/_matrix/client/unstable/uk.tcpip.msc4133/profile/{user}/org.note",
        "NO_PROFILE_FIELDS",
        {"org.note": "{mark}"},
    ),
    Try("an e-mail address", "POST", f"{V3}/account/3pid/add", "NO_CONTACT_DETAILS", {"sid": "{mark}"}),
    Try(
        "an invitation by e-mail",
        "POST",
        f"{ROOM}/invite/3pid",
        "NO_CONTACT_DETAILS",
        {"medium": "email", "address": "{mark}@x.example"},
    ),
    Try(
        "a delayed event",
        "PUT",
        f"{ROOM}/send/m.room.message/1?org.matrix.msc4140.delay=60000",
        "NO_DELAYED_EVENTS",
        {"body": "{mark}"},
    ),
    Try(
        "a delayed state event",
        "PUT",
        f"{ROOM}/state/m.room.topic/?org.matrix.msc4140.delay=60000",
        "NO_DELAYED_EVENTS",
        {"topic": "{mark}"},
    ),
    Try(
        "a delay under its stable name",
        "PUT",
        f"{ROOM}/send/m.room.message/1?%64elay=60000",
        "NO_DELAYED_EVENTS",
        {"body": "{mark}"},
    ),
    Try(
        "a look at delayed events",
        "GET",
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events",
        "NO_DELAYED_EVENTS",
    ),
    Try("a guest", "POST", f"{V3}/register?kind=guest", "NO_REGISTRATION", {"initial_device_display_name": "{mark}"}),
    Try("a search", "POST", f"{V3}/search", "NO_SEARCH", {"search_categories": {"room_events": {"search_term": "{mark}"}}}),
    Try("the directory", "POST", f"{V3}/publicRooms", "NO_PUBLIC_ROOMS", {"filter": {"generic_search_term": "{mark}"}}),
    Try("a listing in the directory", "PUT", f"{V3}/directory/list/room/{{room}}", "NO_PUBLIC_ROOMS", {"visibility": "public"}),
    Try("an address for the room", "PUT", f"{V3}/directory/room/%23{MARK}:jaga.localhost", "NO_ALIASES", {"room_id": "{room}"}),
    Try("a look at a room's summary", "GET", "/_matrix/client/v1/room_summary/{room}", "NO_PUBLIC_ROOMS"),
    Try("a report of a message", "POST", f"{ROOM}/report/$abc", "NO_REPORT_HERE", {"reason": "{mark}"}),
    Try("a report of a room", "POST", f"{ROOM}/report", "NO_REPORT_HERE", {"reason": "{mark}"}),
    Try("a report of a person", "POST", f"{V3}/users/{{user}}/report", "NO_REPORT_HERE", {"reason": "{mark}"}),
    Try("peeking by events", "GET", f"{V3}/events?room_id={{room}}&timeout=0", "NO_PEEKING"),
    Try("peeking at one event", "GET", f"{V3}/events/$abc", "NO_PEEKING"),
    Try("the old first synchronization", "GET", f"{V3}/initialSync", "NO_PEEKING"),
    Try("the old first synchronization of a room", "GET", f"{ROOM}/initialSync", "NO_PEEKING"),
    Try("a status message", "PUT", f"{V3}/presence/{{user}}/status", "NO_PRESENCE", {"presence": "online", "status_msg": "{mark}"}),
    Try("a pusher with a text", "POST", f"{V3}/pushers/set", "NO_PUSH", {"app_display_name": "{mark}"}),
    Try("an upgrade of the room", "POST", f"{ROOM}/upgrade", "NO_UPGRADE", {"new_version": "12"}),
    # Settings.
    Try("account data of a type of one's own", "PUT", f"{DATA}/org.example.note", SETTINGS, {"note": "{mark}"}),
    Try("drafts of a stock client", "PUT", f"{DATA}/im.vector.web.settings", SETTINGS, {"draft": "{mark}"}),
    Try("a text in the list of direct chats", "PUT", f"{DATA}/m.direct", SETTINGS, {"{user}": ["{mark}"]}, "{user}[0]"),
    Try("account data named by a text", "PUT", f"{DATA}/org.jaga.secret.{MARK}", SETTINGS, {}),
    Try("a secret in clear", "PUT", f"{DATA}/org.jaga.secret.folders", SETTINGS, {"folders": ["{mark}"]}, "encrypted"),
    Try("a secret key with a hint", "PUT", f"{DATA}/m.secret_storage.key.abc", SETTINGS, {"algorithm": "m.secret_storage.v1.aes-hmac-sha2", "hint": "{mark}"}, "hint"),
    Try("a backup's secret in clear", "PUT", f"{DATA}/m.megolm_backup.v1", SETTINGS, {"encrypted": {"a": {"iv": "{mark}", "ciphertext": "zq kabo", "mac": "a"}}}),
    Try("account data of a room", "PUT", f"{V3}/user/{{user}}/rooms/{{room}}/account_data/org.example.note", SETTINGS, {"note": "{mark}"}),
    Try("a tag that is a word", "PUT", f"{TAGS}/u.{MARK}", SETTINGS, {}),
    Try("a tag that carries a word", "PUT", f"{TAGS}/m.favourite", SETTINGS, {"order": 0.5, "note": "{mark}"}, "note"),
    Try("a keyword to be notified of", "PUT", f"{PUSH}/content/{MARK}", SETTINGS, {"actions": ["notify"], "pattern": "{mark}"}),
    Try("a rule for notifications under a name of one's own", "PUT", f"{PUSH}/override/{MARK}", SETTINGS, {"actions": []}),
    Try("a condition of one's own", "PUT", f"{PUSH}/override/{{room}}", SETTINGS, {"actions": [], "conditions": [{"kind": "event_match", "key": "content.body", "pattern": "{mark}"}]}, "conditions[0].key"),
    Try("a sound of one's own", "PUT", f"{PUSH}/room/{{room}}", SETTINGS, {"actions": [{"set_tweak": "sound", "value": "{mark}"}]}),
    Try("a filter by a type of one's own", "POST", f"{V3}/user/{{user}}/filter", SETTINGS, {"room": {"timeline": {"types": ["{mark}"]}}}, "room.timeline.types[0]"),
    Try("a filter with a note", "POST", f"{V3}/user/{{user}}/filter", SETTINGS, {"note": "{mark}"}, "note"),
    # Keys and devices.
    Try("a note beside the keys of a device", "POST", f"{V3}/keys/upload", KEYS, {"device_keys": {"note": "{mark}"}}),
    Try("a one-time key that is a word", "POST", f"{V3}/keys/upload", KEYS, {"one_time_keys": {"signed_curve25519:AAAAHg": {"key": "{mark}"}}}),
    Try("a one-time key under a name of one's own", "POST", f"{V3}/keys/upload", KEYS, {"one_time_keys": {"note:{mark}": {}}}),
    Try("a signature that is a word", "POST", f"{V3}/keys/signatures/upload", KEYS, {"{user}": {DEVICE: {"note": "{mark}"}}}),
    Try("a cross-signing key that is a word", "POST", f"{V3}/keys/device_signing/upload", KEYS, {"master_key": {"note": "{mark}"}}),
    Try("a backup with a note", "POST", f"{V3}/room_keys/version", KEYS, {"algorithm": "m.megolm_backup.v1.curve25519-aes-sha2", "auth_data": {"note": "{mark}"}}),
    Try("a backed-up session that is a word", "PUT", f"{V3}/room_keys/keys?version=1", KEYS, {"rooms": {"{room}": {"sessions": {KEY: {"note": "{mark}"}}}}}),
    Try("a note beside a device's name", "PUT", f"{V3}/devices/ABC", "NO_SUCH_FIELD", {"note": "{mark}"}, "note"),
    Try("a note with the sign-in", "POST", f"{V3}/login", "NO_SUCH_FIELD", {"type": "m.login.password", "password": "x", "note": "{mark}"}, "note"),
    Try("a note for later stages of a deletion", "POST", f"{V3}/delete_devices", "NO_SUCH_FIELD", {"devices": [], "note": "{mark}"}, "note"),
    # Small things.
    Try("a receipt with a note", "POST", f"{ROOM}/receipt/m.read/$" + "a" * 43, "NO_SUCH_FIELD", {"note": "{mark}"}, "note"),
    Try("a read marker that is a word", "POST", f"{ROOM}/read_markers", "NO_SUCH_FIELD", {"m.fully_read": "{mark}"}, "m.fully_read"),
    Try("typing with a note", "PUT", f"{ROOM}/typing/{{user}}", "NO_SUCH_FIELD", {"typing": True, "note": "{mark}"}, "note"),
]  # fmt: skip


@pytest.fixture(scope="module")
async def wulan(door):
    return await door.person("wulan")


@pytest.fixture(scope="module")
async def room(wulan):
    return await wulan.room()


def filled(value, **words):
    match value:
        case str():
            for name, word in words.items():
                value = value.replace("{" + name + "}", word)
            return value
        case list():
            return [filled(one, **words) for one in value]
        case dict():
            return {filled(key, **words): filled(one, **words) for key, one in value.items()}
        case _:
            return value


@pytest.mark.parametrize("attempt", LOOPHOLES, ids=[attempt.what for attempt in LOOPHOLES])
async def test_the_door_refuses(door, wulan, room, attempt):
    words = {"user": wulan.user_id, "room": room, "mark": MARK}
    body = None if attempt.method == "GET" else filled(attempt.body, **words)
    status, answer = await door.call(
        attempt.method, filled(attempt.path, **words), token=wulan.token, json=body
    )
    assert (status, answer["org.jaga.code"]) == (403, attempt.code)
    assert answer["errcode"] == "M_FORBIDDEN"
    assert answer["org.jaga.text"]["id"] != answer["org.jaga.text"]["en"] == answer["error"]
    if attempt.field is not None:
        assert answer["org.jaga.field"].endswith(filled(attempt.field, **words))


async def test_nothing_of_what_was_refused_is_kept(door, wulan, room):
    mark = uuid.uuid4().hex
    for attempt in LOOPHOLES:
        words = {"user": wulan.user_id, "room": room, "mark": mark}
        body = None if attempt.method == "GET" else filled(attempt.body, **words)
        await door.call(attempt.method, filled(attempt.path, **words), token=wulan.token, json=body)
    assert traces_of([mark], door.server, door.places) == []


async def test_a_report_is_told_where_a_participant_can_disclose(wulan, room):
    _, answer = await wulan.post(f"rooms/{room}/report/$abc", {"reason": "zqkabo"})
    assert "/api/v1/notice-form" in answer["error"]
    assert (await wulan.door.call("GET", "/api/v1/notice-form"))[0] == 200


ABSENT = [
    ("GET", f"{V3}/thirdparty/protocols"),
    ("GET", "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device"),
    ("GET", "/_matrix/client/v1/auth_metadata"),
    ("GET", "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata"),
    ("GET", "/_matrix/media/v3/download/jaga.localhost/abc"),
    ("POST", "/_matrix/client/v1/login/get_token"),
    ("PUT", "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device"),
    ("POST", "/_matrix/client/v3/rooms/{room}/send/m.room.message"),
    ("PUT", "/_matrix/client/v3/rooms/{room}/kick/1"),
    ("PUT", "/_matrix/client/v3/createRoom/1"),
    ("GET", "/_matrix/client/api/v1/initialSync"),
    ("POST", "/_matrix/client/unstable/search"),
    ("POST", "/_matrix/client/unstable/createRoom"),
]


@pytest.mark.parametrize(("method", "path"), ABSENT, ids=[f"{method} {path}" for method, path in ABSENT])
async def test_the_door_does_not_know(door, wulan, room, method, path):
    status, answer = await door.call(method, filled(path, room=room), token=wulan.token, json={})
    assert (status, answer["errcode"]) == (404, "M_UNRECOGNIZED")


HONEST = [
    ("PUT", f"{DATA}/m.direct", {"{user}": ["{room}"]}),
    ("PUT", f"{DATA}/m.ignored_user_list", {"ignored_users": {"@bima:jaga.localhost": {}}}),
    ("PUT", f"{DATA}/org.jaga.secret.folders", {"encrypted": {"a": {"iv": "AA==", "ciphertext": "AA==", "mac": "AA=="}}}),
    ("PUT", f"{DATA}/m.secret_storage.default_key", {"key": "abc"}),
    ("PUT", f"{V3}/user/{{user}}/rooms/{{room}}/account_data/m.marked_unread", {"unread": True}),
    ("PUT", f"{TAGS}/m.favourite", {"order": 0.5}),
    ("PUT", f"{TAGS}/org.jaga.folder.3", {}),
    ("DELETE", f"{TAGS}/m.favourite", {}),
    ("PUT", f"{PUSH}/override/{{room}}", {"actions": [], "conditions": [{"kind": "event_match", "key": "room_id", "pattern": "{room}"}]}),
    ("PUT", f"{PUSH}/room/{{room}}", {"actions": ["dont_notify"]}),
    ("PUT", f"{PUSH}/override/.m.rule.master/enabled", {"enabled": True}),
    ("PUT", f"{PUSH}/underride/.m.rule.message/actions", {"actions": ["notify", {"set_tweak": "highlight", "value": False}]}),
    ("DELETE", f"{PUSH}/override/{{room}}", {}),
    ("GET", f"{V3}/pushrules/", None),
    ("POST", f"{V3}/user/{{user}}/filter", {"room": {"timeline": {"limit": 20}, "state": {"lazy_load_members": True}}}),
    ("PUT", f"{ROOM}/typing/{{user}}", {"typing": True, "timeout": 3000}),
    ("PUT", f"{V3}/sendToDevice/m.room.encrypted/1", to(olm_encrypted())),
    ("PUT", f"{V3}/sendToDevice/m.key.verification.cancel/2", to(TO_DEVICE["m.key.verification.cancel"])),
    ("POST", f"{V3}/user_directory/search", {"search_term": "bima"}),
    ("POST", "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync", {"conn_id": "main", "lists": {}}),
    ("GET", f"{V3}/voip/turnServer", None),
    ("GET", f"{V3}/capabilities", None),
    ("GET", f"{V3}/sync?timeout=0&filter=%7B%22room%22%3A%7B%7D%7D", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body"), HONEST, ids=[f"{method} {path}" for method, path, _ in HONEST]
)
async def test_what_clients_need_goes_the_same_way(door, wulan, room, method, path, body):
    words = {"user": wulan.user_id, "room": room}
    more = {} if body is None else {"json": filled(body, **words)}
    status, answer = await door.call(method, filled(path, **words), token=wulan.token, **more)
    assert status == 200, answer


async def test_the_words_of_a_cancelled_verification_are_replaced(door, wulan):
    bima = await door.person("bima")
    _, own = await bima.call("GET", "account/whoami")
    content = TO_DEVICE["m.key.verification.cancel"] | {"reason": MARK}
    body = {"messages": {bima.user_id: {own["device_id"]: content}}}
    path = f"sendToDevice/m.key.verification.cancel/{uuid.uuid4().hex}"
    assert (await wulan.call("PUT", path, json=body))[0] == 200
    _, answer = await bima.call("GET", "sync?timeout=0")
    (event,) = answer["to_device"]["events"]
    assert event["content"] == content | {"reason": "Cancelled"}


async def test_a_device_has_a_short_name(door, wulan):
    _, own = await wulan.call("GET", "account/whoami")
    path = f"devices/{own['device_id']}"
    assert (await wulan.call("PUT", path, json={"display_name": "laptop " * 40}))[0] == 200
    _, answer = await wulan.call("GET", path)
    assert answer["display_name"] == ("laptop " * 40)[:64]
    with superuser(door.server, "synapse") as connection:
        longest = connection.execute("SELECT max(length(display_name)) FROM devices").fetchone()
    assert longest <= (64,)
