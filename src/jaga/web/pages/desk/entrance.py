"""Enrolment by a link that works once; then password and one-time code."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from jaga.cases.errors import SignInLocked, SignInRefused, WeakPassword, WrongCode
from jaga.channels.sessions import NoSession
from jaga.web.forms import here_only, require_own_page, see
from jaga.web.language import language_of
from jaga.web.pages.desk.session import Form, at_desk, desk_page
from jaga.web.services import Services
from jaga.web.staff_session import COOKIE, PATH, qr_svg, session_cookie


@get("/desk/sign-in", include_in_schema=False)
async def form(
    request: Request[Any, Any, Any], services: NamedDependency[Services], to: FromQuery[str] = ""
) -> Response[Any]:
    try:
        await at_desk(request, services)
    except NoSession:
        return desk_page(request, services, None, "sign-in.html", to=here_only(to), email="", wrong="")
    return see("/desk")


@post("/desk/sign-in", include_in_schema=False)
async def sign_in(
    request: Request[Any, Any, Any], services: NamedDependency[Services], data: Form
) -> Response[Any]:
    require_own_page(request)
    email, to = str(data.get("email", "")), here_only(str(data.get("to", "")))
    try:
        signed_in = await services.entrance.sign_in(
            email, str(data.get("password", "")), str(data.get("code", ""))
        )
    except (SignInRefused, SignInLocked) as error:
        wrong = error.message(language_of(request))
        return desk_page(request, services, None, "sign-in.html", status=401, to=to, email=email, wrong=wrong)
    answer = see(to if to.startswith("/desk") else "/desk")
    answer.set_cookie(session_cookie(signed_in, services))
    return answer


@post("/desk/sign-out", include_in_schema=False)
async def sign_out(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Response[Any]:
    who = await at_desk(request, services)
    await services.entrance.end(who.token)
    answer = see("/desk/sign-in")
    answer.set_cookie(Cookie(key=COOKIE, value="", path=PATH, max_age=0))
    return answer


@get("/desk/enrol/{token:str}", include_in_schema=False)
async def enrolment(
    request: Request[Any, Any, Any], services: NamedDependency[Services], token: FromPath[str]
) -> Response[Any]:
    return await _enrolment(request, services, token, wrong="")


@post("/desk/enrol/{token:str}", include_in_schema=False)
async def enrol(
    request: Request[Any, Any, Any],
    services: NamedDependency[Services],
    token: FromPath[str],
    data: Form,
) -> Response[Any]:
    require_own_page(request)
    try:
        signed_in = await services.entrance.enrol(
            token, password=str(data.get("password", "")), code=str(data.get("code", ""))
        )
    except (WeakPassword, WrongCode) as error:
        return await _enrolment(request, services, token, wrong=error.message(language_of(request)))
    answer = see("/desk")
    answer.set_cookie(session_cookie(signed_in, services))
    return answer


async def _enrolment(
    request: Request[Any, Any, Any], services: Services, token: str, *, wrong: str
) -> Response[Any]:
    found = await services.entrance.enrolment(token)
    return desk_page(
        request,
        services,
        None,
        "enrol.html",
        status=400 if wrong else 200,
        enrolment=found,
        qr=Markup(qr_svg(found.otpauth)),  # noqa: S704 - drawn by us, nothing of it is text
        wrong=wrong,
    )


routes = [form, sign_in, sign_out, enrolment, enrol]
