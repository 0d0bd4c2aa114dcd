"""Deciding and approving. Nothing is done before a page has named the measure and its reach, and was confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from jaga.cases.case import Case
from jaga.cases.decision import Choice, Chosen, Consent
from jaga.core.errors import JagaError, MalformedInput
from jaga.core.ids import CaseId, DecisionId
from jaga.core.text import Text
from jaga.sop.model import Clause, Measure, Sop
from jaga.web.forms import see
from jaga.web.language import language_of
from jaga.web.pages.desk import cases
from jaga.web.pages.desk.session import AtDesk, Form, at_desk, desk_page
from jaga.web.services import Services

NO_GROUND = "-"
_DECIDE = Text(id="Ajukan putusan ini?", en="Propose this decision?")
_YES = Text(id="Ya, ajukan", en="Yes, propose it")
_APPROVE = Text(id="Setujui putusan ini?", en="Approve this decision?")
_YES_APPROVE = Text(id="Ya, setujui", en="Yes, approve")
_REJECT = Text(
    id="Tolak putusan ini? Kasus kembali ke antrean.",
    en="Reject this decision? The case goes back to the queue.",
)
_YES_REJECT = Text(id="Ya, tolak", en="Yes, reject")
_LONGEST_NUMBER = 9
_MILD = frozenset({Measure.NO_VIOLATION, Measure.RELEASE_POST})


class NothingChosen(MalformedInput):
    code = "nothing_chosen"
    text = Text(
        id="Pilih dasar dan sedikitnya satu tindakan.", en="Choose a ground and at least one measure."
    )


@dataclass(frozen=True, slots=True)
class Named:
    """A measure as the confirmation names it."""

    name: str
    days: int | None = None


@post("/desk/cases/{id:str}/decisions", include_in_schema=False, status_code=200)
async def decide(
    request: Request[Any, Any, Any], services: NamedDependency[Services], id: FromPath[str], data: Form
) -> Response[Any]:
    who, case_id = await at_desk(request, services), CaseId.parse(id)
    typed = _typed(data)
    if data.get("step") == "back":
        return await cases.case_page(request, services, who, case_id, chosen=typed)
    try:
        view = await services.desk.access_case(who.staff, case_id)
        choice = _choice(typed, view.measures_open)
        if data.get("step") != "do":
            return _confirm(request, services, who, view.case, view.target, choice, data, typed)
        version = _number(str(data.get("version") or "")) or None
        await services.desk.decide(who.staff, case_id, choice, version=version)
    except JagaError as error:
        wrong = error.message(language_of(request))
        return await cases.case_page(request, services, who, case_id, chosen=typed, wrong=wrong)
    return see(f"/desk/cases/{case_id}")


@post("/desk/decisions/{id:str}/approvals", include_in_schema=False, status_code=200)
async def approve(
    request: Request[Any, Any, Any], services: NamedDependency[Services], id: FromPath[str], data: Form
) -> Response[Any]:
    who, decision_id = await at_desk(request, services), DecisionId.parse(id)
    view = await services.desk.access_decision(who.staff, decision_id)
    outcome = Consent.APPROVE if data.get("outcome") == "approve" else Consent.REJECT
    if data.get("step") == "do":
        try:
            await services.desk.approve(who.staff, decision_id, outcome)
        except JagaError as error:
            wrong = error.message(language_of(request))
            return await cases.case_page(request, services, who, view.decision.case, wrong=wrong)
    if data.get("step") in {"do", "back"}:
        return see(f"/desk/cases/{view.decision.case}")
    seen = await services.desk.access_case(who.staff, view.decision.case)
    decision, approving = view.decision, outcome is Consent.APPROVE
    return desk_page(
        request,
        services,
        who,
        "confirm.html",
        case=seen.case,
        found=seen.target,
        heading=(_APPROVE if approving else _REJECT).in_(language_of(request)),
        yes=(_YES_APPROVE if approving else _YES_REJECT).in_(language_of(request)),
        mild=not approving,
        measures=[Named(measure.act.value, measure.days) for measure in decision.measures]
        or [Named(Measure.NO_VIOLATION.value)],
        clause=_clause(services.sop, decision.ground),
        facts=decision.facts,
        approvals_needed=view.approvals_missing - 1 if approving else None,
        action=f"/desk/decisions/{decision_id}/approvals",
        fields=[("outcome", outcome.value)],
    )


def _confirm(
    request: Request[Any, Any, Any],
    services: Services,
    who: AtDesk,
    case: Case,
    found: Any,
    choice: Choice,
    data: dict[str, Any],
    typed: cases.Chosen,
) -> Response[Any]:
    clause = _clause(services.sop, choice.ground)
    return desk_page(
        request,
        services,
        who,
        "confirm.html",
        case=case,
        found=found,
        heading=_DECIDE.in_(language_of(request)),
        yes=_YES.in_(language_of(request)),
        mild=all(chosen.name in _MILD for chosen in choice.measures),
        measures=[Named(chosen.name.value, chosen.days) for chosen in choice.measures],
        clause=clause,
        facts=choice.facts,
        approvals_needed=_approvals(services.sop, case, choice),
        action=f"/desk/cases/{case.id}/decisions",
        fields=[
            ("version", data.get("version", "")),
            ("ground", typed.ground),
            *(("measure", name) for name in typed.measures),
            ("days", typed.days),
            ("facts", typed.facts),
        ],
    )


def _typed(data: dict[str, Any]) -> cases.Chosen:
    measures = data.get("measure", [])
    return cases.Chosen(
        ground=str(data.get("ground", "")),
        measures=measures if isinstance(measures, list) else [str(measures)],
        facts=str(data.get("facts", "")),
        days=str(data.get("days", "")),
    )


def _choice(typed: cases.Chosen, open_here: Sequence[Measure]) -> Choice:
    """Raises `NothingChosen`. Without a ground there is no violation: what is held goes out, all else stays."""
    if typed.ground == NO_GROUND:
        release = Measure.RELEASE_POST in open_here
        alone = Measure.RELEASE_POST if release else Measure.NO_VIOLATION
        return Choice(ground=None, measures=(Chosen(alone),), facts=typed.facts)
    known = {measure.value: measure for measure in Measure}
    names = [known[name] for name in typed.measures if name in known]
    if not typed.ground or not names:
        raise NothingChosen
    days = _number(typed.days)
    return Choice(
        ground=typed.ground,
        measures=tuple(Chosen(name, days if name is Measure.SUSPEND_POSTING else None) for name in names),
        facts=typed.facts,
    )


def _number(typed: str) -> int | None:
    """What a form's field says; nothing else is a number of days or a version."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_NUMBER else None


def _clause(sop: Sop | None, ground: str | None) -> Clause | None:
    found = sop.clause(ground) if sop and ground else None
    return found[1] if found else None


def _approvals(sop: Sop | None, case: Case, choice: Choice) -> int:
    """How many others must approve, by the rules of the ground's category."""
    if sop is None:
        return 0
    found = sop.clause(choice.ground) if choice.ground else None
    category = found[0] if found else sop.category(case.category)
    return max((category.approvals.get(chosen.name, 0) for chosen in choice.measures), default=0)


routes = [decide, approve]
