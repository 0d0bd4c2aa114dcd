"""`jaga up`: runs everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, command


def register(app: typer.Typer) -> None:
    app.command("up")(command(up))


async def up(
    data: DataOption,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default 127.0.0.1).")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one (default 8420).")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings (default: jaga.toml in the data directory).", exists=True)
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Fill it with a demonstration community.")] = False,  # noqa: FBT002 - a command line's flag
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Run everything until stopped."""
    from jaga.app.up import Wishes, run

    await run(Wishes(data=data, host=host, port=port, settings=config, demo=demo, as_json=as_json))
