"""`/api/v1/feed`: server-sent events for whoever follows, with resume. Nobody is asked who they are."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Stream

from jaga.channels.channel import is_name
from jaga.channels.errors import BadField, ChannelUnknown
from jaga.channels.feed import Place
from jaga.core.text import Text
from jaga.web.services import Services
from jaga.web.streams import event_stream

MOST_CHANNELS = 500
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@get("/api/v1/feed")
async def feed(
    request: Request[Any, Any, Any], services: NamedDependency[Services], channels: FromQuery[str]
) -> Stream:
    """`post`, `edit`, `removed`, `restored`. With `Last-Event-ID` it goes on exactly where that event stood."""
    names = {name for name in channels.split(",") if name}
    if not names or len(names) > MOST_CHANNELS:
        raise BadField(
            field="channels",
            why=Text(id=f"sebut 1 sampai {MOST_CHANNELS} kanal.", en=f"name 1 to {MOST_CHANNELS} channels."),
        )
    found = await services.open_side.library.ids([name for name in names if is_name(name)])
    if not found:
        raise ChannelUnknown
    last = request.headers.get("last-event-id") or request.query_params.get("last_event_id")
    frames = services.open_side.feed.follow(list(found.values()), Place.parse(last) if last else None)
    return await event_stream(frames, _HEADERS)


routes = [feed]
