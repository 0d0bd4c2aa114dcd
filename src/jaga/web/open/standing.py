"""What the signed-in member is and may do: asked for by the messenger, answered to nobody else."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from jaga.channels.channel import may, require_poster
from jaga.channels.errors import MayNotChange, PostUnknown
from jaga.channels.keep import Powers
from jaga.channels.member import Member
from jaga.core.ids import PostId
from jaga.web.open.acting import actor_of
from jaga.web.open.shapes import channel_shape
from jaga.web.services import Services

_PRIVATE = {"Cache-Control": "no-store"}


@get("/api/v1/session/channels")
async def own_channels(
    services: NamedDependency[Services], member: NamedDependency[Member]
) -> Response[dict[str, Any]]:
    """The channels that the member runs."""
    found = await services.open_side.channel_store.run_by(member.id)
    shapes = [{**channel_shape(channel, services.public_url), "role": role} for channel, role in found]
    return Response({"items": shapes}, headers=_PRIVATE)


@get("/api/v1/channels/{name:str}/standing")
async def channel_standing(
    services: NamedDependency[Services], member: NamedDependency[Member], name: FromPath[str]
) -> Response[dict[str, Any]]:
    entrance = await services.open_side.channel_store.standing(actor_of(member), name)
    role = entrance.standing.role
    may_post = may(require_poster, entrance.channel.kind, role)
    return Response({"role": role, "may_post": may_post}, headers=_PRIVATE)


@get("/api/v1/posts/{id:str}/standing")
async def post_standing(
    services: NamedDependency[Services], member: NamedDependency[Member], id: FromPath[str]
) -> Response[dict[str, Any]]:
    """What became of a post and what may be done with it, for its author and those who run its channel."""
    try:
        powers = await services.open_side.keeper.powers(actor_of(member), PostId.parse(id))
    except MayNotChange:
        raise PostUnknown from None
    return Response(_powers_shape(powers), headers=_PRIVATE)


def _powers_shape(powers: Powers) -> dict[str, Any]:
    return {
        "state": powers.state,
        "own": powers.own,
        "may_edit": powers.may_edit,
        "may_delete": powers.may_delete,
        "may_pin": powers.may_pin,
    }


routes = [own_channels, channel_standing, post_standing]
