"""Each process is let to what is its own, and to nothing else of the installation."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from jaga.app import walls
from jaga.app.config import Config
from jaga.app.directories import prepare
from jaga.app.hand import put, take
from jaga.app.installation import Installation
from jaga.app.launch import entering
from jaga.app.paths import DataDir
from jaga.app.wall_probe import can_read

OPEN_SIDE = ("web", "worker", "detector")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="started by another user, all processes are that user")


def status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


@pytest.mark.parametrize("name", OPEN_SIDE)
def test_the_open_side_cannot_read_what_is_the_homeservers(door, name):
    data = door.installation.data
    closed = [data.homeserver, *data.homeserver.rglob("*")]
    assert data.homeserver / "homeserver.yaml" in closed
    assert [path for path in closed if can_read(name, door.installation, path)] == []


@pytest.mark.parametrize("name", [*OPEN_SIDE, "synapse"])
def test_no_process_can_read_the_secrets_the_settings_the_logs_or_the_databases_files(door, name):
    data = door.installation.data
    closed = [
        *(data.secrets, *data.secrets.iterdir()),
        *(data.logs, *data.logs.iterdir()),
        *(data.run / "settings.json", data.ready, data.postgres, data.postgres / "PG_VERSION"),
    ]
    assert [path for path in closed if can_read(name, door.installation, path)] == []


def test_each_can_read_what_it_needs(door):
    """The control: the attempts above fail because of the walls."""
    data, probe = door.installation.data, door.installation
    assert can_read("synapse", probe, data.homeserver / "homeserver.yaml")
    assert can_read("web", probe, data.media)
    assert can_read("detector", probe, data.media)
    assert can_read("worker", probe, data.ledger_checkpoint)
    assert can_read("worker", probe, data.worker_ready)
    # It moves the files of removed posts into the vault, which the desk reads.
    assert can_read("worker", probe, data.media)
    assert can_read("worker", probe, data.vault)
    assert can_read("web", probe, data.vault)
    assert not can_read("synapse", probe, data.media)
    assert not can_read("synapse", probe, data.vault)
    assert not can_read("detector", probe, data.vault)
    assert not can_read("detector", probe, data.ledger)


@as_root
def test_started_by_root_each_is_a_user_of_its_own_with_next_to_nothing_of_roots(stack):
    found = {name: status(pid) for name, pid in stack.pids().items()}
    users = {name: set(each["Uid"].split()) for name, each in found.items()}
    assert all(len(ids) == 1 and "0" not in ids for ids in users.values())
    assert len(set.union(*users.values())) == len(users)
    for name in (*OPEN_SIDE, "synapse"):
        assert found[name]["NoNewPrivs"] == "1"
        # To search directories where Python itself lies below a closed one; what it could read so, Landlock closes.
        assert int(found[name]["CapEff"], 16) & ~(1 << 2) == 0


@pytest.fixture
def older():
    """A data directory of root's, as an older Jaga left it, where everybody may pass through."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="jaga-walls-") as place:
        Path(place).chmod(0o711)
        data = DataDir(Path(place) / "data")
        prepare(data)
        for name in ("homeserver/homeserver.yaml", "homeserver/media/local_content/ab/cd", "media/ab/abcdef"):
            (data.root / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (data.root / name).write_text("zqkabo")
            (data.root / name).chmod(0o600)
        (data.root / "jaga-ledger.checkpoint").write_text("zqkabo")
        yield data


def reads(data: DataDir, name: str, path: Path) -> bool:
    """As that user alone: without any wall, and without the capability to search directories."""
    account = walls.account(data, name, [])
    assert account is not None
    enter = entering(replace(account, capability=None), death_signal=signal.SIGKILL)
    done = subprocess.run(["/usr/bin/head", "-c1", path], capture_output=True, preexec_fn=enter, check=False)
    return done.returncode == 0


@as_root
def test_data_of_an_older_jaga_is_handed_to_those_whose_it_is(older):
    walls.give(older)
    config, cipher = older.homeserver / "homeserver.yaml", older.homeserver / "media/local_content/ab/cd"
    picture = older.media / "ab/abcdef"
    allowed = {
        name: [
            path.name
            for path in (config, cipher, picture, older.ledger_checkpoint)
            if reads(older, name, path)
        ]
        for name in walls.WALLS
    }
    assert allowed == {
        "web": ["abcdef", "jaga-ledger.checkpoint"],
        "worker": ["abcdef", "jaga-ledger.checkpoint"],
        "detector": ["abcdef"],
        "synapse": ["homeserver.yaml", "cd"],
    }
    walls.give(older)  # at every start
    assert reads(older, "web", picture)


@as_root
def test_what_roots_commands_add_is_open_to_those_who_share_the_directory(older):
    from jaga.core.files import write_shared

    walls.give(older)
    write_shared(older.ledger_checkpoint, b"zqraba")
    assert [name for name in walls.WALLS if reads(older, name, older.ledger_checkpoint)] == ["web", "worker"]
    assert stat.S_IMODE(older.ledger_checkpoint.stat().st_mode) == 0o660


@as_root
def test_the_detector_does_not_even_reach_the_homeservers_door(older):
    walls.give(older)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(older.synapse_socket))
        older.synapse_socket.chmod(0o666)
        listener.listen()
        reached = {name: knocks(older, name) for name in ("web", "worker", "detector")}
    assert reached == {"web": True, "worker": True, "detector": False}


def knocks(data: DataDir, name: str) -> bool:
    account = walls.account(data, name, [])
    assert account is not None
    child = os.fork()
    if child == 0:  # only system calls between here and the exit
        try:
            os.setgroups(account.groups)
            os.setgid(account.gid)
            os.setuid(account.uid)
            socket.socket(socket.AF_UNIX).connect(str(data.synapse_socket))
            os._exit(0)
        except OSError:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_each_is_handed_its_own_secrets_and_nobody_the_superusers(tmp_path):
    data = DataDir(tmp_path / "data")
    prepare(data)
    url = "postgresql://kepala:zqrahasia@db.example:5433/postgres?sslmode=require"
    installation = Installation(data, Config(database_url=url, sop_directory="sop"))
    every = {name for wall in walls.WALLS.values() for name in wall.secrets}
    for name in every:
        installation.secrets.text(name)
    for name, wall in walls.WALLS.items():
        hand = take(put(installation.hand_to(name)))
        assert hand.secrets.keys() == set(wall.secrets)
        assert "zqrahasia" not in str(hand.settings)
        assert Path(hand.settings["sop_directory"]).is_absolute()
        behind = Installation.of_hand(data.root, hand)
        if "postgres-jaga" in wall.secrets:
            assert behind.server.conninfo("jaga", "jaga").count("db.example") == 1
            assert "sslmode=require" in behind.server.conninfo("jaga", "jaga")
    assert all("registration-shared-secret" not in wall.secrets for wall in walls.WALLS.values())
    assert [name for name, wall in walls.WALLS.items() if "homeserver-keeper-token" in wall.secrets] == [
        "worker"
    ]


def test_no_secret_is_in_an_environment_or_on_a_command_line(stack):
    secrets = [
        path.read_bytes().strip() for path in (stack.data / "secrets").iterdir() if path.suffix != ".json"
    ]
    assert len(secrets) > 5
    for name, pid in stack.pids().items():
        seen = b"".join(Path(f"/proc/{pid}/{part}").read_bytes() for part in ("environ", "cmdline"))
        assert not any(secret in seen for secret in secrets), name
