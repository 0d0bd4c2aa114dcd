"""What a rule decides alone: a refusal before publication. It is a full decision, with ground, reasons and appeal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jaga.cases.case import Case, CaseState, Source
from jaga.cases.clocks import CaseClock, start_clock
from jaga.cases.decision import RULE, Automated, Decision, DecisionKind, DecisionState
from jaga.cases.measure import Act, CaseMeasure
from jaga.cases.statement import Reasons, write_statements
from jaga.cases.target import Concerned, Target
from jaga.core.ids import CaseId, DecisionId, MeasureId
from jaga.core.text import Language
from jaga.detect.verdict import Verdict
from jaga.sop.model import Category, Sop


@dataclass(frozen=True, slots=True)
class Refused:
    """Everything that is recorded before the author hears of the refusal."""

    case: Case
    decision: Decision
    measure: CaseMeasure
    reasons: Reasons


def refuse_by_rule(
    target: Target, concerned: Concerned, language: Language, verdict: Verdict, sop: Sop, *, now: datetime
) -> Refused:
    """The case that a refused publication is: opened, decided and in effect in one instant."""
    category = category_of(verdict, sop)
    measure = CaseMeasure(
        id=MeasureId.new(), act=Act.REFUSE_PUBLICATION, target=target, applied_at=now, confirmed_at=now
    )
    case = Case(
        id=CaseId.new(),
        target=target,
        concerned=concerned,
        category=category.name,
        source=Source.REFUSED_POST,
        state=CaseState.DECIDED,
        jurisdiction=None,
        sop_version=sop.version,
        version=1,
        opened_at=now,
        closed_at=now,  # nobody can read it, so nobody can report it
    )
    decision = Decision(
        id=DecisionId.new(),
        case=case.id,
        kind=DecisionKind.DECISION,
        ground=category.clauses[0].id,  # the SOP puts the clause about listed material first
        measures=(measure,),
        facts=", ".join(sorted({f"{signal.rule}: {signal.field}" for signal in verdict.signals})),
        decided_by=RULE,
        automation=Automated.FULLY,
        approvals_needed=0,
        state=DecisionState.CARRIED_OUT,
        sop_version=sop.version,
        decided_at=now,
        effective_from=now,
        effect_at=now,
    )
    languages = {concerned.author: language} if concerned.author else {}
    (reasons,) = write_statements(case, decision, sop, languages, now=now)
    return Refused(case, decision, measure, reasons)


def category_of(verdict: Verdict, sop: Sop) -> Category:
    """The category of the strictest signal that the SOP knows."""
    known = (sop.categories.get(signal.category) for signal in verdict.signals)
    found = next((category for category in known if category is not None), None)
    return found or shortest_target(sop)


def shortest_target(sop: Sop) -> Category:
    """Where nobody knows yet what it is, the most urgent promise counts."""
    return min(sop.categories.values(), key=lambda category: category.own_clock.length)


def own_clock(category_name: str, sop: Sop, *, at: datetime) -> CaseClock:
    category = sop.categories.get(category_name) or shortest_target(sop)
    return start_clock(category.own_clock, at=at, sop_version=sop.version)
