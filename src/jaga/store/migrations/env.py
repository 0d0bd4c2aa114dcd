"""Alembic's entry: it runs on the connection that `jaga.store.schema` holds."""

from __future__ import annotations

from alembic import context

from jaga.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, compare_type=True
)
context.run_migrations()
