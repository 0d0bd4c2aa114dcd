"""Keys that processes are handed: the evidence's, and the joining's. The ledger's is with the ledger's files."""

from __future__ import annotations

from jaga.app.installation import Installation
from jaga.cases.evidence import Vault, new_key_file


def evidence_keys(installation: Installation) -> Vault:
    """Raises `UnusableVault` when the file is damaged: evidence that nobody can open must not be written."""
    return Vault.parse(installation.secrets.read("evidence.key", new_key_file))


def joining_key(installation: Installation) -> bytes:
    """Signs the proofs of work that are set to whoever joins."""
    return installation.secrets.key("joining.key")
