"""A Synapse module: opens ordinary accounts for whoever has our token, and can do nothing else.

Synapse's own way, registration by shared secret, opens administrators too. The front door lets people join, so what it
holds must not be able to do that. The route is on the unix socket only; the front door passes nothing to it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from synapse.http.server import DirectServeJsonResource
from synapse.http.servlet import parse_json_object_from_request
from synapse.http.site import SynapseRequest
from synapse.module_api import ModuleApi
from synapse.module_api.errors import Codes, SynapseError

from jaga.homeserver.names import OPEN_ACCOUNT


class Joining:
    """Hangs the one route into Synapse."""

    def __init__(self, config: Mapping[str, Any], api: ModuleApi) -> None:
        api.register_web_resource(OPEN_ACCOUNT, _Accounts(config["token"], api))

    @staticmethod
    def parse_config(config: dict[str, Any]) -> dict[str, Any]:
        token = config.get("token")
        if set(config) != {"token"} or not isinstance(token, str) or len(token) < 32:
            raise ValueError("token must be a long text, and the only setting")
        return config


class _Accounts(DirectServeJsonResource):  # type: ignore[misc]  # untyped in twisted
    def __init__(self, token: str, api: ModuleApi) -> None:
        super().__init__()
        self._expected = f"Bearer {token}".encode()
        self._api = api

    async def _async_render_POST(self, request: SynapseRequest) -> tuple[int, dict[str, Any]]:  # noqa: N802 - Synapse's name
        if not hmac.compare_digest(request.getHeader(b"Authorization") or b"", self._expected):
            raise SynapseError(HTTPStatus.FORBIDDEN, "Not for you.", Codes.FORBIDDEN)
        match parse_json_object_from_request(request):
            case {"name": str(name), "password": str(password), "display_name": str(shown)}:
                await self._open(name, password, shown)
                return HTTPStatus.OK, {}
            case _:
                raise SynapseError(
                    HTTPStatus.BAD_REQUEST, "name, password and display_name are texts.", Codes.BAD_JSON
                )

    async def _open(self, name: str, password: str, shown: str) -> None:
        """Never an administrator; Synapse checks the name as it checks everybody's."""
        homeserver = self._api._hs  # noqa: SLF001 - the module API opens accounts without a password only
        await homeserver.get_registration_handler().register_user(
            localpart=name,
            password_hash=await homeserver.get_auth_handler().hash(password),
            default_display_name=shown,
            admin=False,
            by_admin=True,
            approved=True,
        )
