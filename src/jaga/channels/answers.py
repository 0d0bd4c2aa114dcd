"""Finished answers in memory, each good for exactly one version of its channel."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import NamedTuple

_MOST_BYTES = 64_000_000


class Answer(NamedTuple):
    """`etag` is strong: it names these very bytes."""

    body: bytes
    etag: str

    @classmethod
    def of(cls, body: bytes) -> Answer:
        return cls(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


class AnswerCache:
    """Least recently used go first. Who asks for what is being made waits for it instead of making it again."""

    def __init__(self, *, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[int, Answer]] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[Answer]] = {}

    async def get(self, key: Hashable, version: int, make: Callable[[], Awaitable[bytes]]) -> Answer:
        """The answer for `key` made at `version` or later; `make` reads the store only after `version` was read."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] >= version:
            self._kept.move_to_end(key)
            return kept[1]
        maker = (key, version)
        task = self._making.get(maker)
        if task is None:
            task = self._making[maker] = asyncio.ensure_future(self._make(key, version, make))
            task.add_done_callback(lambda _: self._making.pop(maker, None))
        return await asyncio.shield(task)

    async def _make(self, key: Hashable, version: int, make: Callable[[], Awaitable[bytes]]) -> Answer:
        answer = Answer.of(await make())
        old = self._kept.pop(key, None)
        if old is not None:
            self._bytes -= len(old[1].body)
        self._kept[key] = (version, answer)
        self._bytes += len(answer.body)
        while self._bytes > self._most_bytes:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._bytes -= len(dropped.body)
        return answer
