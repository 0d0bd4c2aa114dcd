"""Whether the SOP's files still say what was published, asked without loading what a publication needs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import psycopg

from jaga.core.canonical import canonical_json
from jaga.core.errors import Conflict
from jaga.core.text import Text


class SopChangedWithoutVersion(Conflict):
    code = "sop_changed_without_version"
    text = Text(
        id="Berkas SOP berubah, tetapi versinya masih {version}. Naikkan sop.version di sop/base.toml.",
        en="The SOP's files have changed but the version is still {version}. Raise sop.version in sop/base.toml.",
    )


def digest(document: Mapping[str, Any]) -> bytes:
    """SHA-256 of the merged document's canonical JSON."""
    return hashlib.sha256(canonical_json(document)).digest()


def is_published(conninfo: str, version: str, document: Mapping[str, Any]) -> bool:
    """Raises `SopChangedWithoutVersion` when other words stand under the same version already."""
    with psycopg.connect(conninfo) as connection:
        row = connection.execute("SELECT sha256 FROM sop_versions WHERE version = %s", (version,)).fetchone()
    if row is not None and bytes(row[0]) != digest(document):
        raise SopChangedWithoutVersion(version=version)
    return row is not None
