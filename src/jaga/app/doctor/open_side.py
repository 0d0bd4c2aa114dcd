"""The open side: the ledger, and the people whom the rules ask for."""

from __future__ import annotations

import aiohttp
import psycopg

from jaga.app import wire, wire_members
from jaga.app.doctor.findings import Failed, Finding, Good, Noted, both
from jaga.app.installation import Installation
from jaga.app.server import OPEN_SIDE
from jaga.core.text import Text
from jaga.ledger.errors import LedgerMismatch


async def neighbors(url: str) -> Finding:
    """What the front door itself says about the others."""
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10), trust_env=False) as session,
        session.get(f"{url}/readyz") as response,
    ):
        answers = await response.json()
    away = [name for name, there in answers.items() if not there]
    return Failed(both(", ".join(away))) if away else Good(both(", ".join(answers)))


async def ledger(installation: Installation) -> Finding:
    """The key, the last checkpoint and the tree's edge belong together; `jaga ledger fsck` reads every entry."""
    async with wire_members.opened_database(installation) as database:
        try:
            await wire.integrator(installation, database).open()
        except LedgerMismatch as error:
            return Failed(Text(id=error.message("id"), en=error.message("en")))
    return Good(
        Text(
            id="kunci, akar, dan checkpoint cocok (semua entri: jaga ledger fsck)",
            en="key, root and checkpoint fit together (every entry: jaga ledger fsck)",
        )
    )


def representative(installation: Installation) -> Finding:
    with psycopg.connect(installation.server.conninfo(OPEN_SIDE, OPEN_SIDE)) as connection:
        query = "SELECT DISTINCT country FROM staff WHERE role = 'representative' AND disabled_at IS NULL"
        countries = sorted(row[0] for row in connection.execute(query).fetchall())
        row = connection.execute("SELECT count(*) FROM submissions").fetchone()
    if countries:
        return Good(both(", ".join(countries)))
    if row is not None and row[0]:
        return Failed(
            Text(
                id=f"Tidak ada, padahal {row[0]} perintah sudah masuk; pakai jaga staff add.",
                en=f"There is none, and {row[0]} submissions have come in; use jaga staff add.",
            )
        )
    return Noted(Text(id="belum ada; pakai jaga staff add", en="none yet; use jaga staff add"))
