"""Well-formed private events, one of each kind in the table of rules."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

EVENT = "$" + "a" * 43
USER = "@wulan:kampung.localhost"
OTHER = "@bima:kampung.localhost"
KEY = base64.b64encode(b"k" * 32).decode().rstrip("=")
DEVICE = "ABCDEFGHIJ"
MEGOLM = "m.megolm.v1.aes-sha2"
REFERENCE = {"rel_type": "m.reference", "event_id": EVENT}


def varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


class Session:
    """A Megolm session as far as the server can tell: what it sends is signed, and what is inside is noise."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.id = unpadded(self._key.public_key().public_bytes_raw())

    def message(self, *, index: int = 0, blocks: int = 4, version: int = 3, mac: int = 8) -> str:
        body = os.urandom(16 * blocks)
        head = bytes([version, 0x08]) + varint(index) + b"\x12" + varint(len(body))
        return self.signed(head + body + os.urandom(mac))

    def signed(self, message: bytes) -> str:
        return unpadded(message + self._key.sign(message))


def unpadded(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


SESSION = Session(b"s" * 32)


def encrypted(**changes: Any) -> dict[str, Any]:
    content = {
        "algorithm": MEGOLM,
        "ciphertext": SESSION.message(),
        "session_id": SESSION.id,
        "sender_key": KEY,
    }
    return content | changes


@dataclass
class RoomOf:
    """A room with an encryption and some people inside."""

    encryption: dict[str, Any] | None = field(default_factory=lambda: {"algorithm": MEGOLM})
    inside: set[str] = field(default_factory=lambda: {USER, OTHER})

    def is_inside(self, user_id: str) -> bool:
        return user_id in self.inside

    def headcount(self) -> int:
        return len(self.inside)


VERIFICATION_REQUEST = {
    "msgtype": "m.key.verification.request",
    "body": "@wulan:kampung.localhost is requesting to verify your key",
    "from_device": DEVICE,
    "to": OTHER,
    "methods": ["m.sas.v1", "m.qr_code.show.v1", "m.reciprocate.v1"],
}

TIMELINE: dict[str, dict[str, Any]] = {
    "m.room.encrypted": encrypted(device_id=DEVICE),
    "m.room.redaction": {"redacts": EVENT},
    "m.reaction": {"m.relates_to": {"rel_type": "m.annotation", "event_id": EVENT, "key": "👍"}},
    "m.room.message": VERIFICATION_REQUEST,
    "m.key.verification.ready": {
        "from_device": DEVICE,
        "methods": ["m.sas.v1"],
        "m.relates_to": REFERENCE,
    },
    "m.key.verification.start": {
        "from_device": DEVICE,
        "method": "m.sas.v1",
        "hashes": ["sha256"],
        "key_agreement_protocols": ["curve25519-hkdf-sha256"],
        "message_authentication_codes": ["hkdf-hmac-sha256.v2"],
        "short_authentication_string": ["decimal", "emoji"],
        "m.relates_to": REFERENCE,
    },
    "m.key.verification.accept": {
        "commitment": KEY,
        "hash": "sha256",
        "key_agreement_protocol": "curve25519-hkdf-sha256",
        "message_authentication_code": "hkdf-hmac-sha256.v2",
        "short_authentication_string": ["emoji"],
        "m.relates_to": REFERENCE,
    },
    "m.key.verification.key": {"key": KEY, "m.relates_to": REFERENCE},
    "m.key.verification.mac": {
        "keys": KEY,
        "mac": {f"ed25519:{DEVICE}": KEY, f"ed25519:{KEY}": KEY},
        "m.relates_to": REFERENCE,
    },
    "m.key.verification.done": {"m.relates_to": REFERENCE},
    "m.key.verification.cancel": {"code": "m.user", "reason": "Cancelled", "m.relates_to": REFERENCE},
    "org.matrix.dummy_event": {},
}

STATE: dict[str, tuple[str, dict[str, Any]]] = {
    "m.room.create": ("", {"room_version": "12", "m.federate": False, "additional_creators": [OTHER]}),
    "m.room.member": (USER, {"membership": "join", "displayname": "Wulan", "avatar_url": None}),
    "m.room.power_levels": (
        "",
        {"users": {USER: 100}, "events": {"m.room.name": 50}, "ban": 50, "notifications": {"room": 50}},
    ),
    "m.room.encryption": ("", {"algorithm": MEGOLM}),
    "m.room.join_rules": ("", {"join_rule": "invite"}),
    "m.room.history_visibility": ("", {"history_visibility": "shared"}),
    "m.room.guest_access": ("", {"guest_access": "forbidden"}),
    "m.room.pinned_events": ("", {"pinned": [EVENT]}),
    "m.room.encrypted": ("m.room.name:", encrypted(device_id=DEVICE)),
}
