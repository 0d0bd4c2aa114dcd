"""Answers questions on a unix socket: many on one connection, one after the other.

Judging a post takes a tenth of a millisecond and is done in line; decoding media takes long and is left to a child
process. Whoever does not speak the protocol is cut off. A protocol class and no streams: they would cost as much as
the judging.
"""

from __future__ import annotations

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, assert_never, cast

import structlog
from typing_extensions import override

from jaga.detect.bank import Bank
from jaga.detect.content import Content
from jaga.detect.frames import (
    LARGEST_REQUEST,
    LARGEST_TEXT,
    Answer,
    CheckRequest,
    InspectRequest,
    MalformedFrame,
    StatusAnswer,
    StatusRequest,
    TooLargeAnswer,
    answer_of_report,
    answer_of_verdict,
    frame,
    parse_request,
    take_frame,
)
from jaga.detect.ports import Inspect

log = structlog.get_logger(__name__)

MOST_CONNECTIONS = 256
_PATIENCE = 5.0
_BACKLOG = 1024


class DetectorService:
    """One bank, one inspector, many connections."""

    def __init__(self, bank: Bank, inspect: Inspect) -> None:
        self.bank = bank
        self._inspect = inspect
        self._connections: OrderedDict[_Connection, None] = OrderedDict()

    async def listen(self, path: Path) -> asyncio.Server:
        """Begin to answer at `path`, for whoever may pass through its directory."""
        loop = asyncio.get_running_loop()
        listener = _listening_at(path)
        return await loop.create_unix_server(lambda: _Connection(self), sock=listener, backlog=_BACKLOG)

    def admit(self, connection: _Connection) -> None:
        """Callers keep connections open; of too many, the one that was silent for longest goes."""
        while len(self._connections) >= MOST_CONNECTIONS:
            next(iter(self._connections)).cut()
        self._connections[connection] = None

    def heard(self, connection: _Connection) -> None:
        self._connections.move_to_end(connection)

    def dismiss(self, connection: _Connection) -> None:
        self._connections.pop(connection, None)

    def answer(self, body: bytes) -> Answer | Coroutine[Any, Any, Answer]:
        """The answer, or for what takes long, what gives it. Raises `MalformedFrame`."""
        match parse_request(body):
            case CheckRequest(content):
                if _characters(content) > LARGEST_TEXT:
                    return TooLargeAnswer(LARGEST_TEXT)
                return answer_of_verdict(self.bank.decide(content))
            case InspectRequest(sha256, declared_type):
                return self._report(sha256, declared_type)
            case StatusRequest():
                return StatusAnswer(self.bank.version, self.bank.counts())
            case unknown:
                assert_never(unknown)

    async def _report(self, sha256: str, declared_type: str) -> Answer:
        return answer_of_report(await self._inspect(sha256, declared_type))


class _Connection(asyncio.Protocol):
    """One caller. Nothing more is read while an answer is awaited, or while the caller does not take its answers."""

    def __init__(self, service: DetectorService) -> None:
        self._service = service
        self._received = bytearray()
        self._paused = self._choked = False
        self._inspection: asyncio.Task[None] | None = None
        self._next: asyncio.Handle | None = None
        self._late: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._service.admit(self)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._service.dismiss(self)
        for pending in (self._inspection, self._next, self._late):
            if pending is not None:
                pending.cancel()

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._next is None:
            self._advance()

    @override
    def pause_writing(self) -> None:
        self._choked = True
        self._settle()

    @override
    def resume_writing(self) -> None:
        self._choked = False
        self._advance()

    def cut(self) -> None:
        self._service.dismiss(self)
        self._transport.abort()

    @property
    def _blocked(self) -> bool:
        return self._choked or self._inspection is not None

    def _advance(self) -> None:
        """Answer the first question that is there. More of them wait for another turn: others ask too."""
        self._next = None
        if self._blocked or self._transport.is_closing():
            return
        try:
            body = take_frame(self._received, largest=LARGEST_REQUEST)
            if body is not None:
                self._service.heard(self)
                self._send(self._service.answer(body))
                if self._received and not self._blocked:
                    self._next = asyncio.get_running_loop().call_soon(self._advance)
        except MalformedFrame:
            self.cut()
        except Exception as error:  # noqa: BLE001 - one question must not end the service; its sender gets no verdict
            self._give_up(error)
        else:
            self._settle()

    def _settle(self) -> None:
        """Read on, or not; and what is begun, a question or the taking of answers, must end within `_PATIENCE`."""
        if self._transport.is_closing():
            return
        full = self._blocked or self._next is not None
        if full and not self._paused:
            self._transport.pause_reading()
        elif self._paused and not full:
            self._transport.resume_reading()
        self._paused = full
        begun = self._choked or (bool(self._received) and not full)
        if begun and self._late is None:
            self._late = asyncio.get_running_loop().call_later(_PATIENCE, self.cut)
        elif self._late is not None and not begun:
            self._late.cancel()
            self._late = None

    def _send(self, answer: Answer | Coroutine[Any, Any, Answer]) -> None:
        if isinstance(answer, Coroutine):
            self._inspection = asyncio.create_task(self._send_later(answer))
        else:
            self._transport.write(frame(answer))

    async def _send_later(self, answer: Coroutine[Any, Any, Answer]) -> None:
        try:
            self._transport.write(frame(await answer))
        except Exception as error:  # noqa: BLE001 - as above
            self._give_up(error)
        self._inspection = None
        self._advance()

    def _give_up(self, error: Exception) -> None:
        log.error("question_failed", error=type(error).__name__)  # a traceback could quote content
        self.cut()


def _characters(content: Content) -> int:
    return sum([len(field.text) for field in content.fields]) + sum(
        [len(link.text) for link in content.links]
    )


def _listening_at(path: Path) -> socket.socket:
    """Whoever is let into the directory of `path` is answered; what a killed predecessor left there is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unseen = path.with_name(f"{path.name}.new")
    unseen.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(unseen))
    unseen.chmod(0o666)
    listener.listen(_BACKLOG)
    unseen.rename(path)
    return listener
