"""C2SP signed-note: a text, an empty line, and Ed25519 signatures (type 0x01) under names.

chat.example/ledger
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— chat.example/ledger Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+Zja…
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
LARGEST_NOTE = 1_000_000
MOST_SIGNATURES = 64

_KEY_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,500}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_KEY_ID_BYTES = 4
_PUBLIC_BYTES = 32


class MalformedNote(ValueError):
    """The bytes are no signed note, or the text is no verifier key."""


class NotSigned(ValueError):
    """No known key signed this note, or the signature of a known key is wrong."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under its name."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _KEY_NAME.fullmatch(self.name) or len(self.public) != _PUBLIC_BYTES:
            raise MalformedNote("not an Ed25519 verifier key")

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """`name+hex(key id)+base64(type ‖ public key)`; raises `MalformedNote` for anything else."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        material = strict_base64(encoded)
        if material[:1] != ED25519:
            raise MalformedNote("not an Ed25519 verifier key")
        verifier = cls(name, material[1:])
        if verifier.key_id.hex() != key_id:
            raise MalformedNote("the verifier key does not fit its id")
        return verifier

    @property
    def key_id(self) -> bytes:
        digest = hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()
        return digest[:_KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def verify(self, text: str, signature: bytes) -> Self:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            raise NotSigned(f"the signature of {self.name} is wrong") from None
        return self


class Signer:
    """A private key under its name; never shows it."""

    def __init__(self, name: str, private: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The whole note."""
        signature = self.verifier.key_id + self._key.sign(text.encode())
        return f"{text}\n— {self.verifier.name} {base64.b64encode(signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart; nothing about it is known to be true yet."""

    text: str
    signatures: tuple[tuple[str, bytes], ...]
    """Key name, and key id followed by the signature."""

    @classmethod
    def parse(cls, note: str) -> Self:
        if len(note) > LARGEST_NOTE or _CONTROL.search(note):
            raise MalformedNote("not a signed note")
        text, separator, signatures = note.rpartition("\n\n")
        lines = signatures.split("\n")
        if not separator or not signatures.endswith("\n") or len(lines) - 1 > MOST_SIGNATURES:
            raise MalformedNote("not a signed note")
        return cls(f"{text}\n", tuple(_signature(line) for line in lines[:-1]))

    def open(self, verifiers: Sequence[Verifier]) -> str:
        """The text, once at least one of `verifiers` has signed it; raises `NotSigned`.

        Signatures by keys that are not among them are ignored, as the specification demands.
        """
        known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
        signed = [
            known[name, raw[:_KEY_ID_BYTES]].verify(self.text, raw[_KEY_ID_BYTES:])
            for name, raw in self.signatures
            if (name, raw[:_KEY_ID_BYTES]) in known
        ]
        if not signed:
            raise NotSigned("no known key has signed this")
        return self.text


def strict_base64(text: str) -> bytes:
    """Standard base64 in its one canonical spelling; raises `MalformedNote` for any other."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedNote("not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise MalformedNote("not canonical base64")
    return raw


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = strict_base64(encoded)
    if dash != "—" or not _KEY_NAME.fullmatch(name) or len(raw) <= _KEY_ID_BYTES:
        raise MalformedNote("not a signature line")
    return name, raw
