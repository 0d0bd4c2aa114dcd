"""Keeps the tallies level with the ledger, by reading the same bundles that anybody can fetch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.entry import Entry
from jaga.ledger.errors import NothingPublished
from jaga.ledger.note import Note
from jaga.ledger.ports import PublicLedger
from jaga.ledger.tile import WIDTH, TilePath, leaves_of
from jaga.transparency.tally import Tallies


@dataclass(frozen=True, slots=True)
class Head:
    """The state of the ledger that numbers were counted at."""

    size: int
    root: str
    """The root hash in base64, as the checkpoint writes it."""


NO_HEAD = Head(0, "")


@dataclass(slots=True)
class Counting:
    """Counted once, then only what was added since. Cheap to ask often."""

    ledger: PublicLedger
    _tallies: Tallies = field(default_factory=Tallies)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def numbers(self) -> tuple[Tallies, Head]:
        """The tallies of every entry up to the newest checkpoint."""
        try:
            note = Note.parse(await self.ledger.checkpoint()).text
        except NothingPublished:
            return self._tallies, NO_HEAD
        size, root = Checkpoint.parse(note).size, note.splitlines()[2]
        async with self._one_at_a_time:
            while self._tallies.size < size:
                await self._count_next(size)
        return self._tallies, Head(size, root)

    async def _count_next(self, size: int) -> None:
        number, known = divmod(self._tallies.size, WIDTH)
        bundle = await self.ledger.bundle(TilePath(number, min(WIDTH, size - number * WIDTH)))
        for leaf in leaves_of(bundle)[known:]:
            self._tallies.add(Entry.parse(leaf))
