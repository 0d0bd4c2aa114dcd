"""`jaga demo`: who can sign in where in the demonstration, with codes that are good now."""

from __future__ import annotations

import typer

from jaga.app.commands.common import DataOption, JsonOption, command


def register(app: typer.Typer) -> None:
    app.command("demo")(command(demo))


async def demo(data: DataOption, as_json: JsonOption = False) -> None:  # noqa: FBT002 - a command line's flag
    """Print the demonstration's sheet again."""
    import json
    from dataclasses import asdict

    from jaga.app.demo.sheet import code_now, sheet_of, tell
    from jaga.app.installation import Installation

    installation = Installation.open(data)
    sheet = sheet_of(installation)
    if as_json:
        print(json.dumps([asdict(line) | {"code": code_now(line)} for line in sheet]))
    else:
        tell(installation, sheet)
