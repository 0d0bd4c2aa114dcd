"""`/desk/api/v1`: the queue, a case, decisions, approvals, evidence, appeals."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from jaga.cases.appeal import AppealOutcome, Review
from jaga.cases.decision import Choice, Chosen, Consent
from jaga.cases.staff import Staff
from jaga.cases.views import CaseFilter
from jaga.core.errors import MalformedInput
from jaga.core.ids import AppealId, CaseId, DecisionId, EvidenceId, MeasureId
from jaga.core.text import Text
from jaga.sop.model import Measure
from jaga.web import case_json
from jaga.web.language import language_of
from jaga.web.services import Services

# Nothing of the desk may stay in a cache.
_PRIVATE = {"Cache-Control": "no-store"}
_Text = Annotated[str, msgspec.Meta(max_length=10_000)]
_Cursor = Annotated[str | None, QueryParameter(name="next", max_length=300)]
_Limit = Annotated[int, QueryParameter(name="limit", ge=1, le=100)]


class MalformedVersion(MalformedInput):
    code = "malformed_version"
    text = Text(
        id='If-Match harus berisi versi kasus, misalnya "3".',
        en='If-Match must carry the case\'s version, such as "3".',
    )


class MeasureBody(msgspec.Struct, forbid_unknown_fields=True):
    name: Measure
    days: int | None = None


class DecisionBody(msgspec.Struct, forbid_unknown_fields=True):
    measures: Annotated[list[MeasureBody], msgspec.Meta(min_length=1, max_length=10)]
    facts: _Text
    ground: str | None = None
    version: int | None = None


class ApprovalBody(msgspec.Struct, forbid_unknown_fields=True):
    outcome: Consent


class ReviewBody(msgspec.Struct, forbid_unknown_fields=True):
    outcome: AppealOutcome
    reasons: _Text
    lift: Annotated[list[str], msgspec.Meta(max_length=10)] = []


class PurposeBody(msgspec.Struct, forbid_unknown_fields=True):
    purpose: Annotated[str, msgspec.Meta(max_length=1_000)]


@get("/desk/api/v1/cases")
async def list_cases(
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    states: Annotated[list[str] | None, QueryParameter(name="state")] = None,
    category: Annotated[str | None, QueryParameter(name="category", max_length=60)] = None,
    target: Annotated[str | None, QueryParameter(name="target", max_length=2_000)] = None,
    after: _Cursor = None,
    limit: _Limit = 50,
) -> Response[dict[str, Any]]:
    wanted = CaseFilter(states=_states(states), category=category, target=target)
    page = await services.desk.queue(staff, wanted, after=after, limit=limit)
    return Response(
        {"items": [case_json.queue_row(row) for row in page.items], "next": page.next}, headers=_PRIVATE
    )


@get("/desk/api/v1/cases/{id:str}")
async def show_case(
    request: Request[Any, Any, Any],
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    id: FromPath[str],
) -> Response[dict[str, Any]]:
    view = await services.desk.access_case(staff, CaseId.parse(id))
    submitted = await services.line.records.submissions_in(view.case.id) if services.line else ()
    body = {
        **case_json.case_whole(view, language_of(request)),
        "submissions": [case_json.submission(filed, words) for filed, words in submitted],
    }
    return Response(body, headers={**_PRIVATE, "ETag": f'"{view.case.version}"'})


@post("/desk/api/v1/cases/{id:str}/decisions")
async def decide(
    request: Request[Any, Any, Any],
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    id: FromPath[str],
    data: JSONBody[DecisionBody],
) -> dict[str, Any]:
    choice = Choice(
        ground=data.ground,
        measures=tuple(Chosen(measure.name, measure.days) for measure in data.measures),
        facts=data.facts,
    )
    version = data.version if data.version is not None else _version_of(request)
    return case_json.decision(await services.desk.decide(staff, CaseId.parse(id), choice, version=version))


@get("/desk/api/v1/decisions/{id:str}")
async def show_decision(
    staff: NamedDependency[Staff], services: NamedDependency[Services], id: FromPath[str]
) -> Response[dict[str, Any]]:
    view = await services.desk.access_decision(staff, DecisionId.parse(id))
    return Response(case_json.decision(view), headers=_PRIVATE)


@post("/desk/api/v1/decisions/{id:str}/approvals")
async def approve(
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    id: FromPath[str],
    data: JSONBody[ApprovalBody],
) -> dict[str, Any]:
    return case_json.decision(await services.desk.approve(staff, DecisionId.parse(id), data.outcome))


@post("/desk/api/v1/evidence/{id:str}/open")
async def open_evidence(
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    id: FromPath[str],
    data: JSONBody[PurposeBody],
) -> Response[dict[str, Any]]:
    """A POST, since looking is an act that stays on record."""
    opened = await services.desk.open_evidence(staff, EvidenceId.parse(id), purpose=data.purpose)
    return Response(case_json.opening(opened), status_code=200, headers=_PRIVATE)


@get("/desk/api/v1/appeals")
async def list_appeals(
    request: Request[Any, Any, Any],
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    in_state: Annotated[str | None, QueryParameter(name="state", max_length=20)] = "open",
    after: _Cursor = None,
    limit: _Limit = 50,
) -> Response[dict[str, Any]]:
    page = await services.desk.appeals(staff, state=in_state, after=after, limit=limit)
    language = language_of(request)
    return Response(
        {"items": [case_json.appeal_whole(view, language) for view in page.items], "next": page.next},
        headers=_PRIVATE,
    )


@post("/desk/api/v1/appeals/{id:str}/decision")
async def review(
    staff: NamedDependency[Staff],
    services: NamedDependency[Services],
    id: FromPath[str],
    data: JSONBody[ReviewBody],
) -> dict[str, Any]:
    choice = Review(
        outcome=data.outcome,
        reasons=data.reasons,
        lift=tuple(MeasureId.parse(measure) for measure in data.lift),
    )
    return case_json.decision(await services.desk.review(staff, AppealId.parse(id), choice))


def _states(given: list[str] | None) -> tuple[str, ...]:
    """`?state=a&state=b` or `?state=a,b`."""
    return tuple(name for part in given or () for name in part.split(",") if name)


def _version_of(request: Request[Any, Any, Any]) -> int | None:
    """`If-Match: "3"` (RFC 9110 13.1.1)."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    number = given.strip().removeprefix("W/").strip('"')
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise MalformedVersion
    return int(number)


routes = [
    list_cases,
    show_case,
    decide,
    show_decision,
    approve,
    open_evidence,
    list_appeals,
    review,
]
