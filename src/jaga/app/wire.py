"""Joins store, domain and web: the one place that knows which implementation stands behind a port."""

from __future__ import annotations

from pathlib import Path

from jaga.app.config import Config
from jaga.app.installation import Installation
from jaga.app.sop_files import SHIPPED, load_sop
from jaga.channels.sessions import MemberSessions
from jaga.core.clock import utc_now
from jaga.homeserver.accounts import Accounts
from jaga.sop.model import Sop
from jaga.store.database import Database
from jaga.store.members import Members, Sessions
from jaga.web.services import Services


def accounts(installation: Installation) -> Accounts:
    """The homeserver's accounts, asked on its unix socket."""
    return Accounts(
        socket=installation.data.synapse_socket,
        secrets=installation.data.secrets,
        server_name=installation.config.server_name,
    )


def member_sessions(installation: Installation, database: Database) -> MemberSessions:
    return MemberSessions(
        server_name=installation.config.server_name,
        homeserver=accounts(installation),
        members=Members(database),
        sessions=Sessions(database),
    )


def sop_in_force(config: Config) -> Sop:
    return load_sop(config.sop, Path(config.sop_directory) if config.sop_directory else SHIPPED)


def services(installation: Installation, database: Database) -> Services:
    homeserver = accounts(installation)

    async def ready() -> dict[str, bool]:
        return {"database": await database.answers(), "homeserver": await homeserver.answers()}

    return Services(
        clock=utc_now,
        server_name=installation.config.server_name,
        public_url=installation.config.public_url,
        ready=ready,
        sop=sop_in_force(installation.config),
        member_sessions=member_sessions(installation, database),
    )
