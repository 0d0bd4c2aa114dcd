"""`jaga verify-web URL`: is the messenger there the one that was built here?"""

from __future__ import annotations

from typing import Annotated

import typer

from jaga.app.commands.common import JsonOption, command, emit


def register(app: typer.Typer) -> None:
    app.command("verify-web")(command(verify_web))


async def verify_web(
    url: Annotated[str, typer.Argument(help="The address that people use, as https://chat.example.")],
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Fetch the messenger that an address serves, and compare every file with the one built here."""
    from jaga.app.verify_web import verify_web as verify

    files = await verify(url)
    emit(
        {"id": url, "verified": True, "files": files},
        as_json=as_json,
        human=f"{url} serves the messenger that was built here: {files} files, byte for byte.",
    )
