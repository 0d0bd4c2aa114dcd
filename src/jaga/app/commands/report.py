"""`jaga report transparency`: the published numbers of a quarter, counted from the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit, opened


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Reports that the law asks for.", no_args_is_help=True)
    group.callback()(lambda: None)  # keeps `transparency` a command of its own while it is the only one
    group.command("transparency")(command(transparency))
    app.add_typer(group, name="report")


async def transparency(
    data: DataOption,
    period: Annotated[str, typer.Option("--period", help="A quarter, as in 2026-Q4.")],
    country: Annotated[str, typer.Option("--country", help="As in ID; all when left out.")] = "",
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Count a quarter's numbers from the ledger, as the public page /transparency/reports/... shows them."""
    from jaga.app.wire import ledger
    from jaga.transparency.counting import Counting
    from jaga.transparency.report import numbers_document, parse_scope

    scope = parse_scope(period, country)
    async with opened(data) as (installation, database):
        tallies, head = await Counting(ledger(installation, database)).numbers()
    document = numbers_document(tallies, scope, head)
    emit(document, as_json=as_json, human="\n".join(_lines(document)))


def _lines(document: Mapping[str, object], depth: int = 0) -> Iterator[str]:
    for name, value in document.items():
        label = f"{'  ' * depth}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield label if value else f"{label}: none"
            yield from _lines(value, depth + 1)
        else:
            yield f"{label}: {'-' if value is None else value}"
