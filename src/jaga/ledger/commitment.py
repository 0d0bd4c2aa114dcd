"""Salted commitments: the ledger proves what a personal field said without ever holding it.

The salt is random, per field and per entry, and stays outside the ledger. Whoever has value and salt can show that the
entry speaks of that value; once both are erased the commitment is 32 random bytes (GDPR 17), and every proof holds on.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Self

SALT_BYTES = 32


class NotTheCommittedValue(ValueError):
    """The value and salt shown are not those that the entry commits to."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one commitment: the field's name, its value, and the salt."""

    field: str
    value: str = dataclasses.field(repr=False)
    salt: bytes = dataclasses.field(repr=False)

    @classmethod
    def fresh(cls, name: str, value: str) -> Self:
        return cls(name, value, secrets.token_bytes(SALT_BYTES))

    def commitment(self) -> str:
        """HMAC-SHA256(salt, field ‖ 0x00 ‖ value), base64. Never an unsalted hash: those can be guessed."""
        message = self.field.encode() + b"\x00" + self.value.encode()
        return base64.b64encode(hmac.digest(self.salt, message, hashlib.sha256)).decode()


def verify_opening(opening: Opening, commitment: str) -> str:
    """The value that `commitment` was made of; raises `NotTheCommittedValue`."""
    # HMAC fills a shorter key up with zeros, so that a salt without its last zeros would open the same.
    whole = len(opening.salt) == SALT_BYTES
    if not whole or not hmac.compare_digest(opening.commitment(), commitment):
        raise NotTheCommittedValue(f"the value shown for {opening.field} is not the one committed to")
    return opening.value
