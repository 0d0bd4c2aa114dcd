"""`/`: what this is, the two worlds, the directory, how to join."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from jaga.channels.member import Member
from jaga.web.look import page
from jaga.web.messenger import is_built
from jaga.web.open.views import channel_view
from jaga.web.services import Services

QUERY_LIMIT = 100
CHANNELS_SHOWN = 60


@get("/", include_in_schema=False)
async def home(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[bytes]:
    found = await services.open_side.library.directory(
        q=q[:QUERY_LIMIT], category=None, language=None, after=after, limit=CHANNELS_SHOWN + 1
    )
    return page(
        request,
        "home.html",
        section="channels" if q else "",
        q=q[:QUERY_LIMIT],
        channels=[channel_view(channel) for channel in found[:CHANNELS_SHOWN]],
        next=found[CHANNELS_SHOWN - 1].name if len(found) > CHANNELS_SHOWN else None,
        member=visitor,
        address=services.public_url or str(request.base_url).rstrip("/"),
        server_name=services.server_name,
        has_messenger=is_built(),
    )


routes = [home]
