"""`jaga up`: starts, tells, survives, refuses and stops."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
from pathlib import Path

import httpx
import pytest
from tests.helpers.stack import COMMAND, eventually, left_of, run_cli, running_stack, starting

from jaga.app.config import Config
from jaga.app.installation import Installation
from jaga.app.paths import DataDir
from jaga.app.up import listening

CHILDREN = {"postgres", "synapse", "detector", "worker", "web"}


def whole(url: str) -> bool:
    """Whether every neighbor answers."""
    answers = httpx.get(f"{url}/readyz").json()
    return all(answers.values())


def connected(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)))


def started_by(data: Path) -> list[int]:
    """Every process that was told of this data directory, whoever its parent is now."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if str(data) in (entry / "cmdline").read_text():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def test_it_is_ready_and_says_where(stack):
    ready = stack.ready()
    assert set(ready) == {"url", "server_name", "processes"}
    assert set(ready["processes"]) == CHILDREN
    assert httpx.get(f"{ready['url']}/healthz").json() == {"status": "ok"}
    assert ready["url"] in stack.output()


def test_no_piece_of_an_answer_waits_for_the_one_before_it_to_be_acknowledged(tmp_path):
    installation = Installation(DataDir(tmp_path), Config(host="127.0.0.1", port=0))
    with listening(installation) as door, socket.create_connection(door.getsockname()[:2]):
        taken, _ = door.accept()
        with taken:
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_metrics_are_on_the_internal_socket_and_not_on_the_public_port(stack):
    inside = httpx.Client(
        transport=httpx.HTTPTransport(uds=str(stack.data.resolve() / "run/web/metrics.sock"))
    )
    assert "process_resident_memory_bytes" in inside.get("http://localhost/metrics").text
    assert inside.get("http://localhost/anything").status_code == 404
    assert httpx.get(f"{stack.url}/metrics").status_code == 404


def test_secrets_logs_and_databases_are_closed_to_others(stack):
    for path in (stack.data / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    for directory in ("secrets", "logs", "postgres", "homeserver", "run/web", "run/worker"):
        assert stat.S_IMODE((stack.data / directory).stat().st_mode) == 0o700, directory
    said = stack.output() + "".join(path.read_text() for path in (stack.data / "logs").glob("*.log"))
    for path in (stack.data / "secrets").iterdir():
        if path.name != "manifest.json":
            assert path.read_bytes().strip() not in said.encode(), path.name


@pytest.mark.parametrize("name", ["worker", "web", "detector", "synapse", "postgres"])
def test_a_killed_process_comes_back_by_itself(stack, name):
    others = {other: pid for other, pid in stack.pids().items() if other not in {name, "worker"}}
    stack.replace(name)
    eventually(lambda: whole(stack.url), seconds=30)
    # The worker gives up its connection with the database, and comes back with it.
    assert {other: stack.pids()[other] for other in others} == others


def test_while_the_database_is_away_the_answer_is_a_plain_503(stack):
    postmaster = stack.pids()["postgres"]
    os.kill(postmaster, signal.SIGSTOP)
    try:
        stopped = httpx.get(f"{stack.url}/healthz")
    finally:
        os.kill(postmaster, signal.SIGCONT)
    assert stopped.status_code == 200  # what needs no database goes on
    stack.kill("postgres")
    seen = set()

    def whole_again() -> bool:
        seen.add(httpx.get(f"{stack.url}/readyz").status_code)
        return whole(stack.url)

    eventually(whole_again, seconds=30)
    assert seen <= {200, 503}


@pytest.fixture(scope="module")
def stopped(tmp_path_factory) -> Path:
    """The data directory of an installation that ran once and was stopped."""
    data = tmp_path_factory.mktemp("stopped") / "data"
    with running_stack(data) as stack:
        pids = [*stack.pids().values(), stack.process.pid]
        assert stack.stop() < 10
        assert stack.process.returncode == 0
    assert left_of(pids) == []
    assert started_by(data) == []
    return data


def test_a_restart_keeps_the_data_and_the_secrets(stopped):
    assert not (stopped / "run/ready.json").exists()
    assert not (stopped / "run/settings.json").exists()
    before = {path.name: path.read_bytes() for path in (stopped / "secrets").iterdir()}
    identity = (stopped / "postgres/global/pg_control").read_bytes()[:8]  # the cluster's own number
    with running_stack(stopped) as stack, connected(stack.url) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(15) == b"HTTP/1.1 200 OK"
        assert stack.stop() < 10  # although a connection stays open
    assert {path.name: path.read_bytes() for path in (stopped / "secrets").iterdir()} == before
    assert (stopped / "postgres/global/pg_control").read_bytes()[:8] == identity


def test_when_the_supervisor_is_killed_nothing_lingers_and_the_next_start_recovers(stopped):
    with running_stack(stopped) as stack:
        stack.process.kill()
        stack.process.wait()
        eventually(lambda: not started_by(stopped), seconds=10)
    with running_stack(stopped) as stack:
        assert httpx.get(f"{stack.url}/healthz").status_code == 200


def test_two_installations_run_side_by_side_and_one_directory_serves_one(stopped, stack):
    with running_stack(stopped) as other:
        assert other.url != stack.url
        assert httpx.get(f"{other.url}/healthz").status_code == 200
        refused = run_cli("up", "--data", str(other.data), "--port", "0")
        assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
        assert "Another Jaga is running on the data directory" in refused.stderr
        assert httpx.get(f"{other.url}/healthz").status_code == 200


def test_a_taken_port_is_told_in_one_sentence_and_nothing_is_left(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run_cli("up", "--data", str(tmp_path / "data"), "--port", str(port))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"The address 127.0.0.1:{port} cannot be used (Address already in use); choose another one with --port.\n"
    )
    assert started_by(tmp_path) == []


def test_a_data_directory_that_cannot_be_written_is_told_in_one_sentence(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a directory")
    refused = run_cli("up", "--data", str(in_the_way / "data"), "--port", "0")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "cannot be written (Not a directory); choose another one with --data" in refused.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="others meet closed directories without help")
def test_a_data_directory_of_someone_else_is_told_in_one_sentence(tmp_path):
    data = tmp_path / "data"
    data.mkdir(mode=0o555)
    os.chown(data, 65534, 65534)
    # Root, but without the capability that opens every file.
    bound = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner"]
    refused = subprocess.run(
        [*bound, *COMMAND, "up", "--data", str(data), "--port", "0"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "cannot be written (" in refused.stderr


def test_data_of_another_postgresql_is_told_in_one_sentence_and_nothing_is_left(tmp_path):
    data = tmp_path / "data"
    (data / "postgres").mkdir(parents=True)
    (data / "postgres/PG_VERSION").write_text("16\n")
    refused = run_cli("up", "--data", str(data), "--port", "0")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "is of PostgreSQL 16 and this Jaga brings 18" in refused.stderr
    assert started_by(data) == []


def test_a_lost_secret_stops_the_start(stopped):
    secret = stopped / "secrets/postgres-synapse"
    kept = secret.rename(stopped / "kept")
    refused = run_cli("up", "--data", str(stopped), "--port", "0")
    kept.rename(secret)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "secrets/postgres-synapse is missing; bring it back from a backup" in refused.stderr
    assert started_by(stopped) == []


def test_the_name_of_the_first_start_stays(stopped, tmp_path):
    settings = tmp_path / "jaga.toml"
    settings.write_text('server_name = "lain.localhost"\n')
    refused = run_cli("up", "--data", str(stopped), "--config", str(settings), "--port", "0")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "goes by the name jaga.localhost" in refused.stderr


def test_unknown_settings_stop_the_start(tmp_path):
    settings = tmp_path / "jaga.toml"
    settings.write_text('server_nam = "x"\n')
    refused = run_cli("up", "--data", str(tmp_path / "data"), "--config", str(settings), "--port", "0")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "Setting server_nam in jaga.toml: unknown" in refused.stderr


def test_a_child_that_cannot_start_stops_everything_and_says_where_to_look(tmp_path):
    data = tmp_path / "data"
    (data / "homeserver").mkdir(parents=True)
    (data / "homeserver/homeserver.yaml").mkdir()  # Synapse's configuration cannot be written there
    with starting(data) as stack:
        assert stack.process.wait(60) == 1
        assert started_by(data) == []
        assert "Synapse cannot be started" in stack.output()


def test_it_stops_while_it_is_still_starting(tmp_path):
    data = tmp_path / "data"
    with starting(data) as stack:
        eventually(lambda: "PostgreSQL" in stack.output(), seconds=60)
        assert stack.stop() < 10
        assert stack.process.returncode == 0
        assert started_by(data) == []


def test_for_a_program_it_prints_one_json_object_and_nothing_else(stopped):
    with (
        (stopped / "up.json").open("w") as output,
        subprocess.Popen(
            [*COMMAND, "up", "--data", str(stopped), "--port", "0", "--json"],
            stdout=output,
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        try:
            printed = eventually(lambda: json.loads((stopped / "up.json").read_text()), seconds=120)
            assert printed == json.loads((stopped / "run/ready.json").read_text())
        finally:
            process.terminate()
    assert process.returncode == 0
