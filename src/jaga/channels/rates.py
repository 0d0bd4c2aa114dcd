"""How often one sender may act: a token bucket each, in memory only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from jaga.channels.errors import TooManyPosts

_MOST_SENDERS = 50_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Rate:
    """`per_minute` acts a minute each, in bursts of as many. Each web process counts for itself."""

    def __init__(self, per_minute: int, *, elapsed: Callable[[], float]) -> None:
        """`elapsed` is a monotonic clock in seconds."""
        self._per_second = per_minute / 60
        self._most = float(per_minute)
        self._elapsed = elapsed
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def spend(self, sender: str, *, cost: int = 1) -> None:
        """Raises `TooManyPosts` with the seconds to wait."""
        now = self._elapsed()
        bucket = self._buckets.pop(sender, None) or _Bucket(self._most, now)
        bucket.tokens = min(self._most, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        self._buckets[sender] = bucket
        if len(self._buckets) > _MOST_SENDERS:
            self._buckets.popitem(last=False)
        if bucket.tokens < cost:
            raise TooManyPosts(seconds=ceil((cost - bucket.tokens) / self._per_second))
        bucket.tokens -= cost
