"""The columns that exist now, asked of each database by the one role that may enter it."""

from __future__ import annotations

import psycopg

from jaga.app.installation import Installation
from jaga.app.server import OPEN_SIDE, SEALED_SIDE
from jaga.transparency.inventory import Column, Side

_ROLES: dict[Side, str] = {"sealed": SEALED_SIDE, "open": OPEN_SIDE}
_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema NOT IN ('information_schema', 'pg_catalog')
"""


def columns(installation: Installation, side: Side) -> set[Column]:
    role = _ROLES[side]
    with psycopg.connect(installation.server.conninfo(role, role)) as connection:
        return {Column(table, name) for table, name in connection.execute(_COLUMNS).fetchall()}
