"""Finding channels: categories, similar ones, what a channel writes in a week, and its address as a QR code."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from jaga.channels.answers import Answer
from jaga.channels.channel import CATEGORIES
from jaga.web.open.cache import answered, answered_json
from jaga.web.open.channels import access_channel
from jaga.web.open.shapes import channel_shape
from jaga.web.services import Services

_SIMILAR = 6
_WEEKS = 12


@get("/api/v1/categories")
async def categories(request: Request[Any, Any, Any]) -> Response[bytes]:
    """What the directory sorts channels by."""
    shape = {"items": [{"name": name, "title": title.as_dict()} for name, title in CATEGORIES.items()]}
    return answered_json(request, shape)


@get("/api/v1/channels/{name:str}/similar")
async def similar(
    request: Request[Any, Any, Any], services: NamedDependency[Services], name: FromPath[str]
) -> Response[bytes]:
    """Channels of the same category or with the same words in title and description. Readers are not compared."""
    channel = await access_channel(services, name)
    found = await services.open_side.library.similar(channel.id, limit=_SIMILAR)
    shape = {"items": [channel_shape(one, services.public_url) for one in found], "next": None}
    return answered_json(request, shape)


@get("/api/v1/channels/{name:str}/statistics")
async def statistics(
    request: Request[Any, Any, Any], services: NamedDependency[Services], name: FromPath[str]
) -> Response[bytes]:
    """What was written, week by week. Readers are not counted: nobody is asked who they are."""
    channel = await access_channel(services, name)
    weeks = await services.open_side.library.weeks(channel.id, until=services.clock(), count=_WEEKS)
    shape = {
        "weeks": [
            {"begins": week.begins.isoformat(), "posts": week.posts, "comments": week.comments}
            for week in weeks
        ]
    }
    return answered_json(request, shape)


@get("/c/{name:str}/qr.svg", include_in_schema=False)
async def qr_code(
    request: Request[Any, Any, Any], services: NamedDependency[Services], name: FromPath[str]
) -> Response[bytes]:
    """The channel's address, for a poster or another telephone."""
    channel = await access_channel(services, name)
    code = segno.make(f"{services.public_url}/c/{channel.name}", error="m")
    drawn = BytesIO()
    code.save(drawn, kind="svg", xmldecl=False, omitsize=True, dark="#000", light="#fff", border=3)
    return answered(request, Answer.of(drawn.getvalue()), "image/svg+xml")


routes = [categories, similar, statistics, qr_code]
