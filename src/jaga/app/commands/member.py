"""`jaga member`: the operator opens accounts, or invites people to open theirs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit


def register(app: typer.Typer) -> None:
    members = typer.Typer(help="Accounts.", no_args_is_help=True)
    app.add_typer(members, name="member")
    members.command("add")(command(add))
    members.command("invite")(command(invite))


async def add(
    data: DataOption,
    name: Annotated[str, typer.Argument(help="The part before the colon in @name:server.")],
    password_stdin: Annotated[  # noqa: FBT002 - a command line's flag
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Open an account for a member."""
    from jaga.app import wire_members
    from jaga.app.installation import Installation
    from jaga.channels.member import parse_member_name
    from jaga.core.clock import utc_now
    from jaga.store.members import Members

    installation = Installation.open(data)
    localpart = parse_member_name(name)
    await wire_members.accounts(installation).register(localpart, _password(from_stdin=password_stdin))
    async with wire_members.opened_database(installation) as database:
        member = await Members(database).find_or_add(localpart, now=utc_now())
    user_id = f"@{localpart}:{installation.config.server_name}"
    emit(
        {"id": member.id, "name": localpart, "user_id": user_id},
        as_json=as_json,
        human=f"{user_id} can sign in now, with any Matrix client at {installation.config.public_url}",
    )


async def invite(
    data: DataOption,
    uses: Annotated[int, typer.Option(min=1, max=1000, help="How many accounts it opens.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it is good for.")] = 7,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Make an invitation code; needed where `jaga.toml` says `registration = "invitation"`."""
    from datetime import timedelta

    from jaga.app import wire_members
    from jaga.app.installation import Installation
    from jaga.channels.joining import InvitationCode
    from jaga.core.clock import rfc3339, utc_now
    from jaga.store.joining import StoredJoining

    installation, code, now = Installation.open(data), InvitationCode.new(), utc_now()
    expires_at = now + timedelta(days=days)
    async with wire_members.opened_database(installation) as database:
        await StoredJoining(database).invite(code.hash, uses=uses, now=now, expires_at=expires_at)
    emit(
        {"id": str(code), "code": str(code), "uses": uses, "expires_at": rfc3339(expires_at)},
        as_json=as_json,
        human=f"{code}\nGood for {uses} account(s) until {rfc3339(expires_at)}. It is shown this once.",
    )


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
