"""What is measured: a real Jaga, and the same Synapse on the same kind of PostgreSQL without anything of ours."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import yaml
from tests.helpers.postgres import cluster_below, superuser
from tests.helpers.stack import Stack, running_stack

from jaga.app.children import homeserver_settings
from jaga.app.config import Config
from jaga.app.installation import Installation
from jaga.app.postgres import running
from jaga.app.server import SEALED_SIDE, DatabaseServer, provision
from jaga.homeserver.accounts import Registrar, SignIns
from jaga.homeserver.configuration import NO_ADDRESS, start_command, worker_file, write_configuration
from jaga.homeserver.names import REGISTRATION_SECRET
from jaga.homeserver.workers import redis_command, worker_command

SERVER_NAME = "bench.localhost"
_SETTINGS = f'posts_per_minute = 1000000\nserver_name = "{SERVER_NAME}"\nregistration = "open"\n'
_ENDLESS = {"per_second": 100_000, "burst_count": 1_000_000}
_INVITES = {"per_room": _ENDLESS, "per_user": _ENDLESS, "per_issuer": _ENDLESS}
_PATIENCE = aiohttp.ClientTimeout(total=None)
"""To invite 500 people takes minutes on a machine that does something else besides."""
CLIENT = "http://synapse/_matrix/client/v3"


@dataclass(frozen=True)
class Homeserver:
    """A Synapse on its unix sockets, measured without any front door."""

    sockets: tuple[Path, ...]
    """Of the main process, then of its workers."""

    secrets: Path
    pids: tuple[int, ...]
    """The main one's, then its workers'."""

    database: DatabaseServer

    @property
    def socket(self) -> Path:
        return self.sockets[0]

    @property
    def pid(self) -> int:
        return self.pids[0]

    def session(self, socket: Path | None = None) -> aiohttp.ClientSession:
        """Connections to the main process, or to the one at `socket`."""
        return aiohttp.ClientSession(
            connector=aiohttp.UnixConnector(str(socket or self.socket), limit=64),
            headers=NO_ADDRESS,
            timeout=_PATIENCE,
        )

    def cpu_seconds(self) -> float:
        """What all its processes have used."""
        return sum(map(_cpu_seconds, self.pids))

    async def member(self) -> str:
        """A fresh account's access token."""
        return await self._register(f"ukur-{uuid.uuid4().hex[:10]}")

    def add_accounts(self, names: Sequence[str]) -> None:
        """For members who are only there, and never sign in: the guard knows nobody without an account."""
        with superuser(self.database, SEALED_SIDE) as connection, connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO users (name, creation_ts) VALUES (%s, 0)",
                [(f"@{name}:{SERVER_NAME}",) for name in names],
            )

    async def _register(self, name: str) -> str:
        secret = (self.secrets / REGISTRATION_SECRET).read_bytes()
        registrar = Registrar(socket=self.socket, server_name=SERVER_NAME, secret=secret)
        return await registrar.register(name, "rahasia-ukur", as_="notadmin")


@contextlib.contextmanager
def jaga(root: Path) -> Iterator[Stack]:
    data = root / "jaga"
    data.mkdir(parents=True)
    (data / "jaga.toml").write_text(_SETTINGS)
    with running_stack(data) as stack:
        yield stack


def guarded(stack: Stack) -> Homeserver:
    installation = Installation.open(stack.data)
    data = installation.data
    return Homeserver((data.synapse_socket,), data.secrets, (stack.pids()["synapse"],), installation.server)


def plain_synapse(root: Path) -> contextlib.AbstractContextManager[Homeserver]:
    """Synapse as configured for Jaga, without the modules and without limits on senders."""
    return synapse_with(root / "plain", [], {"encryption_enabled_by_default_for_room_type": "off"})


@contextlib.contextmanager
def synapse_with(
    root: Path, modules: list[dict[str, object]], more: Mapping[str, object], *, processes: int = 1
) -> Iterator[Homeserver]:
    """Synapse on a PostgreSQL of its own, with these modules, changed by `more`, without limits on senders."""
    cluster = cluster_below(root)
    with running(cluster) as server, contextlib.ExitStack() as stack:
        provision(server)
        data, pids = cluster.data, list[int]()
        sockets = data.synapse_sockets(processes)
        config = Config(
            server_name=SERVER_NAME, public_url=f"http://{SERVER_NAME}", homeserver_workers=processes
        )
        asked = homeserver_settings(Installation(data, config))
        path = write_configuration(asked)
        settings = yaml.safe_load(path.read_text())
        settings |= {"modules": modules, "rc_message": _ENDLESS, "rc_invites": _INVITES, **more}
        path.write_text(yaml.safe_dump(settings))
        if processes > 1:
            stack.enter_context(_process(redis_command("redis-server", data.redis_socket)))
        pids.append(stack.enter_context(_process(start_command(path))))
        asyncio.run(_until_it_answers(sockets[0]))
        for name, socket in zip(asked.workers.names, asked.workers.sockets, strict=True):
            command = worker_command(path, worker_file(data.homeserver.absolute(), name))
            pids.append(stack.enter_context(_process(command)))
            asyncio.run(_until_it_answers(socket))
        yield Homeserver(tuple(sockets), data.secrets, tuple(pids), server)


@contextlib.contextmanager
def _process(command: Sequence[str]) -> Iterator[int]:
    """Its process id; ended on the way out."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _cpu_seconds(pid: int) -> float:
    """Of all threads, in nanoseconds where psutil has hundredths: the clock that clock_getcpuclockid(3) names."""
    return time.clock_gettime((~pid << 3) | 2)


async def _until_it_answers(socket: Path) -> None:
    homeserver = SignIns(socket=socket, server_name=SERVER_NAME)
    for _ in range(600):
        if await homeserver.answers():
            return
        await asyncio.sleep(0.1)
    raise TimeoutError("plain Synapse did not start within a minute")
