"""With several processes of Synapse each room has one, and what only the main one can do goes to it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from synapse.config._base import RoutableShardedWorkerHandlingConfig
from tests.helpers.routes import PASSED

from jaga.web.front_door_split import socket_for

MAIN, FIRST, SECOND = (Path(f"/run/{name}.sock") for name in ("main", "first", "second"))
THREE = [MAIN, FIRST, SECOND]
ROOM = "/_matrix/client/v3/rooms/!a"
TOKEN = b"Bearer abc"


@pytest.mark.parametrize("path", [path for _, path, _ in PASSED])
def test_with_one_process_everything_goes_to_it(path):
    assert socket_for(path, TOKEN, [MAIN]) == MAIN


@pytest.mark.parametrize(
    "rest",
    [
        "send/m.room.encrypted/1",
        "redact/$e/1",
        "state",
        "state/m.room.name/",
        "messages",
        "invite",
        "kick",
        "ban",
        "leave",
        "receipt/m.read/$e",
        "read_markers",
    ],
)
def test_all_of_a_room_goes_to_one_worker(rest):
    found = socket_for(f"{ROOM}/{rest}", TOKEN, THREE)
    assert found in {FIRST, SECOND}
    assert found == socket_for(f"{ROOM}/send/m.room.encrypted/2", b"Bearer other", THREE)
    assert found == socket_for("/_matrix/client/v3/join/!a", b"Bearer other", THREE)
    assert found == socket_for("/_matrix/client/v3/knock/!a", b"Bearer other", THREE)


@pytest.mark.parametrize("count", [1, 2, 3, 15])
def test_a_room_goes_to_the_worker_that_writes_its_events(count):
    """Held against Synapse's own choice: elsewhere every message would be handed from one process to another."""
    workers = [Path(f"/run/worker{number}.sock") for number in range(count)]
    writers = RoutableShardedWorkerHandlingConfig(list(map(str, workers)))
    for room in (f"!zqkabo{number}:a+/{number}" for number in range(40)):
        path = f"/_matrix/client/v3/rooms/{quote(room, safe='!:')}/send/m.room.encrypted/1"
        assert str(socket_for(path, TOKEN, [MAIN, *workers])) == writers.get_instance(room)


def test_rooms_and_members_are_spread_over_all_workers():
    rooms = {socket_for(f"/_matrix/client/v3/rooms/!r{n}/send/x/1", TOKEN, THREE) for n in range(50)}
    members = {socket_for("/_matrix/client/v3/sync", f"Bearer {n}".encode(), THREE) for n in range(50)}
    assert rooms == members == {FIRST, SECOND}


@pytest.mark.parametrize(
    "path",
    [
        "/_matrix/client/v3/sync",
        "/_matrix/client/v3/keys/claim",
        "/_matrix/client/v3/room_keys/keys",
        "/_matrix/client/v3/room_keys/version/1",
        "/_matrix/client/v3/user/@a:b/filter",
        "/_matrix/client/v3/user_directory/search",
        "/_matrix/client/v3/notifications",
    ],
)
def test_what_a_member_asks_for_goes_to_the_members_worker(path):
    assert socket_for(path, TOKEN, THREE) == socket_for("/_matrix/client/v3/sync", TOKEN, THREE) != MAIN


@pytest.mark.parametrize(
    "path",
    [
        "/_matrix/client/v3/login",
        "/_matrix/client/v3/sendToDevice/m.room.encrypted/1",
        "/_matrix/client/v3/keys/upload",
        "/_matrix/client/v3/account/deactivate",
        f"{ROOM}/typing/@a:b",
        f"{ROOM}/forget",
        "/_matrix/client/v3/user/@a:b/account_data/m.direct",
        "/_matrix/media/v3/upload",
    ],
)
def test_what_only_the_main_process_writes_goes_there(path):
    assert socket_for(path, TOKEN, THREE) == MAIN
