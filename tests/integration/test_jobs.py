"""The job queue: what commits is carried out, and nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from tests.helpers.working import noted, until, working

from jaga.store import jobs

__all__ = ["noted"]


class Undone(Exception):
    pass


@pytest.fixture(scope="module")
def worker(postgres, noted, tmp_path_factory):
    directory = tmp_path_factory.mktemp("worker")
    with working(postgres, directory / "ready", directory / "log"):
        yield directory


async def test_a_job_runs_when_its_transaction_commits_and_never_otherwise(database, worker):
    async def take_back() -> None:
        async with database.transaction() as connection:
            await jobs.defer(connection, "test.note", {"word": "taken back"})
            raise Undone

    with pytest.raises(Undone):
        await take_back()
    async with database.transaction() as connection:
        await jobs.defer(connection, "test.note", {"word": "kept"})
    assert "taken back" not in await until(database, "kept")


async def test_a_job_waits_for_its_instant(database, worker):
    now = datetime.now(UTC)
    async with database.transaction() as connection:
        await jobs.defer(connection, "test.note", {"word": "in an hour"}, at=now + timedelta(hours=1))
        await jobs.defer(connection, "test.note", {"word": "in a second"}, at=now + timedelta(seconds=1))
    assert "in an hour" not in await until(database, "in a second")


async def test_of_jobs_that_need_to_run_once_only_one_waits_and_the_transaction_goes_on(database):
    for _ in range(2):
        async with database.transaction() as connection:
            later = datetime.now(UTC) + timedelta(hours=1)
            await jobs.defer(connection, "test.note", {"word": "once"}, at=later, once="once")
            await jobs.defer(connection, "test.note", {"word": "beside"}, at=later, lock="beside")
    async with database.reading() as connection:
        waiting = Counter(
            (
                await connection.execute(
                    text(
                        "SELECT args->>'word' FROM procrastinate_jobs WHERE queueing_lock = 'once' OR lock = 'beside'"
                    )
                )
            ).scalars()
        )
    assert waiting == {"once": 1, "beside": 2}


async def test_a_task_that_fails_runs_again_and_the_log_keeps_silent_about_its_content(database, worker):
    async with database.transaction() as connection:
        await jobs.defer(connection, "test.fails_first", {"word": "zqkabo"})
    assert (await until(database, "zqkabo"))["zqkabo"] == 1
    log = (worker / "log").read_text()
    assert "job_failed" in log
    assert "ValueError" in log
    assert "zqkabo" not in log


async def test_a_periodic_task_runs_by_itself(database, worker):
    assert (await until(database, "tick"))["tick"] >= 1


async def test_a_worker_shows_signs_of_life(database, worker):
    await until(database, "tick")
    async with database.reading() as connection:
        assert await jobs.worker_lives(connection)
