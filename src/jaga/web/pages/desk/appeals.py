"""Appeals: read by everybody at the desk, answered by somebody who took no part in what is disputed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from jaga.cases.appeal import AppealOutcome, Review
from jaga.cases.errors import UnknownAppeal
from jaga.cases.measure import OPPOSITE
from jaga.cases.staff import Right
from jaga.cases.views import AppealView
from jaga.channels.sessions import NoSession
from jaga.core.errors import JagaError
from jaga.core.ids import AppealId, MeasureId
from jaga.core.text import Text
from jaga.web.forms import see
from jaga.web.language import language_of
from jaga.web.pages.desk.cases import spoken
from jaga.web.pages.desk.decisions import Named, NothingChosen
from jaga.web.pages.desk.session import AtDesk, Form, at_desk, desk_page, to_sign_in
from jaga.web.services import Services

_ANSWER = Text(id="Jawab banding begini?", en="Answer the appeal like this?")
_YES = Text(id="Ya, jawab", en="Yes, answer")
STATES = ("open", "decided")


@dataclass(frozen=True, slots=True)
class Typed:
    outcome: str = ""
    reasons: str = ""
    lift: tuple[str, ...] = ()


@get("/desk/appeals", include_in_schema=False)
async def appeals(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    after: FromQuery[str] = "",
) -> Response[Any]:
    try:
        who = await at_desk(request, services)
    except NoSession:
        return to_sign_in(request)
    state = request.query_params.get("state", "")  # the framework keeps this name for itself
    state = state if state in STATES else "open"
    found = await services.desk.appeals(who.staff, state=state, after=after or None)
    return desk_page(
        request,
        services,
        who,
        "appeals.html",
        tab="appeals",
        state=state,
        items=found.items,
        next=found.next,
    )


@get("/desk/appeals/{id:str}", include_in_schema=False)
async def appeal(
    request: Request[Any, Any, Any], services: NamedDependency[Services], id: FromPath[str]
) -> Response[Any]:
    try:
        who = await at_desk(request, services)
    except NoSession:
        return to_sign_in(request)
    return await _appeal(request, services, who, AppealId.parse(id), Typed())


@post("/desk/appeals/{id:str}", include_in_schema=False, status_code=200)
async def review(
    request: Request[Any, Any, Any], services: NamedDependency[Services], id: FromPath[str], data: Form
) -> Response[Any]:
    who, appeal_id = await at_desk(request, services), AppealId.parse(id)
    typed = _typed(data)
    if data.get("step") == "back":
        return await _appeal(request, services, who, appeal_id, typed)
    try:
        choice = _choice(typed)
        if data.get("step") != "do":
            return await _confirm(request, services, who, appeal_id, choice, typed)
        await services.desk.review(who.staff, appeal_id, choice)
    except JagaError as error:
        wrong = error.message(language_of(request))
        return await _appeal(request, services, who, appeal_id, typed, wrong=wrong)
    return see(f"/desk/appeals/{appeal_id}")


async def _appeal(
    request: Request[Any, Any, Any],
    services: Services,
    who: AtDesk,
    id: AppealId,
    typed: Typed,
    *,
    wrong: str = "",
) -> Response[Any]:
    item = await _find(services, who, id)
    disputed = await services.desk.access_decision(who.staff, item.disputed.id)
    return desk_page(
        request,
        services,
        who,
        "appeal.html",
        status=409 if wrong else 200,
        tab="appeals",
        item=item,
        disputed=disputed,
        standing=[measure for measure in item.disputed.measures if measure.in_force],
        took_part=who.staff.id in {disputed.decision.decided_by, *spoken(disputed)},
        may_review=who.staff.may(Right.REVIEW_APPEAL),
        may_approve=False,
        spoken=spoken,
        chosen=typed,
        wrong=wrong,
    )


async def _confirm(
    request: Request[Any, Any, Any],
    services: Services,
    who: AtDesk,
    id: AppealId,
    choice: Review,
    typed: Typed,
) -> Response[Any]:
    item = await _find(services, who, id)
    standing = [measure for measure in item.disputed.measures if measure.in_force]
    if choice.outcome is AppealOutcome.PARTLY:
        standing = [measure for measure in standing if measure.id in choice.lift]
    falling = [] if choice.outcome is AppealOutcome.UPHELD else standing
    seen = await services.desk.access_case(who.staff, item.case.id)
    return desk_page(
        request,
        services,
        who,
        "confirm.html",
        tab="appeals",
        case=item.case,
        found=seen.target,
        heading=_ANSWER.in_(language_of(request)),
        yes=_YES.in_(language_of(request)),
        mild=True,
        measures=[Named(OPPOSITE[measure.act].value) for measure in falling] or [Named("uphold")],
        clause=None,
        facts=choice.reasons,
        approvals_needed=None,
        action=f"/desk/appeals/{id}",
        fields=[
            ("outcome", typed.outcome),
            ("reasons", typed.reasons),
            *(("lift", measure) for measure in typed.lift),
        ],
    )


async def _find(services: Services, who: AtDesk, id: AppealId) -> AppealView:
    """Raises `UnknownAppeal`."""
    for state in STATES:
        after: str | None = None
        while True:
            found = await services.desk.appeals(who.staff, state=state, after=after)
            for item in found.items:
                if item.appeal.id == id:
                    return item
            after = found.next
            if after is None:
                break
    raise UnknownAppeal


def _typed(data: dict[str, Any]) -> Typed:
    lift = data.get("lift", [])
    return Typed(
        outcome=str(data.get("outcome", "")),
        reasons=str(data.get("reasons", "")),
        lift=tuple(lift if isinstance(lift, list) else [str(lift)]),
    )


def _choice(typed: Typed) -> Review:
    if typed.outcome not in set(AppealOutcome):
        raise NothingChosen
    return Review(
        outcome=AppealOutcome(typed.outcome),
        reasons=typed.reasons,
        lift=tuple(MeasureId.parse(measure) for measure in typed.lift),
    )


routes = [appeals, appeal, review]
