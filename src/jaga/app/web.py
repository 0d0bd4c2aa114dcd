"""The web process: the front door, on the socket that the supervisor opened."""

from __future__ import annotations

import asyncio
import resource
import signal
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import cast

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.net import SocketHolder  # type: ignore[attr-defined]  # re-exported without saying so
from granian.server.embed import Server
from typing_extensions import override

from jaga.app import wire
from jaga.app.installation import Installation
from jaga.app.logs import set_up_logs
from jaga.app.metrics import serving_metrics
from jaga.app.process import arguments, installation_of
from jaga.store.database import Database
from jaga.web.app import create_app
from jaga.web.asgi import Application
from jaga.web.bots import BotPaths
from jaga.web.front_door import FrontDoor

_DRAIN = timedelta(seconds=2)
"""How long answers under way may still take; long-polling and feeds are cut after it, and their clients come again."""

_MOST_CONNECTIONS = 65_536
_HEADER_PATIENCE = timedelta(seconds=10)


class OnDescriptor(Server):
    """granian in this process, on a socket that is already listening."""

    def __init__(self, descriptor: int, target: Application) -> None:
        super().__init__(
            target,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=int(_HEADER_PATIENCE.total_seconds() * 1000)),
            websockets=False,
            # Followers and long-polling clients stay connected: the server's own 128 would stop the door for all others.
            backpressure=_MOST_CONNECTIONS,
            log_enabled=False,
        )
        self._descriptor = descriptor

    @override
    def _init_shared_socket(self) -> None:
        self._shd = SocketHolder(self._descriptor, False, 1024)  # type: ignore[call-arg,assignment]  # its stub lacks this
        self._ssp = None


def _allow_open_files() -> None:
    """As many as the system lets us: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def main(installation: Installation, descriptor: int) -> None:
    _allow_open_files()
    async with AsyncExitStack() as stack:
        database = Database(installation.server.url())
        stack.push_async_callback(database.close)
        services = wire.front_door_services(installation, database)
        door = FrontDoor(
            # Litestar states its types more narrowly than ASGI does.
            BotPaths(cast("Application", create_app(services))),
            homeserver_sockets=installation.data.synapse_sockets(installation.config.homeserver_workers),
            public_url=installation.config.public_url,
            media_limit_bytes=installation.config.media_limit_bytes,
            names=wire.public_names(installation, database),
            pictures=wire.public_pictures(installation, database, services.open_side.uploader),
            end_sessions=services.member_sessions.end_all,
        )
        await stack.enter_async_context(serving_metrics(installation.data.metrics_socket))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, services.stopping.set)
        await _serve_until(services.stopping, OnDescriptor(descriptor, door))


async def _serve_until(stopping: asyncio.Event, server: Server) -> None:
    serving = asyncio.create_task(server.serve())
    told = asyncio.create_task(stopping.wait())
    await asyncio.wait((serving, told), return_when=asyncio.FIRST_COMPLETED)
    server.stop()  # type: ignore[no-untyped-call]  # the library's own gap
    await asyncio.wait((serving,), timeout=_DRAIN.total_seconds())
    if serving.done():
        serving.result()


if __name__ == "__main__":
    set_up_logs()
    parser = arguments(description=__doc__ or "")
    parser.add_argument("--descriptor", type=int, required=True)
    given = parser.parse_args()
    uvloop.run(main(installation_of(given), given.descriptor))
