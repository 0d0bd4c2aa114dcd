"""What a decision does. Every measure has an opposite, so that an appeal can undo it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jaga.cases.target import Concerned, Target, TargetKind
from jaga.core.ids import MeasureId
from jaga.sop.model import Measure

# Until further notice: `posting_suspended_until` needs an instant.
FOREVER_DAYS = 36_500


class Act(StrEnum):
    """One effect on the open side or on an account, as `measures.name` stores it.

    The first five are a person's choice (`jaga.sop.model.Measure`), `refuse_publication` is the rule's alone, and the rest
    undo one of them.
    """

    REMOVE_POST = "remove_post"
    RELEASE_POST = "release_post"
    CLOSE_CHANNEL = "close_channel"
    SUSPEND_POSTING = "suspend_posting"
    SUSPEND_ACCOUNT = "suspend_account"
    REFUSE_PUBLICATION = "refuse_publication"
    RESTORE_POST = "restore_post"
    PUBLISH_REFUSED = "publish_refused"
    REOPEN_CHANNEL = "reopen_channel"
    RESUME_POSTING = "resume_posting"
    RESUME_ACCOUNT = "resume_account"


OPPOSITE: dict[Act, Act] = {
    Act.REMOVE_POST: Act.RESTORE_POST,
    Act.REFUSE_PUBLICATION: Act.PUBLISH_REFUSED,
    Act.CLOSE_CHANNEL: Act.REOPEN_CHANNEL,
    Act.SUSPEND_POSTING: Act.RESUME_POSTING,
    Act.SUSPEND_ACCOUNT: Act.RESUME_ACCOUNT,
}
"""What `reversed` does to each; a released post needs no undoing."""

FITTING: dict[TargetKind, tuple[Measure, ...]] = {
    TargetKind.POST: (
        Measure.REMOVE_POST,
        Measure.RELEASE_POST,
        Measure.CLOSE_CHANNEL,
        Measure.SUSPEND_POSTING,
        Measure.SUSPEND_ACCOUNT,
        Measure.NO_VIOLATION,
    ),
    TargetKind.CHANNEL: (
        # A held new channel or change of title is not published, or released, under the post's own words.
        Measure.REMOVE_POST,
        Measure.RELEASE_POST,
        Measure.CLOSE_CHANNEL,
        Measure.SUSPEND_POSTING,
        Measure.SUSPEND_ACCOUNT,
        Measure.NO_VIOLATION,
    ),
    TargetKind.MEMBER: (Measure.SUSPEND_POSTING, Measure.SUSPEND_ACCOUNT, Measure.NO_VIOLATION),
    TargetKind.NONE: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMeasure:
    """One act on one target, from the decision until it is applied, confirmed, and perhaps lifted."""

    id: MeasureId
    act: Act
    target: Target
    days: int | None = None
    """How long a suspension lasts."""

    lifts: MeasureId | None = None
    """The measure that this one undoes."""

    applied_at: datetime | None = None
    confirmed_at: datetime | None = None
    lifted_at: datetime | None = None

    @property
    def in_force(self) -> bool:
        return self.act in OPPOSITE and self.lifted_at is None


def aim(measure: Measure, target: Target, concerned: Concerned) -> Target | None:
    """Whom or what `measure` meets in a case about `target`; None where nobody stands behind it."""
    match measure:
        case Measure.REMOVE_POST | Measure.RELEASE_POST:
            return target
        case Measure.CLOSE_CHANNEL:
            return Target.channel(concerned.channel) if concerned.channel else None
        case Measure.SUSPEND_POSTING | Measure.SUSPEND_ACCOUNT:
            return Target.member(concerned.author) if concerned.author else None
        case Measure.NO_VIOLATION:
            return None


def days_of(measure: Measure, asked: int | None, usual: timedelta) -> int | None:
    """The length of a suspension of posting: as asked, else as the SOP says."""
    if measure is not Measure.SUSPEND_POSTING:
        return None
    return asked if asked is not None else max(1, usual.days)
