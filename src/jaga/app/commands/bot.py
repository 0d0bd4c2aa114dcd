"""`jaga bot add`: a token with which an existing Telegram bot publishes in one channel."""

from __future__ import annotations

from typing import Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit, opened


def register(app: typer.Typer) -> None:
    bots = typer.Typer(help="Bots.", no_args_is_help=True)
    app.add_typer(bots, name="bot")
    bots.command("add")(command(add))


async def add(
    data: DataOption,
    name: Annotated[str, typer.Argument(help="What the bot is called.")],
    channel: Annotated[str, typer.Option(help="The channel in which it may publish.")],
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Make a bot and print its token, once."""
    from jaga.channels.bot import new_secret, parse_bot_name, secret_hash
    from jaga.core.clock import utc_now
    from jaga.core.ids import BotId
    from jaga.store.bots import BotRows

    bot, secret = BotId.new(), new_secret()
    async with opened(data) as (installation, database):
        hashed = secret_hash(f"1:{secret}")
        number = await BotRows(database, utc_now).add(channel, parse_bot_name(name), hashed, bot)
    token, base_url = f"{number}:{secret}", f"{installation.config.public_url}/bot"
    emit(
        {"id": bot, "token": token, "base_url": base_url},
        as_json=as_json,
        human=f"Token: {token}\nIt is shown only now. Point your bot's library at {base_url}",
    )
