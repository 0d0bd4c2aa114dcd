"""One setting makes Synapse three processes, and the sealed side is as closed and as useful as with one."""

from __future__ import annotations

import pytest
import yaml
from tests.helpers.members import Door
from tests.helpers.sealed import encrypted
from tests.helpers.stack import eventually, running_stack, starting
from tests.integration import test_sealed_exchange as exchange
from tests.integration import test_sealed_rooms as rooms

# The same tests, on the stack below; but one that searches all files after each of its many attempts.
_LONG = {"test_clear_text_on_the_timeline_is_refused_and_not_stored"}
globals().update(
    {name: test for name, test in vars(rooms).items() if name.startswith("test_") and name not in _LONG}
)
wulan, bima, room = rooms.wulan, rooms.bima, rooms.room
test_text_and_files = exchange.test_text_and_files_go_both_ways_and_leave_no_readable_trace


@pytest.fixture(scope="module")
def door(tmp_path_factory) -> Door:
    data = tmp_path_factory.mktemp("three") / "data"
    data.mkdir()
    (data / "jaga.toml").write_text("homeserver_workers = 3\n")
    with running_stack(data) as running:
        yield Door(running)


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


def test_without_redis_the_start_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "jaga.toml").write_text("homeserver_workers = 2\n")
    monkeypatch.setenv("PATH", "/nonexistent")
    with starting(tmp_path) as stack:
        eventually(lambda: stack.process.poll() is not None, seconds=120)
        assert stack.process.returncode == 1
        assert "apt-get install redis-server" in stack.output()
