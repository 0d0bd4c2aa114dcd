"""`/api/v1/channels/{name}/bots`: the owner lets programs publish, and stops them."""

from __future__ import annotations

from typing import Any

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from jaga.channels.bot import BotName, new_secret, parse_bot_name, secret_hash
from jaga.channels.channel import require_owner
from jaga.channels.errors import BadField
from jaga.channels.member import Member
from jaga.core.clock import rfc3339
from jaga.core.ids import BotId
from jaga.core.text import Text
from jaga.web.open.acting import actor_of, fields_of
from jaga.web.services import Services

_PRIVATE = {"Cache-Control": "no-store"}


@get("/api/v1/channels/{name:str}/bots")
async def list_bots(
    services: NamedDependency[Services], member: NamedDependency[Member], name: FromPath[str]
) -> Response[dict[str, Any]]:
    await _require_owner(services, member, name)
    found = await services.bot_api.bots.of_channel(name)
    return Response({"items": [_shape(bot) for bot in found]}, headers=_PRIVATE)


@post("/api/v1/channels/{name:str}/bots")
async def add_bot(
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    name: FromPath[str],
    data: JSONBody[Any],
) -> Response[dict[str, Any]]:
    """201 with the token, which is shown this once."""
    await _require_owner(services, member, name)
    wanted = fields_of(data).get("name")
    if not isinstance(wanted, str):
        raise BadField(field="name", why=Text(id="harus berupa teks.", en="it must be text."))
    bot, secret = BotId.new(), new_secret()
    number = await services.bot_api.bots.add(name, parse_bot_name(wanted), secret_hash(f"1:{secret}"), bot)
    answer = {
        "id": bot,
        "name": wanted,
        "token": f"{number}:{secret}",
        "base_url": f"{services.public_url}/bot",
    }
    return Response(answer, status_code=201, headers=_PRIVATE)


@delete("/api/v1/channels/{name:str}/bots/{id:str}", status_code=204)
async def revoke_bot(
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    name: FromPath[str],
    id: FromPath[str],
) -> None:
    """Its token opens nothing from now on. Revoking twice is done once."""
    await _require_owner(services, member, name)
    await services.bot_api.bots.revoke(name, BotId.parse(id))


async def _require_owner(services: Services, member: Member, name: str) -> None:
    entrance = await services.open_side.channel_store.standing(actor_of(member), name)
    require_owner(entrance.standing.role)


def _shape(bot: BotName) -> dict[str, Any]:
    return {"id": bot.id, "name": bot.name, "created_at": rfc3339(bot.created_at)}


routes = [list_bots, add_bot, revoke_bot]
