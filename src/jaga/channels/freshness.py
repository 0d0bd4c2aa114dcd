"""How new a channel is, asked for every answer and yet cheaply: one question stands for all who wait for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from jaga.core.gather import Gathered


class Freshness:
    """Strictly correct: a question never starts before the request that waits for its answer."""

    def __init__(self, versions: Callable[[list[str]], Awaitable[Mapping[str, int]]]) -> None:
        """`versions` maps the names of open channels to their versions; others are left out."""
        self._versions = versions
        self._gathered = Gathered(self._ask, most=1_000)

    async def version(self, name: str) -> int | None:
        """The version of the open channel `name` now; None when there is none."""
        return await self._gathered(name)

    async def _ask(self, names: Sequence[str]) -> Sequence[int | None]:
        versions = await self._versions(list(set(names)))
        return [versions.get(name) for name in names]
