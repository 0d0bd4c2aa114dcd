"""`jaga token issue`: a bearer token for scripts, without signing in. Whoever can run this owns the installation."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit
from jaga.core.clock import rfc3339, utc_now

if TYPE_CHECKING:
    from jaga.app.installation import Installation

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_TTL = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_LONGEST = timedelta(days=90)


class Issued(NamedTuple):
    """A token, and whose it is."""

    id: str
    token: str
    expires_at: datetime


Issue = Callable[["Installation", str, timedelta], Awaitable[Issued]]


async def for_member(installation: Installation, name: str, ttl: timedelta) -> Issued:
    """For the open side's API."""
    from jaga.app import wire_members

    async with wire_members.opened_database(installation) as database:
        sessions = wire_members.member_sessions(installation, database)
        signed_in = await sessions.issue(name, ttl=ttl, now=utc_now())
    return Issued(signed_in.member.id, signed_in.token.text, signed_in.expires_at)


async def for_staff(installation: Installation, name: str, ttl: timedelta) -> Issued:
    """For the desk's API."""
    from jaga.app.wire_cases import opened_entrance

    async with opened_entrance(installation) as entrance:
        session = await entrance.begin(await entrance.named(name), lasting=ttl)
    return Issued(session.staff.id, session.token.text, session.expires_at)


# Who can have a token: the option's name, and what issues it. Add both here and below.
ISSUERS: dict[str, Issue] = {"member": for_member, "staff": for_staff}


def register(app: typer.Typer) -> None:
    tokens = typer.Typer(help="Bearer tokens.", no_args_is_help=True)
    app.add_typer(tokens, name="token")
    tokens.command("issue")(command(issue))


async def issue(
    data: DataOption,
    member: Annotated[str | None, typer.Option(help="A member's name.")] = None,
    staff: Annotated[str | None, typer.Option(help="A staff person's name, e-mail or id.")] = None,
    ttl: Annotated[str, typer.Option(help="How long it lasts: 30m, 1h, 7d.")] = "1h",
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Issue a bearer token; it is shown once."""
    from jaga.app.installation import Installation

    asked = [(kind, name) for kind, name in (("member", member), ("staff", staff)) if name is not None]
    if len(asked) != 1:
        raise typer.BadParameter(f"name one holder: {', '.join(f'--{kind} NAME' for kind in ISSUERS)}")
    kind, name = asked[0]
    issued = await ISSUERS[kind](Installation.open(data), name, parse_ttl(ttl))
    emit(
        {"id": issued.id, "token": issued.token, "expires_at": rfc3339(issued.expires_at)},
        as_json=as_json,
        human=issued.token,
    )


def parse_ttl(text: str) -> timedelta:
    """`90s`, `30m`, `1h`, `7d`; at most 90 days."""
    found = _TTL.fullmatch(text)
    span = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not timedelta() < span <= _LONGEST:
        raise typer.BadParameter("a number of s, m, h or d, at most 90d", param_hint="--ttl")
    return span
