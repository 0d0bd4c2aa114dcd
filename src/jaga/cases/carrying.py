"""Carrying out a decision: each measure once, then the effect seen from outside, then everybody concerned told.

Any step may be the last of a dying worker. What is done stands in the records, so the next run goes on from there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from jaga.cases.measure import Act, CaseMeasure
from jaga.cases.ports import Carrying, LockAccount, ReadPublicly
from jaga.core.clock import Clock
from jaga.core.ids import DecisionId, MemberId

# A job that is still at work deserves a moment before the sweep does its work a second time.
_GRACE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryOut:
    records: Carrying
    accounts: LockAccount
    read_publicly: ReadPublicly
    clock: Clock

    async def __call__(self, id: DecisionId) -> None:
        """Raises `EffectNotSeen`, or whatever keeps a neighbor from answering; then it is tried again."""
        pending = await self.records.pending(id)
        if pending is None:
            return
        for measure in pending.measures:
            if measure.applied_at is None:
                await self.records.apply(measure, now=self.clock())
        for measure in pending.measures:
            await self._turn_key(measure)
        await self.records.settle_files(id)
        places = await self.records.places(id)
        await asyncio.gather(*(self.read_publicly(place) for place in places))
        await self.records.confirm(id, at=self.clock())

    async def _turn_key(self, measure: CaseMeasure) -> None:
        """The homeserver is outside of our transaction, so its part repeats until the effect is confirmed."""
        match measure.act:
            case Act.SUSPEND_ACCOUNT:
                await self.accounts.lock(await self.records.account_name(MemberId(measure.target.id)))
            case Act.RESUME_ACCOUNT:
                await self.accounts.unlock(await self.records.account_name(MemberId(measure.target.id)))
            case _:
                return

    async def left_over(self) -> list[DecisionId]:
        """What a dead worker left behind."""
        return await self.records.overdue(older_than=self.clock() - _GRACE)
