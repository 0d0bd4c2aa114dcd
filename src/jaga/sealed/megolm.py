"""The outer form of a Megolm message.

What can be told without keys: that a client which encrypts honestly produces exactly this. That the ciphertext inside
is honest, nobody but its readers can tell; see `docs/what-we-can-see.md`.
"""

from __future__ import annotations

import base64
import binascii
import re

# Megolm, section "Message format": a version byte, then tagged fields: index (0x08, varint) and ciphertext (0x12,
# length as varint, AES-CBC blocks), then 8 bytes of MAC and an Ed25519 signature of 64.
_VERSION = 3
_INDEX_TAG = 0x08
_CIPHERTEXT_TAG = 0x12
_BLOCK = 16
_TAIL = 8 + 64
_HEAD_CHARACTERS = 24  # 18 bytes hold the version, both tags and both varints
_LONGEST = 65_536  # an event may not be larger (specification, client-server API, size limits)
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


def megolm_ciphertext(value: object) -> str | None:
    """A shape: `None` for text that has the outer form of a Megolm message."""
    if not isinstance(value, str) or len(value) > _LONGEST or not _BASE64.fullmatch(value):
        return ""
    text = value.rstrip("=")
    total = len(text) * 3 // 4
    try:
        head = base64.b64decode(text[:_HEAD_CHARACTERS] + "=" * (-len(text[:_HEAD_CHARACTERS]) % 4))
    except binascii.Error:
        return ""
    return None if _is_message(head, total) else ""


def _is_message(head: bytes, total: int) -> bool:
    if len(head) < 2 or head[0] != _VERSION or head[1] != _INDEX_TAG:
        return False
    _, at = _varint(head, 2)
    if at >= len(head) or head[at] != _CIPHERTEXT_TAG:
        return False
    length, at = _varint(head, at + 1)
    return length > 0 and length % _BLOCK == 0 and total == at + length + _TAIL


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number that starts at `at`, and where it ends; (0, far away) when it does not end within 5 bytes."""
    number = 0
    for shift, byte in enumerate(data[at : at + 5]):
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return number, at + shift + 1
    return 0, len(data)
