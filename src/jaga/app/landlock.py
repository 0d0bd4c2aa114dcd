"""Landlock: a process gives up, for good, every file that is not below the paths it was left (landlock(7)).

It holds whoever the process is, also for a user who keeps a capability to read everything, and for processes that
are all the same user. Kernels before 5.13, and those that leave it out, know none of it; then nothing is given up.
Sockets are reached as before: who may open one is a matter of its directory's owner.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""The same numbers on every architecture."""

_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_FIRST_RIGHTS = (1 << 13) - 1
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_READING = _EXECUTE | _READ_FILE | _READ_DIR


def version() -> int:
    """What the kernel offers; 0 for nothing."""
    return max(0, int(_LIBC.syscall(_CREATE_RULESET, None, 0, _VERSION)))


def ruleset(*, readable: Iterable[Path], writable: Iterable[Path]) -> int | None:
    """A descriptor for `enter`; `None` where the kernel has no Landlock. What does not exist is passed over."""
    handled = _handled(version())
    if not handled:
        return None
    attributes = struct.pack("Q", handled)
    descriptor = int(_LIBC.syscall(_CREATE_RULESET, attributes, len(attributes), 0))
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    for paths, rights in ((readable, handled & _READING), (writable, handled)):
        for path in paths:
            _allow(descriptor, path, rights)
    return descriptor


def _handled(known: int) -> int:
    if known <= 0:
        return 0
    return _FIRST_RIGHTS | (_REFER if known >= 2 else 0) | (_TRUNCATE if known >= 3 else 0)


def _allow(descriptor: int, path: Path, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            rights &= _OF_FILES
        rule = struct.pack("=Qi", rights, parent)
        if _LIBC.syscall(_ADD_RULE, descriptor, _PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), "landlock_add_rule", str(path))
    finally:
        os.close(parent)


def enter(descriptor: int) -> None:
    """From now on, for this process and all it starts. Raises `OSError`: then it must not go on."""
    if (
        _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        or _LIBC.syscall(_RESTRICT_SELF, descriptor, 0) != 0
    ):
        raise OSError(ctypes.get_errno(), "landlock_restrict_self")
