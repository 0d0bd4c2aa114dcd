"""Joins what commands about members need, and no more: a command must not wait for a web framework to load."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jaga.app.installation import Installation
from jaga.channels.sessions import MemberSessions
from jaga.homeserver.accounts import Keeper, Opener, Registrar, SignIns
from jaga.homeserver.names import JOINING_TOKEN, KEEPER_TOKEN, REGISTRATION_SECRET
from jaga.store.database import Database
from jaga.store.members import Members, Sessions


@asynccontextmanager
async def opened_database(installation: Installation) -> AsyncIterator[Database]:
    """The open side's database, for a command; processes keep theirs open."""
    opened = Database(installation.server.url(), pool_size=2)
    try:
        yield opened
    finally:
        await opened.close()


def sign_ins(installation: Installation) -> SignIns:
    """Who somebody is, asked on the homeserver's unix socket."""
    return SignIns(socket=installation.data.synapse_socket, server_name=installation.config.server_name)


def keeper(installation: Installation) -> Keeper:
    """Locks and unlocks accounts: for the worker, which alone is handed the token."""
    return Keeper(
        socket=installation.data.synapse_socket,
        server_name=installation.config.server_name,
        token=installation.secrets.found(KEEPER_TOKEN).decode("ascii"),
    )


def accounts(installation: Installation) -> Opener:
    """Opens ordinary accounts: for the front door and the operator's commands."""
    return Opener(
        socket=installation.data.synapse_socket,
        server_name=installation.config.server_name,
        token=installation.secrets.found(JOINING_TOKEN).decode("ascii"),
    )


def registrar(installation: Installation) -> Registrar:
    """Opens accounts of any power: for the one start that makes the keeper."""
    return Registrar(
        socket=installation.data.synapse_socket,
        server_name=installation.config.server_name,
        secret=installation.secrets.found(REGISTRATION_SECRET),
    )


def member_sessions(installation: Installation, database: Database) -> MemberSessions:
    return MemberSessions(
        server_name=installation.config.server_name,
        homeserver=sign_ins(installation),
        members=Members(database),
        sessions=Sessions(database),
    )
