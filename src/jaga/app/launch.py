"""How a child process comes into being: it dies with its supervisor, and runs as whom it must.

Linux only, as the rest of the supervision is: `prctl(2)`, `capabilities(7)`.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import stat
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from jaga.app import landlock
from jaga.app.refusals import NoAccountForPostgres, PathOutOfReach

_LIBC = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1
_CAP_DAC_READ_SEARCH = 2

_NO_SIGN_IN = ("--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin")


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilitySets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


@dataclass(frozen=True, slots=True)
class Account:
    """A unix user other than our own."""

    name: str
    uid: int
    gid: int

    groups: tuple[int, ...] = ()
    capability: int | None = None
    """The one capability it keeps, so that it reaches its files below directories closed to it."""


def account_below_root(name: str, needed: Iterable[Path]) -> Account | None:
    """As whom a program runs that refuses to run as root; `None` when we are not root ourselves.

    When `needed` lies below directories closed to that user (a clone in /root, a test's temporary directory), it
    keeps the capability to search directories. The alternative, opening those directories to everyone, would change
    what is not ours.
    """
    if os.geteuid() != 0:
        return None
    entry = _system_user(name)
    return capability_for(Account(name, entry.pw_uid, entry.pw_gid), needed)


def capability_for(account: Account, needed: Iterable[Path]) -> Account:
    """The account as it is when it reaches all that is `needed`, else with the capability to search directories."""
    closed = next((path for path in needed if not _reachable(path, account)), None)
    if closed is None:
        return account
    for capability in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE):
        if _permitted() & 1 << capability:
            return replace(account, capability=capability)
    raise PathOutOfReach(name=account.name, path=str(closed))


def _system_user(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise NoAccountForPostgres(name=name, reason="useradd is not installed")
    made = subprocess.run(
        [useradd, "--system", "--user-group", "--no-create-home", *_NO_SIGN_IN, name],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return pwd.getpwnam(name)  # also when another Jaga created it in the same moment
    except KeyError:
        raise NoAccountForPostgres(name=name, reason=made.stderr.strip() or "useradd failed") from None


def _reachable(path: Path, account: Account) -> bool:
    return all(_searchable(parent.stat(), account) for parent in path.resolve().parents)


def _searchable(found: os.stat_result, account: Account) -> bool:
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid in {account.gid, *account.groups}:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _permitted() -> int:
    """Our own permitted capabilities, the first 32 of them."""
    header, sets = _CapabilityHeader(_CAPABILITY_VERSION_3, 0), (_CapabilitySets * 2)()
    if _LIBC.capget(ctypes.byref(header), sets) != 0:
        return 0
    return int(sets[0].permitted)


def entering(
    account: Account | None, *, death_signal: signal.Signals, wall: int | None = None
) -> Callable[[], None]:
    """What a child does between fork and exec: becomes `account`, gives up what lies beyond `wall` (a descriptor of
    `landlock.ruleset`), and asks to be signalled when its parent dies.
    """
    supervisor = os.getpid()

    def enter() -> None:
        os.umask(0o077)
        if account is not None:
            _become(account)
        if wall is not None:
            landlock.enter(wall)
        # After the change of user, which clears it.
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != supervisor:  # it died before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return enter


def _become(account: Account) -> None:
    _LIBC.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups(account.groups)
    os.setgid(account.gid)
    os.setuid(account.uid)
    bit = 0 if account.capability is None else 1 << account.capability
    header, sets = _CapabilityHeader(_CAPABILITY_VERSION_3, 0), (_CapabilitySets * 2)()
    sets[0].effective = sets[0].permitted = sets[0].inheritable = bit
    if _LIBC.capset(ctypes.byref(header), sets) != 0:
        os.kill(os.getpid(), signal.SIGKILL)  # never go on with root's capabilities
    if account.capability is not None:
        _LIBC.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, account.capability, 0, 0)
