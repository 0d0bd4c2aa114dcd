"""The embedded server: durable, closed, and each role confined to its own database."""

from __future__ import annotations

import asyncio
import os
import stat

import psycopg
import pytest
from sqlalchemy import text
from tests.helpers.postgres import cluster_below, superuser

from jaga.app.postgres import binaries, running
from jaga.app.refusals import ClusterOfAnotherVersion
from jaga.app.server import provision
from jaga.store import schema


@pytest.mark.parametrize(
    ("role", "own", "other"), [("jaga", "jaga", "synapse"), ("synapse", "synapse", "jaga")]
)
def test_a_role_reaches_its_own_database_and_no_other(postgres, database_url, role, own, other):
    with psycopg.connect(postgres.conninfo(role, own)) as connection:
        assert connection.execute("SELECT current_user, current_database()").fetchone() == (role, own)
    for closed in (other, "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="rejects connection"):
            psycopg.connect(postgres.conninfo(role, closed))


@pytest.mark.parametrize(("role", "other"), [("jaga", "synapse"), ("synapse", "jaga")])
def test_the_other_database_stays_closed_without_the_access_file_too(postgres, database_url, role, other):
    with superuser(postgres) as connection:
        allowed = connection.execute("SELECT has_database_privilege(%s, %s, 'CONNECT')", [role, other])
        assert allowed.fetchone() == (False,)


@pytest.mark.parametrize("role", ["jaga", "synapse", "supervisor"])
def test_nobody_enters_with_a_wrong_password(postgres, role):
    conninfo = psycopg.conninfo.make_conninfo(postgres.conninfo(role, "postgres"), password="guess")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(conninfo)


def test_it_is_durable_and_listens_on_no_port(postgres):
    with superuser(postgres) as connection:
        for setting, value in {
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "data_checksums": "on",
            "listen_addresses": "",
        }.items():
            assert connection.execute(f"SHOW {setting}").fetchone() == (value,)


def test_the_sealed_database_has_the_locale_that_synapse_demands(postgres):
    with superuser(postgres) as connection:
        found = connection.execute(
            "SELECT datcollate, datctype, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'synapse'"
        )
        assert found.fetchone() == ("C", "C", "UTF8")


async def test_the_open_side_is_migrated_and_knows_letters_beyond_ascii(database):
    async with database.reading() as connection:
        assert await connection.scalar(text("SELECT lower('ÉÇ')")) == "éç"
        assert await connection.scalar(text("SELECT count(*) FROM channels")) == 0
        assert await connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_notices_and_evidence_of_before_are_taken_over(database_url, postgres):
    with psycopg.connect(postgres.conninfo("jaga", "jaga"), autocommit=True) as connection:
        for column in ("title", "body"):
            connection.execute(f"ALTER TABLE inbox ALTER {column} TYPE text USING {column} ->> 'id'")
        connection.execute("ALTER TABLE evidence DROP COLUMN purged_at")
        connection.execute("UPDATE alembic_version SET version_num = '0004'")
        connection.execute("INSERT INTO members (id, name, created_at) VALUES ('mem_1', 'wulan', now())")
        connection.execute(
            "INSERT INTO inbox (id, member_id, kind, subject, title, body, created_at)"
            " VALUES ('inb_1', 'mem_1', 'held', 'post_1', 'Sedang diperiksa', 'Tunggu.', now())"
        )
        schema.upgrade(database_url)
        (kept,) = connection.execute("SELECT title, body FROM inbox").fetchall()
        assert kept == (
            {"id": "Sedang diperiksa", "en": "Sedang diperiksa"},
            {"id": "Tunggu.", "en": "Tunggu."},
        )
        assert connection.execute("SELECT purged_at FROM evidence").fetchall() == []
        connection.execute("DELETE FROM inbox; DELETE FROM members")


def test_what_was_stored_survives_a_killed_server_and_its_stale_lock(tmp_path):
    cluster = cluster_below(tmp_path / "data")
    with running(cluster) as server:
        provision(server)
        with psycopg.connect(server.conninfo("jaga", "jaga")) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('tetap')")
        postmaster = int((tmp_path / "data/postgres/postmaster.pid").read_text().split()[0])
        os.kill(postmaster, 9)
    assert (tmp_path / "data/postgres/postmaster.pid").exists()
    with running(cluster) as server, psycopg.connect(server.conninfo("jaga", "jaga")) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("tetap",)


def test_a_lock_that_names_a_stranger_is_cleared(tmp_path):
    cluster = cluster_below(tmp_path / "data")
    with running(cluster):
        pass
    stranger = os.getpid()
    (tmp_path / "data/postgres/postmaster.pid").write_text(f"{stranger}\n/elsewhere\n")
    with running(cluster) as server, superuser(server) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_data_of_another_major_version_is_left_alone(tmp_path):
    cluster = cluster_below(tmp_path / "data")
    directory = tmp_path / "data/postgres"
    directory.mkdir()
    (directory / "PG_VERSION").write_text("16\n")
    with pytest.raises(ClusterOfAnotherVersion, match="is of PostgreSQL 16 and this Jaga brings 18"):
        cluster.prepare()
    assert [path.name for path in directory.iterdir()] == ["PG_VERSION"]


def test_passwords_are_for_their_owner_only(tmp_path):
    cluster = cluster_below(tmp_path / "data")
    with running(cluster) as server:
        provision(server)
    secrets = sorted((tmp_path / "data/secrets").iterdir())
    assert [path.name for path in secrets] == ["postgres-jaga", "postgres-supervisor", "postgres-synapse"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    logged = (tmp_path / "data/logs/postgres.log").read_text()
    assert not any(path.read_text() in logged for path in secrets)


def test_the_package_brings_its_tools():
    for tool in ("postgres", "initdb", "pg_dump", "pg_restore"):
        assert os.access(binaries() / tool, os.X_OK)


async def test_a_connection_that_the_server_closed_while_idle_costs_no_question(postgres, database):
    await asyncio.gather(*(database.quickly("SELECT pg_sleep(0.05)") for _ in range(5)))
    with superuser(postgres) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'jaga'"
        ).fetchall()
    assert len(ended) >= 5
    for _ in range(5):
        assert (await database.quickly("SELECT 7 AS answer"))[0].answer == 7
