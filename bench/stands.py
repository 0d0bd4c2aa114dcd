"""What is measured: a real Jaga, and the same Synapse on the same kind of PostgreSQL without anything of ours."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import yaml
from tests.helpers.postgres import cluster_below
from tests.helpers.stack import Stack, running_stack

from jaga.app.postgres import running
from jaga.app.server import SEALED_SIDE, provision
from jaga.homeserver.accounts import Registrar, SignIns
from jaga.homeserver.configuration import (
    NO_ADDRESS,
    HomeserverSettings,
    SealedDatabase,
    start_command,
    write_configuration,
)
from jaga.homeserver.names import REGISTRATION_SECRET

_SETTINGS = 'posts_per_minute = 1000000\nserver_name = "bench.localhost"\n'
_ENDLESS = {"per_second": 100_000, "burst_count": 1_000_000}
_INVITES = {"per_room": _ENDLESS, "per_user": _ENDLESS, "per_issuer": _ENDLESS}
_AT_ONCE = 16
CLIENT = "http://synapse/_matrix/client/v3"


@dataclass(frozen=True)
class Homeserver:
    """A Synapse on its unix socket, measured without any front door."""

    socket: Path
    secrets: Path
    pid: int

    def session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.UnixConnector(str(self.socket), limit=64), headers=NO_ADDRESS
        )

    async def member(self) -> str:
        """A fresh account's access token."""
        return await self._register(f"ukur-{uuid.uuid4().hex[:10]}")

    async def open_accounts(self, names: Sequence[str]) -> None:
        """For members who are only there: the guard knows nobody without an account."""
        for start in range(0, len(names), _AT_ONCE):
            await asyncio.gather(*map(self._register, names[start : start + _AT_ONCE]))

    async def _register(self, name: str) -> str:
        secret = (self.secrets / REGISTRATION_SECRET).read_bytes()
        registrar = Registrar(socket=self.socket, server_name="bench.localhost", secret=secret)
        return await registrar.register(name, "rahasia-ukur", as_="notadmin")


@contextlib.contextmanager
def jaga(root: Path) -> Iterator[Stack]:
    data = root / "jaga"
    data.mkdir(parents=True)
    (data / "jaga.toml").write_text(_SETTINGS)
    with running_stack(data) as stack:
        yield stack


def guarded(stack: Stack) -> Homeserver:
    from jaga.app.installation import Installation

    data = Installation.open(stack.data).data
    return Homeserver(data.synapse_socket, data.secrets, stack.pids()["synapse"])


def plain_synapse(root: Path) -> contextlib.AbstractContextManager[Homeserver]:
    """Synapse as configured for Jaga, without the modules and without limits on senders."""
    return synapse_with(root / "plain", [], {"encryption_enabled_by_default_for_room_type": "off"})


@contextlib.contextmanager
def synapse_with(
    root: Path, modules: list[dict[str, object]], more: Mapping[str, object]
) -> Iterator[Homeserver]:
    """Synapse on a PostgreSQL of its own, with these modules, changed by `more`, without limits on senders."""
    cluster = cluster_below(root)
    with running(cluster) as server:
        provision(server)
        data = cluster.data
        path = write_configuration(
            HomeserverSettings(
                server_name="bench.localhost",
                public_url="http://bench.localhost",
                directory=data.homeserver.absolute(),
                secrets=data.secrets.absolute(),
                socket=data.synapse_socket,
                database=SealedDatabase(
                    host=server.host,
                    port=server.port,
                    name=SEALED_SIDE,
                    user=SEALED_SIDE,
                    password=server.password(SEALED_SIDE),
                ),
                room_member_limit=500,
                media_limit_bytes=50_000_000,
                media_daily_bytes=2**40,
                media_kept_bytes=2**40,
                media_unfetched_days=30,
            )
        )
        settings = yaml.safe_load(path.read_text())
        settings |= {"modules": modules, "rc_message": _ENDLESS, "rc_invites": _INVITES, **more}
        path.write_text(yaml.safe_dump(settings))
        process = subprocess.Popen(start_command(path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            asyncio.run(_until_it_answers(data.synapse_socket))
            yield Homeserver(data.synapse_socket, data.secrets, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


async def _until_it_answers(socket: Path) -> None:
    homeserver = SignIns(socket=socket, server_name="bench.localhost")
    for _ in range(600):
        if await homeserver.answers():
            return
        await asyncio.sleep(0.1)
    raise TimeoutError("plain Synapse did not start within a minute")
