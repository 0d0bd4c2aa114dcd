"""`/api/v1/channels/{name}/take-over/telegram`: a channel's owner brings over its history, message by message.

The browser reads the export and sends each message as it stands there; what it means is decided here, by the same code
as `jaga import telegram`. A message that came before is not taken twice, so an interrupted run is simply run again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from jaga.channels.channel import require_owner
from jaga.channels.errors import BadField
from jaga.channels.member import Member
from jaga.channels.post import Wanted
from jaga.channels.telegram_export import ExportedMessage, Message, parse_message
from jaga.core.ids import ChannelId, MediaId
from jaga.core.text import Text
from jaga.web.language import language_of
from jaga.web.open.acting import actor_of, fields_of
from jaga.web.services import Services

_PRIVATE = {"Cache-Control": "no-store"}
_WRONG_MEDIA = Text(
    id="harus menyebut pengenal berkas untuk tiap letak dalam ekspor.",
    en="it must give a file's id for each path in the export.",
)


@get("/api/v1/channels/{name:str}/take-over/telegram")
async def taken_over(
    services: NamedDependency[Services], member: NamedDependency[Member], name: FromPath[str]
) -> Response[dict[str, Any]]:
    """The numbers of the messages that the channel has already."""
    channel = await _own_channel(services, member, name)
    return Response({"numbers": await services.open_side.taker.numbers(channel)}, headers=_PRIVATE)


@post("/api/v1/channels/{name:str}/take-over/telegram", status_code=200)
async def take_over(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    member: NamedDependency[Member],
    name: FromPath[str],
    data: JSONBody[Any],
) -> Response[dict[str, Any]]:
    """`message` as it stands in `result.json`; `media` gives the id of each file of it that was uploaded before."""
    channel = await _own_channel(services, member, name)
    fields = fields_of(data)
    message, uploaded = parse_message(fields.get("message"), 0), _uploaded(fields.get("media", {}))

    async def media() -> list[Wanted]:
        return _wanted(message, uploaded)

    remark = await services.open_side.taker.take_one(actor_of(member), name, channel, message, media)
    about = "" if remark.about is None else remark.about.in_(language_of(request))
    return Response({"number": remark.number, "fate": remark.fate.value, "about": about}, headers=_PRIVATE)


async def _own_channel(services: Services, member: Member, name: str) -> ChannelId:
    entrance = await services.open_side.channel_store.standing(actor_of(member), name)
    require_owner(entrance.standing.role)
    return entrance.channel.id


def _uploaded(value: object) -> Mapping[str, MediaId]:
    """Raises `BadField`."""
    if not isinstance(value, Mapping) or not all(isinstance(given, str) for given in value.values()):
        raise BadField(field="media", why=_WRONG_MEDIA)
    return {str(path): MediaId.parse(given) for path, given in value.items()}


def _wanted(message: Message, uploaded: Mapping[str, MediaId]) -> list[Wanted]:
    """What was not sent along is left out: the person saw in the browser that it is missing."""
    files = message.files if isinstance(message, ExportedMessage) else ()
    return [file.wanted(uploaded[str(file.path)]) for file in files if str(file.path) in uploaded]


routes = [taken_over, take_over]
