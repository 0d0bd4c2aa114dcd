"""Uploads that were allowed and are not stored yet: several at a time count as one after the other would.

The server asks before an upload begins, and the file stands in the database when it is over. It says nothing of the
end, so this is told from the database: by how many files of the very same size the member has more than before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

LONGEST = timedelta(minutes=15)
"""Whatever takes longer, or was given up, is no longer counted."""


@dataclass(frozen=True, slots=True)
class Begun:
    size: int
    at: float
    """Seconds of a clock that only goes forward."""

    before: int
    """How many files of this size the member had then."""


def still_begun(begun: Iterable[Begun], *, now: float) -> list[Begun]:
    return [each for each in begun if now - each.at < LONGEST.total_seconds()]


def bytes_under_way(begun: Iterable[Begun], stored: Mapping[int, int]) -> int:
    """`stored` counts the member's files of each size that is asked for."""
    of_size: dict[int, list[Begun]] = {}
    for each in begun:
        of_size.setdefault(each.size, []).append(each)
    return sum(
        size * max(0, len(same) - max(0, stored.get(size, 0) - min(each.before for each in same)))
        for size, same in of_size.items()
    )
