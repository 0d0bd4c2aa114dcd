"""What others ask of the ledger."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Protocol

from jaga.ledger.entry import EntryId
from jaga.ledger.errors import NothingPublished
from jaga.ledger.tile import TileId, TilePath

RECEIPT_WITHIN = timedelta(seconds=3)


class Receipts(Protocol):
    """Hands a receipt to whoever acted."""

    async def receipt_of(
        self, entry_id: EntryId, *, within: timedelta = RECEIPT_WITHIN, opening: Collection[str] = ()
    ) -> str:
        """The receipt of a committed entry, which opens the personal fields named in `opening`.

        Integrates the entry itself when nobody else does; raises `ReceiptNotReady` when `within` is over.
        """
        ...


class LastPublished(Protocol):
    """Remembers the newest checkpoint outside of the database, which may be put back to an older state."""

    @property
    def where(self) -> str:
        """For the sentence that tells an operator."""
        ...

    def load(self) -> str | None: ...

    def save(self, note: str) -> None: ...


class PublicLedger(Protocol):
    """The ledger as everybody may read it."""

    async def vkey(self) -> str:
        """The public key, as `jaga verify --keys` takes it."""
        ...

    async def checkpoint(self) -> str:
        """The newest signed checkpoint."""
        ...

    async def tile(self, tile: TileId, width: int) -> bytes:
        """The first `width` hashes of a tile; raises `NoSuchTile`."""
        ...

    async def bundle(self, path: TilePath) -> bytes:
        """The entries of a bundle; raises `NoSuchTile`."""
        ...

    async def proof(self, leaf_index: int) -> str:
        """A receipt for any leaf, which opens nothing; raises `NoSuchLeaf`."""
        ...


class UnopenedLedger:
    """A `PublicLedger` that has not published anything yet."""

    async def vkey(self) -> str:
        raise NothingPublished

    async def checkpoint(self) -> str:
        raise NothingPublished

    async def tile(self, tile: TileId, width: int) -> bytes:
        del tile, width
        raise NothingPublished

    async def bundle(self, path: TilePath) -> bytes:
        del path
        raise NothingPublished

    async def proof(self, leaf_index: int) -> str:
        del leaf_index
        raise NothingPublished
