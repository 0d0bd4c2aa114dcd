"""The five processes of one Jaga: how each is started and when it counts as ready."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import psycopg

from jaga.app import landlock, walls
from jaga.app.config import MOST_HOMESERVER_WORKERS
from jaga.app.hand import put
from jaga.app.installation import Installation
from jaga.app.refusals import NoRedis
from jaga.app.server import SEALED_SIDE, SUPERVISOR
from jaga.app.sop_files import files_directory
from jaga.app.supervisor import Child, Launch
from jaga.homeserver.configuration import (
    HomeserverSettings,
    SealedDatabase,
    main_file,
    start_command,
    worker_file,
    write_configuration,
)
from jaga.homeserver.workers import Workers, redis_command, worker_command, worker_name

_WORKERS = tuple(worker_name(number) for number in range(1, MOST_HOMESERVER_WORKERS))
STOP_ORDER = (("web", "demo-members"), ("worker", "detector", "synapse", *_WORKERS), ("postgres", "redis"))
"""First nobody comes in any more, then the work ends, then what everyone stands on. Three graces fit in ten seconds."""


def postgres(installation: Installation) -> Child:
    cluster = installation.cluster

    async def launch() -> Launch:
        account = await asyncio.to_thread(cluster.prepare)
        return Launch(arguments=cluster.command, account=account)

    async def answers(_: int) -> bool:
        try:
            connection = await psycopg.AsyncConnection.connect(
                cluster.server.conninfo(SUPERVISOR, "postgres")
            )
        except psycopg.OperationalError:
            return False
        await connection.close()
        return True

    return Child(
        name="postgres",
        title="PostgreSQL",
        launch=launch,
        answers=answers,
        stop_signal=signal.SIGINT,  # fast: roll back, write everything, end
        last_signal=signal.SIGQUIT,  # at once: the next start recovers from the log
        patience=timedelta(minutes=10),  # recovery after a crash reads the whole log
    )


def synapse(installation: Installation) -> Child:
    path = installation.data.synapse_socket

    async def launch() -> Launch:
        path.unlink(missing_ok=True)
        command = start_command(write_configuration(homeserver_settings(installation)))
        walls.give_homeserver(installation.data)
        return behind_wall("synapse", installation, command)

    async def answers(_: int) -> bool:
        return await _is_healthy(await asyncio.open_unix_connection(path), "/health")

    return Child(name="synapse", title="Synapse", launch=launch, answers=answers)


def redis(installation: Installation) -> Child:
    """How the processes of Synapse hear of each other's changes. Raises `NoRedis` when it is to start."""
    path = installation.data.redis_socket

    async def launch() -> Launch:
        program = shutil.which("redis-server")
        if program is None:
            raise NoRedis(workers=str(installation.config.homeserver_workers))
        path.unlink(missing_ok=True)
        return behind_wall("synapse", installation, redis_command(program, path))

    async def answers(_: int) -> bool:
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"PING\r\n")
        async with asyncio.timeout(2):
            answered = await reader.readline()
        writer.close()
        return answered == b"+PONG\r\n"

    return Child(name="redis", title="Redis", launch=launch, answers=answers)


def homeserver_workers(installation: Installation) -> list[Child]:
    """The processes of Synapse beside the main one, which has made the database and their configuration."""
    return [
        _homeserver_worker(installation, number)
        for number in range(1, installation.config.homeserver_workers)
    ]


def _homeserver_worker(installation: Installation, number: int) -> Child:
    name, path = worker_name(number), installation.data.synapse_worker_socket(number)
    directory = installation.data.homeserver.absolute()

    async def launch() -> Launch:
        path.unlink(missing_ok=True)
        command = worker_command(main_file(directory), worker_file(directory, name))
        return behind_wall("synapse", installation, command)

    async def answers(_: int) -> bool:
        return await _is_healthy(await asyncio.open_unix_connection(path), "/health")

    return Child(name=name, title=f"Synapse {number}", launch=launch, answers=answers)


def homeserver_settings(installation: Installation) -> HomeserverSettings:
    data, config, server = installation.data, installation.config, installation.server
    return HomeserverSettings(
        server_name=config.server_name,
        public_url=config.public_url,
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
        room_member_limit=config.room_member_limit,
        media_limit_bytes=config.media_limit_bytes,
        media_daily_bytes=config.media_daily_bytes,
        media_kept_bytes=config.media_kept_bytes,
        media_unfetched_days=config.media_unfetched_days,
        workers=Workers(sockets=data.synapse_sockets(config.homeserver_workers)[1:], redis=data.redis_socket),
    )


def detector(installation: Installation) -> Child:
    path = installation.data.detector_socket

    async def launch() -> Launch:
        path.unlink(missing_ok=True)
        return own_process("detector", installation)

    async def answers(_: int) -> bool:
        writer = (await asyncio.open_unix_connection(path))[1]
        writer.close()
        return True

    return Child(name="detector", title="Detector", launch=launch, answers=answers)


def worker(installation: Installation) -> Child:
    async def launch() -> Launch:
        return own_process("worker", installation)

    async def answers(process: int) -> bool:
        return installation.data.worker_ready.read_text().startswith(f"{process} ")

    return Child(name="worker", title="Worker", launch=launch, answers=answers)


def web(installation: Installation, listener: socket.socket) -> Child:
    """The supervisor holds the listening socket: callers wait in its queue while the process is replaced."""

    async def launch() -> Launch:
        return own_process("web", installation, listener.fileno())

    async def answers(_: int) -> bool:
        host, port = listener.getsockname()[:2]
        reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        return await _is_healthy(await asyncio.open_connection(reached, port), "/healthz")

    return Child(name="web", title="Front door", launch=launch, answers=answers)


def own_module(name: str, installation: Installation) -> list[str]:
    """One of our own processes. `-P`: what lies in the working directory is never imported."""
    return [sys.executable, "-P", "-m", f"jaga.app.{name}", "--data", str(installation.data.root.absolute())]


def own_process(name: str, installation: Installation, listening: int | None = None) -> Launch:
    """One of our own processes behind its wall, with what it is handed, and perhaps the socket it listens on."""
    hand = put(installation.hand_to(name))
    arguments = [*own_module(name, installation), "--hand", str(hand)]
    if listening is not None:
        arguments += ["--descriptor", str(listening)]
    launch = behind_wall(name, installation, arguments)
    return replace(launch, handed=hand, descriptors=() if listening is None else (listening,))


def behind_wall(name: str, installation: Installation, arguments: Sequence[str]) -> Launch:
    """The process `name` as the user it is, in the part of the disk that it is given."""
    data, sop = installation.data, files_directory(installation.config)
    account = walls.account(data, name, [sop])
    wall = landlock.ruleset(readable=walls.readable(data, name, [sop]), writable=walls.writable(data, name))
    own = data.own_run(name)
    # Passing files of libraries, as large uploads, go where nobody else looks.
    environment = {**os.environ, "TMPDIR": str(own), "HOME": str(own)}  # noqa: TID251 - handed on, not read
    return Launch(arguments=arguments, account=account, wall=wall, environment=environment)


async def _is_healthy(connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], route: str) -> bool:
    """Whether the server there answers 200; by hand, since an HTTP client would double the supervisor's memory."""
    reader, writer = connection
    try:
        async with asyncio.timeout(2):
            writer.write(f"GET {route} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            return (await reader.readline()).split(b" ")[1:2] == [b"200"]
    except TimeoutError:
        return False
    finally:
        writer.close()
