"""`jaga up` on a PostgreSQL of the operator's own, named by `database_url`."""

from __future__ import annotations

from contextlib import ExitStack
from urllib.parse import quote

import httpx
import psycopg
import pytest
from tests.helpers.postgres import cluster_below
from tests.helpers.stack import eventually, run_cli, running_stack

from jaga.app.postgres import running
from jaga.app.refusals import ServerTooOld
from jaga.app.secrets import Secrets
from jaga.app.server import DatabaseServer, require_version


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server that this Jaga did not make; it knows none of our roles."""
    with running(cluster_below(tmp_path_factory.mktemp("own"))) as server:
        yield server


def address(server: DatabaseServer, role: str = "supervisor", password: str | None = None) -> str:
    password = quote(password or server.password(role))
    return f"postgresql://{role}:{password}@/postgres?host={quote(server.host, safe='')}"


def settings_naming(path, url: str):
    path.write_text(f'database_url = "{url}"\n')
    return str(path)


def test_it_runs_on_it_and_starts_none_of_its_own(own, tmp_path):
    data = tmp_path / "data"
    with running_stack(data, "--config", settings_naming(tmp_path / "own.toml", address(own))) as stack:
        assert set(stack.pids()) == {"synapse", "detector", "worker", "web"}
        assert httpx.get(f"{stack.url}/readyz").status_code == 200
        assert not (data / "postgres").exists()
        ours = DatabaseServer.at_url(address(own), Secrets(data / "secrets"))
        for role, other in (("jaga", "synapse"), ("synapse", "jaga")):
            with psycopg.connect(ours.conninfo(role, role)) as connection:
                allowed = connection.execute("SELECT has_database_privilege(%s, 'CONNECT')", [other])
                assert allowed.fetchone() == (False,)


def test_while_the_server_is_away_everything_answers_503_and_recovers_without_a_hand(tmp_path):
    cluster = cluster_below(tmp_path / "own")
    with ExitStack() as server:
        url = address(server.enter_context(running(cluster)))
        settings = settings_naming(tmp_path / "own.toml", url)
        with running_stack(tmp_path / "data", "--config", settings) as stack:
            channels = f"{stack.url}/api/v1/channels"
            assert httpx.get(channels).status_code == 200
            web = stack.pids()["web"]
            server.close()
            refused = httpx.get(channels)
            assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
            assert refused.headers["retry-after"]
            assert httpx.get(f"{stack.url}/healthz").status_code == 200
            assert httpx.get(f"{stack.url}/readyz").json()["database"] is False
            server.enter_context(running(cluster))
            eventually(lambda: httpx.get(channels).status_code == 200, seconds=30)
            neighbors = {}

            def all_ready():
                neighbors.update(httpx.get(f"{stack.url}/readyz", timeout=20).json())
                return neighbors["ready"]

            try:
                eventually(all_ready, seconds=60)
            except AssertionError:
                pytest.fail(f"not ready again: {neighbors}")
            assert stack.pids()["web"] == web


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://someone@/postgres?host=/nowhere", "PostgreSQL at database_url cannot be reached"),
        ("not an address", "PostgreSQL at database_url cannot be reached"),
    ],
)
def test_an_address_without_a_server_is_told_in_one_sentence(tmp_path, url, sentence):
    settings = settings_naming(tmp_path / "own.toml", url)
    refused = run_cli("up", "--data", str(tmp_path / "data"), "--config", settings, "--port", "0")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert sentence in refused.stderr


def test_a_wrong_password_is_told_in_one_sentence_that_does_not_repeat_it(own, tmp_path):
    settings = settings_naming(tmp_path / "own.toml", address(own, password="zqguess"))
    refused = run_cli("up", "--data", str(tmp_path / "data"), "--config", settings, "--port", "0")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "password authentication failed" in refused.stderr
    assert "zqguess" not in refused.stderr


def test_a_role_that_may_not_create_roles_is_told_in_one_sentence(tmp_path):
    with running(cluster_below(tmp_path / "server")) as own:  # one that nobody has given the role yet
        with psycopg.connect(own.conninfo("supervisor", "postgres"), autocommit=True) as connection:
            connection.execute("CREATE ROLE jaga LOGIN PASSWORD 'plain'")
            connection.execute("CREATE DATABASE jaga OWNER jaga")
        url = address(own, "jaga", "plain").replace("/postgres?", "/jaga?")
        settings = settings_naming(tmp_path / "own.toml", url)
        refused = run_cli("up", "--data", str(tmp_path / "data"), "--config", settings, "--port", "0")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "The role jaga in database_url is not a superuser" in refused.stderr


@pytest.mark.parametrize("number", [140_012, 90_624])
def test_a_server_before_15_is_refused_by_name(number):
    with pytest.raises(ServerTooOld, match=rf"is PostgreSQL {number // 10_000}; Jaga needs 15 or newer\."):
        require_version(number)


@pytest.mark.parametrize("number", [150_000, 180_004])
def test_a_server_from_15_on_will_do(number):
    assert require_version(number) == number // 10_000
