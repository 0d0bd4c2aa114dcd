"""What only this installation knows: made once, mode 600, never logged."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jaga.app.refusals import SecretMissing
from jaga.core.files import read_or_create, write_private

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The files of `DIR/secrets`. Any part may add its own; the manifest remembers that they once existed."""

    directory: Path
    handed: Mapping[str, bytes] | None = field(default=None, repr=False)
    """What the supervisor handed to this process, which then has nothing but that."""

    def text(self, name: str) -> str:
        """A random text, safe in addresses."""
        return self.read(name, lambda: secrets.token_urlsafe(32).encode()).decode("ascii")

    def key(self, name: str) -> bytes:
        """32 random bytes."""
        return self.read(name, lambda: secrets.token_bytes(32))

    def read(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The secret `name`; on first use `make()`. Raises `SecretMissing` where it was not handed over."""
        if self.handed is None:
            return read_or_create(self.directory / name, make)
        try:
            return self.handed[name]
        except KeyError:
            raise SecretMissing(path=str(self.directory / name)) from None

    def found(self, name: str) -> bytes:
        """The secret `name`, which is made elsewhere. Raises `SecretMissing`."""

        def missing() -> bytes:
            raise SecretMissing(path=str(self.directory / name))

        return self.read(name, missing)

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

    def _remembered(self) -> list[str]:
        try:
            names: list[str] = json.loads((self.directory / _MANIFEST).read_bytes())
        except FileNotFoundError:
            return []
        return names
