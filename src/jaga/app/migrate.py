"""Brings the database `jaga` to the newest schema; a process of its own, started by `jaga up`."""

from __future__ import annotations

from jaga.app.logs import set_up_logs
from jaga.app.process import installation_of_command_line
from jaga.store import schema

if __name__ == "__main__":
    set_up_logs()
    schema.upgrade(installation_of_command_line().server.url())
