"""What a client may keep on the server for its member: settings, tags, rules for notifications, filters, receipts.

None of it is a message, and all of it lies readable in Synapse's database unless the client encrypts it. So each kind
has its own narrow shape, and whatever has none goes into account data as secret storage encrypts it.
"""

from __future__ import annotations

from jaga.web.front_door_bodies import EVENT_ID, ROOM_ID, TOKEN, USER_ID, base64
from jaga.web.front_door_shapes import (
    Shape,
    always,
    either,
    exactly,
    flag,
    listing,
    nothing,
    record,
    share,
    table,
    text,
    tokens,
    whole,
)

_ENCRYPTED = table(TOKEN, record({"iv": base64(64), "ciphertext": base64(32_768), "mac": base64(64)}), most=8)
_SECRET = record({"encrypted": _ENCRYPTED})
_GONE = record()

_SECRET_STORAGE_KEY = record(
    {"algorithm": exactly("m.secret_storage.v1.aes-hmac-sha2")},
    {
        "iv": base64(64),
        "mac": base64(64),
        "name": always(""),
        "passphrase": either(
            nothing,
            record(
                {
                    "algorithm": exactly("m.pbkdf2"),
                    "salt": text(r"[A-Za-z0-9+/=_-]{1,64}"),
                    "iterations": whole(1, 10_000_000),
                },
                {"bits": whole(128, 512)},
            ),
        ),
    },
)

ACCOUNT_DATA: dict[str, Shape] = {
    "m.direct": table(USER_ID, listing(ROOM_ID, most=200), most=2000),
    "m.ignored_user_list": record({"ignored_users": table(USER_ID, _GONE, most=2000)}),
    "m.secret_storage.default_key": either(_GONE, record({"key": text(r"[A-Za-z0-9]{1,64}")})),
    "{secret_key}": either(_GONE, _SECRET_STORAGE_KEY),
    "m.cross_signing.master": either(_GONE, _SECRET),
    "m.cross_signing.self_signing": either(_GONE, _SECRET),
    "m.cross_signing.user_signing": either(_GONE, _SECRET),
    "m.megolm_backup.v1": either(_GONE, _SECRET),
    "m.key_backup": record(optional={"enabled": flag}),
    "m.org.matrix.custom.backup_disabled": record(optional={"disabled": flag}),
    "{silenced}": record(optional={"is_silenced": flag}),
    "m.invite_permission_config": record(optional={"default_action": exactly("block", "allow")}),
    "org.matrix.msc4380.invite_permission_config": record(
        optional={"default_action": exactly("block", "allow")}
    ),
    # Whatever else a client wants to keep for its member, as secret storage encrypts it.
    "{jaga_secret}": either(_GONE, _SECRET),
}
"""By type, for the whole account."""

ROOM_ACCOUNT_DATA: dict[str, Shape] = {
    "m.marked_unread": record(optional={"unread": flag}),
    "com.famedly.marked_unread": record(optional={"unread": flag}),
    "{jaga_secret}": either(_GONE, _SECRET),
}
TAG = record(optional={"order": either(nothing, share)})

_ACTION = either(
    exactly("notify", "dont_notify", "coalesce"),
    record({"set_tweak": exactly("sound")}, {"value": exactly("default", "ring")}),
    record({"set_tweak": exactly("highlight")}, {"value": flag}),
)
_ACTIONS = listing(_ACTION, most=4)
# The one condition that clients write themselves: a room to be silent, or to be heard.
_IN_ROOM = record({"kind": exactly("event_match"), "key": exactly("room_id"), "pattern": ROOM_ID})
PUSH_RULE = record({"actions": _ACTIONS}, {"conditions": listing(_IN_ROOM, most=1)})
PUSH_ACTIONS = record({"actions": _ACTIONS})
PUSH_ENABLED = record({"enabled": flag})

_TYPES = listing(
    text(r"\*|(?:m|org\.matrix|io\.element|im\.vector|org\.jaga)\.[A-Za-z0-9._-]{0,64}\*?"), most=64
)
_PEOPLE = listing(USER_ID, most=100)
_ROOMS = listing(ROOM_ID, most=1000)
_LIMIT = whole(0, 10_000)
_EVENTS: dict[str, Shape] = {
    "limit": _LIMIT,
    "types": _TYPES,
    "not_types": _TYPES,
    "senders": _PEOPLE,
    "not_senders": _PEOPLE,
}
_ROOM_EVENTS = record(
    optional={
        **_EVENTS,
        "rooms": _ROOMS,
        "not_rooms": _ROOMS,
        "lazy_load_members": flag,
        "include_redundant_members": flag,
        "contains_url": flag,
        "unread_thread_notifications": flag,
        "org.matrix.msc3773.unread_thread_notifications": flag,
        "related_by_rel_types": _TYPES,
        "related_by_senders": _PEOPLE,
    }
)
FILTER = record(
    optional={
        "event_fields": listing(text(r"[a-z_]{1,32}(?:\.[a-z_]{1,32}){0,3}"), most=32),
        "event_format": exactly("client", "federation"),
        "presence": record(optional=_EVENTS),
        "account_data": record(optional=_EVENTS),
        "room": record(
            optional={
                "rooms": _ROOMS,
                "not_rooms": _ROOMS,
                "include_leave": flag,
                **dict.fromkeys(("state", "timeline", "ephemeral", "account_data"), _ROOM_EVENTS),
            }
        ),
    }
)
SLIDING_SYNC = tokens(r"[!-~]{0,255}")

RECEIPT = record(optional={"thread_id": either(exactly("main"), EVENT_ID)})
READ_MARKERS = record(optional=dict.fromkeys(("m.fully_read", "m.read", "m.read.private"), EVENT_ID))
TYPING = record({"typing": flag}, {"timeout": whole(0, 600_000)})
NOTHING = record()
