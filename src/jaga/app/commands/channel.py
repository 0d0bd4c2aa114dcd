"""`jaga channel add`: a channel for a member, by the operator's hand and through the same check as every other."""

from __future__ import annotations

from typing import Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit, fail


def register(app: typer.Typer) -> None:
    channels = typer.Typer(help="Channels and public groups.", no_args_is_help=True)
    app.add_typer(channels, name="channel")
    channels.command("add")(command(add))


async def add(
    data: DataOption,
    name: Annotated[str, typer.Argument(help="3 to 32 lower-case letters, digits or underscores.")],
    owner: Annotated[str, typer.Option("--owner", help="The member it belongs to.")],
    title: Annotated[str, typer.Option("--title", help="What readers see; the name when left out.")] = "",
    about: Annotated[str, typer.Option("--about", help="What it is about.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="channel or group.")] = "channel",
    language: Annotated[str, typer.Option("--language", help="id or en.")] = "id",
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Open a channel."""
    from jaga.app import open_side as open_sides
    from jaga.app.commands.common import opened
    from jaga.channels.channel import ChannelDraft
    from jaga.channels.errors import MemberUnknown
    from jaga.channels.outcome import Published
    from jaga.channels.ports import Actor
    from jaga.store.members import Members

    fields = {
        "name": name,
        "title": title or name,
        "about": about,
        "kind": kind,
        "language": language,
    }
    draft = ChannelDraft.parse(fields)
    async with opened(data) as (installation, database):
        member = await Members(database).find(owner)
        if member is None:
            raise MemberUnknown
        open_side = open_sides.open_side(installation, database)
        outcome = await open_side.channel_publisher.create(Actor(member.id, member.language), draft)
    if not isinstance(outcome, Published):
        fail(f"The name, title or about text was not accepted; the desk has the case about {outcome.id}.")
    channel = outcome.thing
    address = f"{installation.config.public_url}/c/{channel.name}"
    emit(
        {"id": channel.id, "name": channel.name, "url": address},
        as_json=as_json,
        human=f"{channel.title} is open at {address}",
    )
