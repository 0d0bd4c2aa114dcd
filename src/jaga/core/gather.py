"""Questions that come while one is being answered are asked together next.

Strictly correct for anything that must be as new as the request: a question is never asked before it came. Alone it
waits for nothing; under load, one round trip answers many.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")

MOST = 64


class Gathered(Generic[Question, Answer]):
    """`ask` answers every question in order; an exception in place of an answer is raised for that question alone."""

    def __init__(
        self,
        ask: Callable[[Sequence[Question]], Awaitable[Sequence[Answer | Exception]]],
        *,
        most: int = MOST,
    ) -> None:
        self._ask = ask
        self._most = most
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def __call__(self, question: Question) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._go_on())
        # Who goes away must not take the others' answer along.
        return await asyncio.shield(answer)

    async def _go_on(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._answer(asked)
        finally:
            self._asking = None

    async def _answer(self, asked: list[tuple[Question, asyncio.Future[Answer]]]) -> None:
        answers: Sequence[Answer | Exception]
        try:
            answers = await self._ask([question for question, _ in asked])
        except Exception as error:  # noqa: BLE001 - whatever it is, those who asked are told
            answers = [error] * len(asked)
        for (_, waiting), answer in zip(asked, answers, strict=True):
            if isinstance(answer, Exception):
                waiting.set_exception(answer)
                waiting.exception()  # nobody may be left to look at it
            else:
                waiting.set_result(answer)
