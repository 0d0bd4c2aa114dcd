"""Who may touch what: the user, groups, directories, secrets and paths of each process.

Started as root, each process is a user of its own, whose number nobody else on the machine has: no account is made,
the kernel needs none. Started as another user, all are that user. In both cases Landlock closes to each process what
the table below does not give it; see docs/decisions/0014.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import jaga
from jaga.app.launch import Account, capability_for
from jaga.app.paths import DataDir
from jaga.app.server import OPEN_SIDE
from jaga.core.files import OPEN_TO_GROUP
from jaga.homeserver.names import JOINING_TOKEN, KEEPER_TOKEN
from jaga.web.tokens import SHARED

# No system hands these numbers out (systemd's UIDS-GIDS calls 60706 to 61183 unused), and a container that maps 16 bits has them.
_FIRST, _BLOCKS, _BLOCK = 60_710, 42, 11


class Number(IntEnum):
    """Within an installation's block: the users, then the groups whose members share something."""

    WEB = 0
    WORKER = 1
    DETECTOR = 2
    SYNAPSE = 3
    DATABASE = 4
    """Who may knock at PostgreSQL; it still asks for a password."""

    SYNAPSES_DOOR = 5
    DETECTORS_DOOR = 6
    MEDIA = 7
    LEDGER = 8
    VAULT = 9
    DEMO = 10
    """The demonstration's people, who share nothing with the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """What one process is given of the installation. All else of it is closed."""

    user: Number
    groups: tuple[Number, ...]
    secrets: tuple[str, ...] = ()
    """Handed over when it starts; none of them reads `secrets/`."""

    writes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    """Below the data directory; `run/NAME` is its own in any case."""

    callers: Number | None = None
    """The group that may reach the sockets in `run/NAME`."""


_DATABASE_PASSWORD = f"postgres-{OPEN_SIDE}"

WALLS: dict[str, Wall] = {
    "web": Wall(
        user=Number.WEB,
        groups=(
            Number.DATABASE,
            Number.SYNAPSES_DOOR,
            Number.DETECTORS_DOOR,
            Number.MEDIA,
            Number.LEDGER,
            Number.VAULT,
        ),
        secrets=(_DATABASE_PASSWORD, "ledger.key", "evidence.key", "joining.key", JOINING_TOKEN),
        writes=("media", "ledger"),
        reads=("vault",),
    ),
    "worker": Wall(
        user=Number.WORKER,
        groups=(
            Number.DATABASE,
            Number.SYNAPSES_DOOR,
            Number.DETECTORS_DOOR,
            Number.MEDIA,
            Number.LEDGER,
            Number.VAULT,
        ),
        secrets=(_DATABASE_PASSWORD, "ledger.key", "evidence.key", KEEPER_TOKEN),
        writes=("ledger", "media", "vault"),
    ),
    "detector": Wall(
        user=Number.DETECTOR,
        groups=(Number.DATABASE, Number.MEDIA),
        secrets=(_DATABASE_PASSWORD,),
        reads=("media",),
        callers=Number.DETECTORS_DOOR,
    ),
    "synapse": Wall(
        user=Number.SYNAPSE,
        groups=(Number.DATABASE,),
        writes=("homeserver",),
        callers=Number.SYNAPSES_DOOR,
    ),
}


# What the supervisor has made before any process starts; the rest needs a running Synapse.
MADE_FIRST = frozenset(name for wall in WALLS.values() for name in wall.secrets) - {KEEPER_TOKEN}


def number(data: DataDir, which: Number) -> int:
    """The user's or group's number: the same at every start as long as the directory stays where it is."""
    digest = hashlib.sha256(os.fsencode(data.root.resolve())).digest()
    for attempt in range(_BLOCKS):
        first = _FIRST + _BLOCK * ((int.from_bytes(digest[:8]) + attempt) % _BLOCKS)
        if not any(_is_taken(first + offset) for offset in range(_BLOCK)):
            return first + which
    return _FIRST + which


def _is_taken(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def account(data: DataDir, name: str, needed: Iterable[Path]) -> Account | None:
    """As whom the process runs; `None` when we are not root, and it is us."""
    if os.geteuid() != 0:
        return None
    wall = WALLS[name]
    uid = number(data, wall.user)
    found = Account(
        f"jaga-{name}", uid, uid, groups=tuple(sorted(number(data, group) for group in wall.groups))
    )
    return capability_for(found, [data.root.absolute(), *code(), *needed])


def demo_account(data: DataDir, folder: Path) -> Account | None:
    """As `account`, for the process of the demonstration's people; `folder` is all that is theirs."""
    if os.geteuid() != 0:
        return None
    uid = number(data, Number.DEMO)
    return capability_for(Account("jaga-demo", uid, uid), [folder, *code()])


def give_demo(data: DataDir, folder: Path) -> None:
    _hand(data, folder, Number.DEMO, Number.DEMO, 0o700)


def code() -> list[Path]:
    """What a process of ours is made of: the interpreter, the libraries, this package."""
    executable = Path(sys.executable)
    paths = [
        *(Path(entry) for entry in sys.path if entry),
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path(jaga.__file__).parent.parent,
        SHARED,
        executable,
        executable.resolve(),
    ]
    return [path for path in dict.fromkeys(paths) if path.exists()]


def readable(data: DataDir, name: str, needed: Iterable[Path]) -> list[Path]:
    """The system's own directories, our code, and what the table says."""
    own = [data.root.absolute() / entry for entry in WALLS[name].reads]
    return [*system(), *code(), *needed, *own]


DEVICES = Path("/dev")

# Where people's own files are; and what is below the data directory's own first part is closed unless it is code.
_NOT_SYSTEM = frozenset({"home", "root", "tmp", "var", "mnt", "media", "srv", "run"})


def system() -> Iterator[Path]:
    """What every process may read."""
    yield from (path for path in Path("/").iterdir() if path.name not in _NOT_SYSTEM and path.is_dir())
    yield Path("/run/systemd/resolve")  # where resolv.conf may point to


def writable(data: DataDir, name: str) -> list[Path]:
    own = [data.root.absolute() / entry for entry in WALLS[name].writes]
    return [*own, data.own_run(name), DEVICES]


def give(data: DataDir) -> None:
    """Make each process's directories, and hand them and what is in them to it; for data of an older Jaga too."""
    for new in (data.ledger_vkey, data.ledger_checkpoint):
        if (data.root / new.name).exists():
            (data.root / new.name).replace(new)
    for name, wall in WALLS.items():
        shutil.rmtree(data.own_run(name), ignore_errors=True)
        _hand(
            data, data.own_run(name), wall.user, wall.callers or wall.user, 0o710 if wall.callers else 0o700
        )
    give_homeserver(data)
    _hand(data, data.media, Number.WEB, Number.MEDIA, OPEN_TO_GROUP)
    _hand(data, data.vault, Number.WORKER, Number.VAULT, OPEN_TO_GROUP)
    _hand(data, data.ledger, Number.WORKER, Number.LEDGER, OPEN_TO_GROUP)


def give_homeserver(data: DataDir) -> None:
    """Also what was just written there."""
    _hand(data, data.homeserver, Number.SYNAPSE, Number.SYNAPSE, 0o700)


def _hand(data: DataDir, path: Path, user: Number, group: Number, mode: int) -> None:
    path.mkdir(exist_ok=True, mode=0o700)
    if os.geteuid() != 0:
        path.chmod(0o700)
        return
    uid, gid = number(data, user), number(data, group)
    found = path.stat()
    if (found.st_uid, found.st_gid) != (uid, gid):
        # The directory itself last: when this is cut short, the next start begins again.
        for entry in sorted(path.rglob("*"), reverse=True):
            _own(entry, uid, gid, mode)
    else:
        for entry in path.iterdir():  # what is written anew at every start
            _own(entry, uid, gid, mode)
    _own(path, uid, gid, mode)


def _own(path: Path, uid: int, gid: int, mode: int) -> None:
    os.chown(path, uid, gid, follow_symlinks=False)
    if path.is_dir() and not path.is_symlink():
        path.chmod(mode)
    elif not path.is_symlink():
        path.chmod(mode & 0o666)
