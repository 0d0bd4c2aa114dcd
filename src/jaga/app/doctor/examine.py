"""The whole examination, in the order of its table. A question that cannot be answered counts as failed."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from jaga.app import wire_members
from jaga.app.doctor import homeserver, machine, open_side
from jaga.app.doctor.attempts import attempts, attempts_behind, stage
from jaga.app.doctor.findings import Failed, Finding, Line, Question, both
from jaga.app.doctor.versions import versions
from jaga.app.installation import Installation
from jaga.core.errors import JagaError
from jaga.core.text import Text
from jaga.homeserver.workers import worker_name

Look = Callable[[Installation], Finding]

LOOKS: tuple[tuple[str, Text, Look], ...] = (
    ("processes", Text(id="Proses", en="Processes"), machine.processes),
    ("walls", Text(id="Sekat antarproses", en="Walls between processes"), machine.walls),
    ("ports", Text(id="Hanya pintu depan", en="The front door alone"), machine.ports),
    ("roles", Text(id="Peran basis data", en="Database roles"), homeserver.roles),
    ("configuration", Text(id="Konfigurasi Synapse", en="Synapse's configuration"), homeserver.configuration),
    ("log-level", Text(id="Catatan tanpa isi", en="Logs without bodies"), homeserver.log_level),
    ("rooms", Text(id="Ruang tersegel", en="Sealed rooms"), homeserver.rooms),
    ("administrators", Text(id="Administrator homeserver", en="Homeserver administrators"), homeserver.administrators),
    ("keys", Text(id="Kunci dan rahasia", en="Keys and secrets"), machine.keys),
    ("clocks", Text(id="Jam", en="Clocks"), machine.clocks),
    ("disk", Text(id="Ruang disk", en="Disk space"), machine.disk),
    ("backups", Text(id="Cadangan", en="Backups"), machine.backups),
    ("representative", Text(id="Perwakilan", en="Representative"), open_side.representative),
    ("versions", Text(id="Kerentanan yang dikenal", en="Known vulnerabilities"), versions),
)  # fmt: skip

_STAGE = Text(id="Percobaan sebagai anggota", en="Attempts as a member")
_UNFINISHED = Failed(
    Text(
        id="Tidak selesai pada waktunya; yang diperiksa tidak menjawab.",
        en="Not finished in time; what was asked does not answer.",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds. Whatever hangs, an examination ends, and says what it did not get to know."""

    one: float = 15
    """For a single line of the table."""

    looking: float = 45
    """For all of them: what has no answer then has failed."""

    whole: float = 55
    """Also for the members of the attempts to go."""


async def examine(installation: Installation, patience: Patience = Patience()) -> list[Line]:
    """Needs a running Jaga, and the rights of who started it."""
    url = str(json.loads(installation.data.ready.read_bytes())["url"])
    began = asyncio.get_running_loop().time()
    round_ = _Round(patience.one, began + patience.looking)
    lines = [await round_.line(question) for question in questions(installation, url)]
    opener, server_name = wire_members.accounts(installation), installation.config.server_name
    try:
        async with (
            asyncio.timeout_at(began + patience.whole),
            stage(url, opener, server_name, until=began + patience.whole) as scene,
        ):
            tried = [*attempts_behind(scene, _sockets(installation)), *attempts(scene)]
            lines += [await round_.line(question) for question in tried]
    except Exception as error:  # noqa: BLE001 - an examination names what went wrong and goes on
        lines.append(Line("attempts", _STAGE, _unanswered(error)))
    return lines


def _sockets(installation: Installation) -> dict[str, Path]:
    """Of each process of Synapse that takes requests."""
    sockets = installation.data.synapse_sockets(installation.config.homeserver_workers)
    names = ["synapse", *(worker_name(number) for number in range(1, len(sockets)))]
    return dict(zip(names, sockets, strict=True))


def questions(installation: Installation, url: str) -> list[Question]:
    """What is looked at, before anything is tried."""
    return [
        Question("neighbors", Text(id="Tetangga", en="Neighbors"), lambda: open_side.neighbors(url)),
        *(Question(name, title, _aside(look, installation)) for name, title, look in LOOKS),
        Question("ledger", Text(id="Buku besar", en="Ledger"), lambda: open_side.ledger(installation)),
    ]


def _aside(look: Look, installation: Installation) -> Callable[[], Awaitable[Finding]]:
    """In a thread that nobody has to wait for: not even the end of this program does."""

    async def ask() -> Finding:
        future: Future[Finding] = Future()
        future.set_running_or_notify_cancel()  # an answer that comes too late is of no harm

        def work() -> None:
            try:
                future.set_result(look(installation))
            except Exception as error:  # noqa: BLE001 - raised again where it is awaited
                future.set_exception(error)

        threading.Thread(target=work, daemon=True).start()
        return await asyncio.wrap_future(future)

    return ask


@dataclass(frozen=True, slots=True)
class _Round:
    """One line after the other; none can hold up the rest for long."""

    one: float
    until: float

    async def line(self, question: Question) -> Line:
        now = asyncio.get_running_loop().time()
        if now >= self.until:
            return Line(question.name, question.title, _UNFINISHED)
        try:
            async with asyncio.timeout_at(min(self.until, now + self.one)):
                return Line(question.name, question.title, await question.ask())
        except Exception as error:  # noqa: BLE001 - an examination names what went wrong and goes on
            return Line(question.name, question.title, _unanswered(error))


def _unanswered(error: Exception) -> Failed:
    match error:
        case TimeoutError():
            return _UNFINISHED
        case JagaError():
            return Failed(Text(id=error.message("id"), en=error.message("en")))
        case _:
            return Failed(both(f"{type(error).__name__}: {error}"))
