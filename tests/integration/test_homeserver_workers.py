"""One setting makes Synapse three processes, and the sealed side is as closed and as useful as with one."""

from __future__ import annotations

import os
import socket
import stat

import pytest
import yaml
from tests.helpers.members import CLIENT_API, Door
from tests.helpers.postgres import superuser
from tests.helpers.sealed import encrypted
from tests.helpers.stack import eventually, running_stack, starting
from tests.integration import test_no_trace as no_trace
from tests.integration import test_quiet_logs as quiet_logs
from tests.integration import test_sealed_rooms as rooms
from tests.integration.test_doctor import examined, failing
from tests.integration.test_walls import as_root, status

from jaga.app.doctor.findings import Good
from jaga.app.doctor.homeserver import configuration
from jaga.homeserver.accounts import SignIns

# The same tests, on the stack below; but one that searches all files after each of its many attempts.
_LONG = {"test_clear_text_on_the_timeline_is_refused_and_not_stored"}
globals().update(
    {name: test for name, test in vars(rooms).items() if name.startswith("test_") and name not in _LONG}
)
wulan, bima, room = rooms.wulan, rooms.bima, rooms.room
# Every process that is named as running is searched, so the workers and Redis are.
test_no_trace_in_memory_or_files = no_trace.test_of_a_thousand_private_marks_none_is_found_and_a_public_one_is
test_quiet_logs = quiet_logs.test_neither_words_nor_addresses_of_clients_get_into_any_log


@pytest.fixture(scope="module")
def door(tmp_path_factory) -> Door:
    data = tmp_path_factory.mktemp("three") / "data"
    data.mkdir()
    (data / "jaga.toml").write_text("homeserver_workers = 3\nroom_member_limit = 4\n")
    with running_stack(data) as running:
        yield Door(running)


@pytest.fixture(scope="module")
def stack(door):
    return door.stack


def test_there_are_three_processes_and_a_redis_that_no_port_reaches(door):
    assert {"synapse", "synapse_1", "synapse_2", "redis"} <= set(door.stack.pids())
    shared = yaml.safe_load((door.stack.data / "homeserver/homeserver.yaml").read_text())
    assert "port" not in shared["redis"]
    assert all("port" not in listener for listener in shared["listeners"])
    assert len(shared["instance_map"]) == 3


async def test_rooms_of_both_workers_refuse_clear_text_and_take_ciphertext(door, wulan):
    for _ in range(8):
        created = await wulan.room()
        status, answer = await wulan.send(created, "m.room.message", {"msgtype": "m.text", "body": "zqkabo"})
        assert (status, answer["errcode"]) == (403, "ORG.JAGA.SEALED_PLAINTEXT")
        assert (await wulan.send(created, "m.room.encrypted", encrypted()))[0] == 200


async def test_a_worker_and_redis_that_die_are_replaced_and_rooms_go_on(door, wulan):
    created = await wulan.room()
    for name in ("synapse_1", "synapse_2", "redis"):
        door.stack.replace(name)
    status, answer = await wulan.send(created, "m.room.encrypted", encrypted())
    assert status == 200, answer
    status, answer = await wulan.send(created, "m.room.message", {"msgtype": "m.text", "body": "zqkabo"})
    assert (status, answer["errcode"]) == (403, "ORG.JAGA.SEALED_PLAINTEXT")


def test_no_process_of_it_writes_rooms_into_its_log(door, wulan):
    logs = [door.stack.data / f"logs/{name}.log" for name in ("synapse", "synapse_1", "synapse_2")]
    assert all(path.exists() for path in logs)
    assert not any("INFO" in path.read_text() or wulan.user_id in path.read_text() for path in logs)


@as_root
def test_workers_and_redis_are_synapses_user_and_nobody_elses_and_keep_nothing_of_roots(door):
    found = {name: status(pid) for name, pid in door.stack.pids().items()}
    ours = {name for name in found if name.startswith("synapse")} | {"redis"}
    assert len(ours) == 4
    users = {name: found[name]["Uid"] for name in found}
    assert {users[name] for name in ours} == {users["synapse"]}
    assert users["synapse"] not in {users[name] for name in found.keys() - ours}
    for name in ours:
        assert found[name]["NoNewPrivs"] == "1"
        assert int(found[name]["CapEff"], 16) & ~(1 << 2) == 0


def test_what_only_synapse_may_reach_is_its_own_and_redis_writes_no_file(door):
    data = door.installation.data
    # Twisted locks each socket by a link to nowhere.
    entries = [path for path in data.own_run("synapse").iterdir() if not path.is_symlink()]
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in entries}
    between = {name for name in modes if name.endswith(".replication")} | {"redis.sock"}
    assert len(between) == 4
    assert not [name for name in between if modes[name] & 0o077]
    files = [
        data.homeserver / name for name in ("homeserver.yaml", "synapse_1.yaml", "synapse_2.yaml", "log.yaml")
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    # No snapshot, no log of changes, and no other kind of file lies beside the sockets.
    assert all(stat.S_ISSOCK(path.stat().st_mode) for path in entries)
    assert redis_answers(door, "CONFIG GET save") == ["*2", "$4", "save", "$0", ""]
    assert redis_answers(door, "CONFIG GET appendonly") == ["*2", "$10", "appendonly", "$2", "no"]
    assert redis_answers(door, "CONFIG GET port") == ["*2", "$4", "port", "$1", "0"]
    # What Synapse keeps there for some minutes, in memory alone: numbers of state groups, and our own server's name.
    keys = [key for key in redis_answers(door, "KEYS *")[1:] if not key.startswith("$")]
    assert {key.split(":")[1] for key in keys} <= {"event_to_prev_state_group", "get_joined_hosts"}


def redis_answers(door, command: str) -> list[str]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(door.installation.data.redis_socket))
        connection.sendall(f"{command}\r\nQUIT\r\n".encode())
        answer = b""
        while piece := connection.recv(4096):
            answer += piece
    return answer.decode().removesuffix("+OK\r\n").removesuffix("\r\n").split("\r\n")


def test_the_doctor_finds_nothing_wrong_and_names_a_worker_that_was_tampered_with(door):
    """Last but for the start without Redis: one worker loses the guard, and writes bodies into its log."""
    status_, lines = examined(door.stack)
    assert (failing(lines), status_) == ({}, 0)
    assert lines["configuration"]["detail"]["en"] == "4 files as written"
    assert {"synapse_1", "synapse_2", "redis"} <= set(lines["processes"]["detail"]["en"].split(", "))

    directory = door.installation.data.homeserver
    loud = directory / "loud.yaml"
    main = yaml.safe_load((directory / "homeserver.yaml").read_text())
    kept = [module for module in main["modules"] if "SealedSide" not in module["module"]]
    logging = yaml.safe_load((directory / "log.yaml").read_text())
    loud.write_text(yaml.safe_dump(logging | {"root": {"level": "INFO", "handlers": ["stderr"]}}))
    own = yaml.safe_load((directory / "synapse_1.yaml").read_text())
    own |= {"modules": kept, "worker_log_config": str(loud)}
    (directory / "synapse_1.yaml").write_text(yaml.safe_dump(own))
    owner = (directory / "log.yaml").stat()
    os.chown(loud, owner.st_uid, owner.st_gid)
    door.stack.replace("synapse_1")

    status_, lines = examined(door.stack)
    found = failing(lines)
    assert status_ == 1
    assert "synapse_1.yaml: modules (jaga.homeserver.module.SealedSide)" in found["configuration"]
    assert "synapse_1.yaml: worker_log_config" in found["configuration"]
    assert "synapse_2" not in found["configuration"]
    assert "IT GOES THROUGH" in found["guard-synapse_1"]
    assert not {"guard-synapse", "guard-synapse_2"} & found.keys()
    assert "loud.yaml: root" in found["log-level"]
    assert "synapse_1.log" in found["log-level"]

    # What is written at every start of the main process puts it right again.
    door.stack.replace("synapse")
    door.stack.replace("synapse_1")
    assert isinstance(configuration(door.installation), Good)


async def test_a_full_room_is_full_whichever_process_and_route_is_asked(door, wulan):
    members = [await door.add_member(name) for name in ("bima", "citra", "dewa", "eka")]
    with superuser(door.server, "synapse") as connection:
        connection.execute("UPDATE users SET admin = 1 WHERE name = %s", [wulan.user_id])
    for _ in range(4):
        full = await wulan.room(invite=members[:3])
        for socket_ in door.installation.data.synapse_sockets(3):
            asked = SignIns(socket=socket_, server_name=door.server_name)
            for path in (f"{CLIENT_API}/rooms/{full}/invite", f"/_synapse/admin/v1/join/{full}"):
                status_, answer = await asked._call(
                    "POST", path, token=wulan.token, body={"user_id": members[3]}
                )
                # The workers have no administrators' route at all.
                assert (status_, answer["errcode"]) in {
                    (403, "ORG.JAGA.SEALED_FULL"),
                    (404, "M_UNRECOGNIZED"),
                }
                assert status_ == 403 or (
                    socket_ != door.installation.data.synapse_socket and "admin" in path
                )


def test_without_redis_the_start_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "jaga.toml").write_text("homeserver_workers = 2\n")
    monkeypatch.setenv("PATH", "/nonexistent")
    with starting(tmp_path) as stack:
        eventually(lambda: stack.process.poll() is not None, seconds=120)
        assert stack.process.returncode == 1
        assert "apt-get install redis-server" in stack.output()
