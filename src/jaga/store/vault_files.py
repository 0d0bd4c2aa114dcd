"""Sealed files below one directory, named by the SHA-256 of what they contain in clear."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from jaga.cases.evidence import Vault
from jaga.cases.evidence_files import open_pieces, seal_pieces
from jaga.core.files import make_shared, share, sync_folder
from jaga.detect.media import media_path


class VaultFiles:
    """The vault's files; whether one is there is the only state it has."""

    def __init__(self, root: Path, vault: Vault) -> None:
        self._root = root
        self._vault = vault

    def has(self, sha256: str) -> bool:
        return media_path(self._root, sha256).exists()

    def keep(self, sha256: str, clear: Path) -> None:
        """Seal the file at `clear`; durable when it returns. A second time it changes nothing."""
        place = media_path(self._root, sha256)
        if place.exists():
            return
        make_shared(place.parent)
        descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".")
        try:
            with os.fdopen(descriptor, "wb") as file, clear.open("rb") as source:
                for piece in seal_pieces(self._vault, source, about=sha256):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            share(Path(name))
            Path(name).replace(place)
        finally:
            Path(name).unlink(missing_ok=True)
        sync_folder(place.parent)

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """The clear content. Raises `FileNotFoundError`, or `UnusableVault` where it is damaged."""
        with media_path(self._root, sha256).open("rb") as file:
            yield from open_pieces(self._vault, file, about=sha256)

    def drop(self, sha256: str) -> None:
        place = media_path(self._root, sha256)
        with suppress(FileNotFoundError):
            place.unlink()
            sync_folder(place.parent)

    def names(self) -> list[str]:
        return [path.name for path in self._root.glob("*/*") if not path.name.startswith(".")]

    def forget_half_done(self, *, before: float) -> None:
        """What a killed writer left; `before` is in seconds since 1970, so that nobody at work is disturbed."""
        for path in self._root.glob("*/.*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
