"""A real detector service on a socket of its own, without a database behind it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jaga.detect.frames import LARGEST_ANSWER, parse_answer, read_frame

_PROGRAM = """
import asyncio, pathlib, sys
from jaga.detect.inspection import Inspector
from jaga.detect.service import DetectorService
from jaga.detect.verdict import Outcome
from tests.helpers.banks import bank_of, entry

async def main(socket, media, terms):
    inspector = Inspector(pathlib.Path(media), largest=20_000_000)
    bank = bank_of(*(entry(term[:-1], outcome=Outcome.HOLD) if term.endswith("?") else term for term in terms))
    server = await DetectorService(bank, inspector).listen(pathlib.Path(socket))
    async with server:
        await server.serve_forever()

asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
"""


@contextmanager
def detector_process(socket: Path, media: Path, *terms: str) -> Iterator[subprocess.Popen[bytes]]:
    """The service in a process of its own; killed on the way out. A term that ends in `?` asks to hold."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _PROGRAM, str(socket), str(media), *terms],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(Path(__file__).parents[2])]),
        },
    )
    try:
        deadline = time.monotonic() + 30
        while not socket.exists():
            assert process.poll() is None, "the service ended"
            assert time.monotonic() < deadline, "the service did not start"
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.wait()


async def answer(reader):
    return parse_answer(await asyncio.wait_for(read_frame(reader, largest=LARGEST_ANSWER), 10))
