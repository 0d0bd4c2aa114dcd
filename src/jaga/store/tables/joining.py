"""How people join: proofs of work that were used, and invitations. Nothing here says who somebody is."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from jaga.store.tables.base import instant, metadata

spent_proofs = Table(
    "spent_proofs",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the challenge's signature
    instant("expires_at", required=True, index=True),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),  # SHA-256; the code itself is never stored
    Column("uses", Integer, nullable=False),
    instant("created_at", required=True),
    instant("expires_at", required=True),
)

invitation_uses = Table(
    "invitation_uses",
    metadata,
    Column(
        "code_hash", LargeBinary, ForeignKey("invitations.code_hash", ondelete="CASCADE"), primary_key=True
    ),
    Column("name", Text, primary_key=True),  # so that who was interrupted can go on; goes with the invitation
)
