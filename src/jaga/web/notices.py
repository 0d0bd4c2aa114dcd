"""`/api/v1/notices`: anyone tells us that something breaks law or terms (DSA 16); the form's steps come from the SOP."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from jaga.cases.disclosing import look_at
from jaga.cases.errors import IncompleteNotice, PicturesNeedAccount
from jaga.cases.notice import LARGEST_PICTURE, MOST_PICTURES, Disclosed, Filing, FormStep
from jaga.channels.member import Member
from jaga.channels.rates import Rate
from jaga.core.clock import rfc3339
from jaga.core.ids import NoticeId
from jaga.core.text import Language
from jaga.web import case_json
from jaga.web.language import language_of
from jaga.web.services import Services

_PER_MINUTE = 20
_FROM_EVERYBODY_PER_MINUTE = 600
_BODY_LIMIT = 1_000_000 + MOST_PICTURES * LARGEST_PICTURE * 4 // 3
# Addresses are told apart by a digest under a key that this process forgets when it ends; none is kept.
_FORGOTTEN = secrets.token_bytes(32)
_rate = Rate(_PER_MINUTE, elapsed=time.monotonic)
_everybody = Rate(_FROM_EVERYBODY_PER_MINUTE, elapsed=time.monotonic)
_Words = Annotated[str, msgspec.Meta(max_length=10_000)]


class DisclosedBody(msgspec.Struct, forbid_unknown_fields=True):
    sender: _Words
    text: _Words
    sent_at: Annotated[str, msgspec.Meta(max_length=60)] = ""
    event_id: Annotated[str, msgspec.Meta(max_length=300)] = ""
    picture: Annotated[bytes, msgspec.Meta(max_length=LARGEST_PICTURE)] | None = None
    """A JPEG, in base64."""


class NoticeBody(msgspec.Struct, forbid_unknown_fields=True):
    category: Annotated[str, msgspec.Meta(max_length=60)]
    target: _Words = ""
    explanation: _Words = ""
    name: _Words = ""
    email: _Words = ""
    good_faith: bool = False
    language: Language | None = None
    disclosure: Annotated[list[DisclosedBody], msgspec.Meta(max_length=50)] = []


@get("/api/v1/notice-form", sync_to_thread=False)
def notice_form(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> dict[str, Any]:
    language = language_of(request)
    return {"language": language, "steps": [_step(step, language) for step in services.office.form()]}


@post("/api/v1/notices", request_max_body_size=_BODY_LIMIT)
async def file_notice(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    visitor: NamedDependency[Member | None],
    data: JSONBody[NoticeBody],
) -> dict[str, Any]:
    spend_rate(request, visitor)
    filed = await services.office.file_notice(
        Filing(
            category=data.category,
            target_uri=data.target,
            explanation=data.explanation,
            name=data.name,
            email=data.email,
            good_faith=data.good_faith,
            language=data.language or language_of(request),
            disclosure=await _disclosed(services, visitor, data.disclosure),
            member=visitor.id if visitor else None,
        )
    )
    return {
        "id": filed.notice.id,
        "state": "received",
        "received_at": rfc3339(filed.notice.received_at),
        "access_key": filed.access_key,
        "receipt": filed.receipt,
    }


async def _disclosed(
    services: Services, visitor: Member | None, messages: Sequence[DisclosedBody]
) -> tuple[Disclosed, ...]:
    """Raises `PicturesNeedAccount`, and what `look_at` raises; too many photos are refused before any is looked at."""
    pictures = [one.picture for one in messages if one.picture is not None]
    if pictures and visitor is None:
        raise PicturesNeedAccount
    if len(pictures) > MOST_PICTURES:
        raise IncompleteNotice(missing="disclosure", fields=["disclosure"])
    return tuple([await _one(services, visitor, message) for message in messages])


async def _one(services: Services, visitor: Member | None, message: DisclosedBody) -> Disclosed:
    picture = None
    if message.picture is not None and visitor is not None:
        picture = await look_at(services.open_side.uploader, visitor.id, message.picture)
    return Disclosed(
        sender=message.sender,
        text=message.text,
        sent_at=message.sent_at,
        event_id=message.event_id,
        picture=picture,
    )


@get("/api/v1/notices/{id:str}")
async def show_notice(
    services: NamedDependency[Services], id: FromPath[str], key: FromQuery[str] = ""
) -> Response[dict[str, Any]]:
    notice = NoticeId.parse(id)
    view = await services.office.follow_notice(notice, key=key)
    receipt = await services.office.receipt_of_notice(notice, key=key)
    return Response({**case_json.notice(view), "receipt": receipt}, headers={"Cache-Control": "no-store"})


def spend_rate(request: Request[Any, Any, Any], visitor: Member | None) -> None:
    """Raises `TooManyPosts`. For forms that anyone may send, API and page alike."""
    sender = visitor.id if visitor else _somebody(request)
    if sender is not None:
        _rate.spend(sender)
    _everybody.spend("")


def _somebody(request: Request[Any, Any, Any]) -> str | None:
    """One sender, by digest. Nobody when the address is this machine's: then a proxy stands before us, for everybody."""
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return None
    if address.is_loopback:
        return None
    return hashlib.blake2b(address.packed, key=_FORGOTTEN, digest_size=16).hexdigest()


def _step(step: FormStep, language: Language) -> dict[str, Any]:
    return {
        "name": step.name,
        "title": step.title.in_(language),
        "help": step.help.in_(language),
        "required": step.required,
        "choices": [{"name": name, "title": title.in_(language)} for name, title in step.choices],
        "anonymous_for": list(step.anonymous_for),
    }


routes = [notice_form, file_notice, show_notice]
