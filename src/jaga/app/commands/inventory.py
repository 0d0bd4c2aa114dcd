"""`jaga inventory`: every field that says something of people, from the live databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit, fail
from jaga.app.config import language_of_environment
from jaga.core.text import Text

if TYPE_CHECKING:
    from jaga.core.text import Language
    from jaga.transparency.inventory import Column, Inventory, Side

_HEADS = {
    "sealed": Text(id="Sisi tersegel (basis data synapse)", en="The sealed side (database synapse)"),
    "open": Text(id="Sisi terbuka (basis data jaga)", en="The open side (database jaga)"),
}
_WHY = Text(id="untuk", en="for")
_KEPT = Text(id="lama", en="kept")


def register(app: typer.Typer) -> None:
    app.command("inventory")(command(inventory))


async def inventory(
    data: DataOption,
    markdown: Annotated[  # noqa: FBT002 - a command line's flag
        bool, typer.Option("--markdown", help="Print docs/what-we-can-see.md; needs no running Jaga.")
    ] = False,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Print every personal field that exists, with purpose and retention; exit 1 when one is not explained."""
    from jaga.transparency.inventory import SIDES, load_inventory, page

    known = load_inventory()
    if markdown:
        print(page(known), end="")
        return
    from jaga.app.commands.common import opened
    from jaga.app.live_schema import columns

    async with opened(data) as (installation, _):
        live = {side: columns(installation, side) for side in SIDES}
    if as_json:
        emit([row for side in SIDES for row in _rows(known, side, live[side])], as_json=True, human="")
    else:
        for side in SIDES:
            _print(known, side, live[side], language_of_environment())
    unexplained = [f"{side} {column}" for side in SIDES for column in known.unexplained(side, live[side])]
    if unexplained:
        fail(f"Nobody has said what these columns are: {', '.join(unexplained)}")


def _rows(known: Inventory, side: Side, live: set[Column]) -> list[dict[str, Any]]:
    return [
        {
            "side": side,
            "table": column.table,
            "column": column.name,
            "what": datum.what.as_dict(),
            "purpose": datum.why.as_dict(),
            "retention": datum.kept.as_dict(),
        }
        for datum in known.of(side)
        for column in sorted(live.intersection(datum.columns))
    ]


def _print(known: Inventory, side: Side, live: set[Column], language: Language) -> None:
    print(_HEADS[side].in_(language))
    for datum in known.of(side):
        print(f"\n  {datum.what.in_(language)}")
        print(f"    {_WHY.in_(language)}: {datum.why.in_(language)}")
        print(f"    {_KEPT.in_(language)}: {datum.kept.in_(language)}")
        for column in sorted(live.intersection(datum.columns)):
            print(f"      {column}")
    print()
