"""Where texts are found: every row of every table of a server's databases, and every file below some directories."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from pathlib import Path

from psycopg import sql

from jaga.app.server import DatabaseServer
from tests.helpers.postgres import superuser

_TABLES = """
    SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""


def forms_of(text: str) -> list[bytes]:
    """The text as it is, in hexadecimal, and in base 64 at each of its three alignments."""
    raw = text.encode()
    # The first and last characters depend on the neighbors and are left out.
    aligned = [base64.b64encode(b"\x00" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)]
    return [raw, raw.hex().encode(), *aligned]


def traces_of(texts: Sequence[str], server: DatabaseServer, directories: Iterable[Path]) -> list[str]:
    """Names of the tables and files that hold one of `texts` in any form.

    The databases are also searched as the files they are, after a checkpoint: rows that were deleted count as well.
    """
    return [*tables_with(texts, server), *files_with(texts, directories)]


def files_with(texts: Sequence[str], directories: Iterable[Path]) -> list[str]:
    forms = _forms(texts)
    files = (path for directory in directories for path in directory.rglob("*") if path.is_file())
    return [str(path) for path in files if _holds(path, forms)]


def tables_with(texts: Sequence[str], server: DatabaseServer) -> list[str]:
    """As `jaga.public.posts`; rows as they are now."""
    return [*_in_databases(_forms(texts), server)]


def _forms(texts: Sequence[str]) -> list[bytes]:
    return [form for text in texts for form in forms_of(text)]


def _holds(path: Path, forms: list[bytes]) -> bool:
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # servers tidy up meanwhile
        return False
    return any(form in content for form in forms)


def _in_databases(forms: list[bytes], server: DatabaseServer) -> Iterable[str]:
    patterns = [f"%{form.decode('ascii')}%" for form in forms if form.isascii()]
    for database in ("jaga", "synapse"):
        with superuser(server, database) as connection:
            connection.execute("CHECKPOINT")
            for schema, table in connection.execute(_TABLES).fetchall():
                query = sql.SQL("SELECT count(*) FROM {} AS r WHERE r::text LIKE ANY (%s)").format(
                    sql.Identifier(schema, table)
                )
                row = connection.execute(query, [patterns]).fetchone()
                if row is not None and row[0]:
                    yield f"{database}.{schema}.{table}"
