"""A request that is refused before its body was read is still read to its end, within reason."""

from __future__ import annotations

import pytest

from jaga.web.asgi import HearsOut


async def exchange(declared: int, pieces: int, *, limit: int = 100) -> tuple[int, list[str]]:
    """How many pieces of the body were read by the time the refusal went out, and what went out."""
    read, sent = 0, []

    async def refuse(scope, receive, send):
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive():
        nonlocal read
        read += 1
        assert read <= pieces
        return {"type": "http.request", "body": b"x", "more_body": read < pieces}

    async def send(message):
        sent.append(message["type"])

    scope = {"type": "http", "headers": [(b"content-length", str(declared).encode())]}
    await HearsOut(refuse, limit=limit)(scope, receive, send)
    return read, sent


@pytest.mark.parametrize(("declared", "pieces", "read"), [(3, 3, 3), (100, 1, 1), (101, 3, 0), (0, 1, 0)])
async def test_a_short_body_is_read_before_the_refusal_and_a_long_one_is_cut_off(declared, pieces, read):
    assert await exchange(declared, pieces) == (read, ["http.response.start", "http.response.body"])


async def test_a_client_that_goes_away_meanwhile_ends_the_reading():
    async def refuse(scope, receive, send):
        await send({"type": "http.response.start", "status": 403, "headers": []})

    async def gone():
        return {"type": "http.disconnect"}

    sent = []

    async def send(message):
        sent.append(message["status"])

    scope = {"type": "http", "headers": [(b"content-length", b"5")]}
    await HearsOut(refuse)(scope, gone, send)
    assert sent == [403]
