"""The messenger's files: compressed, kept for ever where their name says their content, under a policy of their own."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path

import pytest
from litestar.testing import AsyncTestClient
from tests.helpers.web import services_with

from jaga.app.verify_web import Difference, first_difference
from jaga.web.app import create_app
from jaga.web.assets import FOREVER
from jaga.web.messenger import BUNDLE, bundle

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
    assert "script-src 'self' 'wasm-unsafe-eval' " in policy
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


async def test_the_page_says_what_its_script_and_styles_must_be(client):
    page = (await client.get("/app/")).text
    stated = re.findall(r'(?:src|href)="(/app/assets/[^"]+)" integrity="sha384-([^"]+)"', page)
    assert {name.rpartition(".")[2] for name, _ in stated} == {"js", "css"}
    for name, digest in stated:
        body = (await client.get(name, headers={"Accept-Encoding": "identity"})).content
        assert digest == b64encode(hashlib.sha384(body).digest()).decode()


async def test_the_page_says_what_the_modules_must_be_that_are_loaded_later_and_its_policy_allows_it_nothing_else(
    client,
):
    page = await client.get("/app/")
    found = re.search(r'<script type="importmap">(.*?)</script>', page.text)
    assert page.text.index("<script") == found.start()  # what was loaded before a map is not checked by it
    stated = json.loads(found[1])["integrity"]
    assert stated == {
        f"/app/{name}": f"sha384-{b64encode(hashlib.sha384(built.path.read_bytes()).digest()).decode()}"
        for name, built in bundle().items()
        if name.startswith("assets/") and name.endswith(".js")
    }
    allowed = b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
    policy = page.headers["content-security-policy"]
    assert f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{allowed}';" in policy


def test_the_encryption_is_fetched_as_what_it_was_when_it_was_built():
    (wasm,) = BUNDLE.glob("assets/*.wasm")
    digest = b64encode(hashlib.sha384(wasm.read_bytes()).digest()).decode()
    fetched = [path.name for path in BUNDLE.glob("assets/*.js") if f"sha384-{digest}" in path.read_text()]
    assert len(fetched) == 1


def test_what_is_loaded_before_the_encryption_stays_small():
    weight = {
        path.name: path.stat().st_size for path in BUNDLE.glob("assets/*.br") if ".wasm" not in path.name
    }
    readers = sum(size for name, size in weight.items() if name.startswith("index-"))
    assert readers < 70_000, weight
    assert sum(weight.values()) < 212_000, weight


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


def test_the_sealed_module_knows_nothing_of_the_open_one_which_sees_of_it_what_screens_see():
    # A path into `open`; anything of `sealed` but its index.
    closed = {"sealed": r'from "[./]*/open[/"]', "open": r'from "[./]*/sealed/'}
    crossing = [
        path.relative_to(SOURCES).as_posix()
        for side, pattern in closed.items()
        for path in (SOURCES / side).glob("*.ts*")
        if re.search(pattern, path.read_text())
    ]
    assert crossing == []


@pytest.mark.parametrize(
    ("stated", "served", "what"),
    [
        ({"a": "1", "b": "2"}, {"a": "1", "b": "2"}, None),
        ({"a": "1"}, {"a": "1"}, Difference("b", "is missing there")),
        ({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "2"}, Difference("c", "does not exist here")),
        ({"a": "9", "b": "2"}, {"a": "9", "b": "2"}, Difference("a", "differs")),
        (
            {"a": "1", "b": "2"},
            {"a": "1", "b": "9"},
            Difference("b", "is served otherwise than that server itself states"),
        ),
    ],
)
def test_a_bundle_is_the_same_only_when_every_file_is(stated, served, what):
    assert first_difference(built={"a": "1", "b": "2"}, stated=stated, served=served) == what


async def test_the_statement_names_every_file_by_what_it_holds(client):
    files = (await client.get("/.well-known/jaga/web-bundle.json")).json()["files"]
    assert "index.html" in files
    for name, integrity in files.items():
        body = (await client.get(f"/app/{name}", headers={"Accept-Encoding": "identity"})).content
        assert integrity == f"sha256-{b64encode(hashlib.sha256(body).digest()).decode()}"
