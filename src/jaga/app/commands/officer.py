"""`jaga officer`: the named persons of an authority, each with one key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit, fail, opened

_LARGEST_FILE = 10_000


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Officers of authorities and their keys.", no_args_is_help=True)
    group.command("add")(command(add))
    group.command("revoke")(command(revoke))
    app.add_typer(group, name="officer")


async def add(
    authority: Annotated[str, typer.Option(help="The authority's id.")],
    name: Annotated[str, typer.Option(help="The officer's name.")],
    post: Annotated[str, typer.Option(help="Their post or rank.")],
    email: Annotated[str, typer.Option(help="Their official e-mail address.")],
    key: Annotated[Path, typer.Option(help="Their public key (PEM, Ed25519), made by: jaga line keygen.")],
    data: DataOption,
    authoriser: Annotated[  # noqa: FBT002 - a command line's flag
        bool, typer.Option("--authoriser", help="May authorise what a colleague submits.")
    ] = False,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Enrol an officer. Check by a second channel that the key is really theirs before you do."""
    from jaga.core.clock import utc_now
    from jaga.liaison.authority import enroll
    from jaga.store.authorities import add_officer, load_authority

    pem = _read(key)
    async with opened(data) as (_, database), database.transaction() as connection:
        officer = enroll(
            authority=await load_authority(connection, authority),
            name=name,
            post=post,
            email=email,
            public_key_pem=pem,
            authoriser=authoriser,
        )
        await add_officer(connection, officer, at=utc_now())
    emit(
        {"id": officer.id, "authority": officer.authority_id, "name": officer.name},
        as_json=as_json,
        human=f"{officer.id}  {officer.name} is enrolled; this id is also the key's id.",
    )


async def revoke(
    id: Annotated[str, typer.Argument(help="The officer's id.")],
    data: DataOption,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Revoke an officer's key: from now on nothing signed with it is taken in."""
    from jaga.core.clock import rfc3339, utc_now
    from jaga.store.authorities import revoke_officer

    now = utc_now()
    async with opened(data) as (_, database), database.transaction() as connection:
        officer = await revoke_officer(connection, id, at=now)
    emit(
        {"id": officer.id, "revoked_at": rfc3339(now)},
        as_json=as_json,
        human=f"{officer.id}  The key of {officer.name} is revoked.",
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_FILE)
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}.")
