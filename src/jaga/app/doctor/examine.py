"""The whole examination, in the order of its table. A question that cannot be answered counts as failed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from jaga.app import wire_members
from jaga.app.doctor import homeserver, machine, open_side
from jaga.app.doctor.attempts import stage, try_all
from jaga.app.doctor.findings import Failed, Finding, Line, both
from jaga.app.doctor.versions import versions
from jaga.app.installation import Installation
from jaga.core.errors import JagaError
from jaga.core.text import Text

Question = Callable[[Installation], Finding]

QUESTIONS: tuple[tuple[str, Text, Question], ...] = (
    ("processes", Text(id="Proses", en="Processes"), machine.processes),
    ("walls", Text(id="Sekat antarproses", en="Walls between processes"), machine.walls),
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


async def examine(installation: Installation) -> list[Line]:
    """Needs a running Jaga, and the rights of who started it."""
    url = str(json.loads(installation.data.ready.read_bytes())["url"])
    lines = [
        await _line("neighbors", Text(id="Tetangga", en="Neighbors"), lambda: open_side.neighbors(url)),
        *[await _line(name, title, _later(ask, installation)) for name, title, ask in QUESTIONS],
        await _line("ledger", Text(id="Buku besar", en="Ledger"), lambda: open_side.ledger(installation)),
    ]
    try:
        async with stage(url, wire_members.accounts(installation), installation.config.server_name) as scene:
            lines += await try_all(scene)
    except Exception as error:  # noqa: BLE001 - an examination names what went wrong and goes on
        lines.append(Line("attempts", _STAGE, _unanswered(error)))
    return lines


def _later(ask: Question, installation: Installation) -> Callable[[], Awaitable[Finding]]:
    return lambda: asyncio.to_thread(ask, installation)


async def _line(name: str, title: Text, ask: Callable[[], Awaitable[Finding]]) -> Line:
    try:
        return Line(name, title, await ask())
    except Exception as error:  # noqa: BLE001 - an examination names what went wrong and goes on
        return Line(name, title, _unanswered(error))


def _unanswered(error: Exception) -> Failed:
    if isinstance(error, JagaError):
        return Failed(Text(id=error.message("id"), en=error.message("en")))
    return Failed(both(f"{type(error).__name__}: {error}"))
