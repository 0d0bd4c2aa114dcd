"""What only this installation knows: made once, mode 600, never logged."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jaga.app.refusals import SecretMissing
from jaga.core.files import read_or_create, write_private

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The files of `DIR/secrets`. Any part may add its own; the manifest remembers that they once existed."""

    directory: Path

    def text(self, name: str) -> str:
        """A random text, safe in addresses."""
        return self._read(name, lambda: secrets.token_urlsafe(32).encode()).decode("ascii")

    def key(self, name: str) -> bytes:
        """32 random bytes."""
        return self._read(name, lambda: secrets.token_bytes(32))

    def require_all(self) -> None:
        """Raises `SecretMissing` when one that once existed is gone: a new one would not fit the data at hand."""
        for name in self._remembered():
            if not (self.directory / name).exists():
                raise SecretMissing(path=str(self.directory / name))

    def remember(self) -> None:
        """Note every secret there is, for `require_all` at the next start."""
        found = sorted(
            path.name for path in self.directory.iterdir() if path.is_file() and not path.name.startswith(".")
        )
        names = sorted({*found, *self._remembered()} - {_MANIFEST})
        if names != self._remembered():
            write_private(self.directory / _MANIFEST, json.dumps(names).encode())

    def _read(self, name: str, make: Callable[[], bytes]) -> bytes:
        return read_or_create(self.directory / name, make)

    def _remembered(self) -> list[str]:
        try:
            names: list[str] = json.loads((self.directory / _MANIFEST).read_bytes())
        except FileNotFoundError:
            return []
        return names
