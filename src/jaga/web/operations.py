"""`/healthz`: this process runs. `/readyz`: so do its neighbors."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency

from jaga.web.services import Services


@get("/healthz", sync_to_thread=False)
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@get("/readyz")
async def readyz(services: NamedDependency[Services]) -> Response[dict[str, object]]:
    answers = await services.ready()
    ready = all(answers.values())
    return Response({"ready": ready, **answers}, status_code=200 if ready else 503)


routes = [healthz, readyz]
