"""The detector's socket: it answers friends, survives strangers, and its absence is said clearly."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from tests.helpers.detector import answer, detector_process

from jaga.detect.client import DetectorClient
from jaga.detect.content import Content, Field
from jaga.detect.frames import (
    LARGEST_REQUEST,
    LARGEST_TEXT,
    CheckRequest,
    StatusRequest,
    VerdictAnswer,
    frame,
)
from jaga.detect.ports import ContentNotText, ContentTooLarge, DetectorUnavailable
from jaga.detect.service import MOST_CONNECTIONS
from jaga.detect.verdict import Allow, Refuse


def content(text: str) -> Content:
    return Content(fields=(Field("text", text),))


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


LISTED = content("ini zqk4b0 ya")


@pytest.fixture(scope="module")
def socket(tmp_path_factory):
    return tmp_path_factory.mktemp("detector") / "detector.sock"


@pytest.fixture(autouse=True, scope="module")
def process(socket):
    with detector_process(socket, socket.parent, "zqkabo") as process:
        yield process


@pytest.fixture
async def client(socket):
    client = DetectorClient(socket)
    yield client
    await client.close()


async def test_a_verdict_comes_with_what_was_found_and_where(client):
    refused = await client.check(LISTED)
    assert isinstance(refused, Refuse)
    assert [(signal.field, signal.start, signal.end) for signal in refused.signals] == [("text", 4, 10)]
    assert await client.check(content("selamat pagi")) == Allow(bank_version=1)
    status = await client.status()
    assert (status.bank_version, status.entries) == (1, {"term": 1})


async def test_only_whoever_may_pass_through_its_directory_reaches_the_socket(socket):
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


async def test_many_questions_at_once_share_few_connections(client):
    verdicts = await asyncio.gather(
        *(client.check(LISTED if number % 2 else content("aman")) for number in range(400))
    )
    assert [verdict.name for verdict in verdicts[:4]] == ["allow", "refuse", "allow", "refuse"]


@pytest.mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x00",
        (LARGEST_REQUEST + 1).to_bytes(4, "big"),
        b"\x00\x00\x00\x05hello",
        b'\x00\x00\x00\x10{"type":"status"',
        b'\x00\x00\x00\x0f{"type":"shell"}'[:19],
        frame(StatusRequest()).replace(b"status", b"stat\xff\xfe"),
        (60_000).to_bytes(4, "big") + b"[" * 60_000,
    ],
)
async def test_whoever_sends_garbage_is_cut_off_and_the_others_are_served(socket, client, garbage):
    reader, writer = await asyncio.open_unix_connection(socket)
    writer.write(garbage)
    writer.write_eof()
    assert await asyncio.wait_for(reader.read(), 10) == b""
    writer.close()
    assert isinstance(await client.check(LISTED), Refuse)


async def test_a_frame_in_pieces_is_answered_and_half_a_frame_is_not_waited_for_long(socket):
    question = frame(CheckRequest(LISTED))
    reader, writer = await asyncio.open_unix_connection(socket)
    for byte in range(0, len(question), 7):
        writer.write(question[byte : byte + 7])
        await writer.drain()
        await asyncio.sleep(0)
    assert isinstance(await answer(reader), VerdictAnswer)
    writer.write(question[:20])
    assert await asyncio.wait_for(reader.read(), 20) == b""
    writer.close()


async def test_a_thousand_silent_connections_are_bounded_and_keep_nobody_out(socket, process, client):
    async with AsyncExitStack() as open_ones:
        for _ in range(1_000):
            _, writer = await asyncio.open_unix_connection(socket)
            open_ones.callback(writer.close)
        assert isinstance(await client.check(LISTED), Refuse)
        assert open_files(process.pid) < MOST_CONNECTIONS + 50


async def test_a_caller_that_asks_without_listening_blocks_nobody(socket, client):
    _, writer = await asyncio.open_unix_connection(socket)
    writer.write(frame(CheckRequest(content("zqkabo " * 1_000))) * 500)
    for _ in range(20):
        assert isinstance(await client.check(LISTED), Refuse)
    writer.close()


async def test_too_much_text_is_refused_as_such_and_not_passed(client):
    with pytest.raises(ContentTooLarge):
        await client.check(content("a" * (LARGEST_TEXT + 1)))
    with pytest.raises(ContentTooLarge):
        await client.check(content("😀" * LARGEST_REQUEST))
    assert isinstance(await client.check(content("a " * (LARGEST_TEXT // 2 - 10) + "zqkabo")), Refuse)


async def test_text_that_no_encoding_can_carry_is_refused_as_such(client):
    with pytest.raises(ContentNotText):
        await client.check(content("\ud800 zqkabo"))


async def test_no_detector_means_unavailable(tmp_path):
    with pytest.raises(DetectorUnavailable):
        await DetectorClient(tmp_path / "nobody.sock").check(LISTED)


async def test_a_stopped_detector_means_unavailable_within_the_deadline_and_recovers(socket, process):
    client = DetectorClient(socket, deadline=timedelta(seconds=0.3))
    assert isinstance(await client.check(LISTED), Refuse)
    os.kill(process.pid, signal.SIGSTOP)
    try:
        with pytest.raises(DetectorUnavailable):
            await client.check(LISTED)
        assert not await client.answers()
    finally:
        os.kill(process.pid, signal.SIGCONT)
    client = DetectorClient(socket)
    assert isinstance(await client.check(LISTED), Refuse)
    await client.close()


async def test_an_answer_that_makes_no_sense_means_unavailable(tmp_path):
    async def babble(reader, writer):
        await reader.read(10)
        writer.write(b"\x00\x00\x00\x02{}")
        writer.close()

    server = await asyncio.start_unix_server(babble, tmp_path / "babble.sock")
    with pytest.raises(DetectorUnavailable):
        await DetectorClient(tmp_path / "babble.sock").check(LISTED)
    server.close()


async def test_a_client_outlives_a_restart_of_the_detector(tmp_path):
    path = tmp_path / "detector.sock"
    client = DetectorClient(path)
    for _ in range(2):
        with detector_process(path, tmp_path, "zqkabo"):
            assert isinstance(await client.check(LISTED), Refuse)
        path.unlink()
    with pytest.raises(DetectorUnavailable):
        await client.check(LISTED)
