"""After private traffic nothing of it is in any process's memory, in either database or in any file; public words are."""

from __future__ import annotations

import uuid

from tests.helpers.members import Person
from tests.helpers.memory import encodings, occurrences
from tests.helpers.traces import forms_of, traces_of

MARKERS = 1_000
A_MESSAGE = 20


def marked(run: str, count: int) -> list[str]:
    """Unique marks that share their beginning, so that one search finds any of them."""
    return [f"{run}{uuid.uuid4().hex}" for _ in range(count)]


def found_in(stack, run: str) -> dict[str, int]:
    forms = [*encodings(run), *forms_of(run)[1:]]
    return {name: occurrences(pid, forms) for name, pid in stack.pids().items()}


async def converse(chatters, chat: str, marks: list[str]) -> None:
    """Both say a thousand marks to each other, and each sends a file of them; all of it arrives."""
    for place in range(0, len(marks), A_MESSAGE):
        sender = chatters[place // A_MESSAGE % 2]
        await sender.say(chat, {"msgtype": "m.text", "body": " ".join(marks[place : place + A_MESSAGE])})
    for sender, receiver, some in ((*chatters, marks[::2]), (*chatters[::-1], marks[1::2])):
        content = "\n".join(some).encode() * 20
        # matrix-nio writes the file's name into the upload's address, which reaches the front door; others do not.
        name = f"berkas-{uuid.uuid4().hex}.txt"
        await sender.share_file(chat, name, content)
        assert await receiver.receives_file(name) == content


async def publish(door, chatter, text: str) -> None:
    token = await Person(door, chatter.client.user_id, chatter.client.access_token).session()
    name = f"kabar_{uuid.uuid4().hex[:8]}"
    status, answer = await door.call(
        "POST", "/api/v1/channels", token=token, json={"name": name, "title": "Kabar"}
    )
    assert status == 201, answer
    status, answer = await door.call(
        "POST",
        f"/api/v1/channels/{name}/posts",
        token=token,
        json={"text": text},
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    assert status == 201, answer
    status, page = await door.call("GET", f"/api/v1/channels/{name}/posts")
    assert status == 200
    assert text in str(page)


async def test_of_a_thousand_private_marks_none_is_found_and_a_public_one_is(door, stack, chatters, chat):
    private, public = (f"zq{uuid.uuid4().hex[:22]}" for _ in range(2))
    marks = marked(private, MARKERS)
    assert len(set(marks)) == MARKERS
    await converse(chatters, chat, marks)
    assert found_in(stack, private) == dict.fromkeys(stack.pids(), 0)
    assert traces_of([private], door.server, door.places) == []

    await publish(door, chatters[0], f"{public} di pasar")
    found = found_in(stack, public)
    assert found["web"]
    assert found["postgres"]
    assert "jaga.public.posts" in traces_of([public], door.server, [])
