"""The bare application: health, problems, the API description."""

from __future__ import annotations

from litestar.testing import AsyncTestClient
from tests.helpers.web import services_with

from jaga.web.app import create_app


async def test_an_unknown_path_is_answered_by_a_problem_document_with_a_code():
    services = services_with()
    async with AsyncTestClient(create_app(services)) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        answer = await client.get("/nowhere")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "not_found"
        assert (await client.get("/api/openapi.json")).json()["info"]["title"] == "Jaga"
