"""The application with only the services that a test is about."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from jaga.core.clock import utc_now
from jaga.web.services import Services


async def _ready() -> dict[str, bool]:
    return {"database": False}


def services_with(**given: Any) -> Services:
    """Every field that is not given is `None`: a handler that reaches for it fails loudly."""
    known: dict[str, Any] = {
        "clock": utc_now,
        "server_name": "kampung.localhost",
        "public_url": "http://kampung.localhost",
        "ready": _ready,
    }
    return Services(**{field.name: None for field in fields(Services)} | known | given)
