"""What `jaga up` does: lock, start, say that it is ready, wait, stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jaga.app import children, walls
from jaga.app.config import load_config
from jaga.app.demo import child as demo
from jaga.app.directories import prepare, remove_sockets, sole_use
from jaga.app.installation import Installation, bracketed
from jaga.app.once import complete
from jaga.app.paths import DataDir
from jaga.app.progress import Progress
from jaga.app.refusals import CannotStart, PortTaken, ServerNameChanged
from jaga.app.server import OPEN_SIDE, provision
from jaga.app.sop_files import documents_in_force, merged
from jaga.app.supervisor import Child, Supervisor, supervising
from jaga.channels.registration import Registration
from jaga.core.errors import JagaError
from jaga.core.files import read_or_create, write_private
from jaga.homeserver.names import KEEPER_TOKEN
from jaga.sop.parse import parse_sop
from jaga.store import schema
from jaga.store.sop_digest import is_published


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line said; what it left out, `jaga.toml` says."""

    data: Path
    host: str | None
    port: int | None
    settings: Path | None
    demo: bool
    as_json: bool

    def installation(self) -> Installation:
        config = load_config(self.settings or self.data / "jaga.toml")
        if self.demo:
            config = replace(config, registration=Registration.OPEN.value)
        if self.host is not None:
            config = replace(config, host=self.host)
        if self.port is not None:
            config = replace(config, port=self.port)
        return Installation(DataDir(self.data), config)


async def run(wishes: Wishes) -> None:
    """Until SIGTERM or SIGINT; raises the refusal that keeps it from starting."""
    installation, progress = wishes.installation(), Progress(wishes.as_json)
    os.umask(0o077)
    prepare(installation.data)
    with sole_use(installation.data), listening(installation) as listener:
        installation.data.ready.unlink(missing_ok=True)  # of a start that was killed
        host, port = listener.getsockname()[:2]
        installation = installation.listening_at(installation.config.host or host, port)
        installation.secrets.require_all()
        _require_name(installation)
        installation.put_in_force()
        walls.give(installation.data)
        try:
            await _until_told(_serve(installation, listener, wishes, progress))
        finally:
            installation.data.ready.unlink(missing_ok=True)
            installation.lift()
            remove_sockets(installation.data)


def _require_name(installation: Installation) -> None:
    """The first start settles the name; accounts and rooms bear it from then on."""
    given = installation.config.server_name
    kept = read_or_create(installation.data.server_name, given.encode).decode()
    if kept != given:
        raise ServerNameChanged(path=str(installation.data.root), kept=kept)


@contextmanager
def listening(installation: Installation) -> Iterator[socket.socket]:
    """The front door's socket, taken before anything else so that a taken port costs nothing."""
    host, port = installation.config.host, installation.config.port
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address[:2], family=family, backlog=1024)
        # What is written in two pieces, as every streamed answer is, must not wait for the first one's acknowledgment:
        # 40 ms, delayed as clients do (RFC 1122 4.2.3.4). Connections take this over from the listener.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        raise PortTaken(host=host, port=port, reason=_plainly(error)) from None
    with listener:
        yield listener


def _plainly(error: OSError) -> str:
    """The cause alone; `create_server` adds the address, which the sentence has already."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else str(error.strerror)


async def _until_told(serving: Awaitable[None]) -> None:
    """Run `serving`, and cancel it, which stops everything in order, when told to; being told twice changes nothing."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(sign) != signal.SIG_IGN:  # as `nohup` leaves SIGHUP
            loop.add_signal_handler(sign, told.set)
    task, waiting = asyncio.ensure_future(serving), asyncio.create_task(told.wait())
    await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _serve(
    installation: Installation, listener: socket.socket, wishes: Wishes, progress: Progress
) -> None:
    began = time.monotonic()
    progress.tell(f"Jaga in {installation.data.root}")
    async with _children(installation, progress) as supervisor:
        if installation.config.homeserver_workers > 1:
            await _start(supervisor, children.redis(installation), progress)
        await _together(
            _start_database(supervisor, installation, progress), _make_secrets(installation, progress)
        )
        # Neither side waits for the other: Synapse takes longest, and what our tables need fits into that time.
        await _together(
            _start_sealed_side(supervisor, installation, progress),
            _start_open_side(supervisor, installation, listener, progress),
        )
        if "worker" not in supervisor.processes:
            await _start(supervisor, children.worker(installation), progress)
        installation.secrets.remember()
        if wishes.demo:
            with progress.step("Demo", "filled"):
                await complete("demo", "Demo", installation, progress)
        _write_ready(installation, supervisor.processes)
        _announce(installation, wishes, progress, time.monotonic() - began)
        if wishes.demo:
            await _let_members_talk(supervisor, installation, progress)
        await asyncio.Event().wait()


async def _let_members_talk(supervisor: Supervisor, installation: Installation, progress: Progress) -> None:
    """Jaga runs without them too."""
    if (reason := demo.why_silent(installation)) is not None:
        progress.tell(f"  {reason}")
        return
    try:
        await _start(supervisor, demo.members(installation), progress)
    except CannotStart as refused:
        progress.tell(f"  {refused.message('en')}")
    else:
        _write_ready(installation, supervisor.processes)


@asynccontextmanager
async def _children(installation: Installation, progress: Progress) -> AsyncIterator[Supervisor]:
    def restarted(child: Child, reason: str) -> None:
        progress.tell(f"  {child.title:<12} {reason}; ready again")
        if installation.data.ready.exists():
            _write_ready(installation, supervisor.processes)

    supervisor = Supervisor(installation.data.logs, restarted=restarted)
    async with supervising(supervisor, stop_order=children.STOP_ORDER):
        yield supervisor


async def _together(*work: Coroutine[Any, Any, None]) -> None:
    """All at once; the first that is refused is told, and the rest is stopped."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except* JagaError as refused:
        raise refused.exceptions[0] from None


async def _start_database(supervisor: Supervisor, installation: Installation, progress: Progress) -> None:
    """The server, with both roles and both databases."""
    if not installation.config.database_url:
        await _start(supervisor, children.postgres(installation), progress)
    await asyncio.to_thread(provision, installation.server)


async def _make_secrets(installation: Installation, progress: Progress) -> None:
    if not all((installation.data.secrets / name).exists() for name in walls.MADE_FIRST):
        await complete("make_secrets", "Secrets", installation, progress)


async def _start_sealed_side(supervisor: Supervisor, installation: Installation, progress: Progress) -> None:
    """Synapse, and on the first start the account that the worker locks others with."""
    await _start(supervisor, children.synapse(installation), progress)
    # Its own workers after it, since it makes their database and configuration.
    workers = children.homeserver_workers(installation)
    await _together(*(_start(supervisor, child, progress) for child in workers))
    if not _has_keeper(installation):
        await complete("make_keeper", "Keeper", installation, progress)


async def _start_open_side(
    supervisor: Supervisor, installation: Installation, listener: socket.socket, progress: Progress
) -> None:
    """Our own processes; the worker too, unless what it is handed is still to be made with Synapse's help."""
    with progress.step("Database", "up to date"):
        await _bring_up_to_date(installation, progress)
    ours = [children.detector(installation), children.web(installation, listener)]
    if _has_keeper(installation):
        ours.append(children.worker(installation))
    await _together(*(_start(supervisor, child, progress) for child in ours))


def _has_keeper(installation: Installation) -> bool:
    return (installation.data.secrets / KEEPER_TOKEN).exists()


async def _start(supervisor: Supervisor, child: Child, progress: Progress) -> None:
    with progress.step(child.title, "ready"):
        await supervisor.start(child)


async def _bring_up_to_date(installation: Installation, progress: Progress) -> None:
    """The tables and the SOP. Migrating is a process of its own: what it loads would stay in our memory."""
    found = await asyncio.to_thread(schema.found, installation.server.conninfo(OPEN_SIDE, OPEN_SIDE))
    if found != schema.newest():
        await complete("migrate", "Database", installation, progress)
    await _put_sop_in_force(installation, progress)


async def _put_sop_in_force(installation: Installation, progress: Progress) -> None:
    """A version of the SOP is published once; the files may not say anything else under its name afterwards."""
    documents = documents_in_force(installation.config)
    version = parse_sop(documents).version
    conninfo = installation.server.conninfo(OPEN_SIDE, OPEN_SIDE)
    if not await asyncio.to_thread(is_published, conninfo, version, merged(documents)):
        await complete("publish_sop", "SOP", installation, progress)


def _write_ready(installation: Installation, processes: dict[str, int]) -> None:
    write_private(installation.data.ready, json.dumps(_ready(installation, processes)).encode())


def _ready(installation: Installation, processes: dict[str, int]) -> dict[str, object]:
    config = installation.config
    return {
        "url": f"http://{bracketed(config.host)}:{config.port}",
        "server_name": config.server_name,
        "processes": processes,
    }


def _announce(installation: Installation, wishes: Wishes, progress: Progress, seconds: float) -> None:
    url = installation.config.public_url
    progress.tell(f"Ready in {seconds:.1f} s. Ctrl-C stops it.")
    for title, path in (("Home", "/"), ("Desk", "/desk"), ("Direct line", "/line")):
        progress.tell(f"  {title:<12} {url}{path}")
    if wishes.as_json:
        print(installation.data.ready.read_text("utf-8"), flush=True)
