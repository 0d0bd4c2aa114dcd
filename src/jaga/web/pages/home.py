"""`/`: what this is, the two worlds, the directory, how to join."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from jaga.web.look import page
from jaga.web.services import Services

QUERY_LIMIT = 100


@get("/", include_in_schema=False)
async def home(
    request: Request[Any, Any, Any], services: NamedDependency[Services], q: FromQuery[str] = ""
) -> Response[bytes]:
    return page(
        request,
        "home.html",
        section="channels" if q else "",
        q=q[:QUERY_LIMIT],
        channels=[],
        address=services.public_url or str(request.base_url).rstrip("/"),
        server_name=services.server_name,
    )


routes = [home]
