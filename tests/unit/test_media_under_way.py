"""What uploads at the same time count for, told from how many files of a size there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaga.homeserver.under_way import LONGEST, Begun, bytes_under_way, still_begun


@pytest.mark.parametrize(
    ("begun", "stored", "counted"),
    [
        ([], {}, 0),
        ([Begun(5, 0, 0)], {}, 5),
        ([Begun(5, 0, 0)], {5: 1}, 0),
        ([Begun(5, 0, 2)], {5: 2}, 5),
        ([Begun(5, 0, 0), Begun(5, 1, 0)], {5: 1}, 5),
        ([Begun(5, 0, 0), Begun(5, 1, 1)], {5: 1}, 5),
        ([Begun(5, 0, 0), Begun(7, 1, 0)], {7: 1}, 5),
        ([Begun(5, 0, 3)], {5: 1}, 5),  # an older one was deleted meanwhile: rather too much than too little
    ],
)
def test_a_file_of_the_size_that_is_there_now_is_one_that_ended(begun, stored, counted):
    assert bytes_under_way(begun, stored) == counted


@given(sizes=st.lists(st.integers(1, 9), max_size=12), data=st.data())
def test_nothing_that_is_not_stored_is_forgotten(sizes, data):
    ended = data.draw(st.lists(st.booleans(), min_size=len(sizes), max_size=len(sizes)))
    done = [size for size, over in zip(sizes, ended, strict=True) if over]
    stored = {size: done.count(size) for size in done}
    assert bytes_under_way([Begun(size, 0, 0) for size in sizes], stored) == sum(sizes) - sum(done)


def test_what_takes_too_long_is_no_longer_waited_for():
    old, new = Begun(5, 0, 0), Begun(7, 1, 0)
    assert still_begun([old, new], now=LONGEST.total_seconds()) == [new]
