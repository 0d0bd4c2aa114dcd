"""The ledger over HTTP, read as a monitor would: from addresses and bytes alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from litestar.testing import AsyncTestClient
from tests.helpers.web import services_with

from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.entry import Entry, EntryType
from jaga.ledger.note import Signer, Verifier
from jaga.ledger.receipt import verify_receipt
from jaga.ledger.tile import TilePath, all_tiles_of, leaves_of, tree_root, width_of
from jaga.ledger.tree import leaf_hash
from jaga.store import outbox
from jaga.store.integrator import Integrator
from jaga.store.ledger import StoredLedger
from jaga.web.app import create_app

SIGNER = Signer("chat.example/ledger", b"1" * 32)
SIZE = 300


@pytest.fixture(scope="module")
async def client(database):
    integrator = Integrator(database, SIGNER)
    await integrator.open()
    async with database.transaction() as connection:
        for number in range(SIZE):
            draft = Entry.of(type=EntryType.NOTICE, at=datetime(2026, 11, 23, tzinfo=UTC), count=number)
            await outbox.append(connection, draft, ref="ntc")
    while await integrator.integrate():
        pass
    async with AsyncTestClient(
        create_app(services_with(ledger=StoredLedger(database, integrator)))
    ) as opened:
        yield opened


async def test_a_monitor_rebuilds_the_signed_root_from_tiles_and_entries(client):
    key = Verifier.parse((await client.get("/.well-known/jaga/ledger.vkey")).text.removesuffix("\n"))
    checkpoint = Checkpoint.open((await client.get("/ledger/checkpoint")).text, [key])
    assert (checkpoint.origin, checkpoint.size) == ("chat.example/ledger", SIZE)

    tiles, leaves = {}, []
    for tile in all_tiles_of(checkpoint.size):
        path = TilePath(tile.number, width_of(tile, checkpoint.size)).text
        tiles[tile] = (await client.get(f"/ledger/tile/{tile.level}/{path}")).content
        if tile.level == 0:
            leaves += leaves_of((await client.get(f"/ledger/tile/entries/{path}")).content)

    assert tree_root(tiles, checkpoint.size) == checkpoint.root
    hashes = b"".join(tiles[tile] for tile in sorted(tiles) if tile.level == 0)
    assert hashes == b"".join(leaf_hash(leaf) for leaf in leaves)
    assert [Entry.parse(leaf).count for leaf in leaves] == list(range(SIZE))


async def test_a_proof_from_the_web_verifies(client):
    answer = await client.get("/ledger/proof", params={"leaf": 299})

    assert verify_receipt(answer.text, [SIGNER.verifier]).entry.count == 299


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("/ledger/checkpoint", "text/plain; charset=utf-8", "public, max-age=1"),
        ("/ledger/proof?leaf=0", "text/plain; charset=utf-8", "public, max-age=1"),
        ("/ledger/tile/0/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("/ledger/tile/0/001.p/44", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("/ledger/tile/entries/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("/.well-known/jaga/ledger.vkey", "text/plain; charset=utf-8", "public, max-age=3600"),
    ],
)
async def test_each_has_the_kind_and_the_caching_that_the_specification_asks_for(client, path, kind, cache):
    answer = await client.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == cache
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/ledger/tile/0/002",
        "/ledger/tile/0/001",
        "/ledger/tile/0/001.p/45",
        "/ledger/tile/0/001.p/0",
        "/ledger/tile/0/000.p/256",
        "/ledger/tile/00/000",
        "/ledger/tile/64/000",
        "/ledger/tile/-1/000",
        "/ledger/tile/0/0",
        "/ledger/tile/0/x000/000",
        "/ledger/tile/0/x999/x999/x999/x999/x999/x999/999",
        "/ledger/tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "/ledger/tile/entries/001",
        "/ledger/tile/entries/x999/x999/x999/x999/x999/x999/999",
        "/ledger/tile/entries/..%2F..%2Fcheckpoint",
        "/ledger/tile/%2e%2e/%2e%2e/etc/passwd",
        "/ledger/tile/0/000%00",
        "/ledger/tile/0/%D9%A0%D9%A0%D9%A0",
        "/ledger/tile/" + "x001/" * 500,
        "/ledger/proof?leaf=300",
        "/ledger/proof?leaf=-1",
        "/ledger/proof?leaf=99999999999999999999999999",
    ],
)
async def test_what_does_not_exist_is_not_found(client, path):
    answer = await client.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize("path", ["/ledger/proof", "/ledger/proof?leaf=x", "/ledger/proof?leaf=1.5"])
async def test_a_proof_of_no_number_is_not_understood(client, path):
    assert (await client.get(path)).status_code == 400
