"""Questions asked together: fewer round trips, the same answers, never an older one."""

from __future__ import annotations

import asyncio

import pytest

from jaga.channels.freshness import Freshness
from jaga.core.gather import Gathered


class Slow:
    """Answers with the round in which it was asked; remembers each round's questions."""

    def __init__(self):
        self.rounds = []

    async def __call__(self, questions):
        self.rounds.append(list(questions))
        await asyncio.sleep(0)
        if "all" in questions:
            raise OSError
        return [ValueError(one) if one == "bad" else (one, len(self.rounds)) for one in questions]


async def test_what_comes_while_one_is_asked_goes_together_and_never_into_the_round_under_way():
    slow = Slow()
    ask = Gathered(slow, most=3)
    first = asyncio.create_task(ask("a"))
    await asyncio.sleep(0)
    rest = [asyncio.create_task(ask(letter)) for letter in "bcde"]
    assert await first == ("a", 1)
    assert [await one for one in rest] == [("b", 2), ("c", 2), ("d", 2), ("e", 3)]
    assert slow.rounds == [["a"], ["b", "c", "d"], ["e"]]


async def test_one_that_fails_spoils_no_other_and_a_failed_round_fails_all_of_it():
    ask = Gathered(Slow())
    answers = await asyncio.gather(ask("a"), ask("bad"), ask("b"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [tuple, ValueError, tuple]
    answers = await asyncio.gather(ask("all"), ask("a"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [OSError, OSError]
    assert await ask("a") == ("a", 3)


async def test_one_who_goes_away_takes_no_answer_along():
    ask = Gathered(Slow())
    gone, stays = asyncio.create_task(ask("a")), asyncio.create_task(ask("b"))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert (await stays)[0] == "b"


async def test_a_version_is_asked_once_for_all_who_wait():
    asked = []

    async def versions(names):
        asked.append(sorted(names))
        await asyncio.sleep(0)
        return {"kabar": 7}

    fresh = Freshness(versions)
    answers = await asyncio.gather(*(fresh.version(name) for name in ["kabar", "kabar", "lain"]))
    assert answers == [7, 7, None]
    assert asked == [["kabar", "lain"]]
