"""Recomputes a ledger from its entries and says where what is stored departs from what was signed.

Entries come in order, in batches; each batch gives the tiles it should have made. A checkpoint that no longer fits its
entries is the proof of a change; the tiles then tell which entry it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.entry import Entry, MalformedEntry
from jaga.ledger.tile import WIDTH, TileId, all_tiles_of, edge_of, grow, width_of
from jaga.ledger.tree import HASH_BYTES, Frontier

MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something that is not as it was signed; `index` is the first entry that it concerns."""

    index: int
    what: str


class Difference(NamedTuple):
    """A stored tile that its entries do not make, and the first entry below the place where it differs."""

    tile: TileId
    first: int


class Audit:
    """One pass over a ledger; `take`, `compare`, `finish`."""

    def __init__(self, checkpoints: Iterable[Checkpoint]) -> None:
        self._awaited = deque(sorted(checkpoints, key=lambda checkpoint: checkpoint.size))
        self._frontier = Frontier()
        self._edge: dict[TileId, bytes] = {}
        self._chains: dict[str, int] = {}
        self._batch: dict[int, Entry] = {}
        self._findings: list[Finding] = []
        self._differing: list[Difference] = []
        self._fits_until = 0
        self._broken: Checkpoint | None = None
        self._last_signed = 0
        self._meet_checkpoints()

    @property
    def size(self) -> int:
        return self._frontier.size

    def commitments_of(self, index: int) -> Mapping[str, str] | None:
        """Of an entry in the batch just taken; None when it is unreadable."""
        entry = self._batch.get(index)
        return None if entry is None else entry.commitments

    def add(self, finding: Finding) -> None:
        if len(self._findings) < MOST_FINDINGS:
            self._findings.append(finding)

    def take(self, leaves: Sequence[bytes]) -> dict[TileId, bytes]:
        """Read the next entries; gives the tiles that they make or change."""
        made = grow(self._edge, self.size, leaves)
        self._batch = {}
        for leaf in leaves:
            self._read(leaf)
            self._frontier.add(leaf)
            self._meet_checkpoints()
        self._edge = {tile: made[tile] if tile in made else self._edge[tile] for tile in edge_of(self.size)}
        return made

    def compare(self, made: Mapping[TileId, bytes], stored: Mapping[TileId, bytes]) -> None:
        """Hold the tiles that the entries make against those that are stored."""
        for tile, hashes in made.items():
            place = _first_difference(hashes, stored.get(tile, b""))
            if place is not None:
                self._differing.append(Difference(tile, (tile.number * WIDTH + place) * WIDTH**tile.level))

    def finish(self, stored: Mapping[TileId, int]) -> list[Finding]:
        """What was found, first entry first. `stored` says how wide each stored tile is."""
        if self._awaited:
            signed = self._awaited[0].size
            self.add(
                Finding(self.size, f"entry {self.size} is missing: a checkpoint of size {signed} was signed")
            )
        elif self._last_signed < self.size:
            self.add(
                Finding(self._last_signed, f"entry {self._last_signed} stands beyond the last checkpoint")
            )
        if self._broken is not None:
            self._name_changed_entries(self._broken)
        elif not self._awaited:
            self._name_changed_tiles(stored)
        return sorted(self._findings)

    def _read(self, leaf: bytes) -> None:
        try:
            entry = Entry.parse(leaf)
        except MalformedEntry as error:
            self.add(Finding(self.size, f"entry {self.size} is unreadable: {error}"))
            return
        self._batch[self.size] = entry
        if entry.case is None:
            return
        expected = self._chains.get(entry.case, 0) + 1
        if entry.seq != expected:
            self.add(
                Finding(
                    self.size, f"entry {self.size} is step {entry.seq} of its case, step {expected} was due"
                )
            )
        self._chains[entry.case] = entry.seq or expected

    def _meet_checkpoints(self) -> None:
        while self._awaited and self._awaited[0].size == self.size:
            checkpoint = self._awaited.popleft()
            self._last_signed = self.size
            if checkpoint.root == self._frontier.root():
                self._fits_until = self.size if self._broken is None else self._fits_until
            elif self._broken is None:
                self._broken = checkpoint

    def _name_changed_entries(self, broken: Checkpoint) -> None:
        """Entries do not lead to `broken`: one of them was changed, and its own hash may still stand in the tree."""
        changed = [
            difference.first
            for difference in self._differing
            if difference.tile.level == 0 and difference.first >= self._fits_until
        ]
        for index in changed:
            self.add(Finding(index, f"entry {index} was changed: its hash is not the one in the tree"))
        if not changed:
            what = (
                f"one of the entries {self._fits_until} to {broken.size - 1} was changed: they do not lead to the "
                f"checkpoint of size {broken.size}"
            )
            self.add(Finding(self._fits_until, what))

    def _name_changed_tiles(self, stored: Mapping[TileId, int]) -> None:
        """All entries are as signed; whatever differs in the tiles was changed there."""
        expected = {tile: width_of(tile, self.size) for tile in all_tiles_of(self.size)}
        wider = [
            Difference(tile, (tile.number * WIDTH + expected.get(tile, 0)) * WIDTH**tile.level)
            for tile, width in stored.items()
            if width > expected.get(tile, 0)
        ]
        for tile, index in [*self._differing, *wider]:
            what = f"tile {tile.level}/{tile.number} was changed; the entries below it are as signed"
            self.add(Finding(index, what))


def _first_difference(made: bytes, stored: bytes) -> int | None:
    """The first of the hashes in `made` that `stored` does not have at its place."""
    if stored.startswith(made):
        return None
    return next(
        place
        for place in range(len(made) // HASH_BYTES)
        if made[place * HASH_BYTES :][:HASH_BYTES] != stored[place * HASH_BYTES :][:HASH_BYTES]
    )
