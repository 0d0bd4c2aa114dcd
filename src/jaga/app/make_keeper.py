"""Opens the account that locks others, when there is none yet; a process of its own, started by `jaga up` once."""

from __future__ import annotations

import asyncio

from jaga.app.installation import Installation
from jaga.app.logs import set_up_logs
from jaga.app.process import end_on_signal, installation_of_command_line
from jaga.app.wire_members import accounts
from jaga.core.files import write_private
from jaga.homeserver.names import KEEPER_TOKEN


async def main(installation: Installation) -> None:
    token = await accounts(installation).make_keeper()
    write_private(installation.data.secrets / KEEPER_TOKEN, token.encode())


if __name__ == "__main__":
    set_up_logs()
    asyncio.run(end_on_signal(main(installation_of_command_line())))
