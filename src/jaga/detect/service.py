"""Answers questions on a unix socket: many on one connection, one after the other.

Judging a post takes a tenth of a millisecond and is done in line; decoding media takes long and is left to a child
process. Whoever does not speak the protocol is cut off.
"""

from __future__ import annotations

import asyncio
import socket
from collections import OrderedDict
from pathlib import Path
from typing import assert_never

import structlog

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
    read_frame,
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
        self._connections: OrderedDict[asyncio.StreamWriter, None] = OrderedDict()

    async def listen(self, path: Path) -> asyncio.Server:
        """Begin to answer at `path`, which only our own user may reach."""
        return await asyncio.start_unix_server(self._serve, sock=_listening_at(path), backlog=_BACKLOG)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._make_room()
        self._connections[writer] = None
        try:
            while True:
                body = await read_frame(reader, largest=LARGEST_REQUEST, patience=_PATIENCE)
                self._connections.move_to_end(writer)
                writer.write(frame(await self._answer(body)))
                async with asyncio.timeout(_PATIENCE):
                    await writer.drain()
                await asyncio.sleep(0)  # whoever sends without waiting must not keep the others out
        except (OSError, EOFError, MalformedFrame):
            pass  # gone, too slow, or not one of ours
        except Exception as error:  # noqa: BLE001 - one question must not end the service; its sender gets no verdict
            log.error("question_failed", error=type(error).__name__)  # noqa: TRY400 - a traceback could quote content
        finally:
            self._connections.pop(writer, None)
            writer.close()

    def _make_room(self) -> None:
        """Callers keep connections open; of too many, the one that was silent for longest goes."""
        while len(self._connections) >= MOST_CONNECTIONS:
            oldest, _ = self._connections.popitem(last=False)
            oldest.transport.abort()

    async def _answer(self, body: bytes) -> Answer:
        match parse_request(body):
            case CheckRequest(content):
                if _characters(content) > LARGEST_TEXT:
                    return TooLargeAnswer(LARGEST_TEXT)
                return answer_of_verdict(self.bank.decide(content))
            case InspectRequest(sha256, declared_type):
                return answer_of_report(await self._inspect(sha256, declared_type))
            case StatusRequest():
                return StatusAnswer(self.bank.version, self.bank.counts())
            case unknown:
                assert_never(unknown)


def _characters(content: Content) -> int:
    return sum(len(field.text) for field in (*content.fields, *content.links))


def _listening_at(path: Path) -> socket.socket:
    """Whoever sees the socket at `path` is answered; what a killed predecessor left there is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unseen = path.with_name(f"{path.name}.new")
    unseen.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(unseen))
    unseen.chmod(0o600)
    listener.listen(_BACKLOG)
    unseen.rename(path)
    return listener
