"""`/sign-in`, `/sign-out`: a member's session on these pages, by the same name and password as in the chat app."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery

from jaga.channels.member import BadMemberName, Member
from jaga.channels.sessions import WrongPassword
from jaga.core.errors import Unavailable
from jaga.web.forms import here_only, require_own_page, see
from jaga.web.front_door_sign_ins import SignIns, TooManySignIns
from jaga.web.language import language_of
from jaga.web.look import page
from jaga.web.problems import status_of
from jaga.web.services import Services
from jaga.web.sessions import COOKIE, session_cookie, token_of

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
LONGEST_PASSWORD = 512
_tried = SignIns()


@get("/sign-in", include_in_schema=False)
async def form(
    request: Request[Any, Any, Any], visitor: NamedDependency[Member | None], to: FromQuery[str] = ""
) -> Response[Any]:
    if visitor is not None:
        return see(here_only(to) or "/inbox")
    return page(request, "sign-in.html", to=here_only(to), name="", wrong="")


@post("/sign-in", include_in_schema=False)
async def sign_in(
    request: Request[Any, Any, Any], services: NamedDependency[Services], data: Form
) -> Response[Any]:
    require_own_page(request)
    name, to = data.get("name", "").strip().lower(), here_only(data.get("to", ""))
    try:
        _tried.count(request.scope.get("client"))
        signed_in = await services.member_sessions.sign_in(
            _localpart(name, services.server_name),
            data.get("password", "")[:LONGEST_PASSWORD],
            now=services.clock(),
        )
    except (WrongPassword, BadMemberName, TooManySignIns, Unavailable) as error:
        wrong = error.message(language_of(request))
        status = 401 if isinstance(error, BadMemberName) else status_of(error)
        return page(request, "sign-in.html", status=status, to=to, name=name, wrong=wrong)
    answer = see(to or "/inbox")
    answer.set_cookie(session_cookie(signed_in, services))
    return answer


@post("/sign-out", include_in_schema=False)
async def sign_out(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    token = token_of(request)
    if token is not None:
        await services.member_sessions.end(token)
    answer = see("/")
    answer.set_cookie(Cookie(key=COOKIE, value="", path="/", max_age=0))
    return answer


def _localpart(name: str, server_name: str) -> str:
    """People may paste their whole name, `@name:server`."""
    return name.removeprefix("@").removesuffix(f":{server_name}")


routes = [form, sign_in, sign_out]
