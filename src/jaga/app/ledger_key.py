"""The ledger's signing key: made once, kept in `secrets/`, its public half beside everything else."""

from __future__ import annotations

from jaga.app.installation import Installation
from jaga.ledger.note import Signer


def ledger_signer(installation: Installation) -> Signer:
    """Signs under the ledger's origin, `SERVER_NAME/ledger`; leaves the public key in the data directory."""
    origin = f"{installation.config.server_name}/ledger"
    signer = Signer(origin, installation.secrets.key("ledger.key"))
    published, vkey = installation.data.ledger_vkey, f"{signer.verifier.vkey}\n"
    if not published.exists() or published.read_text("utf-8") != vkey:
        published.write_text(vkey, "utf-8")
    return signer
