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


async def defer(
    connection: AsyncConnection,
    task: str,
    arguments: Mapping[str, object],
    *,
    at: datetime | None = None,
    lock: str | None = None,
) -> None:
    """Enqueue `task`; the worker hears of it when the caller's transaction commits. `lock` runs them one by one."""
    await connection.execute(
        _DEFER,
        {
            "queue": "default",
            "task": task,
            "priority": 0,
            "lock": lock,
            "queueing_lock": None,
            "args": json.dumps(dict(arguments)),
            "at": at,
        },
    )
