"""The job queue as tasks and the worker see it; `jaga.store.jobs` is its door for writers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker
from typing_extensions import override

from jaga.core.files import write_private

log = structlog.get_logger(__name__)

Task = Callable[..., Awaitable[None]]

_CONCURRENCY = 8
_POLL = timedelta(seconds=1)
_HEARTBEAT = timedelta(seconds=1)
_SILENT_FOR = timedelta(seconds=6)
"""A worker that said nothing for so long is taken for dead, on whatever machine it was."""

_SHUTDOWN = timedelta(seconds=2)
_LAST_GRACE = timedelta(seconds=8)
_INSISTENCE = 30


class Persistent(BaseRetryStrategy):
    """What was accepted is carried out, however often it takes: at once, then ever slower, at most 5 minutes apart."""

    @override
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        del exception
        if job.attempts == 0:
            return RetryDecision()
        return RetryDecision(retry_in={"seconds": min(2**job.attempts, 300)})


class Outcomes(JobManager):
    """Writes what became of a job, also when PostgreSQL is away for a moment: a lost outcome would leave it begun
    for ever.
    """

    @override
    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        await _insist(lambda: super(Outcomes, self).finish_job(job, status, delete_job))

    @override
    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        try:
            await _insist(lambda: super(Outcomes, self).retry_job(job, retry_at, priority, queue, lock))
        except UniqueViolation:  # its like waits already (`once`), and will do the same
            await self.finish_job(job, Status.ABORTED, delete_job=True)


async def _insist(write: Callable[[], Awaitable[None]]) -> None:
    for _ in range(_INSISTENCE):
        try:
            return await write()
        except UniqueViolation:
            raise
        except ConnectorException:
            await asyncio.sleep(_POLL.total_seconds())
    return await write()


class Queue:
    """Where `jaga.app.tasks.*.register(queue, work)` put their tasks."""

    def __init__(self, conninfo: str) -> None:
        self._connector = procrastinate.PsycopgConnector(
            conninfo=conninfo, min_size=1, max_size=_CONCURRENCY + 2, timeout=5
        )
        self._app = procrastinate.App(connector=self._connector)
        self._app.job_manager = Outcomes(self._connector)

    def task(self, name: str) -> Callable[[Task], Task]:
        """The decorated coroutine runs for each job deferred as `name`; when it raises, it runs again later."""

        def register(task: Task) -> Task:
            self._app.task(name=name, retry=Persistent())(task)
            return task

        return register

    def every(self, cron: str, name: str) -> Callable[[Task], Task]:
        """The decorated coroutine, without arguments, runs at `cron` (six fields have seconds last), once among all
        workers.
        """

        def register(task: Task) -> Task:
            async def tick(timestamp: int) -> None:
                del timestamp
                await task()

            named = self._app.task(name=name, queueing_lock=name, lock=name)(tick)
            self._app.periodic(cron=cron)(named)
            return task

        return register

    async def work(self, *, ready: Path, process: int) -> None:
        """Carry out jobs until cancelled. `ready` gets `process` once jobs are taken."""
        async with self._app.open_async():
            await self._reclaim(_worker_before(ready))
            worker = Worker(
                self._app,
                concurrency=_CONCURRENCY,
                fetch_job_polling_interval=_POLL.total_seconds(),
                update_heartbeat_interval=_HEARTBEAT.total_seconds(),
                stalled_worker_timeout=_SILENT_FOR.total_seconds(),
                shutdown_graceful_timeout=_SHUTDOWN.total_seconds(),
                delete_jobs="successful",
                install_signal_handlers=False,
                worker_middleware=[_tell_failures],
            )
            async with asyncio.TaskGroup() as together:
                reaper = together.create_task(self._reap())
                announcer = together.create_task(_announce(worker, ready, process))
                try:
                    await worker.run()  # type: ignore[no-untyped-call]  # the library's own gap
                finally:
                    _end_soon()
                    reaper.cancel()
                    announcer.cancel()

    async def _reclaim(self, worker_id: int | None) -> None:
        """Give back at once what our dead predecessor on this machine had begun."""
        if worker_id is not None:
            await self._app.job_manager.unregister_worker(worker_id)
        await self._retry_stalled()

    async def _reap(self) -> None:
        """Give back what workers elsewhere had begun when they died. Ends the worker when PostgreSQL is away."""
        try:
            while True:
                await asyncio.sleep(_POLL.total_seconds())
                await self._retry_stalled()
        except ConnectorException:
            _end_soon()
            raise

    async def _retry_stalled(self) -> None:
        silent = _SILENT_FOR.total_seconds()
        for job in await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent):
            log.warning("job_given_back", task=job.task_name, job=job.id)
            await self._app.job_manager.retry_job(job)


def _end_soon() -> None:
    """From here on the process ends: in good order, or without it when something still waits for a lost connection.

    Whatever was begun is given back by the next worker, as after a kill.
    """
    last_resort = threading.Timer(_LAST_GRACE.total_seconds(), os._exit, (1,))
    last_resort.daemon = True
    last_resort.start()


async def _announce(worker: Worker, ready: Path, process: int) -> None:
    while worker.worker_id is None:  # noqa: ASYNC110 - the library sets it without an event
        await asyncio.sleep(0.02)
    write_private(ready, f"{process} {worker.worker_id}".encode())


def _worker_before(ready: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        return int(ready.read_text().split()[1])
    return None


async def _tell_failures(go_on: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
    del worker
    try:
        return await go_on()
    except Exception:
        log.exception(
            "job_failed",
            task=context.job.task_name,
            job=context.job.id,
            attempt=context.job.attempts,
        )
        raise
