"""`/line`: for officers of authorities. How to submit, what they submitted, how it stands, receipts and answers."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery

from jaga.channels.sessions import NoSession, SessionToken
from jaga.core.ids import SubmissionId
from jaga.liaison.refusal import REFUSALS
from jaga.liaison.visit import PAGE, VISIT_LASTS, Visitor
from jaga.web.forms import require_own_page, see
from jaga.web.liaison_api import feedback_as_json
from jaga.web.look import OWN_CACHE, page
from jaga.web.services import Services

COOKIE = "line_session"
PATH = "/line"
Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get(PATH, include_in_schema=False)
async def line(
    request: Request[Any, Any, Any], services: NamedDependency[Services], before: FromQuery[str] = ""
) -> Response[Any]:
    visitor = await _visitor_or_nobody(request, services)
    if visitor is None:
        return _page(request, services, None, "about.html")
    found = await services.visits.submissions(visitor, before=before or None)
    shown = found[:PAGE]
    more = shown[-1].id if len(found) > PAGE else None
    return _page(request, services, visitor, "submissions.html", items=shown, next=more)


@get(f"{PATH}/about", include_in_schema=False)
async def about(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    return _page(request, services, await _visitor_or_nobody(request, services), "about.html")


@get(f"{PATH}/enter/{{ticket:str}}", include_in_schema=False)
async def invitation(
    request: Request[Any, Any, Any], services: NamedDependency[Services], ticket: FromPath[str]
) -> Response[Any]:
    """A button stands before the door: mail programs that look at links must not use the ticket up."""
    return _page(request, services, None, "enter.html", ticket=ticket)


@post(f"{PATH}/enter", include_in_schema=False)
async def enter(
    request: Request[Any, Any, Any], services: NamedDependency[Services], data: Form
) -> Response[Any]:
    require_own_page(request)
    try:
        opened = await services.visits.enter(SessionToken(data.get("ticket", "")))
    except NoSession:
        return _page(request, services, None, "enter.html", status=410, ticket="")
    answer = see(PATH)
    answer.set_cookie(
        Cookie(
            key=COOKIE,
            value=opened.token.text,
            path=PATH,
            httponly=True,
            samesite="strict",
            secure=services.public_url.startswith("https:"),
            max_age=int(VISIT_LASTS.total_seconds()),
        )
    )
    return answer


@post(f"{PATH}/leave", include_in_schema=False)
async def leave(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    require_own_page(request)
    await services.visits.leave(_token(request))
    answer = see(PATH)
    answer.set_cookie(Cookie(key=COOKIE, value="", path=PATH, max_age=0))
    return answer


@get(f"{PATH}/submissions/{{id:str}}", include_in_schema=False)
async def submission(
    request: Request[Any, Any, Any], services: NamedDependency[Services], id: FromPath[str]
) -> Response[Any]:
    visitor = await _visitor_or_nobody(request, services)
    if visitor is None:
        return see(PATH)
    filed = await services.visits.submission(visitor, SubmissionId.parse(id))
    answer = await services.visits.formal_answer(visitor, filed.id)
    return _page(
        request,
        services,
        visitor,
        "submission.html",
        it=filed,
        answer=answer,
        refusal=REFUSALS[filed.refusal] if filed.refusal else None,
    )


@get(f"{PATH}/submissions/{{id:str}}/receipt", include_in_schema=False)
async def receipt(
    request: Request[Any, Any, Any], services: NamedDependency[Services], id: FromPath[str]
) -> Response[str]:
    visitor = await services.visits.visitor(_token(request))
    text = await services.visits.receipt(visitor, SubmissionId.parse(id))
    return _download(text, f"{id}.tlog-proof", "text/plain")


@get(f"{PATH}/submissions/{{id:str}}/answer", include_in_schema=False)
async def formal_answer(
    request: Request[Any, Any, Any], services: NamedDependency[Services], id: FromPath[str]
) -> Response[Any]:
    visitor = await services.visits.visitor(_token(request))
    answer = await services.visits.formal_answer(visitor, SubmissionId.parse(id))
    if answer is None:
        return see(f"{PATH}/submissions/{id}")
    return _download(feedback_as_json(answer), f"{id}.json", "application/json")


async def _visitor_or_nobody(request: Request[Any, Any, Any], services: Services) -> Visitor | None:
    if not request.cookies.get(COOKIE):
        return None
    try:
        return await services.visits.visitor(_token(request))
    except NoSession:
        return None


def _token(request: Request[Any, Any, Any]) -> SessionToken:
    """Raises `NoSession`."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        raise NoSession
    return SessionToken(cookie)


def _page(
    request: Request[Any, Any, Any],
    services: Services,
    visitor: Visitor | None,
    template: str,
    *,
    status: int = 200,
    **context: Any,
) -> Response[bytes]:
    return page(
        request,
        f"line/{template}",
        status=status,
        visitor=visitor,
        sop=services.sop,
        now=services.clock(),
        public_url=services.public_url or str(request.base_url).rstrip("/"),
        **context,
    )


def _download(content: Any, name: str, media_type: str) -> Response[Any]:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": OWN_CACHE,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)


routes = [line, about, invitation, enter, leave, submission, receipt, formal_answer]
