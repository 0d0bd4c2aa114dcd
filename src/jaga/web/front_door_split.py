"""Which process of Synapse answers a request, when there are several: data, like the route table.

What concerns one room always goes to the same worker, so that only one holds that room in memory; what one member
asks for goes to the same worker too. Everything not named here goes to the main process, for one of these reasons: it
alone may write it (messages to devices, settings, typing, notification rules), it alone has the files, it counts
attempts in its memory (sign-ins), or nobody asks for it often (devices, keys of a device, profiles). The rows follow
"Worker endpoints" and "Stream writers" in Synapse's docs/workers.md. With one process all of it goes there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

_CLIENT = "/_matrix/client/(?:v3|r0|v1|unstable)"
_IN_ROOM = (
    "send|redact|state|messages|members|joined_members|event|context|relations|threads|timestamp_to_event|"
    "invite|join|leave|kick|ban|unban|receipt|read_markers"
)

BY_ROOM = re.compile(
    f"{_CLIENT}/(?:rooms/(?P<room>[^/]+)/(?:{_IN_ROOM})(?:/.*)?|(?:join|knock)/(?P<entered>[^/]+))"
)
BY_MEMBER = re.compile(
    f"{_CLIENT}/(?:sync|org\\.matrix\\.simplified_msc3575/sync|createRoom|joined_rooms|keys/(?:query|changes|claim)|"
    "room_keys/.*|user/[^/]+/filter(?:/.*)?|user_directory/search|notifications)"
)


def socket_for(path: str, member: bytes, sockets: Sequence[Path]) -> Path:
    """The socket to ask; `sockets` has the main process's first. `member` is whatever tells members apart."""
    workers = sockets[1:]
    if not workers:
        return sockets[0]
    if found := BY_ROOM.fullmatch(path):
        return _one_of(workers, unquote(found["room"] or found["entered"]).encode())
    if BY_MEMBER.fullmatch(path):
        return _one_of(workers, member)
    return sockets[0]


def _one_of(workers: Sequence[Path], key: bytes) -> Path:
    """As Synapse itself tells which worker writes a room's events: asked elsewhere, it would hand each of them over."""
    return workers[int.from_bytes(hashlib.sha256(key).digest(), "little") % len(workers)]
