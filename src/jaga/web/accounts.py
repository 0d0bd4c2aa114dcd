"""`/api/v1/accounts`: joining without e-mail or phone. How many accounts a place may open is counted in memory only."""

from __future__ import annotations

import time
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from jaga.channels.rates import Rate
from jaga.channels.registration import Registration
from jaga.channels.sessions import as_public
from jaga.web.front_door_sign_ins import place_of
from jaga.web.open.acting import fields_of
from jaga.web.services import Services

_CHALLENGES_A_MINUTE, _ACCOUNTS_A_MINUTE = 30, 10
_FROM_EVERYBODY_A_MINUTE = 300
_challenges = Rate(_CHALLENGES_A_MINUTE, elapsed=time.monotonic)
_accounts = Rate(_ACCOUNTS_A_MINUTE, elapsed=time.monotonic)
_everybody = Rate(_FROM_EVERYBODY_A_MINUTE, elapsed=time.monotonic)
_NOT_KEPT = {"Cache-Control": "no-store"}


@get("/api/v1/accounts", sync_to_thread=False)
def show_registration(services: NamedDependency[Services]) -> dict[str, Any]:
    """Who may join here, and what the part after the colon will be."""
    return {
        "registration": services.joining.registration.value,
        "server_name": services.server_name,
        "needs_invitation": services.joining.registration is Registration.INVITATION,
    }


@get("/api/v1/accounts/challenge")
async def new_challenge(
    request: Request[Any, Any, Any], services: NamedDependency[Services]
) -> Response[dict[str, Any]]:
    """An ALTCHA challenge (version 2), good for ten minutes and for one account."""
    _spend(request, _challenges)
    return Response(await services.joining.challenge(), headers=_NOT_KEPT)


@post("/api/v1/accounts")
async def join(
    request: Request[Any, Any, Any], services: NamedDependency[Services], data: JSONBody[Any]
) -> Response[dict[str, Any]]:
    """`name`, `password`, `proof`; `display_name` and, where one is needed, `invitation`. 201: sign in as usual."""
    _spend(request, _accounts)
    member = await services.joining.join(fields_of(data))
    shown = as_public(member, server_name=services.server_name)
    return Response({"user_id": shown["user_id"], "name": member.name}, status_code=201, headers=_NOT_KEPT)


def _spend(request: Request[Any, Any, Any], rate: Rate) -> None:
    """Raises `TooMany`. This machine itself counts for everybody alone: there it is a proxy that counts its clients."""
    place = place_of(request.scope.get("client"))
    if place is not None:
        rate.spend(place)
    _everybody.spend("")


routes = [show_registration, new_challenge, join]
