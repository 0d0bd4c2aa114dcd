"""A PostgreSQL server, embedded or the operator's own: how each role reaches it, and what Jaga sets up on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jaga.app.refusals import NotSuperuser, ServerOutOfReach, ServerTooOld
from jaga.app.secrets import Secrets

SUPERVISOR = "supervisor"
"""The embedded server's superuser; no part but the supervisor logs in as it."""

OPEN_SIDE = "jaga"
SEALED_SIDE = "synapse"
"""A role and its database bear the same name; neither may connect to the other's."""

_OLDEST = 15
_BUILTIN_LOCALE_SINCE = 17


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """Where the server is and which password belongs to whom."""

    host: str
    """A host name, or the directory of a unix socket."""

    port: int
    superuser: str
    maintenance: str
    """The database that the superuser connects to first."""

    secrets: Secrets
    superuser_password: str | None = field(default=None, repr=False)
    """Of the operator's own server, as its address says; the embedded one's is a secret of ours."""

    options: tuple[tuple[str, str], ...] = ()
    """What else the operator's address says, as `sslmode`."""

    @classmethod
    def embedded(cls, sockets: Path, port: int, secrets: Secrets) -> Self:
        return cls(str(sockets), port, SUPERVISOR, "postgres", secrets)

    @classmethod
    def at_url(cls, url: str, secrets: Secrets) -> Self:
        """The server at a libpq address; raises `ServerOutOfReach` for what is none."""
        try:
            found = conninfo_to_dict(url)
        except psycopg.ProgrammingError as error:
            raise ServerOutOfReach(reason=str(error).strip()) from None
        known = {"host", "port", "user", "dbname", "password"}
        return cls(
            str(found.get("host") or "localhost"),
            int(found.get("port") or 5432),
            str(found.get("user") or "postgres"),
            str(found.get("dbname") or "postgres"),
            secrets,
            str(found.get("password") or ""),
            tuple((key, str(value)) for key, value in found.items() if key not in known),
        )

    def password(self, role: str) -> str:
        if role == self.superuser and self.superuser_password is not None:
            return self.superuser_password
        return self.secrets.text(f"postgres-{role}")

    def conninfo(self, role: str, database: str) -> str:
        """Libpq's own form of the address, for psycopg and procrastinate."""
        return make_conninfo(
            host=self.host,
            port=self.port,
            user=role,
            password=self.password(role),
            dbname=database,
            connect_timeout=5,
            **dict(self.options),
        )

    def url(self, role: str = OPEN_SIDE, database: str | None = None) -> str:
        """SQLAlchemy's form of the address, for `jaga.store.database.Database`."""
        from sqlalchemy import URL  # late: the supervisor does without SQLAlchemy's 20 MB

        address = URL.create(
            "postgresql+psycopg",
            username=role,
            password=self.password(role),
            database=database or role,
            query={"host": self.host, "port": str(self.port), "connect_timeout": "5", **dict(self.options)},
        )
        return address.render_as_string(hide_password=False)


def without_superuser(url: str) -> str:
    """The operator's address of a server, for those who log in as a role of their own."""
    try:
        found = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise ServerOutOfReach(reason=str(error).strip()) from None
    return make_conninfo(
        "", **{key: value for key, value in found.items() if key not in {"user", "password"}}
    )


def provision(server: DatabaseServer) -> None:
    """Both roles and both databases, each closed to the other. Safe to repeat; also renews the passwords.

    Raises `ServerOutOfReach`, `ServerTooOld`, `NotSuperuser`.
    """
    try:
        with psycopg.connect(
            server.conninfo(server.superuser, server.maintenance), autocommit=True
        ) as connection:
            version = _require_fitness(connection)
            for role in (OPEN_SIDE, SEALED_SIDE):
                _ensure_role(connection, role, server.password(role))
            _ensure_database(connection, OPEN_SIDE, _open_side_locale(version))
            # Synapse refuses any other collation.
            _ensure_database(connection, SEALED_SIDE, "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'")
    except psycopg.OperationalError as error:
        raise ServerOutOfReach(reason=" ".join(str(error).split())) from None


def _require_fitness(connection: psycopg.Connection) -> int:
    version = require_version(connection.info.server_version)
    superuser = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if superuser is None or not superuser[0]:
        raise NotSuperuser(role=connection.info.user)
    return version


def require_version(number: int) -> int:
    """The major version in a server's version number (`180003`); raises `ServerTooOld` below 15."""
    major = number // 10_000
    if major < _OLDEST:
        raise ServerTooOld(found=major)
    return major


def _open_side_locale(version: int) -> str:
    """Bytewise order, so that no library update spoils an index; letters are known beyond ASCII where possible."""
    if version >= _BUILTIN_LOCALE_SINCE:
        return "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'"
    return "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"


def _ensure_role(connection: psycopg.Connection, role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    connection.execute(
        sql.SQL("{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {password}").format(
            verb=sql.SQL("ALTER" if known else "CREATE"),
            role=sql.Identifier(role),
            password=sql.Literal(_verifier(connection, role, password)),
        )
    )


def _verifier(connection: psycopg.Connection, role: str, password: str) -> str:
    """The scram verifier: the password itself never travels in a statement that a log could keep."""
    return connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode(
        "ascii"
    )


def _ensure_database(connection: psycopg.Connection, name: str, locale: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    database = sql.Identifier(name)
    if not known:
        connection.execute(
            sql.SQL("CREATE DATABASE {name} OWNER {name} ENCODING 'UTF8' TEMPLATE template0 ").format(
                name=database
            )
            + sql.SQL(locale)
        )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(name=database))
