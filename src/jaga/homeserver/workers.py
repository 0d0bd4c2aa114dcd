"""Synapse in several processes: what its main configuration adds, and the file of each worker.

The main process keeps what only one may do (sign-ins, typing, messages to devices, settings, files); the workers take
the rooms and write their events and receipts, each room always by the same one. They talk over unix sockets that only
Synapse's own user reaches, and hear of each other's changes by Redis on such a socket, which stores nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """All but the main process. Without any, Synapse is one process and needs no Redis."""

    sockets: Sequence[Path] = ()
    """Where each takes requests of clients."""

    redis: Path | None = None

    @property
    def names(self) -> list[str]:
        return [worker_name(number) for number, _ in enumerate(self.sockets, start=1)]


ALONE = Workers()


def worker_name(number: int) -> str:
    return f"synapse_{number}"


def redis_command(program: str, socket: Path) -> list[str]:
    """Redis in the foreground, on its socket alone, without a file."""
    return [
        program,
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--dir", str(socket.parent)),
        *("--maxmemory", "64mb", "--loglevel", "warning"),
    ]


def worker_command(main: Path, worker: Path) -> list[str]:
    """The command that runs one worker in the foreground; `main` is the configuration that all share."""
    paths = ["--config-path", str(main), "--config-path", str(worker)]
    return [sys.executable, "-m", "synapse.app.generic_worker", *paths]


def shared_by_all(workers: Workers, main_socket: Path, secret: str) -> dict[str, Any]:
    """What every process must know of the others; nothing, when there are no others."""
    if not workers.sockets:
        return {}
    places = {"main": main_socket, **dict(zip(workers.names, workers.sockets, strict=True))}
    return {
        "redis": {"enabled": True, "path": str(workers.redis)},
        "worker_replication_secret": secret,
        "instance_map": {name: {"path": str(replication_socket(path))} for name, path in places.items()},
        "stream_writers": {"events": workers.names, "receipts": workers.names},
    }


def replication_listener(socket: Path) -> dict[str, Any]:
    """For the other processes alone."""
    return {
        "type": "http",
        "path": str(replication_socket(socket)),
        "mode": 0o600,
        "resources": [{"names": ["replication"]}],
    }


def worker_configuration(name: str, listeners: Sequence[dict[str, Any]], logging: Path) -> dict[str, Any]:
    """The content of one worker's own file."""
    return {
        "worker_app": "synapse.app.generic_worker",
        "worker_name": name,
        "worker_listeners": list(listeners),
        # Without it a worker logs every request with its room.
        "worker_log_config": str(logging),
    }


def replication_socket(socket: Path) -> Path:
    return socket.with_suffix(".replication")
