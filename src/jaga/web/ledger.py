"""`/ledger`: C2SP tlog-tiles for monitors, a proof for any entry, and the public key that all of it is checked with."""

from __future__ import annotations

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from jaga.ledger.errors import NoSuchTile
from jaga.ledger.tile import MalformedTilePath, TileId, TilePath, parse_level
from jaga.web.services import Services

# tlog-tiles: the checkpoint may be cached for seconds at most, tiles and bundles for ever. Anyone's page may read them.
_OPEN = {"Access-Control-Allow-Origin": "*"}
_BRIEF = _OPEN | {"Cache-Control": "public, max-age=1"}
_FOREVER = _OPEN | {"Cache-Control": "public, max-age=31536000, immutable"}


@get("/.well-known/jaga/ledger.vkey", media_type=MediaType.TEXT)
async def public_key(services: NamedDependency[Services]) -> Response[str]:
    return Response(
        f"{await services.ledger.vkey()}\n", headers=_OPEN | {"Cache-Control": "public, max-age=3600"}
    )


@get("/ledger/checkpoint", media_type=MediaType.TEXT)
async def checkpoint(services: NamedDependency[Services]) -> Response[str]:
    return Response(await services.ledger.checkpoint(), headers=_BRIEF)


@get("/ledger/proof", media_type=MediaType.TEXT)
async def proof(services: NamedDependency[Services], leaf: FromQuery[int]) -> Response[str]:
    return Response(await services.ledger.proof(leaf), headers=_BRIEF)


@get("/ledger/tile/{address:path}", media_type="application/octet-stream")
async def tile(services: NamedDependency[Services], address: FromPath[str]) -> Response[bytes]:
    level, _, number = address.removeprefix("/").partition("/")
    try:
        path = TilePath.parse(number)
        wanted = None if level == "entries" else TileId(parse_level(level), path.number)
    except MalformedTilePath:
        raise NoSuchTile from None
    if wanted is None:
        return Response(await services.ledger.bundle(path), headers=_FOREVER)
    return Response(await services.ledger.tile(wanted, path.width), headers=_FOREVER)


routes = [public_key, checkpoint, proof, tile]
