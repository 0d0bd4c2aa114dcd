"""A real PostgreSQL for the run, and a fresh copy of the migrated database for each module of tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from jaga.app.directories import prepare
from jaga.app.paths import DataDir
from jaga.app.postgres import Cluster, running
from jaga.app.secrets import Secrets
from jaga.app.server import DatabaseServer, provision
from jaga.store import schema
from jaga.store.database import Database

_TEMPLATE = "jaga_template"


def cluster_below(root: Path) -> Cluster:
    data = DataDir(root)
    prepare(data)
    return Cluster(data, Secrets(data.secrets))


@contextmanager
def superuser(server: DatabaseServer, database: str = "postgres") -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.conninfo(server.superuser, database), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def postgres(tmp_path_factory) -> Iterator[DatabaseServer]:
    """The embedded server with both roles and databases, `jaga` migrated; stopped at the end of the run."""
    with running(cluster_below(tmp_path_factory.mktemp("postgres"))) as server:
        provision(server)
        schema.upgrade(server.url())
        with superuser(server) as connection:
            connection.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE jaga OWNER jaga")
        yield server


@pytest.fixture(scope="module")
def database_url(postgres) -> str:
    """The address of a fresh, migrated database `jaga`, for role `jaga`; nothing of other modules is in it."""
    with superuser(postgres) as connection:
        connection.execute("DROP DATABASE jaga WITH (FORCE)")
        connection.execute(f"CREATE DATABASE jaga TEMPLATE {_TEMPLATE} OWNER jaga")
        connection.execute("REVOKE ALL ON DATABASE jaga FROM PUBLIC")
    return postgres.url()


@pytest.fixture(scope="module")
async def database(database_url) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()
