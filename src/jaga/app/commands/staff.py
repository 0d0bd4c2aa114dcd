"""`jaga staff add`: people of the desk. They set their own password and code app, by a link that works once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit
from jaga.cases.staff import Role

if TYPE_CHECKING:
    from jaga.app.installation import Installation
    from jaga.cases.staff import Staff


def register(app: typer.Typer) -> None:
    people = typer.Typer(help="The people of the desk.", no_args_is_help=True)
    app.add_typer(people, name="staff")
    people.command("add")(command(add))
    people.command("renew")(command(renew))


async def add(
    data: DataOption,
    name: Annotated[str, typer.Argument(help="The name that colleagues see.")],
    email: Annotated[str, typer.Option(help="What they sign in with.")],
    role: Annotated[Role, typer.Option(help="What they may do.")],
    country: Annotated[
        str | None, typer.Option(help="A representative's country, as in ID.", metavar="CC")
    ] = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Add a person and print the address where they enrol; it works once, for three days."""
    from jaga.app.installation import Installation
    from jaga.app.wire_cases import opened_entrance

    if role is Role.REPRESENTATIVE and not country:
        raise typer.BadParameter("a representative has a country", param_hint="--country")
    if country is not None and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise typer.BadParameter("two letters, as in ID", param_hint="--country")
    if "@" not in email:
        raise typer.BadParameter("an e-mail address", param_hint="--email")
    installation = Installation.open(data)
    async with opened_entrance(installation) as entrance:
        staff, token = await entrance.add(name, email, role, country=country.upper() if country else None)
    _tell(installation, staff, token, as_json=as_json)


async def renew(
    data: DataOption,
    name: Annotated[str, typer.Argument(help="Name, e-mail or id.")],
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """A fresh enrolment address for somebody who lost theirs, or their phone; all their sessions end."""
    from jaga.app.installation import Installation
    from jaga.app.wire_cases import opened_entrance

    installation = Installation.open(data)
    async with opened_entrance(installation) as entrance:
        staff, token = await entrance.renew(name)
    _tell(installation, staff, token, as_json=as_json)


def _tell(installation: Installation, staff: Staff, token: str, *, as_json: bool) -> None:
    address = f"{installation.config.public_url}/desk/enrol/{token}"
    emit(
        {"id": staff.id, "name": staff.name, "role": staff.role.value, "enrolment": address},
        as_json=as_json,
        human=f"{staff.name} enrols here, once, within three days:\n{address}",
    )
