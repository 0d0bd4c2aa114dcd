"""Feedback after effect: once a decision is confirmed on every path, each authority that asked is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jaga.core.clock import Clock
from jaga.core.ids import DecisionId
from jaga.liaison import entries
from jaga.liaison.feedback import Provider, compose
from jaga.liaison.ports import Records, Work
from jaga.liaison.record import Filed, SubmissionState
from jaga.sop.model import Sop


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    records: Records
    sop: Sop
    clock: Clock
    provider: Provider

    async def answer(self, decision_id: DecisionId) -> int:
        """Issue the feedback that this decision makes due; running it again changes nothing. Gives how many."""
        async with self.records.transaction() as work:
            return sum(
                [
                    await self._answer_one(work, filed, decision_id)
                    for filed in await work.concerned_by(decision_id)
                ]
            )

    async def _answer_one(self, work: Work, filed: Filed, decision_id: DecisionId) -> bool:
        results = await work.results(filed)
        if results is None:  # another target of the same submission is still undecided
            return False
        feedback = compose(
            filed,
            await work.authority(filed.authority_id),
            results,
            sop=self.sop,
            provider=self.provider,
            occasion=decision_id,
            now=self.clock(),
        )
        draft = entries.of_feedback(filed, feedback, outcome=str(feedback.body["outcome"]))
        entry_id = await work.append(draft, ref=feedback.id)
        answered = replace(filed, state=SubmissionState.FEEDBACK_SENT)
        await work.issue(answered, replace(feedback, entry_id=entry_id))
        return True
