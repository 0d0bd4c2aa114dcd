"""The outer form of a Megolm message.

What can be told without keys: that its parts have their lengths, and that whoever holds the session's signing key
signed it. The session's id is that key, so it cannot be made to spell anything. That the ciphertext inside is honest,
nobody but its readers can tell; see `docs/what-we-can-see.md`.
"""

from __future__ import annotations

import base64
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# Megolm, section "Message format": a version byte, then tagged fields: index (0x08, varint) and ciphertext (0x12,
# length as varint, AES-CBC blocks), then 8 bytes of MAC and an Ed25519 signature of 64 over all before it.
_VERSION = 3
_INDEX_TAG = 0x08
_CIPHERTEXT_TAG = 0x12
_BLOCK = 16
_MAC = 8
_SIGNATURE = 64
_LONGEST = 65_536  # an event may not be larger (specification, client-server API, size limits)


def megolm_ciphertext(value: object) -> str | None:
    """A check: `None` for text that has the outer form of a Megolm message."""
    message = _decoded(value)
    return None if message is not None and _is_message(message) else ""


def signed_by_session(content: Any) -> str | None:
    """A check of `m.room.encrypted` whose parts fit: `None` if the key that `session_id` is signed the ciphertext."""
    message, key = _decoded(content["ciphertext"]) or b"", _decoded(content["session_id"]) or b""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(message[-_SIGNATURE:], message[:-_SIGNATURE])
    except (InvalidSignature, ValueError):
        return ".ciphertext"
    return None


def _decoded(value: object) -> bytes | None:
    """The bytes of unpadded base 64, or of padded; only the one spelling that an encoder gives."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4))
    except ValueError:
        return None
    spelled = base64.b64encode(decoded).decode()
    return decoded if value in {spelled, spelled.rstrip("=")} else None


def _is_message(message: bytes) -> bool:
    if message[:2] != bytes((_VERSION, _INDEX_TAG)):
        return False
    index, at = _varint(message, 2)
    if index >= 2**32 or message[at : at + 1] != bytes((_CIPHERTEXT_TAG,)):
        return False
    length, at = _varint(message, at + 1)
    return length > 0 and length % _BLOCK == 0 and len(message) == at + length + _MAC + _SIGNATURE


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number that starts at `at`, and where it ends; (0, far away) unless it ends within 5 bytes, the shortest way."""
    number = 0
    for shift, byte in enumerate(data[at : at + 5]):
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return (number, at + shift + 1) if byte or not shift else (0, len(data))
    return 0, len(data)
