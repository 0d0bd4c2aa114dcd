"""What the worker does for the direct line: formal answers after effect, and forgetting nonces."""

from __future__ import annotations

from jaga.app.queue import Queue
from jaga.app.work import Work
from jaga.core.ids import DecisionId


def register(queue: Queue, work: Work) -> None:
    line = work.services.line
    if line is None:
        return

    @queue.task("liaison.feedback")
    async def answer(case: str, decision: str) -> None:
        """Deferred in the transaction that confirms an effect, so that no authority is ever left without an answer."""
        del case
        await line.answering.answer(DecisionId(decision))

    @queue.every("*/10 * * * *", "liaison.nonces")
    async def forget_nonces() -> None:
        await line.records.forget_nonces(now=line.clock())
