"""`jaga authority`: who may write to the direct line. Two different people let an authority in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit, opened

if TYPE_CHECKING:  # so that --help stays quick
    from jaga.liaison.authority import Authority


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Authorities and trusted flaggers on the direct line.", no_args_is_help=True)
    group.command("add")(command(add))
    group.command("approve")(command(approve))
    group.command("suspend")(command(suspend))
    group.command("resume")(command(resume))
    group.command("list")(command(list_all))
    app.add_typer(group, name="authority")


async def add(
    name: Annotated[str, typer.Argument(help="Its official name.")],
    country: Annotated[str, typer.Option(help="ISO 3166 code, such as ID.")],
    type: Annotated[str, typer.Option(help="ministry, judicial, law_enforcement, other or trusted_flagger.")],
    regimes: Annotated[
        str, typer.Option(help="Bodies of law it acts under, as the SOP names them: id_mr5,…")
    ],
    data: DataOption,
    categories: Annotated[
        str, typer.Option(help="Categories that its mandate covers; all of the SOP's when left out.")
    ] = "",
    two_officers: Annotated[  # noqa: FBT002 - a command line's flag
        bool, typer.Option("--two-officers", help="Its orders need an authoriser beside the officer.")
    ] = False,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Propose an authority. Nothing it sends is taken in before two people have approved it."""
    from jaga.app.sop_files import sop_in_force
    from jaga.core.clock import utc_now
    from jaga.liaison.authority import propose
    from jaga.store.authorities import add_authority

    async with opened(data) as (installation, database):
        authority = propose(
            name=name,
            country=country.upper(),
            type=type,
            regimes=_words(regimes),
            categories=_words(categories),
            two_officers=two_officers,
            sop=sop_in_force(installation.config),
        )
        async with database.transaction() as connection:
            await add_authority(connection, authority, at=utc_now())
    emit(
        {"id": authority.id, "name": authority.name, "state": authority.state.value},
        as_json=as_json,
        human=f"{authority.id}  {authority.name} is proposed. Two people approve it: "
        f"jaga authority approve {authority.id} --by STAFF",
    )


async def approve(
    id: Annotated[str, typer.Argument(help="The authority's id.")],
    by: Annotated[str, typer.Option(help="Who approves: a staff person's id, e-mail or name.")],
    data: DataOption,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Approve an authority; the second approval, by another person, opens the direct line to it."""
    from jaga.core.clock import utc_now
    from jaga.core.ids import AuthorityId
    from jaga.liaison.authority import APPROVALS_NEEDED
    from jaga.store.authorities import approve_authority, approver_named

    async with opened(data) as (_, database), database.transaction() as connection:
        person = await approver_named(connection, by)
        authority = await approve_authority(connection, AuthorityId.parse(id), person, at=utc_now())
    missing = max(APPROVALS_NEEDED - len(authority.approved_by), 0)
    human = "is approved" if missing == 0 else "is waiting for the approval of another person"
    emit(
        {"id": authority.id, "state": authority.state.value, "approvals_missing": missing},
        as_json=as_json,
        human=f"{authority.id}  {authority.name} {human}.",
    )


async def suspend(
    id: Annotated[str, typer.Argument(help="The authority's id.")],
    data: DataOption,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Close the direct line to an authority; what it submitted stays."""
    from jaga.liaison import authority

    await _move(id, authority.suspend, data, as_json=as_json)


async def resume(
    id: Annotated[str, typer.Argument(help="The authority's id.")],
    data: DataOption,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Open the direct line to a suspended authority again."""
    from jaga.liaison import authority

    await _move(id, authority.resume, data, as_json=as_json)


async def _move(id: str, move: Callable[[Authority], Authority], data: Path, *, as_json: bool) -> None:
    from jaga.core.clock import utc_now
    from jaga.core.ids import AuthorityId
    from jaga.store.authorities import move_authority

    async with opened(data) as (_, database), database.transaction() as connection:
        authority = await move_authority(connection, AuthorityId.parse(id), move, at=utc_now())
    emit(
        {"id": authority.id, "state": authority.state.value},
        as_json=as_json,
        human=f"{authority.id}  {authority.name} is {authority.state.value}.",
    )


async def list_all(data: DataOption, as_json: JsonOption = False) -> None:  # noqa: FBT002 - a command line's flag
    """Every authority with its mandate and state."""
    from jaga.store.authorities import all_authorities

    async with opened(data) as (_, database), database.reading() as connection:
        found = await all_authorities(connection)
    rows = [
        {
            "id": authority.id,
            "name": authority.name,
            "country": authority.country,
            "type": authority.type.value,
            "regimes": sorted(authority.regimes),
            "categories": sorted(authority.categories),
            "two_officers": authority.two_officers,
            "state": authority.state.value,
        }
        for authority in found
    ]
    human = "\n".join(f"{row['id']}  {row['state']:<9}  {row['country']}  {row['name']}" for row in rows)
    emit(rows, as_json=as_json, human=human or "There is no authority yet.")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
