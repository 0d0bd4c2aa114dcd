"""`jaga rules test TEXT`: what the running detector says, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit

if TYPE_CHECKING:
    from jaga.detect.verdict import Verdict


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Try the rules in force.", no_args_is_help=True)
    group.callback()(lambda: None)  # keeps `test` a command of its own while it is the only one
    group.command("test")(command(ask))
    app.add_typer(group, name="rules")


async def ask(
    text: Annotated[str, typer.Argument(help="What a member would post.")],
    data: DataOption,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Ask the running detector about a text, and show where it found something. Nothing is published or kept."""
    from jaga.app.installation import Installation
    from jaga.detect.client import DetectorClient
    from jaga.detect.content import Content, Field

    client = DetectorClient(Installation.open(data).data.detector_socket)
    try:
        verdict = await client.check(Content(fields=(Field("text", text),)))
    finally:
        await client.close()
    found = {
        "verdict": verdict.name,
        "bank_version": verdict.bank_version,
        "signals": [
            signal.as_dict() | {"found": text[signal.start : signal.end]} for signal in verdict.signals
        ],
    }
    emit(found, as_json=as_json, human=_sheet(text, verdict))


def _sheet(text: str, verdict: Verdict) -> str:
    lines = [f"{verdict.name} (bank version {verdict.bank_version})", _highlighted(text, verdict)]
    lines += [
        f"  {signal.outcome:<6} {signal.rule:<5} {signal.category}: {text[signal.start : signal.end]!r} by {signal.entry}"
        for signal in verdict.signals
    ]
    return "\n".join(lines)


def _highlighted(text: str, verdict: Verdict) -> str:
    """Each found place in brackets; places that overlap share theirs."""
    inside = [False] * (len(text) + 1)
    for signal in verdict.signals:
        inside[signal.start : signal.end] = [True] * (signal.end - signal.start)
    pieces = []
    for position, character in enumerate(text):
        before = inside[position - 1] if position else False
        pieces.append(
            ("»" if inside[position] and not before else "")
            + character
            + ("«" if inside[position] and not inside[position + 1] else "")
        )
    return "".join(pieces)
