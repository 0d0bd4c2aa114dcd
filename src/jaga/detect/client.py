"""Asks the detector over its unix socket, with a hard deadline."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from jaga.detect.content import Content
from jaga.detect.frames import (
    LARGEST_ANSWER,
    LARGEST_REQUEST,
    Answer,
    CheckRequest,
    InspectRequest,
    MalformedFrame,
    OpaqueAnswer,
    PictureAnswer,
    Request,
    StatusAnswer,
    StatusRequest,
    TooLargeAnswer,
    UndecodableAnswer,
    VerdictAnswer,
    frame,
    parse_answer,
    read_frame,
    verdict_of_answer,
)
from jaga.detect.media import MediaReport
from jaga.detect.ports import ContentNotText, ContentTooLarge, DetectorUnavailable
from jaga.detect.verdict import Verdict

DEADLINE = timedelta(seconds=2)
INSPECTION_DEADLINE = timedelta(seconds=15)
"""A large picture takes a second to decode, and others may be ahead of it."""

_INSPECTIONS = 2


class DetectorClient:
    """A few connections kept open; one client for each process that asks."""

    def __init__(self, socket: Path, *, connections: int = 8, deadline: timedelta = DEADLINE) -> None:
        self._deadline = deadline
        self._questions = _Connections(socket, connections)
        # Of their own, so that slow pictures never keep a post waiting.
        self._inspections = _Connections(socket, _INSPECTIONS)

    async def check(self, content: Content) -> Verdict:
        """See `jaga.detect.ports.Check`."""
        match await self._ask(self._questions, CheckRequest(content), self._deadline):
            case VerdictAnswer() as answer:
                return verdict_of_answer(answer)
            case TooLargeAnswer(limit):
                raise ContentTooLarge(limit=limit)
            case _:
                raise DetectorUnavailable

    async def inspect(self, sha256: str, declared_type: str) -> MediaReport:
        """See `jaga.detect.ports.Inspect`."""
        request = InspectRequest(sha256, declared_type)
        match await self._ask(self._inspections, request, INSPECTION_DEADLINE):
            case PictureAnswer(report) | OpaqueAnswer(report) | UndecodableAnswer(report):
                return report
            case _:
                raise DetectorUnavailable

    async def status(self) -> StatusAnswer:
        """Which bank is in force, and how many entries of each kind it has."""
        match await self._ask(self._questions, StatusRequest(), self._deadline):
            case StatusAnswer() as answer:
                return answer
            case _:
                raise DetectorUnavailable

    async def answers(self) -> bool:
        try:
            await self.status()
        except DetectorUnavailable:
            return False
        return True

    async def close(self) -> None:
        """Close every idle connection."""
        self._questions.close()
        self._inspections.close()

    async def _ask(self, connections: _Connections, request: Request, deadline: timedelta) -> Answer:
        try:
            question = frame(request)
        except UnicodeEncodeError:
            raise ContentNotText from None
        if len(question) > LARGEST_REQUEST:
            raise ContentTooLarge(limit=LARGEST_REQUEST)
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                return parse_answer(await connections.ask(question))
        except (OSError, EOFError, MalformedFrame) as error:  # TimeoutError is an OSError
            raise DetectorUnavailable from error


class _Connections:
    def __init__(self, socket: Path, most: int) -> None:
        self._socket = socket
        self._free = asyncio.Semaphore(most)
        self._idle: list[_Connection] = []

    async def ask(self, question: bytes) -> bytes:
        async with self._free:
            while self._idle:
                # One that was idle may have been closed by a restarted detector: that alone is no failure.
                with suppress(OSError, EOFError):
                    return await self._use(self._idle.pop(), question)
            return await self._use(_Connection(*await asyncio.open_unix_connection(self._socket)), question)

    async def _use(self, connection: _Connection, question: bytes) -> bytes:
        try:
            answer = await connection.ask(question)
        except BaseException:  # also cancelled: the answer would come to the next question
            connection.close()
            raise
        self._idle.append(connection)
        return answer

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


class _Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, question: bytes) -> bytes:
        self._writer.write(question)
        await self._writer.drain()
        return await read_frame(self._reader, largest=LARGEST_ANSWER)

    def close(self) -> None:
        self._writer.close()
