"""Brings the database `jaga` to the schema that this code knows."""

from __future__ import annotations

import importlib.resources

import psycopg

from jaga.core.errors import Conflict
from jaga.core.text import Text

_PACKAGE = "jaga.store.migrations"
# Two Jagas on one server never migrate at the same time.
_LOCK = "SELECT pg_advisory_xact_lock(7420260)"


class SchemaTooNew(Conflict):
    code = "schema_too_new"
    text = Text(
        id="Basis data ini dibuat oleh Jaga yang lebih baru (skema {found}); pakai versi itu, atau pulihkan cadangan.",
        en="This database was made by a newer Jaga (schema {found}); use that version, or restore a backup.",
    )


def newest() -> str:
    """The last revision: files are numbered, `0001_first.py`, so their names tell."""
    files = importlib.resources.files(f"{_PACKAGE}.versions").iterdir()
    return max(file.name[:4] for file in files if file.name[:4].isdigit())


def found(conninfo: str) -> str | None:
    """The database's revision, without loading what a migration needs. Raises `SchemaTooNew`."""
    with psycopg.connect(conninfo) as connection:
        known = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        if known is None or known[0] is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    revision = None if row is None else str(row[0])
    if revision is not None and revision > newest():
        raise SchemaTooNew(found=revision)
    return revision


def upgrade(url: str) -> None:
    """Run what is missing, all or nothing. `url` as `jaga.store.database.Database` takes it."""
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    settings = Config()
    settings.set_main_option("script_location", "jaga.store:migrations")
    settings.set_main_option("path_separator", "os")
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text(_LOCK))
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
