"""Files in the vault, sealed piece by piece, so that a long video costs no more memory than a picture.

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) as the age format uses it: each file has a key of its
own, derived from the vault's with a random salt; pieces of 64 KiB are sealed under a counter, and the last one says that
it is the last. No piece can be moved, dropped or added without being noticed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from jaga.cases.evidence import UnusableVault, Vault

PIECE = 64 * 1024
_TAG_BYTES = 16
_SALT_BYTES = 16
_KEY_ID_BYTES = 4


def seal_pieces(vault: Vault, clear: BinaryIO, *, about: str) -> Iterator[bytes]:
    """The sealed form of `clear`; `about` names what it is and is needed to open it again."""
    salt = secrets.token_bytes(_SALT_BYTES)
    yield vault.current.to_bytes(_KEY_ID_BYTES, "big") + salt
    cipher = _cipher(vault, vault.current, salt, about)
    piece, number = clear.read(PIECE), 0
    while following := clear.read(PIECE):
        yield cipher.encrypt(_nonce(number, b"\0"), piece, None)
        piece, number = following, number + 1
    yield cipher.encrypt(_nonce(number, b"\1"), piece, None)


def open_pieces(vault: Vault, sealed: BinaryIO, *, about: str) -> Iterator[bytes]:
    """What was sealed. Raises `UnusableVault` at the first piece that is not as it was, or missing."""
    head = sealed.read(_KEY_ID_BYTES + _SALT_BYTES)
    cipher = _cipher(vault, int.from_bytes(head[:_KEY_ID_BYTES], "big"), head[_KEY_ID_BYTES:], about)
    piece, number = sealed.read(PIECE + _TAG_BYTES), 0
    try:
        while following := sealed.read(PIECE + _TAG_BYTES):
            yield cipher.decrypt(_nonce(number, b"\0"), piece, None)
            piece, number = following, number + 1
        yield cipher.decrypt(_nonce(number, b"\1"), piece, None)
    except InvalidTag as error:
        raise UnusableVault("this file was not sealed with the keys that are here, or has changed") from error


def _cipher(vault: Vault, key_id: int, salt: bytes, about: str) -> AESGCM:
    root = vault.keys.get(key_id)
    if root is None:
        raise UnusableVault("this file was sealed with a key that is not here")
    info = b"jaga evidence file\0" + about.encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(root))


def _nonce(number: int, last: bytes) -> bytes:
    return number.to_bytes(11, "big") + last
