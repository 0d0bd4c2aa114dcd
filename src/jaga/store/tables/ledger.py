"""The ledger: what waits for a leaf index, the leaves, the tree's tiles, every checkpoint; salts stand apart."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
)

from jaga.store.tables.base import key, metadata

# The outbox stays small: integration moves its rows to `ledger_leaves` in the order of `position`.
ledger_outbox = Table(
    "ledger_outbox",
    metadata,
    key(),
    Column("position", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("ref", Text, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
)

ledger_leaves = Table(
    "ledger_leaves",
    metadata,
    Column("leaf_index", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", Text, nullable=False, unique=True),
    Column("ref", Text, nullable=False, index=True),
    Column("leaf", LargeBinary, nullable=False),
    CheckConstraint("leaf_index >= 0", name="leaf_index"),
)

# The right-most tile of a level grows in place: a partial tile is a prefix of what stands here.
ledger_tiles = Table(
    "ledger_tiles",
    metadata,
    Column("level", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    PrimaryKeyConstraint("level", "number"),
    CheckConstraint("length(hashes) % 32 = 0 and length(hashes) between 32 and 8192", name="width"),
)

ledger_checkpoints = Table(
    "ledger_checkpoints",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),  # origin, size, root and signature, exactly as published
    Column("issued_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

# Values and salts of the commitments. No foreign key: erasing here must never touch the ledger.
ledger_openings = Table(
    "ledger_openings",
    metadata,
    Column("entry_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    PrimaryKeyConstraint("entry_id", "field"),
    CheckConstraint("length(salt) = 32", name="salt"),
)

# How long each case's chain is; locks the chain while an entry is appended to it.
ledger_chains = Table(
    "ledger_chains",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("length", Integer, nullable=False),
)

# Leaves and checkpoints are added, never edited: a mistake in our own code fails here instead of in an audit.
STATEMENTS = (
    """
    CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
    END $$
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leaves
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()
    """,
)
