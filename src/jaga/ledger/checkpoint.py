"""C2SP tlog-checkpoint: what the ledger was at one size, in three lines that are signed."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from jaga.ledger.note import MalformedNote, Note, Verifier, strict_base64
from jaga.ledger.tree import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `MalformedNote`. Extension lines are not accepted: monitors could not audit them."""
        origin, *rest = text.split("\n")
        if len(rest) != 3 or rest[2] or not origin or not _SIZE.fullmatch(rest[0]):
            raise MalformedNote("not a checkpoint")
        checkpoint = cls(origin, int(rest[0]), strict_base64(rest[1]))
        if len(checkpoint.root) != HASH_BYTES:
            raise MalformedNote("not a checkpoint")
        return checkpoint

    @classmethod
    def open(cls, note: str, verifiers: Sequence[Verifier]) -> Self:
        """The checkpoint in `note`, signed by the ledger itself: a key under the origin's own name."""
        parsed = Note.parse(note)
        origin = parsed.text.partition("\n")[0]
        return cls.parse(parsed.open([verifier for verifier in verifiers if verifier.name == origin]))

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"
