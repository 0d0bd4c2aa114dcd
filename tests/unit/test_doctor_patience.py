"""Whatever hangs, an examination goes on, ends, and names what it did not get to know."""

from __future__ import annotations

import asyncio
import threading

from jaga.app.doctor.examine import _aside, _Round
from jaga.app.doctor.findings import Failed, Good, Question, both


def question(name, look):
    return Question(name, both(name), _aside(lambda _: look(), None))


def well():
    return Good(both("-"))


def broken():
    raise ValueError("zqkabo")


async def asked(looks, *, one, until):
    began = asyncio.get_running_loop().time()
    round_ = _Round(one, began + until)
    return {name: (await round_.line(question(name, look))).finding for name, look in looks.items()}


async def test_a_line_that_hangs_fails_and_the_others_are_answered():
    never = threading.Event()
    found = await asked({"a": well, "b": never.wait, "c": broken, "d": well}, one=0.2, until=60)
    assert [type(finding) for finding in found.values()] == [Good, Failed, Failed, Good]
    assert "Not finished in time" in found["b"].detail.en
    assert found["c"].detail.en == "ValueError: zqkabo"
    never.set()


async def test_when_time_is_up_the_rest_has_failed_without_being_asked():
    never, asked_after = threading.Event(), []
    looks = {"a": never.wait, "b": lambda: asked_after.append("b"), "c": lambda: asked_after.append("c")}
    found = await asked(looks, one=60, until=0.2)
    assert [type(finding) for finding in found.values()] == [Failed, Failed, Failed]
    assert asked_after == []
    never.set()
