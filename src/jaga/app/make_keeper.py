"""Opens the account that locks others, when there is none yet; a process of its own, started by `jaga up` once."""

from __future__ import annotations

import asyncio
import secrets

from jaga.app.installation import Installation
from jaga.app.logs import set_up_logs
from jaga.app.process import end_on_signal, installation_of_command_line
from jaga.app.wire_members import registrar
from jaga.core.files import write_private
from jaga.homeserver.names import KEEPER_TOKEN


async def main(installation: Installation) -> None:
    # A name and a password that nobody knows.
    name, password = f"jaga-keeper-{secrets.token_hex(4)}", secrets.token_urlsafe(32)
    token = await registrar(installation).register(name, password, as_="admin")
    write_private(installation.data.secrets / KEEPER_TOKEN, token.encode())


if __name__ == "__main__":
    set_up_logs()
    asyncio.run(end_on_signal(main(installation_of_command_line())))
