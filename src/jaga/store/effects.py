"""Each act's effect on the open side: exactly what the decision says, in the caller's transaction.

A target that is already as the act would leave it (deleted by its author, removed by another decision) is no failure:
the measure is then in force without having had to do anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.cases.errors import UnknownEvidence
from jaga.cases.measure import FOREVER_DAYS, Act
from jaga.cases.target import TargetKind
from jaga.channels.errors import ChannelUnknown, PostUnknown, WrongState
from jaga.core.ids import CaseId, ChannelId, MeasureId, MemberId, PostId
from jaga.store import post_states
from jaga.store.evidence import EvidenceVault
from jaga.store.tables.cases import measures
from jaga.store.tables.members import members


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One act about to happen: its row, its case, the vault, the instant."""

    conn: AsyncConnection
    measure: Row[Any]
    case: CaseId
    evidence: EvidenceVault
    now: datetime

    @property
    def post(self) -> PostId:
        return PostId(self.measure.target)

    @property
    def channel(self) -> ChannelId:
        return ChannelId(self.measure.target)

    @property
    def member(self) -> MemberId:
        return MemberId(self.measure.target)

    @property
    def lifts(self) -> MeasureId:
        return MeasureId(self.measure.lifts)


async def take_effect(effect: Effect) -> None:
    kind = TargetKind(effect.measure.target_kind)
    act = _ACTS[Act(effect.measure.name)] if kind is not TargetKind.CHANNEL else _channel_act(effect)
    try:
        # A refusal half-way must not leave half an effect behind.
        async with effect.conn.begin_nested():
            await act(effect)
    except (WrongState, PostUnknown, ChannelUnknown):
        return


async def _remove_post(effect: Effect) -> None:
    snapshot = await post_states.remove_post(effect.conn, effect.post, effect.now)
    await effect.evidence.keep_snapshot(
        effect.conn,
        case=effect.case,
        subject=effect.post,
        snapshot=snapshot,
        now=effect.now,
        measure=MeasureId(effect.measure.id),
    )


async def _restore_post(effect: Effect) -> None:
    try:
        snapshot = await effect.evidence.snapshot_of(effect.conn, effect.lifts)
    except UnknownEvidence:  # the measure found nothing to remove
        return
    await post_states.restore_post(effect.conn, effect.post, snapshot, effect.now)


async def _publish_refused(effect: Effect) -> None:
    if effect.measure.target_kind != TargetKind.POST.value:
        return  # a refused name or title is not put back by us: its owner may set it again
    try:
        snapshot = await effect.evidence.snapshot_of(effect.conn, effect.lifts)
    except UnknownEvidence:  # kept for as long as an appeal can be filed, and no longer
        return
    await post_states.publish_refused(effect.conn, effect.post, snapshot, effect.now)


async def _release_post(effect: Effect) -> None:
    await post_states.release_post(effect.conn, effect.post, effect.now)


async def _release_channel(effect: Effect) -> None:
    await post_states.release_channel(effect.conn, effect.channel, effect.now)


async def _drop_channel_change(effect: Effect) -> None:
    await post_states.drop_channel_change(effect.conn, effect.channel, effect.now)


async def _close_channel(effect: Effect) -> None:
    await post_states.close_channel(effect.conn, effect.channel, effect.now)


async def _reopen_channel(effect: Effect) -> None:
    if not await _others_in_force(effect, Act.CLOSE_CHANNEL):
        await post_states.reopen_channel(effect.conn, effect.channel, effect.now)


async def _suspend_posting(effect: Effect) -> None:
    await post_states.suspend_posting(
        effect.conn, effect.member, await _latest_end(effect, until=_end(effect.measure, effect.now))
    )


async def _resume_posting(effect: Effect) -> None:
    await post_states.suspend_posting(effect.conn, effect.member, await _latest_end(effect, until=None))


async def _suspend_account(effect: Effect) -> None:
    await _set_suspended(effect, effect.now)


async def _resume_account(effect: Effect) -> None:
    if not await _others_in_force(effect, Act.SUSPEND_ACCOUNT):
        await _set_suspended(effect, None)


async def _nothing(effect: Effect) -> None:
    del effect


_ACTS: dict[Act, Callable[[Effect], Awaitable[None]]] = {
    Act.REMOVE_POST: _remove_post,
    Act.RELEASE_POST: _release_post,
    Act.RESTORE_POST: _restore_post,
    Act.PUBLISH_REFUSED: _publish_refused,
    Act.SUSPEND_POSTING: _suspend_posting,
    Act.RESUME_POSTING: _resume_posting,
    Act.SUSPEND_ACCOUNT: _suspend_account,
    Act.RESUME_ACCOUNT: _resume_account,
    Act.REFUSE_PUBLICATION: _nothing,
}
_CHANNEL_ACTS: dict[Act, Callable[[Effect], Awaitable[None]]] = {
    Act.CLOSE_CHANNEL: _close_channel,
    Act.REOPEN_CHANNEL: _reopen_channel,
    # A held new channel, or a held change of one.
    Act.REMOVE_POST: _drop_channel_change,
    Act.RELEASE_POST: _release_channel,
    Act.RESTORE_POST: _reopen_channel,
    Act.PUBLISH_REFUSED: _publish_refused,
}


def _channel_act(effect: Effect) -> Callable[[Effect], Awaitable[None]]:
    return _CHANNEL_ACTS[Act(effect.measure.name)]


async def _others_in_force(effect: Effect, act: Act) -> list[Row[Any]]:
    """The same restriction by other decisions: lifting one leaves the rest."""
    rows = await effect.conn.execute(
        select(measures).where(
            and_(
                measures.c.name == act.value,
                measures.c.target == effect.measure.target,
                measures.c.applied_at.is_not(None),
                measures.c.lifted_at.is_(None),
                measures.c.id.not_in([effect.measure.id, effect.measure.lifts or ""]),
            )
        )
    )
    return list(rows.all())


async def _latest_end(effect: Effect, *, until: datetime | None) -> datetime | None:
    others = await _others_in_force(effect, Act.SUSPEND_POSTING)
    ends = [_end(other, other.applied_at) for other in others]
    return max([*ends, *([until] if until else [])], default=None)


def _end(measure: Row[Any], start: datetime) -> datetime:
    return start + timedelta(days=measure.terms.get("days", FOREVER_DAYS))


async def _set_suspended(effect: Effect, at: datetime | None) -> None:
    await effect.conn.execute(update(members).where(members.c.id == effect.member).values(suspended_at=at))
