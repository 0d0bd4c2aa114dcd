"""How new a channel is, asked for every answer and yet cheaply: one question stands for all who wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping


class Freshness:
    """Strictly correct: a question never starts before the request that waits for its answer."""

    def __init__(self, versions: Callable[[list[str]], Awaitable[Mapping[str, int]]]) -> None:
        """`versions` maps the names of open channels to their versions; others are left out."""
        self._versions = versions
        self._waiting: dict[str, asyncio.Future[int | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def version(self, name: str) -> int | None:
        """The version of the open channel `name` now; None when there is none."""
        answer = self._waiting.get(name)
        if answer is None:
            answer = self._waiting[name] = asyncio.get_running_loop().create_future()
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        # One reader who goes away must not take the others' answer along.
        return await asyncio.shield(answer)

    async def _ask(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, {}
                await self._answer(asked)
        finally:
            self._asking = None

    async def _answer(self, asked: Mapping[str, asyncio.Future[int | None]]) -> None:
        try:
            versions = await self._versions(list(asked))
        except Exception as error:  # noqa: BLE001 - whatever it is, those who asked are told
            for answer in asked.values():
                answer.set_exception(error)
                answer.exception()  # nobody may be left to look at it
            return
        for name, answer in asked.items():
            answer.set_result(versions.get(name))
