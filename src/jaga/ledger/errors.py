"""Why the ledger does not answer, or does not go on.

LedgerMismatch          what is stored does not fit what was signed: nothing is appended any more
├── SignedByAnotherKey
├── RootDiffers
└── NotWhatWasPublished
ReceiptNotReady         recorded, but not yet in the tree
NothingPublished        not yet opened
NoSuchLeaf, NoSuchTile  beyond the tree, or an address that no tile has
"""

from __future__ import annotations

from jaga.core.errors import NotFound, Unavailable
from jaga.core.text import Text


class LedgerMismatch(Unavailable):
    """Going on would sign a second history; an operator has to look (`jaga ledger fsck`)."""

    code = "ledger_mismatch"


class SignedByAnotherKey(LedgerMismatch):
    text = Text(
        id="Pos pemeriksaan terakhir buku besar tidak ditandatangani dengan kunci {name} yang ada; kembalikan "
        "secrets/ledger.key dan server_name yang lama.",
        en="The ledger's last checkpoint was not signed with the present key {name}; bring back the former "
        "secrets/ledger.key and server_name.",
    )


class RootDiffers(LedgerMismatch):
    text = Text(
        id="Pohon buku besar yang tersimpan tidak cocok dengan pos pemeriksaan berukuran {size}; tidak ada yang "
        "ditambahkan lagi. Jalankan jaga ledger fsck.",
        en="The stored tree of the ledger does not lead to its checkpoint of size {size}; nothing more is "
        "appended. Run jaga ledger fsck.",
    )


class NotWhatWasPublished(LedgerMismatch):
    text = Text(
        id="Basis data tidak memuat buku besar yang sudah terbit: pos pemeriksaan berukuran {size} di {file} tidak ada di "
        "dalamnya. Pulihkan cadangan yang lebih baru.",
        en="The database does not hold the ledger that was published: the checkpoint of size {size} in {file} is not in "
        "it. Restore a newer backup.",
    )


class ReceiptNotReady(Unavailable):
    code = "receipt_not_ready"
    text = Text(
        id="Tercatat. Tanda terima menyusul dalam beberapa detik.",
        en="Recorded. The receipt follows within seconds.",
    )


class NothingPublished(NotFound):
    code = "nothing_published"
    text = Text(id="Buku besar belum dibuka.", en="The ledger has not been opened yet.")


class NoSuchLeaf(NotFound):
    code = "no_such_leaf"
    text = Text(
        id="Buku besar belum memuat entri {leaf}; ukurannya {size}.",
        en="The ledger has no entry {leaf}; its size is {size}.",
    )


class NoSuchTile(NotFound):
    code = "no_such_tile"
    text = Text(id="Ubin ini tidak ada.", en="There is no such tile.")
