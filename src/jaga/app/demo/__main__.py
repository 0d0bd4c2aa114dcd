"""Started by `jaga up --demo`: fills the community in on first use, and prints who can sign in where."""

from __future__ import annotations

import asyncio

from jaga.app.demo.sheet import fill_once, tell
from jaga.app.logs import set_up_logs
from jaga.app.process import installation_of_command_line

if __name__ == "__main__":
    set_up_logs()
    opened = installation_of_command_line()
    tell(opened, asyncio.run(fill_once(opened)))
