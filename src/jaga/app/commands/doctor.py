"""`jaga doctor`: tries what must not be possible, looks at what must be in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit
from jaga.app.config import language_of_environment

if TYPE_CHECKING:
    from jaga.app.doctor.findings import Line
    from jaga.core.text import Language

_WORDS = {"Good": "ok", "Noted": "note", "Failed": "FAIL"}


def register(app: typer.Typer) -> None:
    app.command("doctor")(command(doctor))


async def doctor(data: DataOption, as_json: JsonOption = False) -> None:  # noqa: FBT002 - a command line's flag
    """Try every known loophole on the running server, and look at keys, clocks, disk and more; exit 1 on any failure."""
    from jaga.app.commands.common import opened
    from jaga.app.doctor.examine import examine
    from jaga.app.doctor.findings import failures

    async with opened(data) as (installation, _):
        lines = await examine(installation)
    language = language_of_environment()
    if as_json:
        emit([_as_json(line) for line in lines], as_json=True, human="")
    else:
        _print(lines, language)
    if failures(lines):
        raise typer.Exit(1)


def _as_json(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "result": _WORDS[type(line.finding).__name__].lower(),
        "title": line.title.as_dict(),
        "detail": line.finding.detail.as_dict(),
    }


def _print(lines: list[Line], language: Language) -> None:
    """Plain columns, one line each, for terminals, mails and searches alike."""
    width = max(len(line.title.in_(language)) for line in lines)
    for line in lines:
        word = _WORDS[type(line.finding).__name__]
        print(f"{word:<4}  {line.title.in_(language):<{width}}  {line.finding.detail.in_(language)}")
