"""The job queue's door for writers: a job is enqueued in the transaction that needs it, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, :priority, :lock, :queueing_lock, "
    "CAST(:args AS jsonb), CAST(:at AS timestamptz))::procrastinate_job_to_defer_v1])"
)


# The index that keeps a queueing lock unique among waiting jobs; without DO NOTHING a second job would undo the
# caller's whole transaction.
_DEFER_ONCE = text(
    "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at) "
    "VALUES (:queue, :task, :priority, :lock, :queueing_lock, CAST(:args AS jsonb), CAST(:at AS timestamptz)) "
    "ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING"
)


async def defer(
    connection: AsyncConnection,
    task: str,
    arguments: Mapping[str, object],
    *,
    at: datetime | None = None,
    lock: str | None = None,
    once: str | None = None,
) -> None:
    """Enqueue `task`; the worker hears of it when the caller's transaction commits.

    Jobs with the same `lock` run one by one. While a job with the same `once` waits, no second one is enqueued. A job
    whose worker dies runs again, so a task commits its effect and the mark that it is done together.
    """
    await connection.execute(
        _DEFER if once is None else _DEFER_ONCE,
        {
            "queue": "default",
            "task": task,
            "priority": 0,
            "lock": lock,
            "queueing_lock": once,
            "args": json.dumps(dict(arguments)),
            "at": at,
        },
    )


async def worker_lives(connection: AsyncConnection) -> bool:
    """Whether some worker showed a sign of life lately."""
    answer = await connection.scalar(
        text("SELECT max(last_heartbeat) > now() - interval '10 seconds' FROM procrastinate_workers")
    )
    return bool(answer)
