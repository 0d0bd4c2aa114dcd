"""Starts children, keeps them running, stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from jaga.app.launch import Account, entering
from jaga.app.process import REFUSED
from jaga.app.refusals import CannotStart
from jaga.core.errors import JagaError

# A first start may meet what a killed predecessor left going down; more than that is a fault to be told.
_FIRST_ATTEMPTS = 3
_LOG_LIMIT = 10_000_000
_HOUSEKEEPING = timedelta(seconds=5)
_POLL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What to run this time."""

    arguments: Sequence[str]
    account: Account | None = None
    descriptors: tuple[int, ...] = ()
    wall: int | None = None
    """What it gives up before it begins, see `jaga.app.landlock`; closed once it has started."""

    handed: int | None = None
    """What it reads once; closed likewise."""

    environment: Mapping[str, str] | None = None

    @contextmanager
    def in_hand(self) -> Iterator[tuple[int, ...]]:
        """The descriptors that the child inherits; what was made for it alone is closed afterwards."""
        try:
            yield (*self.descriptors, *(() if self.handed is None else (self.handed,)))
        finally:
            for made in (self.wall, self.handed):
                if made is not None:
                    os.close(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """One kind of process: how it is started, asked whether it answers, and told to stop."""

    name: str
    title: str
    launch: Callable[[], Awaitable[Launch]]
    answers: Callable[[int], Awaitable[bool]]
    """Whether the process with this id is ready; it may raise `OSError` for no."""

    stop_signal: signal.Signals = signal.SIGTERM
    last_signal: signal.Signals = signal.SIGKILL
    """What follows when `grace` is over, and what the child gets when the supervisor itself is killed."""

    patience: timedelta = timedelta(seconds=60)
    grace: timedelta = timedelta(seconds=3)


@dataclass(slots=True)
class Backoff:
    """Waits before each restart: hardly at first, longer while it keeps failing, hardly again once it was healthy."""

    first: timedelta = timedelta(seconds=0.05)
    longest: timedelta = timedelta(seconds=10)
    healthy_after: timedelta = timedelta(seconds=20)
    _failures: int = 0

    def next(self, lived: timedelta) -> timedelta:
        if lived >= self.healthy_after:
            self._failures = 0
        wait: timedelta = min(self.first * 2**self._failures, self.longest)
        self._failures = min(self._failures + 1, 20)
        return wait


@dataclass(slots=True)
class _Running:
    child: Child
    log: Path
    process: asyncio.subprocess.Process | None = None
    answering: int | None = None
    """The id of the process that last answered."""

    backoff: Backoff = field(default_factory=Backoff)
    keeper: asyncio.Task[None] | None = None


class Supervisor:
    """Use inside `async with supervising(...)`; leaving it stops everything."""

    def __init__(self, logs: Path, *, restarted: Callable[[Child, str], None]) -> None:
        """`restarted` hears which child answers again under a new id, and why it had to."""
        self._logs = logs
        self._restarted = restarted
        self._running: list[_Running] = []

    async def start(self, child: Child) -> timedelta:
        """Start `child` and keep it running; returns when it answers. Raises `CannotStart`."""
        running = _Running(child, self._logs / f"{child.name}.log")
        self._running.append(running)
        began = time.monotonic()
        for attempt in range(_FIRST_ATTEMPTS):
            reason = await self._try(running)
            if reason is None:
                running.keeper = asyncio.create_task(self._keep(running))
                return timedelta(seconds=time.monotonic() - began)
            await asyncio.sleep(0.3 * attempt)
        raise CannotStart(name=child.title, reason=reason, log=str(running.log))

    @property
    def processes(self) -> dict[str, int]:
        return {
            running.child.name: running.answering
            for running in self._running
            if running.answering is not None
        }

    async def stop(self, *names: str) -> None:
        """Stop these children together and wait for them."""
        chosen = [running for running in self._running if running.child.name in names]
        await asyncio.gather(*(self._stop(running) for running in chosen))

    async def housekeeping(self) -> None:
        """Keep the logs bounded, until cancelled."""
        while True:
            await asyncio.sleep(_HOUSEKEEPING.total_seconds())
            for running in self._running:
                bound(running.log)

    async def _keep(self, running: _Running) -> None:
        while True:
            assert running.process is not None
            began = time.monotonic()
            status = await running.process.wait()
            await self._restart(running, timedelta(seconds=time.monotonic() - began))
            with contextlib.suppress(OSError):  # a full disk must not end the supervision
                self._restarted(running.child, why_ended(status, running.log))

    async def _restart(self, running: _Running, lived: timedelta) -> None:
        """Until it answers, however long that takes: what ran once is expected to run again."""
        reason: str | None = ""
        while reason is not None:
            await asyncio.sleep(running.backoff.next(lived).total_seconds())
            lived = timedelta()
            try:
                reason = await self._try(running)
            except JagaError as refused:
                reason = refused.message("en")

    async def _try(self, running: _Running) -> str | None:
        """Start the process and wait until it answers; otherwise say why not, with nothing left running."""
        try:
            launch = await running.child.launch()
            running.process = await _spawn(running.child, launch, running.log)
        except OSError as error:
            return f"{error.filename}: {error.strerror}"
        return await self._until_it_answers(running, running.process)

    async def _until_it_answers(self, running: _Running, process: asyncio.subprocess.Process) -> str | None:
        deadline = time.monotonic() + running.child.patience.total_seconds()
        while time.monotonic() < deadline:
            if process.returncode is not None:
                _end_group(process.pid)
                return why_ended(process.returncode, running.log)
            with contextlib.suppress(OSError):
                if await running.child.answers(process.pid):
                    running.answering = process.pid
                    return None
            await asyncio.sleep(_POLL)
        await self._end(running)
        return f"it does not answer within {running.child.patience.total_seconds():.0f} seconds"

    async def _stop(self, running: _Running) -> None:
        if running.keeper is not None:
            running.keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running.keeper
        await self._end(running)
        running.answering = None

    async def _end(self, running: _Running) -> None:
        process = running.process
        if process is None:
            return
        for sign in (running.child.stop_signal, running.child.last_signal, signal.SIGKILL):
            if process.returncode is not None:
                break
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(sign)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), running.child.grace.total_seconds())
        _end_group(process.pid)


@asynccontextmanager
async def supervising(supervisor: Supervisor, *, stop_order: Sequence[Sequence[str]]) -> AsyncIterator[None]:
    """Everything started inside is stopped on the way out, one group of `stop_order` after the other."""
    housekeeping = asyncio.create_task(supervisor.housekeeping())
    try:
        yield
    finally:
        housekeeping.cancel()
        for group in stop_order:
            await supervisor.stop(*group)


def why_ended(status: int, log: Path) -> str:
    """For people: the sentence it left itself, else its status."""
    if status == REFUSED:
        return log.read_text("utf-8", "replace").rstrip().rpartition("\n")[2].rstrip(".")
    return (
        f"it was ended by {signal.Signals(-status).name}" if status < 0 else f"it ended with status {status}"
    )


async def _spawn(child: Child, launch: Launch, log: Path) -> asyncio.subprocess.Process:
    # Append mode, so that the file can be cut while the child holds it open.
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        with launch.in_hand() as inherited:
            return await asyncio.create_subprocess_exec(
                *launch.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                env=launch.environment,
                pass_fds=inherited,
                # A group of its own: Ctrl-C in the terminal is for the supervisor, which stops the others in order.
                start_new_session=True,
                preexec_fn=entering(launch.account, death_signal=child.last_signal, wall=launch.wall),
            )
    finally:
        os.close(descriptor)


def _end_group(leader: int) -> None:
    """Whatever the ended process had started itself goes with it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def bound(log: Path) -> None:
    """Keep one older part beside the log, and cut the log where it is."""
    try:
        if log.stat().st_size <= _LOG_LIMIT:
            return
        older = log.with_suffix(".log.1")
        older.write_bytes(log.read_bytes()[-_LOG_LIMIT:])
        older.chmod(0o600)
        os.truncate(log, 0)
    except FileNotFoundError:
        return
