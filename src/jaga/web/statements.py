"""The member's inbox, statements of reasons, and appeals. A statement opens for its author, by session or by key."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from jaga.cases.office import Reader
from jaga.channels.member import Member
from jaga.core.ids import InboxId, StatementId
from jaga.web import case_json
from jaga.web.services import Services
from jaga.web.sessions import visitor_of
from jaga.web.streams import event_stream

_PRIVATE = {"Cache-Control": "no-store"}


class AppealBody(msgspec.Struct, forbid_unknown_fields=True):
    text: Annotated[str, msgspec.Meta(max_length=10_000)]
    key: Annotated[str, msgspec.Meta(max_length=100)] = ""


@get("/api/v1/inbox")
async def show_inbox(
    member: NamedDependency[Member],
    services: NamedDependency[Services],
    after: Annotated[str | None, QueryParameter(name="next", max_length=60)] = None,
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=100)] = 50,
) -> Response[dict[str, Any]]:
    page = await services.office.inbox(member.id, after=after, limit=limit)
    return Response(
        {"items": [case_json.inbox_item(item) for item in page.items], "next": page.next}, headers=_PRIVATE
    )


@get("/api/v1/inbox/events")
async def inbox_events(
    request: Request[Any, Any, Any], member: NamedDependency[Member], services: NamedDependency[Services]
) -> Stream:
    """An event whenever there is something new for this member; what it is, the inbox says. Ends with the session."""

    async def lasts() -> bool:
        return await visitor_of(request, services) is not None

    return await event_stream(services.knocks.wait_for(member.id, lasts), {})


@post("/api/v1/inbox/{id:str}/read", status_code=204)
async def mark_read(
    member: NamedDependency[Member], services: NamedDependency[Services], id: FromPath[str]
) -> None:
    await services.office.mark_read(member.id, InboxId.parse(id))


@get("/api/v1/statements/{id:str}")
async def show_statement(
    visitor: NamedDependency[Member | None],
    services: NamedDependency[Services],
    id: FromPath[str],
    key: FromQuery[str] = "",
) -> Response[dict[str, Any]]:
    view = await services.office.access_statement(StatementId.parse(id), reader_of(visitor, key))
    return Response(case_json.statement(view), headers=_PRIVATE)


@post("/api/v1/statements/{id:str}/appeals")
async def appeal(
    visitor: NamedDependency[Member | None],
    services: NamedDependency[Services],
    id: FromPath[str],
    data: JSONBody[AppealBody],
    key: FromQuery[str] = "",
) -> dict[str, Any]:
    reader = reader_of(visitor, data.key or key)
    filed = await services.office.appeal(StatementId.parse(id), reader, data.text)
    return case_json.appeal_for_author(filed)


def reader_of(visitor: Member | None, key: str) -> Reader:
    return Reader(member=visitor.id if visitor else None, key=key[:100])


routes = [show_inbox, inbox_events, mark_read, show_statement, appeal]
