"""Whether text is an Olm message, as far as that can be told from outside (Olm specification, "Message format").

Nobody can prove that bytes were encrypted honestly. What can be told is the frame: version, keys of 32 bytes, whole
cipher blocks, the length of the code at the end, and nothing besides.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from jaga.web.front_door_shapes import Unfit

_LONGEST = 65_536
_VERSION, _MAC, _KEY, _BLOCK = 3, 8, 32, 16
_RATCHET_KEY, _INDEX, _CIPHERTEXT = 0x0A, 0x10, 0x22
_ONE_TIME_KEY, _BASE_KEY, _IDENTITY_KEY, _MESSAGE = 0x0A, 0x12, 0x1A, 0x22
_VARINT_BYTES = 5

Fields = Mapping[int, bytes]


def first_message(value: object) -> object:
    """A message that opens a session (type 0): three keys and an ordinary message."""
    fields = _fields(_decoded(value))
    if set(fields) != {_ONE_TIME_KEY, _BASE_KEY, _IDENTITY_KEY, _MESSAGE}:
        raise Unfit
    if any(len(fields[key]) != _KEY for key in (_ONE_TIME_KEY, _BASE_KEY, _IDENTITY_KEY)):
        raise Unfit
    _require_message(fields[_MESSAGE])
    return value


def message(value: object) -> object:
    """A message of an open session (type 1)."""
    _require_message(_decoded(value))
    return value


def _require_message(content: bytes) -> None:
    fields = _fields(content[:-_MAC])
    if set(fields) != {_RATCHET_KEY, _INDEX, _CIPHERTEXT} or len(fields[_RATCHET_KEY]) != _KEY:
        raise Unfit
    if not fields[_CIPHERTEXT] or len(fields[_CIPHERTEXT]) % _BLOCK:
        raise Unfit


def _decoded(value: object) -> bytes:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise Unfit
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (ValueError, binascii.Error):
        raise Unfit from None


def _fields(content: bytes) -> Fields:
    """What follows the version byte, by tag; each tag once. Only the index is a number, all others are bytes."""
    if content[:1] != bytes([_VERSION]):
        raise Unfit
    fields: dict[int, bytes] = {}
    at = 1
    while at < len(content):
        tag = content[at]
        number, after = _varint(content, at + 1)
        at = after if tag == _INDEX else after + number
        if tag in fields or at > len(content):
            raise Unfit
        fields[tag] = content[after:at]
    return fields


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """The number at `at` and where it ends."""
    number = 0
    for place, byte in enumerate(content[at : at + _VARINT_BYTES]):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return number, at + place + 1
    raise Unfit
