"""Cases, people and choices as plain values."""

from __future__ import annotations

from datetime import UTC, datetime

from jaga.app.sop_files import load_sop
from jaga.cases.automatic import own_clock
from jaga.cases.case import Case, CaseState, Source
from jaga.cases.decision import Choice, Chosen
from jaga.cases.staff import Role, Staff
from jaga.cases.target import Concerned, Target
from jaga.core.ids import CaseId, ChannelId, MemberId, PostId, StaffId
from jaga.sop.model import Measure

SOP = load_sop(("id", "eu"))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def person(role: Role = Role.MODERATOR, *, country: str | None = None) -> Staff:
    return Staff(id=StaffId.new(), name="Sari", email="sari@desk.example", role=role, country=country)


def post_case(*, category: str = "harassment", state: CaseState = CaseState.QUEUED, **more) -> Case:
    concerned = Concerned(author=MemberId.new(), channel=ChannelId.new(), owner=MemberId.new())
    values = {
        "id": CaseId.new(),
        "target": Target.post(PostId.new()),
        "concerned": concerned,
        "category": category,
        "source": Source.NOTICE,
        "state": state,
        "jurisdiction": None,
        "sop_version": SOP.version,
        "version": 1,
        "opened_at": NOW,
        "clocks": (own_clock(category, SOP, at=NOW),),
    }
    return Case(**(values | more))


def choice(
    *measures: str, ground: str | None = "H-1", facts: str = "Menyerang.", days: int | None = None
) -> Choice:
    return Choice(
        ground=ground, measures=tuple(Chosen(Measure(name), days) for name in measures), facts=facts
    )
