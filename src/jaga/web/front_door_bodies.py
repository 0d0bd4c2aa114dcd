"""What the bodies of Matrix requests may carry, for everything that Synapse would otherwise keep or pass on as it came.

Events are not here: `jaga.sealed` looks at those, inside Synapse. This is what no hook of Synapse sees: messages between
devices, keys, backups, settings, labels. A body that is not checked is neither stored nor shown to anyone else.
"""

from __future__ import annotations

from jaga.web.front_door_olm import first_message, message
from jaga.web.front_door_shapes import (
    Shape,
    always,
    either,
    emptied,
    exactly,
    flag,
    label,
    listing,
    nothing,
    record,
    table,
    text,
    whole,
)

LONGEST_DEVICE_NAME = 64

_LARGEST = 2**53 - 1
_MEGOLM = "m.megolm.v1.aes-sha2"
_OLM = "m.olm.v1.curve25519-aes-sha2"

ROOM_ID = text(r"![A-Za-z0-9_.:=/+~-]{1,255}")
EVENT_ID = text(r"\$[A-Za-z0-9_-]{43}")
USER_ID = text(r"@[a-z0-9._=/+-]{1,200}:[a-z0-9.-]{1,230}(?::[0-9]{1,5})?")
DEVICE_ID = text(r"[A-Za-z0-9+/=._~-]{1,64}")
TOKEN = text(r"[A-Za-z0-9+/=._~:|-]{1,64}")
KEY_32_BYTES = text(r"[A-Za-z0-9+/]{43}=?")
SIGNATURE = text(r"[A-Za-z0-9+/]{86}(?:==)?")


def base64(longest: int) -> Shape:
    return text(rf"[A-Za-z0-9+/_-]{{1,{longest}}}={{0,2}}")


_KEY_NAME = text(r"(?:ed25519|curve25519):[A-Za-z0-9+/=._~-]{1,64}")
_SIGNATURES = table(USER_ID, table(_KEY_NAME, SIGNATURE, most=8), most=4)
_SECRET_TEXT = text(r"(?s).{1,512}")

# --- messages to devices -------------------------------------------------------------------------------------------

_OLM_MESSAGE = either(
    record({"type": exactly(0), "body": first_message}), record({"type": exactly(1), "body": message})
)
_METHOD = exactly("m.sas.v1", "m.qr_code.show.v1", "m.qr_code.scan.v1", "m.reciprocate.v1")
_AGREEMENT = exactly("curve25519-hkdf-sha256", "curve25519")
_MAC = exactly(
    "hkdf-hmac-sha256.v2", "org.matrix.msc3783.hkdf-hmac-sha256", "hkdf-hmac-sha256", "hmac-sha256"
)
_SAS = exactly("decimal", "emoji")
_CANCELLED = exactly(
    "m.user",
    "m.timeout",
    "m.unknown_transaction",
    "m.unknown_method",
    "m.unexpected_message",
    "m.key_mismatch",
    "m.user_mismatch",
    "m.user_error",  # what matrix-nio calls it
    "m.invalid_message",
    "m.accepted",
    "m.mismatched_commitment",
    "m.mismatched_sas",
)
_SECRET_NAME = exactly(
    "m.cross_signing.master",
    "m.cross_signing.self_signing",
    "m.cross_signing.user_signing",
    "m.megolm_backup.v1",
)


def _content(required: dict[str, Shape], optional: dict[str, Shape] | None = None) -> Shape:
    # An id that the Rust SDK gives each message, to find it again in logs.
    return record(required, {**(optional or {}), "org.matrix.msgid": TOKEN})


def _step(required: dict[str, Shape], optional: dict[str, Shape] | None = None) -> Shape:
    """One step of a verification."""
    return _content({"transaction_id": TOKEN, **required}, optional)


_WITHHELD = _content(
    {
        "algorithm": exactly(_MEGOLM, _OLM),
        "code": exactly(
            "m.blacklisted",
            "m.unverified",
            "m.unauthorised",
            "m.unavailable",
            "m.no_olm",
            "m.history_not_shared",
            "io.element.msc4268.history_not_shared",
        ),
        "sender_key": KEY_32_BYTES,
    },
    {
        "room_id": ROOM_ID,
        "session_id": KEY_32_BYTES,
        "from_device": DEVICE_ID,
        "reason": always("The key was withheld."),
    },
)

TO_DEVICE: dict[str, Shape] = {
    "m.room.encrypted": _content(
        {
            "algorithm": exactly(_OLM),
            "sender_key": KEY_32_BYTES,
            "ciphertext": table(KEY_32_BYTES, _OLM_MESSAGE, most=1),
        }
    ),
    "m.dummy": _content({}),
    "m.room_key_request": _content(
        {
            "action": exactly("request", "request_cancellation"),
            "requesting_device_id": DEVICE_ID,
            "request_id": TOKEN,
        },
        {
            "body": record(
                {"algorithm": exactly(_MEGOLM), "room_id": ROOM_ID, "session_id": KEY_32_BYTES},
                {"sender_key": KEY_32_BYTES},
            )
        },
    ),
    "m.room_key.withheld": _WITHHELD,
    "org.matrix.room_key.withheld": _WITHHELD,
    "m.secret.request": _content(
        {
            "action": exactly("request", "request_cancellation"),
            "requesting_device_id": DEVICE_ID,
            "request_id": TOKEN,
        },
        {"name": _SECRET_NAME},
    ),
    "m.key.verification.request": _step(
        {"from_device": DEVICE_ID, "methods": listing(_METHOD, most=8), "timestamp": whole(0, _LARGEST)}
    ),
    "m.key.verification.ready": _step({"from_device": DEVICE_ID, "methods": listing(_METHOD, most=8)}),
    "m.key.verification.start": _step(
        {"from_device": DEVICE_ID, "method": _METHOD},
        {
            "hashes": listing(exactly("sha256"), most=1),
            "key_agreement_protocols": listing(_AGREEMENT, most=4),
            "message_authentication_codes": listing(_MAC, most=4),
            "short_authentication_string": listing(_SAS, most=2),
            "secret": base64(64),
        },
    ),
    "m.key.verification.accept": _step(
        {
            "commitment": either(KEY_32_BYTES, text(r"[0-9a-f]{64}")),  # matrix-nio writes it so
            "hash": exactly("sha256"),
            "key_agreement_protocol": _AGREEMENT,
            "message_authentication_code": _MAC,
            "short_authentication_string": listing(_SAS, most=2),
        },
        {"method": _METHOD},
    ),
    "m.key.verification.key": _step({"key": KEY_32_BYTES}),
    "m.key.verification.mac": _step({"keys": base64(64), "mac": table(_KEY_NAME, base64(64), most=16)}),
    "m.key.verification.done": _step({}),
    "m.key.verification.cancel": _step({"code": _CANCELLED}, {"reason": always("Cancelled")}),
}
"""By type: what one device is told. Reasons are replaced, since clients write them for clients."""


def to_devices(content: Shape) -> Shape:
    """The body of `sendToDevice`: for each person and each of their devices a content of its own."""
    device = either(exactly("*"), DEVICE_ID)
    return record({"messages": table(USER_ID, table(device, content, most=200), most=2000)})


# --- keys, backups, devices ----------------------------------------------------------------------------------------

_DEVICE_KEYS = record(
    {
        "user_id": USER_ID,
        "device_id": DEVICE_ID,
        "algorithms": listing(exactly(_OLM, _MEGOLM, "m.olm.v2.curve25519-aes-sha2"), most=4),
        "keys": table(_KEY_NAME, KEY_32_BYTES, most=4),
        "signatures": _SIGNATURES,
    },
    {"unsigned": emptied, "dehydrated": flag},
)
_ONE_TIME_KEYS = table(
    text(r"signed_curve25519:[A-Za-z0-9+/=_-]{1,32}"),
    record({"key": KEY_32_BYTES, "signatures": _SIGNATURES}, {"fallback": flag}),
    most=200,
)
KEYS_UPLOAD = record(
    optional={
        "device_keys": either(nothing, _DEVICE_KEYS),
        "one_time_keys": either(nothing, _ONE_TIME_KEYS),
        "fallback_keys": either(nothing, _ONE_TIME_KEYS),
        "org.matrix.msc2732.fallback_keys": either(nothing, _ONE_TIME_KEYS),
    }
)

_CROSS_SIGNING_KEY = record(
    {
        "user_id": USER_ID,
        "usage": listing(exactly("master", "self_signing", "user_signing"), most=1),
        "keys": table(_KEY_NAME, KEY_32_BYTES, most=1),
    },
    {"signatures": _SIGNATURES},
)
SIGNATURES_UPLOAD = table(
    USER_ID, table(DEVICE_ID, either(_CROSS_SIGNING_KEY, _DEVICE_KEYS), most=200), most=200
)

_IDENTIFIER = record({"type": exactly("m.id.user"), "user": text(r"[!-~]{1,255}")})
_AUTH = either(
    nothing,
    record(
        optional={
            "type": exactly("m.login.password"),
            "session": TOKEN,
            "identifier": _IDENTIFIER,
            "user": text(r"[!-~]{1,255}"),
            "password": _SECRET_TEXT,
        }
    ),
)
SIGNING_KEYS_UPLOAD = record(
    optional={
        **dict.fromkeys(("master_key", "self_signing_key", "user_signing_key"), _CROSS_SIGNING_KEY),
        "auth": _AUTH,
    }
)
DELETE_DEVICES = record({"devices": listing(DEVICE_ID, most=1000)}, {"auth": _AUTH})
DELETE_DEVICE = record(optional={"auth": _AUTH})
NEW_PASSWORD = record(optional={"new_password": _SECRET_TEXT, "logout_devices": flag, "auth": _AUTH})
DEACTIVATE = record(optional={"erase": flag, "auth": _AUTH})

_DEVICE_NAME = either(nothing, label(LONGEST_DEVICE_NAME))
DEVICE = record(optional={"display_name": _DEVICE_NAME})
LOGIN = record(
    {"type": exactly("m.login.password"), "password": _SECRET_TEXT},
    {
        "identifier": _IDENTIFIER,
        "user": text(r"[!-~]{1,255}"),
        "device_id": either(nothing, DEVICE_ID),
        "initial_device_display_name": _DEVICE_NAME,
        "refresh_token": flag,
    },
)

_BACKUP = {
    "algorithm": exactly("m.megolm_backup.v1.curve25519-aes-sha2"),
    "auth_data": record(
        {"public_key": KEY_32_BYTES},
        {
            "signatures": _SIGNATURES,
            "private_key_salt": text(r"[A-Za-z0-9+/=_-]{1,64}"),
            "private_key_iterations": whole(1, 10_000_000),
            "private_key_bits": whole(128, 512),
        },
    ),
}
BACKUP = record(_BACKUP)
BACKUP_CHANGE = record(_BACKUP, {"version": text(r"[0-9]{1,20}")})
BACKED_UP_SESSION = record(
    {
        "first_message_index": whole(0, _LARGEST),
        "forwarded_count": whole(0, _LARGEST),
        "is_verified": flag,
        "session_data": record({"ephemeral": KEY_32_BYTES, "ciphertext": base64(8192), "mac": base64(64)}),
    }
)
BACKED_UP_ROOM = record({"sessions": table(KEY_32_BYTES, BACKED_UP_SESSION, most=5000)})
BACKED_UP_ROOMS = record({"rooms": table(ROOM_ID, BACKED_UP_ROOM, most=5000)})
