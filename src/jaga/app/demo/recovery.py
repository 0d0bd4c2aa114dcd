"""A member's recovery key, and the keys that the demonstration derives from it.

The key is 32 random bytes, spelled for people as the specification has it ("Key representation": two bytes before,
one byte of parity after, base58). What a member signs with is derived from it, so that a set-up that was cut short
is simply made again, with the same result.
"""

from __future__ import annotations

import functools
import operator
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BEFORE = b"\x8b\x01"
_LENGTH = 32


def new_recovery_key() -> str:
    return spelled(secrets.token_bytes(_LENGTH))


def spelled(key: bytes) -> str:
    """In groups of four letters."""
    marked = _BEFORE + key
    number, letters = int.from_bytes(marked + bytes([functools.reduce(operator.xor, marked)])), ""
    while number:
        number, rest = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[rest] + letters
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def read_recovery_key(text: str) -> bytes:
    """Raises `ValueError` for what is none."""
    number = 0
    for letter in text.replace(" ", ""):
        number = number * len(_ALPHABET) + _ALPHABET.index(letter)
    marked = number.to_bytes(len(_BEFORE) + _LENGTH + 1)
    if not marked.startswith(_BEFORE) or functools.reduce(operator.xor, marked) != 0:
        raise ValueError("no recovery key")
    return marked[len(_BEFORE) : -1]


def derived(key: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return HKDF(SHA256(), _LENGTH, None, f"jaga demo {purpose}".encode()).derive(key)


def signing_key(key: bytes, purpose: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derived(key, purpose))
