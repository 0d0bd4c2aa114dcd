"""Joins store, domain and web: the one place that knows which implementation stands behind a port."""

from __future__ import annotations

from jaga.app.config import Config
from jaga.app.paths import DataDir
from jaga.channels.sessions import MemberSessions
from jaga.core.clock import utc_now
from jaga.homeserver.accounts import Accounts
from jaga.store.database import Database
from jaga.store.members import Members, Sessions
from jaga.web.services import Services


def accounts(config: Config, data: DataDir) -> Accounts:
    """The homeserver's accounts, asked on its unix socket."""
    return Accounts(socket=data.synapse_socket, secrets=data.secrets, server_name=config.server_name)


def member_sessions(config: Config, data: DataDir, database: Database) -> MemberSessions:
    return MemberSessions(
        server_name=config.server_name,
        homeserver=accounts(config, data),
        members=Members(database),
        sessions=Sessions(database),
    )


def services(config: Config, data: DataDir, database: Database) -> Services:
    homeserver = accounts(config, data)

    async def ready() -> dict[str, bool]:
        return {"database": await database.answers(), "homeserver": await homeserver.answers()}

    return Services(
        clock=utc_now,
        server_name=config.server_name,
        public_url=config.public_url,
        ready=ready,
        member_sessions=member_sessions(config, data, database),
    )
