"""Joins store, domain and web: the one place that knows which implementation stands behind a port."""

from __future__ import annotations

from jaga.app.installation import Installation
from jaga.core.clock import utc_now
from jaga.store.database import Database
from jaga.web.services import Services


def services(installation: Installation, database: Database) -> Services:
    config = installation.config

    async def ready() -> dict[str, bool]:
        return {"database": await database.answers()}

    return Services(clock=utc_now, server_name=config.server_name, public_url=config.public_url, ready=ready)
