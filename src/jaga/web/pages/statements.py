"""`/s/{id}`: what was decided about you, why, and how to appeal. `/inbox`: everything that you were told."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery

from jaga.cases.appeal import LONGEST_APPEAL
from jaga.cases.errors import FactsMissing
from jaga.channels.member import Member
from jaga.channels.sessions import NoSession
from jaga.core.errors import Conflict
from jaga.core.ids import InboxId, StatementId
from jaga.web.forms import here_only, require_own_page, see
from jaga.web.language import language_of
from jaga.web.look import page
from jaga.web.services import Services
from jaga.web.statements import reader_of

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/s/{id:str}", include_in_schema=False)
async def statement(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    id: FromPath[str],
    key: FromQuery[str] = "",
) -> Response[Any]:
    return await _statement(request, services, visitor, StatementId.parse(id), key=key)


@post("/s/{id:str}/appeal", include_in_schema=False)
async def appeal(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    id: FromPath[str],
    data: Form,
) -> Response[Any]:
    require_own_page(request)
    statement_id, key, text = StatementId.parse(id), data.get("key", ""), data.get("text", "")
    try:
        await services.office.appeal(statement_id, reader_of(visitor, key), text)
    except (FactsMissing, Conflict) as error:
        wrong = error.message(language_of(request))
        return await _statement(request, services, visitor, statement_id, key=key, text=text, wrong=wrong)
    return see(f"/s/{statement_id}?key={key}#appeal" if key else f"/s/{statement_id}#appeal")


async def _statement(
    request: Request[Any, Any, Any],
    services: Services,
    visitor: Member | None,
    id: StatementId,
    *,
    key: str,
    text: str = "",
    wrong: str = "",
) -> Response[Any]:
    seen = await services.office.access_statement(id, reader_of(visitor, key))
    return page(
        request,
        "statement.html",
        status=409 if wrong else 200,
        member=visitor,
        seen=seen,
        body=seen.body,
        key=key,
        text=text,
        wrong=wrong,
        longest=LONGEST_APPEAL,
        open_for_appeal=seen.whole
        and seen.appeal is None
        and seen.statement.superseded_by is None
        and services.clock() <= seen.statement.appeal_until,
    )


@get("/inbox", include_in_schema=False)
async def inbox(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    after: FromQuery[str] = "",
) -> Response[Any]:
    if visitor is None:
        return see("/sign-in?to=/inbox")
    shown = await services.office.inbox(visitor.id, after=after or None)
    return page(request, "inbox.html", member=visitor, items=shown.items, next=shown.next)


@post("/inbox/{id:str}", include_in_schema=False)
async def open_item(
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    id: FromPath[str],
    data: Form,
) -> Response[Any]:
    """Marks it read and leads on to what it is about."""
    if visitor is None:
        raise NoSession
    await services.office.mark_read(visitor.id, InboxId.parse(id))
    return see(here_only(data.get("to", "")) or "/inbox")


routes = [statement, appeal, inbox, open_item]
