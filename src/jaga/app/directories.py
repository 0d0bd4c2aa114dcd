"""Makes the directories of an installation, and holds the lock that keeps a second Jaga out."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from jaga.app.paths import DataDir
from jaga.app.refusals import CannotWrite, DataDirInUse
from jaga.app.walls import WALLS

# PostgreSQL may run as another user and has to pass through; nothing but names can be learned on the way.
_PASSABLE = 0o711


def prepare(data: DataDir) -> None:
    """Make what is missing below `data`; raises `CannotWrite`."""
    try:
        for path in (data.root, data.run):
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(_PASSABLE)
        for path in (data.secrets, data.logs):
            path.mkdir(exist_ok=True)
            path.chmod(0o700)
        data.ledger.mkdir(exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=data.root):
            pass
        _prepare_sockets(data)
        for name in WALLS:
            data.own_run(name).mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise CannotWrite(path=str(data.root), reason=error.strerror) from None


def _prepare_sockets(data: DataDir) -> None:
    if data.sockets == data.run.resolve():
        return
    data.sockets.mkdir(exist_ok=True, mode=_PASSABLE)
    found = data.sockets.lstat()
    # It lies in /tmp, where anyone could have put something of that name.
    if found.st_uid != os.geteuid() or data.sockets.is_symlink():
        raise PermissionError(0, f"{data.sockets} belongs to someone else")
    data.sockets.chmod(_PASSABLE)


def remove_sockets(data: DataDir) -> None:
    """What `prepare` made outside of the data directory, if anything."""
    if data.sockets != data.run.resolve():
        shutil.rmtree(data.sockets, ignore_errors=True)


@contextmanager
def sole_use(data: DataDir) -> Iterator[None]:
    """One Jaga for each data directory; the kernel releases the lock even when we are killed."""
    descriptor = os.open(data.run / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DataDirInUse(path=str(data.root)) from None
        yield
    finally:
        os.close(descriptor)
