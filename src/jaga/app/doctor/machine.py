"""The machine and the files: processes, walls, keys, clocks, disk, backups."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import stat
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from jaga.app import landlock
from jaga.app.doctor.findings import Failed, Finding, Good, Noted, both
from jaga.app.installation import Installation
from jaga.app.keys import evidence_keys
from jaga.app.server import OPEN_SIDE
from jaga.app.wall_probe import can_read
from jaga.app.walls import WALLS
from jaga.cases.evidence import UnusableVault
from jaga.core.clock import utc_now
from jaga.core.text import Text

_MOST_SKEW = timedelta(seconds=2)
_OLDEST_BACKUP = timedelta(days=8)
_LEAST_FREE_BYTES = 1 << 30
_LEAST_FREE_SHARE = 0.05
_UNSYNCHRONIZED = 0x40
"""STA_UNSYNC of adjtimex(2)."""

_LISTEN = "0A"
"""TCP_LISTEN of the kernel, as /proc/net/tcp writes it."""

_OPEN_SIDE = ("web", "worker", "detector")


def processes(installation: Installation) -> Finding:
    known: dict[str, int] = json.loads(installation.data.ready.read_bytes())["processes"]
    gone = [name for name, pid in known.items() if not Path(f"/proc/{pid}").exists()]
    if gone:
        return Failed(both(", ".join(gone)))
    return Good(both(", ".join(known)))


def walls(installation: Installation) -> Finding:
    """Whether a program in the place of each process could read what is not its own, by trying."""
    data = installation.data
    closed = [data.homeserver, data.homeserver / "homeserver.yaml", data.secrets, data.run / "settings.json"]
    open_ = [
        f"{name}: {path}" for name in _OPEN_SIDE for path in closed if can_read(name, installation, path)
    ]
    if not can_read("synapse", installation, data.homeserver / "homeserver.yaml"):
        return Failed(Text(id="tidak dapat dicoba", en="they cannot be tried"))
    if not open_:
        return Good(
            Text(id=f"tertutup ({_kind()})", en=f"closed ({_kind()})"),
        )
    if landlock.version() == 0 and os.geteuid() != 0:
        return Noted(
            Text(
                id="Kernel tanpa Landlock, dan bukan root: semua proses adalah satu pengguna dan tidak bersekat.",
                en="A kernel without Landlock, and not root: all processes are one user, with no walls between.",
            )
        )
    return Failed(Text(id=f"terbaca: {'; '.join(open_)}", en=f"readable: {'; '.join(open_)}"))


def ports(installation: Installation) -> Finding:
    """Nobody but the front door takes connections from the network, and who may knock at a socket is settled."""
    known: dict[str, int] = json.loads(installation.data.ready.read_bytes())["processes"]
    heard = [f"{name}: {port}" for name, pid in known.items() if name != "web" for port in _listening(pid)]
    wide = [f"{path.name}: {mode:o}" for path, mode in _too_wide(installation)]
    if heard or wide:
        named = ", ".join([*heard, *wide])
        return Failed(Text(id=f"terbuka: {named}", en=f"open: {named}"))
    return Good(Text(id="lainnya hanya dapat dicapai dari mesin ini", en="all else are local sockets"))


def _listening(pid: int) -> list[int]:
    """TCP ports at which a process listens, as proc(5) has them."""
    held = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            held.add(entry.readlink().name)
    found = []
    for table in (Path(f"/proc/{pid}/net/tcp"), Path(f"/proc/{pid}/net/tcp6")):
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            columns = line.split()
            if columns[3] == _LISTEN and f"socket:[{columns[9]}]" in held:
                found.append(int(columns[1].rpartition(":")[2], 16))
    return found


def _too_wide(installation: Installation) -> Iterable[tuple[Path, int]]:
    """Sockets between Synapse's own processes that others could open, and directories that let others pass."""
    for directory in (installation.data.own_run(name) for name in WALLS):
        mode = stat.S_IMODE(directory.stat().st_mode)
        if mode & 0o067:
            yield directory, mode
    for path in installation.data.own_run("synapse").iterdir():
        found = path.lstat().st_mode  # Twisted's locks are links to nowhere
        between = path == installation.data.redis_socket or path.suffix == ".replication"
        if between and stat.S_ISSOCK(found) and found & 0o077:
            yield path, stat.S_IMODE(found)


def _kind() -> str:
    users = "users" if os.geteuid() == 0 else "one user"
    return f"{users}, Landlock {landlock.version()}" if landlock.version() else users


def keys(installation: Installation) -> Finding:
    wrong = [*_missing(installation), *_too_open(installation.data.secrets.iterdir())]
    try:
        evidence_keys(installation)
    except UnusableVault as error:
        wrong.append(f"evidence.key: {error}")
    if wrong:
        return Failed(both("; ".join(wrong)))
    count = sum(1 for _ in installation.data.secrets.iterdir())
    return Good(Text(id=f"{count} berkas, mode 600", en=f"{count} files, mode 600"))


def _missing(installation: Installation) -> Iterable[str]:
    remembered: list[str] = json.loads((installation.data.secrets / "manifest.json").read_bytes())
    return (f"{name}: -" for name in remembered if not (installation.data.secrets / name).exists())


def _too_open(paths: Iterable[Path]) -> Iterable[str]:
    for path in paths:
        found = path.stat()
        if stat.S_IMODE(found.st_mode) != 0o600 or found.st_uid != os.geteuid():
            yield f"{path.name}: {stat.S_IMODE(found.st_mode):o}, uid {found.st_uid}"


def clocks(installation: Installation) -> Finding:
    with psycopg.connect(installation.server.conninfo(OPEN_SIDE, OPEN_SIDE)) as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    skew = abs(utc_now() - row[0])
    if skew > _MOST_SKEW:
        seconds = f"{skew.total_seconds():.0f}"
        return Failed(
            Text(
                id=f"Basis data berbeda {seconds} detik.", en=f"The database's clock differs by {seconds} s."
            )
        )
    if not _is_synchronized():
        return Noted(
            Text(
                id="Sama di mana-mana; kernel tidak tahu apakah disetel dengan NTP.",
                en="The same everywhere; the kernel does not know of any synchronization (NTP).",
            )
        )
    return Good(Text(id="sama, dan disetel dengan NTP", en="the same, and synchronized by NTP"))


def _is_synchronized() -> bool:
    """As the kernel says (adjtimex(2) without a change); also false where it may not be asked."""
    timex = ctypes.create_string_buffer(256)  # struct timex is 208 bytes; modes = 0 asks only
    if ctypes.CDLL(None).adjtimex(timex) < 0:
        return False
    # `int modes`, padding, three longs, then `int status`.
    status = int.from_bytes(timex.raw[40:44], "little")
    return not status & _UNSYNCHRONIZED


def disk(installation: Installation) -> Finding:
    found = shutil.disk_usage(installation.data.root)
    free = f"{found.free / (1 << 30):.1f} GiB"
    if found.free < _LEAST_FREE_BYTES or found.free < found.total * _LEAST_FREE_SHARE:
        return Failed(Text(id=f"tinggal {free}", en=f"only {free} left"))
    return Good(Text(id=f"{free} bebas", en=f"{free} free"))


def backups(installation: Installation) -> Finding:
    data = installation.data
    try:
        last = datetime.fromisoformat(data.last_backup.read_text("ascii").strip())
    except FileNotFoundError:
        age = utc_now().timestamp() - data.server_name.stat().st_mtime
        if age < _OLDEST_BACKUP.total_seconds():
            return Noted(Text(id="belum ada; pakai jaga backup", en="none yet; make one with jaga backup"))
        return Failed(Text(id="belum pernah ada", en="there never was one"))
    days = (utc_now() - last).days
    if utc_now() - last > _OLDEST_BACKUP:
        return Failed(Text(id=f"yang terakhir {days} hari lalu", en=f"the last one was made {days} days ago"))
    return Good(Text(id=f"{days} hari lalu", en=f"{days} days ago"))
