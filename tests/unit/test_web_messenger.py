"""The messenger's files: compressed, kept for ever where their name says their content, under a policy of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from litestar.testing import AsyncTestClient
from tests.helpers.web import services_with

from jaga.web.app import create_app
from jaga.web.assets import FOREVER

SOURCES = Path(__file__).parents[2] / "web/messenger"


@pytest.fixture
async def client():
    async with AsyncTestClient(create_app(services_with())) as client:
        yield client


async def test_the_page_is_asked_about_each_time_and_allows_scripts_of_ours_alone(client):
    page = await client.get("/app/")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-cache"
    policy = page.headers["content-security-policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert "unsafe-inline" not in policy
    again = await client.get("/app/", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304


async def test_what_is_named_for_its_content_never_expires_and_comes_compressed(client):
    page = await client.get("/app/")
    script = re.search(r'src="(/app/assets/[^"]+\.js)"', page.text)[1]
    plain = await client.get(script, headers={"Accept-Encoding": "identity"})
    assert plain.headers["cache-control"] == FOREVER
    assert plain.headers["content-type"].startswith("text/javascript")
    for encoding in ("br", "gzip"):
        packed = await client.get(script, headers={"Accept-Encoding": encoding})
        assert packed.headers["content-encoding"] == encoding
        assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2


async def test_nothing_outside_the_bundle_is_reached(client):
    for name in ("nothing.js", "../messenger.py", "%2e%2e/messenger.py", "index.html.br"):
        assert (await client.get(f"/app/{name}")).status_code == 404


def test_the_sealed_module_alone_knows_the_matrix_library():
    foreign = [
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.ts*")
        if path.parent.name != "sealed"
        and re.search(r"from \"(?:matrix-js-sdk|@matrix-org)", path.read_text())
    ]
    assert foreign == []


def test_the_open_side_and_the_sealed_side_import_nothing_of_each_other():
    crossing = [
        path.relative_to(SOURCES).as_posix()
        for side, other in (("sealed", "open"), ("open", "sealed"))
        for path in (SOURCES / side).glob("*.ts*")
        if re.search(rf"from \"[./]*/{other}/", path.read_text())
    ]
    assert crossing == []
