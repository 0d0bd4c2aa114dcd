"""Whatever dies, and whenever: nothing accepted is lost or doubled, and nothing is published unchecked."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from dataclasses import dataclass, field

import httpx
import pytest
from tests.helpers.channels import json_of, new_place
from tests.helpers.line import SUBMISSIONS, Pen, enrolled
from tests.helpers.stack import Stack, eventually
from tests.helpers.submissions import mr5_order

POSTS = 500
PLACES = 5
ORDERS = 20
PROCESSES = ("detector", "worker", "web", "synapse", "postgres")
PATIENCE = 180
EVERY = 10  # so often a post holds the listed word


@dataclass
class Accepted:
    """What was answered to one stream of requests."""

    published: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


async def insist(send) -> httpx.Response:
    """As a careful client does: the same request again until there is an answer to it."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        try:
            answer = await send()
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code < 500 and answer.status_code != 429:
            return answer
        assert asyncio.get_running_loop().time() < deadline, answer and answer.text
        await asyncio.sleep(0.2)


async def publish(client: httpx.AsyncClient, place, listed: str) -> Accepted:
    accepted = Accepted()
    for number in range(POSTS // PLACES):
        words = f"kiriman {place.name} {number}" + (f" {listed}" if number % EVERY == 0 else "")
        headers = place.headers | {"Idempotency-Key": f"{place.name}-{number}"}
        path = f"/api/v1/channels/{place.name}/posts"
        answer = await insist(
            lambda path=path, w=words, h=headers: client.post(path, json={"text": w}, headers=h)
        )
        if answer.status_code == 201:
            accepted.published.append(words)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "post_refused")
            accepted.refused.append(answer.json()["statement"])
    return accepted


async def order(client: httpx.AsyncClient, pen: Pen, target: str) -> dict[str, str]:
    """Reference → id of each order that was accepted."""
    ids = {}
    for number in range(ORDERS):
        fields = mr5_order(target, external_ref=f"B-{uuid.uuid4().hex[:8]}/{number}")
        answer = await insist(lambda fields=fields: client.send(pen.post(client, SUBMISSIONS, fields)))
        assert answer.status_code == 202, answer.text
        ids[fields["external_ref"]] = answer.json()["id"]
        await asyncio.sleep(0.3)
    return ids


async def kill_each(stack: Stack, streams: list[asyncio.Task]) -> Counter[str]:
    """Each process in turn, and a second time while the streams still run."""
    killed: Counter[str] = Counter()
    for name in PROCESSES * 2:
        if killed.total() >= len(PROCESSES) and all(stream.done() for stream in streams):
            break
        await asyncio.to_thread(stack.replace, name)
        killed[name] += 1
        await asyncio.sleep(1)
    return killed


def listed_texts(stack: Stack, name: str) -> list[str]:
    texts, query = [], {"limit": 100}
    while True:
        page = json_of(httpx.get(f"{stack.url}/api/v1/channels/{name}/posts", params=query), 200)
        texts += [post["text"] for post in page["items"]]
        if not page.get("next"):
            return texts
        query = {"limit": 100, "before": page["next"]}


def inbox_of(place) -> list[dict[str, object]]:
    answer = httpx.get(f"{place.stack.url}/api/v1/inbox?limit=100", headers=place.headers)
    return json_of(answer, 200)["items"]


@pytest.fixture(scope="module")
def officer(stack, tmp_path_factory):
    people = [f"{name}.{uuid.uuid4().hex[:6]}" for name in ("rina", "bima")]
    for name in people:
        stack.cli("staff", "add", name, "--email", f"{name}@jaga.example", "--role", "senior")
    return enrolled(stack, people, tmp_path_factory.mktemp("kunci"), "Kementerian Tahan", "ID", "id_mr5")


@pytest.mark.slow
async def test_nothing_accepted_is_lost_or_doubled_while_every_process_is_killed_in_turn(
    stack, listed, officer
):
    places = [await asyncio.to_thread(new_place, stack, "tahan") for _ in range(PLACES)]
    before = stack.process.pid
    async with httpx.AsyncClient(base_url=stack.url, timeout=10) as client:
        ordered = await publish_one(client, places[0])
        streams = [asyncio.create_task(publish(client, place, listed)) for place in places]
        orders = asyncio.create_task(order(client, officer, ordered))
        killed = await kill_each(stack, [*streams, orders])
        accepted = [await stream for stream in streams]
        submitted = await orders
    assert set(killed) == set(PROCESSES)
    assert stack.process.pid == before
    assert stack.process.poll() is None

    for place, answers in zip(places, accepted, strict=True):
        listed_now = await asyncio.to_thread(eventually, lambda name=place.name: listed_texts(stack, name))
        readable = [text for text in listed_now if text != "sasaran"]
        assert Counter(readable) == Counter(answers.published)
        assert not any(listed in text for text in readable)
        assert len(set(answers.refused)) == len(answers.refused) == POSTS // PLACES // EVERY
        assert len(inbox_of(place)) == len(answers.refused)

    assert len(set(submitted.values())) == ORDERS
    async with httpx.AsyncClient(base_url=stack.url, timeout=10) as client:
        for submission in submitted.values():
            found = await client.send(officer.get(client, f"{SUBMISSIONS}/{submission}"))
            assert found.status_code == 200
    await asyncio.to_thread(eventually, lambda: stack.cli("ledger", "fsck"))


async def publish_one(client: httpx.AsyncClient, place) -> str:
    """The post that the orders are about; its address."""
    path = f"/api/v1/channels/{place.name}/posts"
    post = json_of(await client.post(path, json={"text": "sasaran"}, headers=place.headers), 201)
    return f"{client.base_url}c/{place.name}/{post['id']}".replace("//c/", "/c/")
