"""Where things are below the data directory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

# The kernel allows 107 bytes for the path of a unix socket; the longest name below it has 24.
_LONGEST_SOCKET_DIR = 80


@dataclass(frozen=True, slots=True)
class DataDir:
    """One installation's files. `run/` is of this start only, all else survives a restart."""

    root: Path

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def ready(self) -> Path:
        """`url`, `server_name`, `processes`; exists while the system is ready."""
        return self.run / "ready.json"

    @property
    def worker_ready(self) -> Path:
        """Holds the id of the worker process that takes jobs."""
        return self.own_run("worker") / "ready"

    @property
    def server_name(self) -> Path:
        """The name that the first start settled."""
        return self.root / "server_name"

    @property
    def secrets(self) -> Path:
        """Files of mode 600, made on first start."""
        return self.root / "secrets"

    @property
    def ledger(self) -> Path:
        """What the ledger leaves in files, for those who append to it and for whoever checks."""
        return self.root / "ledger"

    @property
    def ledger_vkey(self) -> Path:
        """The ledger's public key, to be handed to whoever checks receipts."""
        return self.ledger / "jaga-ledger.vkey"

    @property
    def ledger_checkpoint(self) -> Path:
        """The newest checkpoint that this machine signed."""
        return self.ledger / "jaga-ledger.checkpoint"

    @property
    def last_backup(self) -> Path:
        """When the last whole backup was made (RFC 3339); absent before the first."""
        return self.root / "last_backup"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def homeserver(self) -> Path:
        """Synapse's configuration and its media store of ciphertext."""
        return self.root / "homeserver"

    @property
    def media(self) -> Path:
        """The open side's media, by content address."""
        return self.root / "media"

    @property
    def vault(self) -> Path:
        """Sealed files of the evidence."""
        return self.root / "vault"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def sockets(self) -> Path:
        """Where the unix sockets are: `run/`, or a short directory of our own when that path is too long."""
        if len(str(self.run.resolve()).encode()) <= _LONGEST_SOCKET_DIR:
            return self.run.resolve()
        name = hashlib.sha256(str(self.run.resolve()).encode()).hexdigest()[:16]
        return Path("/tmp") / f"jaga-{name}"  # noqa: S108 - checked to be ours, and the same for every process

    def own_run(self, name: str) -> Path:
        """The sockets and passing files of the process `name`."""
        return self.sockets / name

    @property
    def postgres_sockets(self) -> Path:
        """A directory of its own, since PostgreSQL may run as another user."""
        return self.sockets / "postgres"

    @property
    def synapse_socket(self) -> Path:
        return self.own_run("synapse") / "synapse.sock"

    def synapse_sockets(self, processes: int) -> list[Path]:
        """The main process's first."""
        return [self.synapse_socket, *(self.synapse_worker_socket(n) for n in range(1, processes))]

    def synapse_worker_socket(self, number: int) -> Path:
        return self.own_run("synapse") / f"worker{number}.sock"

    @property
    def redis_socket(self) -> Path:
        """In Synapse's own directory and for its user alone: what passes there names rooms and members."""
        return self.own_run("synapse") / "redis.sock"

    @property
    def detector_socket(self) -> Path:
        return self.own_run("detector") / "detector.sock"

    @property
    def metrics_socket(self) -> Path:
        return self.own_run("web") / "metrics.sock"
