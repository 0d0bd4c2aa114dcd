"""The open side's application: every area's routes, one way to refuse."""

from __future__ import annotations

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

import jaga
from jaga.core.errors import JagaError
from jaga.web import (
    accounts,
    assets,
    bots,
    desk_api,
    evidence_files,
    ledger,
    liaison_api,
    messenger,
    notices,
    operations,
    sessions,
    staff_session,
    statements,
)
from jaga.web.open.routes import routes as open_side_routes
from jaga.web.pages import routes as page_routes
from jaga.web.problems import framework_refusal, our_fault, refusal
from jaga.web.services import Services

# JSON bodies are small; uploads stream past this limit on their own routes.
BODY_LIMIT = 1_000_000

# One a line, so that areas can be added side by side.
AREAS = [
    accounts.routes,
    assets.routes,
    bots.routes,
    desk_api.routes,
    evidence_files.routes,
    ledger.routes,
    liaison_api.routes,
    messenger.routes,
    open_side_routes,
    notices.routes,
    operations.routes,
    page_routes,
    sessions.routes,
    staff_session.routes,
    statements.routes,
]


def create_app(services: Services) -> Litestar:
    return Litestar(
        route_handlers=[route for area in AREAS for route in area],
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False),
            **sessions.dependencies,
            **staff_session.dependencies,
        },
        exception_handlers={JagaError: refusal, HTTPException: framework_refusal, Exception: our_fault},
        request_max_body_size=BODY_LIMIT,
        openapi_config=OpenAPIConfig(
            title="Jaga",
            version=jaga.__version__,
            path="/api",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
    )
