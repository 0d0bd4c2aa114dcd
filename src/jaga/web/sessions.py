"""Who a request comes from, and `/api/v1/session`.

Handlers ask for `member: NamedDependency[Member]`. The token comes in `Authorization: Bearer` or, for pages, in a
cookie; a request that changes something and rests on a cookie must come from our own pages.
"""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from jaga.channels.member import Member
from jaga.channels.sessions import (
    MEMBER_SESSION,
    MalformedClaim,
    NoSession,
    OpenIdClaim,
    SessionToken,
    SignedIn,
    as_public,
    bearer_of,
)
from jaga.core.clock import rfc3339
from jaga.core.errors import NotAllowed
from jaga.core.text import Text
from jaga.web.services import Services

COOKIE = "session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignOrigin(NotAllowed):
    code = "foreign_origin"
    text = Text(
        id="Permintaan ini datang dari situs lain dan tidak dijalankan.",
        en="This request came from another site and was not carried out.",
    )


def token_of(request: Request[Any, Any, Any]) -> SessionToken | None:
    """The session token that came with the request; raises `ForeignOrigin` when a cookie may not be trusted."""
    bearer = bearer_of(request.headers.get("authorization"))
    cookie = request.cookies.get(COOKIE)
    if bearer is not None or not cookie:
        return bearer
    if request.method not in SAFE_METHODS and not comes_from_us(request):
        raise ForeignOrigin
    return SessionToken(cookie)


async def member_of(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Member:
    """The signed-in member; raises `NoSession`."""
    token = token_of(request)
    if token is None:
        raise NoSession
    return await services.member_sessions.member_of(token, now=services.clock())


async def visitor_of(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Member | None:
    """The signed-in member, or nobody: for pages that anyone may see."""
    try:
        return await member_of(request, services)
    except NoSession:
        return None


def session_cookie(signed_in: SignedIn, services: Services) -> Cookie:
    """For the sign-in page."""
    return Cookie(
        key=COOKIE,
        value=signed_in.token.text,
        path="/",
        httponly=True,
        samesite="lax",
        secure=services.public_url.startswith("https:"),
        max_age=int(MEMBER_SESSION.total_seconds()),
    )


def comes_from_us(request: Request[Any, Any, Any]) -> bool:
    """Fetch metadata where the browser sends it, else the origin it names. Without either it is no browser of today."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin", "")
    return origin.partition("://")[2] == request.headers.get("host", "-")


@post("/api/v1/session")
async def open_session(data: JSONBody[dict[str, Any]], services: NamedDependency[Services]) -> dict[str, Any]:
    if set(data) != {"matrix_openid"}:
        raise MalformedClaim
    claim = OpenIdClaim.parse(data["matrix_openid"], server_name=services.server_name)
    signed_in = await services.member_sessions.open(claim, now=services.clock())
    return {
        "token": signed_in.token.text,
        "member": as_public(signed_in.member, server_name=services.server_name),
        "expires_at": rfc3339(signed_in.expires_at),
    }


@get("/api/v1/session")
async def show_session(
    member: NamedDependency[Member], services: NamedDependency[Services]
) -> dict[str, Any]:
    return {"member": as_public(member, server_name=services.server_name)}


@delete("/api/v1/session", status_code=204)
async def end_session(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[None]:
    token = token_of(request)
    if token is not None:
        await services.member_sessions.end(token)
    answer: Response[None] = Response(None, status_code=204)
    answer.delete_cookie(COOKIE, path="/")
    return answer


dependencies = {"member": Provide(member_of), "visitor": Provide(visitor_of)}
routes = [open_session, show_session, end_session]
