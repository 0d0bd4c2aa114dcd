"""Term banks: what is listed, since when and by whom. Entries are never edited; a changed one is another entry."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, SmallInteger, Table, Text, text

from jaga.store.tables.base import instant, key, metadata

bank_entries = Table(
    "bank_entries",
    metadata,
    key(),
    Column("kind", Text, nullable=False),  # the words of jaga.detect.entry.Kind
    Column("term", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("language", Text),
    Column("source", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("added_by", Text, nullable=False),  # a staff id, or "operator" for the command line
    instant("added_at", required=True),
    Column("added_version", BigInteger, nullable=False, index=True),
    Column("removed_by", Text),
    instant("removed_at"),
    Column("removed_version", BigInteger, index=True),
    CheckConstraint("kind in ('term', 'pattern', 'link', 'image', 'file')", name="kind"),
    CheckConstraint("outcome in ('refuse', 'hold', 'flag')", name="outcome"),
    CheckConstraint("(removed_at is null) = (removed_version is null)", name="removal"),
    # In force once in a category, so that a list can be imported again.
    Index(
        "uq_bank_entries_in_force",
        "kind",
        "term",
        "category",
        unique=True,
        postgresql_where=text("removed_version is null"),
    ),
)

# One row: the version of the whole bank. Writers lock it until they commit, so versions become visible in order.
bank_version = Table(
    "bank_version",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("version", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="single"),
)
