"""Who works at the desk, and what all of its pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.enums import RequestEncodingType
from litestar.params import Body

from jaga.cases.entrance import csrf_token
from jaga.cases.staff import Staff
from jaga.channels.sessions import NoSession, SessionToken
from jaga.web.forms import see
from jaga.web.look import page
from jaga.web.services import Services
from jaga.web.staff_session import token_of

Form = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]


@dataclass(frozen=True, slots=True)
class AtDesk:
    """A person of the staff in their session."""

    staff: Staff
    token: SessionToken

    @property
    def csrf(self) -> str:
        return csrf_token(self.token)


async def at_desk(request: Request[Any, Any, Any], services: Services) -> AtDesk:
    """Raises `NoSession`; for a form also `ForeignOrigin` or `FormExpired` unless a page of ours sent it."""
    token = await token_of(request)
    if token is None:
        raise NoSession
    return AtDesk(await services.entrance.staff_of(token), token)


def to_sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    return see(f"/desk/sign-in?to={quote(request.scope['path'])}")


def desk_page(
    request: Request[Any, Any, Any],
    services: Services,
    who: AtDesk | None,
    template: str,
    *,
    status: int = 200,
    **context: Any,
) -> Response[bytes]:
    """A page of the desk with what all of them show."""
    shown: dict[str, Any] = {
        "tab": "",
        "staff": who and who.staff,
        "csrf": who.csrf if who else "",
        "sop": services.sop,
        "now": services.clock(),
    }
    return page(request, f"desk/{template}", status=status, **(shown | context))
