"""Waiting for official notices: woken by name, and not for longer than the session lasts."""

from __future__ import annotations

import asyncio

import pytest

from jaga.cases import knocks
from jaga.cases.knocks import MOST_OF_ONE, NEWS, Knocks, KnocksFull
from jaga.core.errors import Unavailable
from jaga.core.ids import MemberId

WULAN, BIMA = MemberId.new(), MemberId.new()


class Calls:
    """What PostgreSQL would call out."""

    def __init__(self):
        self.called = asyncio.Queue()

    async def __call__(self):
        while True:
            yield await self.called.get()


class Session:
    def __init__(self):
        self.state, self.asked = "lasts", 0

    async def lasts(self):
        self.asked += 1
        if self.state == "unknown":
            raise Unavailable
        return self.state == "lasts"


@pytest.fixture
def calls():
    return Calls()


@pytest.fixture
async def waiting(calls):
    made = Knocks(calls, most=MOST_OF_ONE + 2)
    yield made
    made._listener.cancel()


async def begun(waiting, member, session):
    frames = waiting.wait_for(member, session.lasts)
    assert (await anext(frames)).endswith(NEWS)
    return frames


@pytest.mark.parametrize("state", ["ended", "unknown"])
async def test_a_call_wakes_its_member_and_ends_the_wait_of_a_session_that_ended(waiting, calls, state):
    ended, lasting, other = Session(), Session(), Session()
    frames = [await begun(waiting, WULAN, one) for one in (ended, lasting)]
    elsewhere = asyncio.ensure_future(anext(await begun(waiting, BIMA, other)))
    ended.state = state
    calls.called.put_nowait(WULAN)
    with pytest.raises(StopAsyncIteration):
        await anext(frames[0])
    assert await anext(frames[1]) == NEWS
    assert (elsewhere.done(), other.asked) == (False, 0)
    calls.called.put_nowait("")  # after a gap everybody looks
    assert await elsewhere == NEWS


async def test_a_session_that_ran_out_without_a_call_is_noticed_by_a_heartbeat(waiting, monkeypatch):
    monkeypatch.setattr(knocks, "HEARTBEAT", 0.001)
    session = Session()
    frames = await begun(waiting, WULAN, session)
    assert await anext(frames) != NEWS
    session.state = "ended"
    assert len([frame async for frame in frames]) < knocks._BEATS_OF_TRUST
    assert session.asked == 1


async def test_one_member_leaves_room_for_others_and_who_goes_makes_room(waiting):
    session = Session()
    all_of_one = [await begun(waiting, WULAN, session) for _ in range(MOST_OF_ONE)]
    with pytest.raises(KnocksFull):
        await begun(waiting, WULAN, session)
    await begun(waiting, BIMA, session)
    await all_of_one[0].aclose()
    await begun(waiting, WULAN, session)
