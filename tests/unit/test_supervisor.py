"""How long to wait before a restart, and how logs stay bounded."""

from __future__ import annotations

from datetime import timedelta

from jaga.app import supervisor
from jaga.app.supervisor import Backoff, bound


def test_the_first_restart_comes_almost_at_once_and_later_ones_ever_slower():
    backoff = Backoff()
    waits = [backoff.next(timedelta(seconds=1)) for _ in range(12)]
    assert waits[0] < timedelta(seconds=0.1)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(seconds=10)


def test_after_a_healthy_time_a_restart_comes_almost_at_once_again():
    backoff = Backoff()
    for _ in range(12):
        backoff.next(timedelta())
    assert backoff.next(timedelta(minutes=1)) == Backoff().next(timedelta())


def test_a_log_that_grew_too_long_is_cut_where_it_is_and_its_end_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "_LOG_LIMIT", 100)
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as child:
        child.write(b"a" * 80 + b"b" * 80)
        bound(log)
        child.write(b"c")
    assert log.read_bytes() == b"c"
    assert (tmp_path / "web.log.1").read_bytes() == b"a" * 20 + b"b" * 80
    bound(log)
    assert log.read_bytes() == b"c"


def test_a_log_that_is_not_there_yet_is_no_trouble(tmp_path):
    bound(tmp_path / "none.log")
