"""Who of the staff a request comes from, `/desk/api/v1/session`, and enrolment.

Handlers ask for `staff: NamedDependency[Staff]`. Scripts send `Authorization: Bearer`; pages rest on a cookie that no other
site can send along, and whatever changes something must also bring the token that only our own pages know.
"""

from __future__ import annotations

import hmac
from typing import Any

import msgspec
import segno
from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.enums import RequestEncodingType
from litestar.params import FromPath, JSONBody

from jaga.cases.entrance import SESSION_LASTS, StaffSession, csrf_token
from jaga.cases.staff import Staff
from jaga.channels.sessions import NoSession, SessionToken, bearer_of
from jaga.core.clock import rfc3339
from jaga.core.errors import NotAllowed
from jaga.core.text import Text
from jaga.web.services import Services
from jaga.web.sessions import SAFE_METHODS, ForeignOrigin, comes_from_us

COOKIE = "staff_session"
PATH = "/desk"
HEADER = "x-csrf-token"
FIELD = "csrf"


class FormExpired(NotAllowed):
    code = "form_expired"
    text = Text(
        id="Formulir ini sudah tidak berlaku. Muat ulang halaman, lalu coba lagi.",
        en="This form is no longer valid. Reload the page, then try again.",
    )


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    email: str
    password: str
    code: str


class EnrolmentAnswer(msgspec.Struct, forbid_unknown_fields=True):
    password: str
    code: str


async def token_of(request: Request[Any, Any, Any]) -> SessionToken | None:
    """The token that came with the request. Raises `ForeignOrigin` or `FormExpired` for a cookie that proves nothing."""
    bearer = bearer_of(request.headers.get("authorization"))
    cookie = request.cookies.get(COOKIE)
    if bearer is not None or not cookie:
        return bearer
    token = SessionToken(cookie)
    if request.method not in SAFE_METHODS:
        if not comes_from_us(request):
            raise ForeignOrigin
        if not hmac.compare_digest((await _csrf_of(request)).encode(), csrf_token(token).encode()):
            raise FormExpired
    return token


async def _csrf_of(request: Request[Any, Any, Any]) -> str:
    header = request.headers.get(HEADER)
    if header is not None:
        return header
    kind, _ = request.content_type
    if kind in (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART):
        sent = (await request.form()).get(FIELD, "")
        return sent if isinstance(sent, str) else ""
    return ""


async def staff_of(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Staff:
    """The signed-in staff person; raises `NoSession`."""
    token = await token_of(request)
    if token is None:
        raise NoSession
    return await services.entrance.staff_of(token)


def session_cookie(session: StaffSession, services: Services) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=session.token.text,
        path=PATH,
        httponly=True,
        samesite="strict",
        secure=services.public_url.startswith("https:"),
        max_age=int(SESSION_LASTS.total_seconds()),
    )


def qr_svg(otpauth: str) -> str:
    """The code app's secret as a picture, drawn here so that it goes to nobody else."""
    return segno.make(otpauth, error="m").svg_inline(omitsize=True, dark="#000", light="#fff", border=3)


def as_public(staff: Staff) -> dict[str, Any]:
    return {
        "id": staff.id,
        "name": staff.name,
        "email": staff.email,
        "role": staff.role.value,
        "country": staff.country,
        "language": staff.language,
    }


def _begun(session: StaffSession, services: Services) -> Response[dict[str, Any]]:
    return Response(
        {
            "token": session.token.text,
            "csrf": csrf_token(session.token),
            "staff": as_public(session.staff),
            "expires_at": rfc3339(session.expires_at),
        },
        status_code=201,
        cookies=[session_cookie(session, services)],
    )


@get("/desk/api/v1/enrolments/{token:str}")
async def show_enrolment(services: NamedDependency[Services], token: FromPath[str]) -> dict[str, Any]:
    enrolment = await services.entrance.enrolment(token)
    return {
        "staff": as_public(enrolment.staff),
        "secret": enrolment.secret,
        "otpauth": enrolment.otpauth,
        "qr_svg": qr_svg(enrolment.otpauth),
    }


@post("/desk/api/v1/enrolments/{token:str}")
async def enrol(
    services: NamedDependency[Services], token: FromPath[str], data: JSONBody[EnrolmentAnswer]
) -> Response[dict[str, Any]]:
    return _begun(await services.entrance.enrol(token, password=data.password, code=data.code), services)


@post("/desk/api/v1/session")
async def sign_in(services: NamedDependency[Services], data: JSONBody[SignIn]) -> Response[dict[str, Any]]:
    return _begun(await services.entrance.sign_in(data.email, data.password, data.code), services)


@get("/desk/api/v1/session")
async def show_session(staff: NamedDependency[Staff], request: Request[Any, Any, Any]) -> dict[str, Any]:
    cookie = request.cookies.get(COOKIE)
    csrf = {"csrf": csrf_token(SessionToken(cookie))} if cookie else {}
    return {"staff": as_public(staff), **csrf}


@delete("/desk/api/v1/session", status_code=204)
async def sign_out(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[None]:
    token = await token_of(request)
    if token is not None:
        await services.entrance.end(token)
    answer: Response[None] = Response(None, status_code=204)
    answer.delete_cookie(COOKIE, path=PATH)
    return answer


dependencies = {"staff": Provide(staff_of)}
routes = [show_enrolment, enrol, sign_in, show_session, sign_out]
