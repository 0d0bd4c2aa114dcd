"""Who acts, under which key, and how an outcome becomes an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, assert_never

from litestar import Request, Response

from jaga.channels.errors import BadField
from jaga.channels.member import Member
from jaga.channels.open_side import OpenSide
from jaga.channels.outcome import Held, Outcome, Published, Refused
from jaga.channels.ports import Actor
from jaga.core.errors import MalformedInput
from jaga.core.text import Text
from jaga.web.language import language_of
from jaga.web.problems import problem

Thing = TypeVar("Thing")

# draft-ietf-httpapi-idempotency-key-header: a string that names one attempt.
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_POST_REFUSED = Text(
    id="Tidak diterbitkan: melanggar aturan tentang {category}. Alasan lengkap dan cara banding ada di {statement}.",
    en="Not published: it breaks the rules on {category}. Full reasons and how to appeal are at {statement}.",
)
_REASON = Text(
    id="Termasuk dalam daftar {category} yang ditolak sebelum terbit; diputuskan otomatis menurut SOP.",
    en="It is on the list of {category} that is refused before publication; decided automatically under the SOP.",
)


class BadIdempotencyKey(MalformedInput):
    code = "bad_idempotency_key"
    text = Text(
        id="Idempotency-Key terdiri dari 1 sampai 255 karakter ASCII tanpa spasi.",
        en="An Idempotency-Key is 1 to 255 ASCII characters without spaces.",
    )


def actor_of(member: Member) -> Actor:
    return Actor(member.id, member.language)


def key_of(request: Request[Any, Any, Any]) -> str | None:
    """The `Idempotency-Key`; raises `BadIdempotencyKey`."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise BadIdempotencyKey
    return key


def answer_to(
    request: Request[Any, Any, Any],
    open_side: OpenSide,
    outcome: Outcome[Thing],
    shape: Callable[[Thing], dict[str, Any]],
    *,
    status: int,
) -> Response[Any]:
    """201 or 200 with the thing, 202 held, or 403 with the reasons."""
    match outcome:
        case Published(thing):
            return Response(shape(thing), status_code=status)
        case Held(id=held, case=case):
            return Response({"id": held, "state": "held", "case": case}, status_code=202)
        case Refused():
            return _refused(request, open_side, outcome)
        case _:
            assert_never(outcome)


def reasons_of(request: Request[Any, Any, Any], open_side: OpenSide, refused: Refused) -> str:
    language = language_of(request)
    return _REASON.in_(language).format(category=open_side.category_title(refused.category).in_(language))


def limit_of(value: int, most: int) -> int:
    """A page's length; raises `BadField`."""
    if not 1 <= value <= most:
        raise BadField(
            field="limit", why=Text(id=f"harus antara 1 dan {most}.", en=f"it must be between 1 and {most}.")
        )
    return value


def fields_of(data: object) -> Mapping[str, Any]:
    """The body as an object; raises `BadField`."""
    if not isinstance(data, Mapping):
        raise BadField(field="body", why=Text(id="harus berupa objek JSON.", en="it must be a JSON object."))
    return data


def _refused(request: Request[Any, Any, Any], open_side: OpenSide, refused: Refused) -> Response[Any]:
    language = language_of(request)
    statement = open_side.statement_address(refused.statement)
    category = open_side.category_title(refused.category).in_(language)
    return problem(
        403,
        "post_refused",
        _POST_REFUSED.in_(language).format(category=category, statement=statement),
        {
            "id": refused.id,
            "state": "refused",
            "category": refused.category,
            "statement": statement,
            "reasons": reasons_of(request, open_side, refused),
        },
    )
