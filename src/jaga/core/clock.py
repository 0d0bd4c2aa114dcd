"""Time: always aware, always UTC inside, and an argument wherever something is decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The one place that reads the machine's clock."""
    return datetime.now(UTC)  # noqa: TID251 - this is the place the ban points to


def rfc3339(at: datetime) -> str:
    """`2026-11-23T09:00:00.123456Z`: UTC, always with microseconds, so that text order is time order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
