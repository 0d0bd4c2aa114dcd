"""The web process: the front door, on the socket that the supervisor opened."""

from __future__ import annotations

import asyncio
import signal
from typing import cast

import uvloop
from granian.constants import Interfaces
from granian.net import SocketHolder  # type: ignore[attr-defined]  # re-exported without saying so
from granian.server.embed import Server
from typing_extensions import override

from jaga.app import wire
from jaga.app.installation import Installation
from jaga.app.logs import set_up_logs
from jaga.app.process import arguments
from jaga.store.database import Database
from jaga.web.app import create_app
from jaga.web.asgi import Application
from jaga.web.front_door import FrontDoor


class _OnDescriptor(Server):
    """granian on a socket that is already listening."""

    def __init__(self, descriptor: int, target: object) -> None:
        super().__init__(target, interface=Interfaces.ASGI, websockets=False, log_enabled=False)
        self._descriptor = descriptor

    @override
    def _init_shared_socket(self) -> None:
        self._shd = SocketHolder(self._descriptor, False, 1024)  # type: ignore[call-arg,assignment]  # its stub lacks this
        self._ssp = None


async def main(installation: Installation, descriptor: int) -> None:
    database = Database(installation.server.url())
    door = FrontDoor(
        # Litestar states its types more narrowly than ASGI does.
        cast("Application", create_app(wire.services(installation, database))),
        homeserver_socket=installation.data.synapse_socket,
        public_url=installation.config.public_url,
        media_limit_bytes=installation.config.media_limit_bytes,
    )
    server = _OnDescriptor(descriptor, door)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, server.stop)
    try:
        await server.serve()
    finally:
        await database.close()


if __name__ == "__main__":
    set_up_logs()
    parser = arguments(description=__doc__ or "")
    parser.add_argument("--descriptor", type=int, required=True)
    given = parser.parse_args()
    uvloop.run(main(Installation.open(given.data), given.descriptor))
