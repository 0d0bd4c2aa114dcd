"""The vault: what was published, refused or disclosed, kept encrypted and opened only for a stated purpose.

AES-256-GCM. The key's number stands beside each ciphertext, so that keys can be renewed; the record's own id is
authenticated with it, so that no ciphertext can be passed off as another's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_KEY_BYTES = 32


class UnusableVault(Exception):
    """The key file cannot be read, or a ciphertext was not made with its keys: never a person's mistake."""


@dataclass(frozen=True, slots=True)
class Sealed:
    key_id: int
    nonce: bytes
    ciphertext: bytes

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.ciphertext).digest()

    def to_bytes(self) -> bytes:
        """For columns that hold one value: the key's number, the nonce, the ciphertext."""
        return self.key_id.to_bytes(4, "big") + self.nonce + self.ciphertext

    @classmethod
    def from_bytes(cls, packed: bytes) -> Self:
        return cls(
            int.from_bytes(packed[:4], "big"), packed[4 : 4 + _NONCE_BYTES], packed[4 + _NONCE_BYTES :]
        )


@dataclass(frozen=True, slots=True)
class Vault:
    """The installation's keys: `current` seals, all of them open."""

    current: int
    keys: Mapping[int, bytes] = field(repr=False)

    @classmethod
    def parse(cls, file: bytes) -> Self:
        """The content of `secrets/evidence.key`. Raises `UnusableVault`."""
        try:
            document = json.loads(file)
            keys = {
                int(number): base64.b64decode(key, validate=True) for number, key in document["keys"].items()
            }
            current = int(document["current"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnusableVault("the evidence key file is damaged; restore it from the backup") from error
        if current not in keys or any(len(key) != _KEY_BYTES for key in keys.values()):
            raise UnusableVault("the evidence key file is damaged; restore it from the backup")
        return cls(current, keys)

    def seal(self, content: bytes, *, about: str) -> Sealed:
        """`about` is the id of the record that the ciphertext belongs to."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        ciphertext = AESGCM(self.keys[self.current]).encrypt(nonce, content, about.encode())
        return Sealed(self.current, nonce, ciphertext)

    def open(self, sealed: Sealed, *, about: str) -> bytes:
        """Raises `UnusableVault` for another key, another record, or a changed byte."""
        try:
            key = self.keys[sealed.key_id]
            return AESGCM(key).decrypt(sealed.nonce, sealed.ciphertext, about.encode())
        except (KeyError, InvalidTag) as error:
            raise UnusableVault("this record was not sealed with the keys that are here") from error

    def access_key(self, about: str) -> str:
        """A key that opens one record to whoever holds it; made again when needed, so it is stored nowhere.

        Bound to the first key of the file: renewing the vault's key must not break addresses already sent.
        """
        root = self.keys[min(self.keys)]
        digest = hmac.digest(root, b"access\x00" + about.encode(), hashlib.sha256)
        return base64.b32encode(digest[:20]).decode().lower()

    def grants(self, about: str, key: str) -> bool:
        return hmac.compare_digest(self.access_key(about).encode(), key.encode())


def new_key_file() -> bytes:
    key = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    return json.dumps({"current": 1, "keys": {"1": key}}).encode()
