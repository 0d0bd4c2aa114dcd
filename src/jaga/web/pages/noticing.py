"""`/notice`: anyone tells us that something public breaks the law or the rules, gets a receipt, and can follow it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery

from jaga.cases.errors import DisclosureConcernsAccounts, IncompleteNotice, UnknownTarget
from jaga.cases.notice import LONGEST_ADDRESS, Filing
from jaga.channels.member import Member
from jaga.core.errors import JagaError, TooMany
from jaga.core.ids import NoticeId
from jaga.sop.model import UnknownCategory
from jaga.web.forms import require_own_page
from jaga.web.language import language_of
from jaga.web.look import page
from jaga.web.notices import spend_rate
from jaga.web.services import Services

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody has filled in, so that nothing is lost when something is missing."""

    category: str = ""
    target: str = ""
    explanation: str = ""
    name: str = ""
    email: str = ""
    good_faith: str = ""


@get("/notice", include_in_schema=False)
async def form(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    target: FromQuery[str] = "",
) -> Response[Any]:
    return _form(request, services, visitor, Typed(target=target[:LONGEST_ADDRESS]))


@post("/notice", include_in_schema=False)
async def file(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    data: Form,
) -> Response[Any]:
    require_own_page(request)
    typed = Typed(**{field: data.get(field, "") for field in Typed.__slots__})
    try:
        spend_rate(request, visitor)
        filed = await services.office.file_notice(
            Filing(
                category=typed.category,
                target_uri=typed.target,
                explanation=typed.explanation,
                name=typed.name,
                email=typed.email,
                good_faith=bool(typed.good_faith),
                language=language_of(request),
                member=visitor.id if visitor else None,
            )
        )
    except (
        IncompleteNotice,
        UnknownTarget,
        UnknownCategory,
        DisclosureConcernsAccounts,
        TooMany,
    ) as error:
        return _form(request, services, visitor, typed, error=error)
    return page(request, "notice-filed.html", status=201, member=visitor, filed=filed, sop=services.sop)


@get("/notice/{id:str}", include_in_schema=False)
async def follow(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    id: FromPath[str],
    key: FromQuery[str] = "",
) -> Response[Any]:
    notice = await services.office.follow_notice(NoticeId.parse(id), key=key)
    return page(request, "notice-followed.html", member=visitor, notice=notice, sop=services.sop)


def _form(
    request: Request[Any, Any, Any],
    services: Services,
    visitor: Member | None,
    typed: Typed,
    *,
    error: JagaError | None = None,
) -> Response[Any]:
    missing = error.fields.get("fields", []) if error else []
    return page(
        request,
        "notice.html",
        status=400 if error else 200,
        member=visitor,
        steps={step.name: step for step in services.office.form()},
        typed=typed,
        missing=["target"] if isinstance(error, UnknownTarget) else missing,
        wrong=error.message(language_of(request)) if error else "",
    )


routes = [form, file, follow]
