"""A well-formed body for every route whose body the front door checks."""

from __future__ import annotations

import base64
import os
from typing import Any

from tests.helpers.routes import EXAMPLES
from tests.helpers.sealed import varint

USER = EXAMPLES["user"]
ROOM, EVENT, DEVICE = EXAMPLES["room"], EXAMPLES["event"], "ABCDEFGHIJ"
KEY = base64.b64encode(b"k" * 32).decode().rstrip("=")
SIGNATURE = base64.b64encode(b"s" * 64).decode().rstrip("=")
MEGOLM, OLM = "m.megolm.v1.aes-sha2", "m.olm.v1.curve25519-aes-sha2"
SIGNATURES = {USER: {f"ed25519:{DEVICE}": SIGNATURE}}


def _unpadded(content: bytes) -> str:
    return base64.b64encode(content).decode().rstrip("=")


def _olm(*, blocks: int = 4, version: int = 3) -> bytes:
    body = os.urandom(16 * blocks)
    key = b"\x0a\x20" + os.urandom(32)
    return bytes([version]) + key + b"\x10\x05\x22" + varint(len(body)) + body + os.urandom(8)


def olm_message(**changes: int) -> str:
    return _unpadded(_olm(**changes))


def first_olm_message() -> str:
    inner = _olm()
    keys = b"".join(tag + b"\x20" + os.urandom(32) for tag in (b"\x0a", b"\x12", b"\x1a"))
    return _unpadded(b"\x03" + keys + b"\x22" + varint(len(inner)) + inner)


def olm_encrypted(**changes: Any) -> dict[str, Any]:
    ciphertext = {KEY: {"type": 0, "body": first_olm_message()}}
    return {
        "algorithm": OLM,
        "sender_key": KEY,
        "ciphertext": ciphertext,
        "org.matrix.msgid": "a1b2",
    } | changes


def to(content: dict[str, Any]) -> dict[str, Any]:
    return {"messages": {USER: {DEVICE: content}}}


STEP = {"transaction_id": "a1b2c3"}
_WITHHELD = {
    "algorithm": MEGOLM,
    "code": "m.unverified",
    "sender_key": KEY,
    "room_id": ROOM,
    "session_id": KEY,
    "from_device": DEVICE,
    "reason": "",
}
TO_DEVICE: dict[str, dict[str, Any]] = {
    "m.room.encrypted": olm_encrypted(),
    "m.dummy": {},
    "m.room_key_request": {
        "action": "request",
        "requesting_device_id": DEVICE,
        "request_id": "a1",
        "body": {"algorithm": MEGOLM, "room_id": ROOM, "session_id": KEY, "sender_key": KEY},
    },
    "m.room_key.withheld": _WITHHELD,
    "org.matrix.room_key.withheld": _WITHHELD,
    "m.secret.request": {
        "action": "request",
        "requesting_device_id": DEVICE,
        "request_id": "a1",
        "name": "m.megolm_backup.v1",
    },
    "m.key.verification.request": {
        **STEP,
        "from_device": DEVICE,
        "methods": ["m.sas.v1"],
        "timestamp": 1795464743000,
    },
    "m.key.verification.ready": {**STEP, "from_device": DEVICE, "methods": ["m.sas.v1"]},
    "m.key.verification.start": {
        **STEP,
        "from_device": DEVICE,
        "method": "m.sas.v1",
        "hashes": ["sha256"],
        "key_agreement_protocols": ["curve25519-hkdf-sha256"],
        "message_authentication_codes": ["hkdf-hmac-sha256.v2"],
        "short_authentication_string": ["decimal", "emoji"],
    },
    "m.key.verification.accept": {
        **STEP,
        "commitment": KEY,
        "hash": "sha256",
        "key_agreement_protocol": "curve25519-hkdf-sha256",
        "message_authentication_code": "hkdf-hmac-sha256.v2",
        "short_authentication_string": ["emoji"],
    },
    "m.key.verification.key": {**STEP, "key": KEY},
    "m.key.verification.mac": {**STEP, "keys": KEY, "mac": {f"ed25519:{DEVICE}": KEY}},
    "m.key.verification.done": STEP,
    "m.key.verification.cancel": {**STEP, "code": "m.user", "reason": "User rejected"},
}

_AUTH = {
    "type": "m.login.password",
    "session": "abc",
    "identifier": {"type": "m.id.user", "user": USER},
    "password": "rahasia",
}
_DEVICE_KEYS = {
    "user_id": USER,
    "device_id": DEVICE,
    "algorithms": [OLM, MEGOLM],
    "keys": {f"curve25519:{DEVICE}": KEY, f"ed25519:{DEVICE}": KEY},
    "signatures": SIGNATURES,
    "unsigned": {},
}
_ONE_TIME = {"signed_curve25519:AAAAHg": {"key": KEY, "signatures": SIGNATURES}}
_CROSS_SIGNING = {
    "user_id": USER,
    "usage": ["master"],
    "keys": {f"ed25519:{KEY}": KEY},
    "signatures": SIGNATURES,
}
_BACKUP = {
    "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2",
    "auth_data": {"public_key": KEY, "signatures": SIGNATURES},
}
_SESSION = {
    "first_message_index": 1,
    "forwarded_count": 0,
    "is_verified": True,
    "session_data": {"ephemeral": KEY, "ciphertext": "q9W3aa0=", "mac": "q9W3aa0"},
}
_SECRET = {"encrypted": {"abc": {"iv": "q9W3aa0=", "ciphertext": "q9W3aa0=", "mac": "q9W3aa0="}}}
_ACTIONS = ["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight", "value": False}]
_INVITES = {"default_action": "block"}

# Longest endings first, so that each path finds its own.
BODIES: dict[str, dict[str, Any]] = {
    **{f"/sendToDevice/{kind}/{{transaction}}": to(content) for kind, content in TO_DEVICE.items()},
    "/keys/upload": {"device_keys": _DEVICE_KEYS, "one_time_keys": _ONE_TIME, "fallback_keys": _ONE_TIME},
    "/keys/signatures/upload": {USER: {DEVICE: _DEVICE_KEYS, KEY: _CROSS_SIGNING}},
    "/keys/device_signing/upload": {"master_key": _CROSS_SIGNING, "auth": _AUTH},
    "/delete_devices": {"devices": [DEVICE], "auth": _AUTH},
    "/devices/{id}": {"display_name": "laptop"},
    "DELETE /devices/{id}": {"auth": _AUTH},
    "/account/password": {"new_password": "rahasia-baru", "logout_devices": False, "auth": _AUTH},
    "/account/deactivate": {"erase": True, "auth": _AUTH},
    "/login": {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "wulan"},
        "password": "rahasia",
        "device_id": DEVICE,
        "initial_device_display_name": "laptop",
    },
    "/openid/request_token": {},
    "/room_keys/version": _BACKUP,
    "/room_keys/version/{word}": {**_BACKUP, "version": "1"},
    "/room_keys/keys": {"rooms": {ROOM: {"sessions": {KEY: _SESSION}}}},
    "/room_keys/keys/{room}": {"sessions": {KEY: _SESSION}},
    "/room_keys/keys/{room}/{session}": _SESSION,
    "/user/{user}/filter": {
        "event_fields": ["content.body"],
        "event_format": "client",
        "room": {
            "rooms": [ROOM],
            "timeline": {"limit": 20, "types": ["m.room.*"], "senders": [USER]},
            "state": {"lazy_load_members": True},
        },
    },
    "/org.matrix.simplified_msc3575/sync": {
        "conn_id": "main",
        "lists": {"all": {"ranges": [[0, 20]], "required_state": [["m.room.encryption", ""]]}},
    },
    "/receipt/{receipt}/{event}": {"thread_id": "main"},
    "/read_markers": {"m.fully_read": EVENT, "m.read": EVENT},
    "/profile/{user}/avatar_url": {"avatar_url": ""},
    "/typing/{user}": {"typing": True, "timeout": 30000},
    "/account_data/m.direct": {USER: [ROOM]},
    "/account_data/m.ignored_user_list": {"ignored_users": {USER: {}}},
    "/account_data/m.secret_storage.default_key": {"key": "abc"},
    "/account_data/{secret_key}": {
        "algorithm": "m.secret_storage.v1.aes-hmac-sha2",
        "iv": "q9W3aa0=",
        "mac": "q9W3aa0=",
        "name": "",
        "passphrase": {"algorithm": "m.pbkdf2", "salt": "abc", "iterations": 500000, "bits": 256},
    },
    **{
        f"/account_data/{kind}": _SECRET
        for kind in (
            "m.cross_signing.master",
            "m.cross_signing.self_signing",
            "m.cross_signing.user_signing",
            "m.megolm_backup.v1",
            "{jaga_secret}",
        )
    },
    "/account_data/m.key_backup": {"enabled": True},
    "/account_data/m.org.matrix.custom.backup_disabled": {"disabled": True},
    "/account_data/{silenced}": {"is_silenced": True},
    "/account_data/m.invite_permission_config": _INVITES,
    "/account_data/org.matrix.msc4380.invite_permission_config": _INVITES,
    "/account_data/m.marked_unread": {"unread": True},
    "/account_data/com.famedly.marked_unread": {"unread": True},
    "/tags/{tag}": {"order": 0.5},
    "/pushrules/global/{push_filter}/{room}": {
        "actions": _ACTIONS,
        "conditions": [{"kind": "event_match", "key": "room_id", "pattern": ROOM}],
    },
    "/pushrules/global/room/{room}": {"actions": _ACTIONS},
    "/pushrules/global/sender/{user}": {"actions": _ACTIONS},
    "/enabled": {"enabled": True},
    "/actions": {"actions": _ACTIONS},
}


def body_of(method: str, path: str) -> dict[str, Any]:
    """The example for a row of the table. Raises `KeyError` when it has none."""
    found = [key for key in BODIES if f"{method} {path}".endswith(key) or _ends(method, path, key)]
    if not found:
        raise KeyError(path)
    return BODIES[max(found, key=len)]


def _ends(method: str, path: str, key: str) -> bool:
    wanted, _, ending = key.partition(" ")
    return bool(ending) and wanted == method and path.endswith(ending)
