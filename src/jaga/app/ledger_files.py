"""The ledger's files: its signing key in `secrets/`, the public half and the last checkpoint in `ledger/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jaga.app.installation import Installation
from jaga.core.files import write_shared
from jaga.ledger.note import Signer


def ledger_signer(installation: Installation) -> Signer:
    """Signs under the ledger's origin, `SERVER_NAME/ledger`; leaves the public key in `ledger/`."""
    origin = f"{installation.config.server_name}/ledger"
    signer = Signer(origin, installation.secrets.key("ledger.key"))
    published, vkey = installation.data.ledger_vkey, f"{signer.verifier.vkey}\n"
    if not published.exists() or published.read_text("utf-8") != vkey:
        write_shared(published, vkey.encode())
    return signer


@dataclass(frozen=True, slots=True)
class CheckpointFile:
    """`jaga.ledger.ports.LastPublished`: a file, so that putting the database back does not put this back."""

    path: Path

    @property
    def where(self) -> str:
        return str(self.path)

    def load(self) -> str | None:
        try:
            return self.path.read_text("utf-8")
        except FileNotFoundError:
            return None

    def save(self, note: str) -> None:
        write_shared(self.path, note.encode())
