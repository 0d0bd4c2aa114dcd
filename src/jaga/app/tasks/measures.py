"""The worker's part of decisions. Jobs are only wake-ups: what counts is what the records say is still to do."""

from __future__ import annotations

import contextlib

import structlog

from jaga.app.queue import Queue
from jaga.app.work import Work
from jaga.cases.places import EffectNotSeen
from jaga.core.errors import Unavailable
from jaga.core.ids import CaseId, DecisionId
from jaga.store.case_work import CARRY_OUT
from jaga.store.put_away import SETTLE

log = structlog.get_logger(__name__)


def register(queue: Queue, work: Work) -> None:
    carry_out = work.carry_out

    @queue.task(CARRY_OUT)
    async def carry_out_decision(decision: str) -> None:
        # What cannot be done now is done by the sweep within a second; a failed job would only wait longer each time.
        with contextlib.suppress(Unavailable):
            await carry_out(DecisionId.parse(decision))

    @queue.task(SETTLE)
    async def settle(case: str) -> None:
        """Deferred with the evidence itself. What is already where it belongs stays there."""
        await carry_out.records.settle_case(CaseId.parse(case))

    @queue.every("* * * * * *", "measures.sweep")
    async def sweep() -> None:
        """What a worker that died, or a neighbor that was away, left undone."""
        for decision in await carry_out.left_over():
            try:
                await carry_out(decision)
            except EffectNotSeen as error:
                log.warning("effect_not_seen", decision=decision, path=error.fields.get("path"))
            except Unavailable as error:
                log.warning("measure_waits", decision=decision, because=error.code)
            except Exception:
                # One decision that cannot be carried out must not keep the others waiting.
                log.exception("measure_failed", decision=decision)
