"""Everything an installation holds in one directory, and back: both databases, both media stores, secrets, settings.

A backup is whole when its manifest exists, which is written last and names every file with its SHA-256; the data
directory it came from then notes when. The ledger's last checkpoint is copied before the databases are read, so that
a restored ledger is never behind it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jaga.app.directories import prepare
from jaga.app.installation import Installation
from jaga.app.paths import DataDir
from jaga.app.postgres import binaries
from jaga.app.server import OPEN_SIDE, SEALED_SIDE, DatabaseServer, provision
from jaga.app.standalone import server_of
from jaga.core.clock import rfc3339
from jaga.core.errors import Conflict, Unavailable
from jaga.core.files import write_private
from jaga.core.text import Text

_FORMAT = 1
_MANIFEST = "manifest.json"
_FILES = "files"
_DATABASES = (OPEN_SIDE, SEALED_SIDE)
# Made anew at every start, or kept as a dump instead.
_NOT_KEPT = frozenset({"run", "logs", "postgres"})
_CHUNK = 1 << 20

Tell = Callable[[str], None]
"""Told what is being done, one line for each step."""


class BackupNotEmpty(Conflict):
    code = "backup_directory_not_empty"
    text = Text(
        id="{path} tidak kosong; sebut direktori baru untuk cadangan.",
        en="{path} is not empty; name a new directory for the backup.",
    )


class BackupIncomplete(Conflict):
    code = "backup_incomplete"
    text = Text(
        id="{path} bukan cadangan Jaga yang utuh: {why}; pakai cadangan lain.",
        en="{path} is not a whole backup of Jaga: {why}; use another one.",
    )


class NotARestoringPlace(Conflict):
    code = "data_directory_in_the_way"
    text = Text(
        id="Di {path} sudah ada Jaga; pulihkan ke direktori data baru dengan --data.",
        en="There is a Jaga in {path} already; restore into a new data directory with --data.",
    )


class DumpFailed(Unavailable):
    code = "dump_failed"
    text = Text(
        id="{program} gagal untuk basis data {database}: {reason}.",
        en="{program} failed for the database {database}: {reason}.",
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup is: where, and how many files of how many bytes."""

    path: Path
    files: int
    size: int


def make_backup(installation: Installation, target: Path, *, now: datetime, tell: Tell) -> Kept:
    """Write a backup into `target`, whether Jaga runs or not. Raises `BackupNotEmpty`, `DumpFailed`."""
    if target.exists() and any(target.iterdir()):
        raise BackupNotEmpty(path=str(target))
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    data = installation.data
    _copy([data.ledger_checkpoint], data.root, target / _FILES)
    with server_of(installation) as server:
        for database in _DATABASES:
            tell(f"database {database}")
            _dump(server, database, target / f"{database}.dump")
    tell("files")
    _copy(_kept_files(data), data.root, target / _FILES)
    tell("checksums")
    kept = _seal(target, installation, now)
    write_private(data.last_backup, rfc3339(now).encode())
    return kept


def restore_backup(source: Path, root: Path, *, tell: Tell) -> Kept:
    """Bring a backup into the new data directory `root`; `jaga up` does the rest.

    It is put together beside `root` and moved there whole. Raises `NotARestoringPlace` and `BackupIncomplete` before
    anything is written, `DumpFailed`.
    """
    if root.exists() and any(root.iterdir()):
        raise NotARestoringPlace(path=str(root))
    tell("checksums")
    kept = _checked(source)
    made = root.absolute().with_name(f".{root.name}.restoring")
    shutil.rmtree(made, ignore_errors=True)
    data = DataDir(made)
    prepare(data)
    tell("files")
    _copy(_files_below(source / _FILES), source / _FILES, made)
    _load_databases(source, Installation.open(made), tell)
    shutil.rmtree(data.run)
    made.rename(root)
    return kept


def _load_databases(source: Path, installation: Installation, tell: Tell) -> None:
    with server_of(installation) as server:
        provision(server)
        for database in _DATABASES:
            tell(f"database {database}")
            _load(server, database, source / f"{database}.dump")


def _kept_files(data: DataDir) -> Iterator[Path]:
    for path in sorted(data.root.iterdir()):
        # Names with a dot are work under way.
        if path.name in _NOT_KEPT or path.name.startswith("."):
            continue
        found = _files_below(path) if path.is_dir() else [path]
        # The checkpoint stands already, older than the databases.
        yield from (file for file in found if file != data.ledger_checkpoint)


def _files_below(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink())


def _copy(files: Iterator[Path] | list[Path], root: Path, target: Path) -> None:
    """Copies that only their owner reads; what vanishes meanwhile was let go in good order."""
    for path in files:
        copy = target / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            source = path.open("rb")
        except FileNotFoundError:
            continue
        with source, open(copy, "wb", opener=_privately) as written:
            shutil.copyfileobj(source, written, _CHUNK)
            written.flush()
            os.fsync(written.fileno())


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _seal(target: Path, installation: Installation, now: datetime) -> Kept:
    files = {str(path.relative_to(target)): _sha256(path) for path in _files_below(target)}
    size = sum((target / name).stat().st_size for name in files)
    manifest = {
        "format": _FORMAT,
        "made_at": rfc3339(now),
        "server_name": installation.config.server_name,
        "files": files,
    }
    write_private(target / _MANIFEST, json.dumps(manifest, indent=1).encode())
    return Kept(target, len(files), size)


def _checked(source: Path) -> Kept:
    try:
        manifest = json.loads((source / _MANIFEST).read_bytes())
        files: dict[str, str] = manifest["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupIncomplete(path=str(source), why=f"it has no readable {_MANIFEST}") from None
    if manifest.get("format") != _FORMAT:
        raise BackupIncomplete(path=str(source), why="it is of another version")
    present = {str(path.relative_to(source)) for path in _files_below(source)} - {_MANIFEST}
    for name in sorted(present ^ set(files)):
        raise BackupIncomplete(path=str(source), why=f"{name} does not belong to it or is missing")
    for name, sha256 in files.items():
        if _sha256(source / name) != sha256:
            raise BackupIncomplete(path=str(source), why=f"{name} was changed")
    return Kept(source, len(files), sum((source / name).stat().st_size for name in files))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump(server: DatabaseServer, database: str, target: Path) -> None:
    with open(target, "wb", opener=_privately) as output:
        _run("pg_dump", ["--format=custom"], server, database, stdin=None, stdout=output.fileno())
        os.fsync(output.fileno())


def _load(server: DatabaseServer, database: str, dump: Path) -> None:
    """All of it or nothing. Every object goes back to the role that owned it."""
    options = ["--exit-on-error", "--single-transaction"]
    with dump.open("rb") as content:
        _run("pg_restore", options, server, database, stdin=content.fileno(), stdout=None)


def _run(
    program: str,
    options: list[str],
    server: DatabaseServer,
    database: str,
    *,
    stdin: int | None,
    stdout: int | None,
) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where no other user can look."""
    known = conninfo_to_dict(server.conninfo(server.superuser, database))
    password = str(known.pop("password"))
    done = subprocess.run(
        [str(binaries() / program), *options, "--no-password", "--dbname", make_conninfo("", **known)],
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        stdout=subprocess.DEVNULL if stdout is None else stdout,
        stderr=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", "PGPASSWORD": password},
        check=False,
    )
    if done.returncode != 0:
        reason = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise DumpFailed(program=program, database=database, reason=reason)
