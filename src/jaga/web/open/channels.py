"""`/api/v1/channels`: the directory, channels, who runs them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from jaga.channels.channel import Channel, ChannelChange, ChannelDraft, is_name
from jaga.channels.errors import ChannelUnknown
from jaga.channels.member import Member
from jaga.channels.reading import LARGEST_PAGE, PAGE
from jaga.web.open.acting import actor_of, answer_to, fields_of, limit_of
from jaga.web.open.cache import answered_json
from jaga.web.open.shapes import channel_shape
from jaga.web.services import Services

_LONGEST_QUERY = 100


@get("/api/v1/channels")
async def directory(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    q: FromQuery[str] = "",
    category: FromQuery[str | None] = None,
    language: FromQuery[str | None] = None,
    after: FromQuery[str] = "",
    limit: FromQuery[int] = PAGE,
) -> Response[bytes]:
    """Open channels by name; `next` goes into `after` for the following page."""
    size = limit_of(limit, LARGEST_PAGE)
    found = await services.open_side.library.directory(
        q=clean_query(q),
        category=category or None,
        language=language or None,
        after=clean_query(after),
        limit=size + 1,
    )
    page = found[:size]
    shape = {
        "items": [channel_shape(channel, services.public_url) for channel in page],
        "next": page[-1].name if len(found) > size else None,
    }
    return answered_json(request, shape)


@post("/api/v1/channels")
async def create_channel(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    data: JSONBody[Any],
) -> Response[Any]:
    """201 with the channel, 202 when a person must look first, 403 with reasons."""
    draft = ChannelDraft.parse(fields_of(data))
    outcome = await services.open_side.channel_publisher.create(actor_of(member), draft)
    return answer_to(
        request,
        services.open_side,
        outcome,
        lambda channel: channel_shape(channel, services.public_url),
        status=201,
    )


@get("/api/v1/channels/{name:str}")
async def show_channel(
    request: Request[Any, Any, Any], services: NamedDependency[Services], name: FromPath[str]
) -> Response[bytes]:
    channel = await access_channel(services, name)
    return answered_json(request, channel_shape(channel, services.public_url))


@patch("/api/v1/channels/{name:str}")
async def change_channel(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    name: FromPath[str],
    data: JSONBody[Any],
) -> Response[Any]:
    """`title`, `about`, `language`, `category`, `picture`; each is checked before it shows."""
    change = ChannelChange.parse(fields_of(data))
    outcome = await services.open_side.channel_publisher.change(actor_of(member), name, change)
    return answer_to(
        request,
        services.open_side,
        outcome,
        lambda channel: channel_shape(channel, services.public_url),
        status=200,
    )


@get("/api/v1/channels/{name:str}/roles")
async def show_roles(
    services: NamedDependency[Services], member: NamedDependency[Member], name: FromPath[str]
) -> dict[str, Any]:
    roles = await services.open_side.channel_publisher.roles(actor_of(member), name)
    return {"items": [{"member": who, "role": role} for who, role in roles]}


@put("/api/v1/channels/{name:str}/roles/{who:str}", status_code=204)
async def appoint_editor(
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    name: FromPath[str],
    who: FromPath[str],
) -> None:
    """Make the member an editor."""
    await services.open_side.channel_publisher.appoint(actor_of(member), name, who)


@delete("/api/v1/channels/{name:str}/roles/{who:str}", status_code=204)
async def dismiss_editor(
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    name: FromPath[str],
    who: FromPath[str],
) -> None:
    await services.open_side.channel_publisher.dismiss(actor_of(member), name, who)


async def access_channel(services: Services, name: str) -> Channel:
    """An open channel; raises `ChannelUnknown` for every other."""
    channel = await services.open_side.library.channel(name) if is_name(name) else None
    if channel is None:
        raise ChannelUnknown
    return channel


async def access_version(services: Services, name: str) -> int:
    """The version of an open channel, read after the request came; raises `ChannelUnknown`."""
    version = await services.open_side.freshness.version(name) if is_name(name) else None
    if version is None:
        raise ChannelUnknown
    return version


def clean_query(text: str) -> str:
    """What PostgreSQL may be asked about: bounded, and without the one character it does not know."""
    return text[:_LONGEST_QUERY].replace("\x00", "")


routes = [
    directory,
    create_channel,
    show_channel,
    change_channel,
    show_roles,
    appoint_editor,
    dismiss_editor,
]
