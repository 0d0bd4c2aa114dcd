"""C2SP tlog-proof: what someone keeps who acted here, and checks without us.

    c2sp.org/tlog-proof@v1
    extra <base64: the leaf; after a line feed, what opens its commitments>
    index 17
    <base64 hashes from the leaf's sibling to the root's child>

    <the signed checkpoint>

A tlog-proof proves that *something* with a certain hash stands in the ledger. Ours carries the leaf itself in `extra`, so
that the receipt alone says what was recorded; the leaf is believed because its hash leads to the signed root. The
openings are believed because they open commitments in that leaf.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from jaga.core.canonical import canonical_json
from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.commitment import NotTheCommittedValue, Opening, verify_opening
from jaga.ledger.entry import Entry, MalformedEntry
from jaga.ledger.note import MalformedNote, NotSigned, Verifier, strict_base64
from jaga.ledger.tree import ProofInvalid, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
LARGEST_RECEIPT = 2_000_000
EXTENSION = ".tlog-proof"

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


class ReceiptInvalid(ValueError):
    """The receipt does not prove anything: malformed, changed, or signed by someone else."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt taken apart; nothing about it is known to be true yet."""

    leaf: bytes
    openings: tuple[Opening, ...]
    index: int
    proof: tuple[bytes, ...]
    checkpoint: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ReceiptInvalid`; every receipt has exactly one spelling."""
        try:
            receipt = cls._parse(text)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ReceiptInvalid(f"this is not a receipt: {error}") from None
        if receipt.render() != text:
            raise ReceiptInvalid("this is not a receipt as the ledger writes it")
        return receipt

    @classmethod
    def _parse(cls, text: str) -> Self:
        if len(text) > LARGEST_RECEIPT:
            raise MalformedNote("too long")
        head, _, checkpoint = text.partition("\n\n")
        header, extra, index, *proof = head.split("\n")
        place = _INDEX.fullmatch(index)
        if header != HEADER or place is None:
            raise MalformedNote("no tlog-proof with an entry inside")
        leaf, _, openings = strict_base64(extra.removeprefix("extra ")).partition(b"\n")
        return cls(
            leaf=leaf,
            openings=_openings_of(openings),
            index=int(place[1]),
            proof=tuple(strict_base64(line) for line in proof),
            checkpoint=checkpoint,
        )

    def render(self) -> str:
        extra = self.leaf + (b"\n" + _openings_to_bytes(self.openings) if self.openings else b"")
        lines = [HEADER, f"extra {_base64(extra)}", f"index {self.index}", *map(_base64, self.proof)]
        return "\n".join([*lines, "", self.checkpoint])


@dataclass(frozen=True, slots=True)
class Proven:
    """What a verified receipt says."""

    entry: Entry
    index: int
    checkpoint: Checkpoint
    opened: Mapping[str, str]
    """The personal fields that the receipt opens, each with its proven value."""


def verify_receipt(text: str, verifiers: Sequence[Verifier]) -> Proven:
    """What `text` proves to someone who trusts `verifiers`; raises `ReceiptInvalid`."""
    receipt = Receipt.parse(text)
    try:
        checkpoint = Checkpoint.open(receipt.checkpoint, verifiers)
        verify_inclusion(receipt.leaf, receipt.index, checkpoint.size, receipt.proof, checkpoint.root)
        entry = Entry.parse(receipt.leaf)
        opened = {
            opening.field: verify_opening(opening, entry.commitments[opening.field])
            for opening in receipt.openings
        }
    except KeyError:
        raise ReceiptInvalid("it shows a field that the entry does not commit to") from None
    except (MalformedNote, NotSigned, ProofInvalid, MalformedEntry, NotTheCommittedValue) as error:
        raise ReceiptInvalid(str(error)) from None
    return Proven(entry, receipt.index, checkpoint, opened)


def _openings_of(line: bytes) -> tuple[Opening, ...]:
    values = json.loads(line) if line else {}
    return tuple(
        Opening(field, opening["value"], strict_base64(opening["salt"])) for field, opening in values.items()
    )


def _openings_to_bytes(openings: Sequence[Opening]) -> bytes:
    return canonical_json(
        {opening.field: {"salt": _base64(opening.salt), "value": opening.value} for opening in openings}
    )


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
