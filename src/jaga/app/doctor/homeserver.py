"""The sealed side behind the front door: its configuration on the disk and in force, its rooms, what it logs."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import yaml

from jaga.app.children import homeserver_settings
from jaga.app.doctor.findings import Failed, Finding, Good, both
from jaga.app.installation import Installation
from jaga.app.server import OPEN_SIDE, SEALED_SIDE, SUPERVISOR
from jaga.core.text import Text
from jaga.homeserver.configuration import configuration_files, main_file

_QUIET = frozenset({"WARNING", "ERROR", "CRITICAL"})
_TALKING = re.compile(rb"^\d{4}-\d\d-\d\d \S+ (?:DEBUG|INFO) ", re.MULTILINE)
_TAIL = 2_000_000
_SECOND = 1.5

_UNSEALED = """
    SELECT room_id FROM rooms WHERE is_public
    UNION SELECT r.room_id FROM rooms r
        WHERE NOT EXISTS (
            SELECT FROM current_state_events c WHERE c.room_id = r.room_id AND c.type = 'm.room.encryption'
        ) AND EXISTS (SELECT FROM current_state_events c WHERE c.room_id = r.room_id)
    UNION SELECT room_id FROM room_aliases
"""

# What a statement, its values or an error could bring into PostgreSQL's log, and what each must be at.
_POSTGRES_QUIET = {
    "log_statement": {"none"},
    "log_min_duration_statement": {"-1"},
    "log_min_duration_sample": {"-1"},
    "log_transaction_sample_rate": {"0"},
    "log_min_error_statement": {"panic", "fatal"},
    "log_parameter_max_length_on_error": {"0"},
    "log_error_verbosity": {"terse"},
}


def configuration(installation: Installation) -> Finding:
    """What is on the disk against what our settings say, and whether each process has read it since."""
    settings = homeserver_settings(installation)
    wanted = configuration_files(settings)
    found = {path: _read(path) for path in wanted}
    main = main_file(settings.directory)
    differing = [
        *_differences(main.name, wanted[main], found[main]),
        *(
            difference
            for path in wanted.keys() - {main}
            # A worker reads the main file first, then its own, and what stands there wins.
            for difference in _differences(
                path.name, {**wanted[main], **wanted[path]}, {**wanted[main], **found[path]}
            )
        ),
    ]
    if differing:
        named = ", ".join(sorted(differing))
        return Failed(Text(id=f"menyimpang: {named}", en=f"differs: {named}"))
    if unread := _unread(installation, main):
        named = ", ".join(unread)
        return Failed(
            Text(
                id=f"Berkasnya ditulis setelah prosesnya mulai: {named}.",
                en=f"The file was written after its process started: {named}.",
            )
        )
    return Good(Text(id=f"{len(wanted)} berkas seperti yang ditulis", en=f"{len(wanted)} files as written"))


def _read(path: Path) -> dict[str, Any]:
    """An empty one stands for what cannot be read: then everything in it differs."""
    try:
        content = yaml.safe_load(path.read_bytes())
    except (OSError, yaml.YAMLError):
        return {}
    return content if isinstance(content, dict) else {}


def _differences(file: str, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Names of settings, never their values: some are secrets."""
    for key in sorted(wanted.keys() | found.keys()):
        if wanted.get(key) == found.get(key):
            continue
        if key == "modules":
            yield f"{file}: modules ({', '.join(sorted(_modules(wanted) ^ _modules(found)))})"
        else:
            yield f"{file}: {key}"


def _modules(content: Mapping[str, Any]) -> set[str]:
    modules = content.get("modules")
    return {str(module.get("module")) for module in modules} if isinstance(modules, list) else set()


def _unread(installation: Installation, main: Path) -> list[str]:
    """Files that are younger than a process which has read them."""
    processes: dict[str, int] = json.loads(installation.data.ready.read_bytes())["processes"]
    return [
        f"{name}: {path.name}"
        for name, pid in processes.items()
        if name.startswith("synapse")
        for path in dict.fromkeys((main, main.with_name("log.yaml"), main.with_name(f"{name}.yaml")))
        if path.exists() and path.stat().st_mtime > _started(pid) + _SECOND
    ]


def _started(pid: int) -> float:
    """Seconds since the epoch."""
    ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    up = float(Path("/proc/uptime").read_text().split()[0])
    return time.time() - up + ticks / os.sysconf("SC_CLK_TCK")


def rooms(installation: Installation) -> Finding:
    with _connection(installation) as connection:
        unsealed = [row[0] for row in connection.execute(_UNSEALED).fetchall()]
        row = connection.execute("SELECT count(*) FROM rooms").fetchone()
    if unsealed:
        some = ", ".join(unsealed[:3])
        return Failed(
            Text(
                id=f"{len(unsealed)} ruang tidak tersegel: {some}",
                en=f"{len(unsealed)} rooms are not sealed: {some}",
            )
        )
    count = 0 if row is None else row[0]
    return Good(Text(id=f"{count} ruang, semua tersegel", en=f"{count} rooms, all sealed"))


def administrators(installation: Installation) -> Finding:
    """One account of the homeserver may administer: the one that nobody can sign in to."""
    with _connection(installation) as connection:
        found = [row[0] for row in connection.execute("SELECT name FROM users WHERE admin = 1").fetchall()]
    people = [name for name in found if not re.match(r"@jaga-keeper-[0-9a-f]{8}:", name)]
    if people or len(found) > 1:
        return Failed(both(", ".join(people or found)))
    return Good(Text(id="hanya penjaga kunci", en="the keeper alone"))


def log_level(installation: Installation) -> Finding:
    """What the files say, and what was really written since the processes started."""
    loud = [
        *_loud_settings(installation.data.homeserver),
        *_loud_logs(installation.data.logs),
        *_loud_postgres(installation),
    ]
    if loud:
        return Failed(
            Text(
                id=f"Isi dapat masuk ke catatan: {', '.join(loud)}",
                en=f"Bodies may get into logs: {', '.join(loud)}",
            )
        )
    return Good(Text(id="hanya peringatan", en="warnings only"))


def _loud_settings(directory: Path) -> Iterator[str]:
    """Of the file that all share, and of any other that a worker names in its place."""
    own = [
        Path(str(content["worker_log_config"]))
        for content in map(_read, sorted(directory.glob("synapse_*.yaml")))
        if "worker_log_config" in content
    ]
    for path in dict.fromkeys((directory / "log.yaml", *own)):
        found = _read(path)
        if str(found.get("root", {}).get("level", "NOTSET")).upper() not in _QUIET:
            yield f"{path.name}: root"
        for name, logger in (found.get("loggers") or {}).items():
            if str(logger.get("level", "WARNING")).upper() not in _QUIET:
                yield f"{path.name}: {name}"


def _loud_logs(logs: Path) -> Iterator[str]:
    """Of the main process and of every worker."""
    for path in sorted(logs.glob("synapse*.log")):
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            if _TALKING.search(file.read()):
                yield path.name


def _loud_postgres(installation: Installation) -> Iterator[str]:
    if installation.config.database_url:  # the operator's own server: its log is theirs
        return
    with psycopg.connect(installation.server.conninfo(SUPERVISOR, "postgres")) as connection:
        for name, wanted in _POSTGRES_QUIET.items():
            row = connection.execute("SELECT setting FROM pg_settings WHERE name = %s", [name]).fetchone()
            if row is not None and row[0] not in wanted:
                yield f"PostgreSQL: {name} = {row[0]}"


def roles(installation: Installation) -> Finding:
    """Each role at the other's database."""
    entered = [
        f"{role} → {other}"
        for role, other in ((OPEN_SIDE, SEALED_SIDE), (SEALED_SIDE, OPEN_SIDE))
        if _enters(installation, role, other)
    ]
    if entered:
        return Failed(Text(id=f"masuk: {', '.join(entered)}", en=f"enters: {', '.join(entered)}"))
    return Good(Text(id="terkurung di miliknya", en="each confined to its own"))


def _enters(installation: Installation, role: str, database: str) -> bool:
    try:
        psycopg.connect(installation.server.conninfo(role, database)).close()
    except psycopg.OperationalError:
        return False
    return True


def _connection(installation: Installation) -> psycopg.Connection:
    return psycopg.connect(installation.server.conninfo(SEALED_SIDE, SEALED_SIDE))
