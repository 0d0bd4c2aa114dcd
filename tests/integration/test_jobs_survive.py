"""The job queue when workers die: what was begun is done, by whoever comes next."""

from __future__ import annotations

import signal

from sqlalchemy import text
from tests.helpers.working import noted, until, working

from jaga.store import jobs

__all__ = ["noted"]


async def test_what_a_killed_worker_had_begun_runs_again_at_once_with_its_successor(
    database, postgres, tmp_path
):
    async with database.transaction() as connection:
        await jobs.defer(connection, "test.slow", {"word": "unlucky"}, lock="unlucky")
    with working(postgres, tmp_path / "ready", tmp_path / "log") as first:
        await until(database, "unlucky begun")
        first.kill()
        first.wait()
    async with database.transaction() as connection:  # so that its silence is not what gives it away
        await connection.execute(
            text("UPDATE procrastinate_workers SET last_heartbeat = now() + interval '1 hour'")
        )
    with working(postgres, tmp_path / "ready", tmp_path / "log"):
        found = await until(database, "unlucky done")
    assert (found["unlucky begun"], found["unlucky done"]) == (2, 1)


async def test_what_a_worker_elsewhere_had_begun_when_it_died_runs_again(database, postgres, tmp_path):
    async with database.transaction() as connection:
        await jobs.defer(connection, "test.slow", {"word": "far"})
    with working(postgres, tmp_path / "there", tmp_path / "log") as elsewhere:
        await until(database, "far begun")
        elsewhere.kill()
        elsewhere.wait()
    with working(postgres, tmp_path / "here", tmp_path / "log"):
        assert (await until(database, "far done", seconds=20))["far done"] == 1


async def test_a_worker_told_to_stop_gives_back_what_it_cannot_finish(database, postgres, tmp_path):
    async with database.transaction() as connection:
        await jobs.defer(connection, "test.slow", {"word": "handed"})
    with working(postgres, tmp_path / "ready", tmp_path / "log") as first:
        await until(database, "handed begun")
        first.send_signal(signal.SIGTERM)
        assert first.wait(10) == 0
    with working(postgres, tmp_path / "ready", tmp_path / "log"):
        await until(database, "handed done")


async def test_a_begun_job_whose_like_waits_already_is_dropped_and_holds_nothing_up(
    database, postgres, tmp_path
):
    with working(postgres, tmp_path / "ready", tmp_path / "log") as first:
        for word in ("first", "second"):
            async with database.transaction() as connection:
                await jobs.defer(connection, "test.slow", {"word": word}, once="alike", lock="alike")
            await until(database, "first begun")
        first.kill()
        first.wait()
    with working(postgres, tmp_path / "ready", tmp_path / "log"):
        found = await until(database, "second done")
    assert found["first done"] == 0
