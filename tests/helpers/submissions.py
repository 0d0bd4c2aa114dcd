"""Submissions as an authority's own software would write them: the design's example, changed where a test says so."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

LETTER = b"%PDF-1.4 surat resmi contoh"


def attachment(
    name: str = "surat.pdf", kind: str = "official_letter", content: bytes = LETTER
) -> dict[str, str]:
    return {
        "name": name,
        "class": kind,
        "sha256": hashlib.sha256(content).hexdigest(),
        "content_base64": base64.b64encode(content).decode(),
    }


def mr5_order(*uris: str, **changes: Any) -> dict[str, Any]:
    """A complete urgent terrorism order under MR 5/2020; a change to `...` leaves the field out."""
    fields: dict[str, Any] = {
        "kind": "removal_order",
        "regime": "id_mr5",
        "external_ref": "B-123/CONTOH/2026",
        "issued_at": "2026-11-23T09:00:00+07:00",
        "urgency": "urgent",
        "category": "terrorism",
        "legal_basis": [{"law": "MR 5/2020", "article": "14(3)"}],
        "reasons": "Kiriman itu mengajak orang bergabung dengan kelompok zqkabo.",
        "targets": [{"uri": uri, "exact": True} for uri in uris],
        "requested_action": "remove",
        "territorial_scope": ["ID"],
        "language": "id",
        "attachments": [attachment()],
    }
    return {name: value for name, value in (fields | changes).items() if value is not ...}


def tco_order(*uris: str, **changes: Any) -> dict[str, Any]:
    """A complete removal order under Regulation (EU) 2021/784."""
    return mr5_order(
        *uris,
        **{
            "regime": "eu_tco",
            "external_ref": "TCO-2026-17",
            "legal_basis": [{"law": "Regulation (EU) 2021/784", "article": "3"}],
            "reason_codes": ["incites"],
            "urgency": ...,
            "territorial_scope": ["ALL_EU"],
            "attachments": ...,
        }
        | changes,
    )


def data_request(*uris: str, **changes: Any) -> dict[str, Any]:
    return mr5_order(
        *uris,
        **{
            "kind": "data_request",
            "requested_action": "disclose",
            "urgency": ...,
            "category": ...,
            "reasons": "Mohon serahkan isi percakapan anggota ini selama sebulan terakhir.",
        }
        | changes,
    )
