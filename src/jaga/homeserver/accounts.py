"""What the open side may ask of the homeserver: accounts, and nothing about anything they say.

Each client has the calls that its holder needs and no more. `SignIns` has no right of its own: whoever reaches the
socket may ask the same. `Opener` opens ordinary accounts, for the front door. `Keeper` locks and unlocks; it alone has
the administrator's token, and the worker alone has a `Keeper`. `Registrar` can make administrators; no process has it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from math import ceil
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import aiohttp

from jaga.core.errors import Conflict, MalformedInput, TooMany, Unavailable
from jaga.core.text import Text
from jaga.homeserver.configuration import NO_ADDRESS, POOLED_CONNECTIONS
from jaga.homeserver.names import OPEN_ACCOUNT

_SHORTEST_PASSWORD = 8
_LONGEST_PASSWORD = 512
_DEVICE = "JAGA_SIGN_IN"
_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
_PAUSE = 0.1
_Answer = TypeVar("_Answer")


class SealedSideUnavailable(Unavailable):
    code = "sealed_side_unavailable"
    text = Text(
        id="Layanan akun sedang tidak dapat dihubungi. Coba lagi sebentar lagi.",
        en="The account service cannot be reached at the moment. Try again shortly.",
    )


class AccountExists(Conflict):
    code = "account_exists"
    text = Text(id="Akun {name} sudah ada.", en="There is an account {name} already.")


class BadPassword(MalformedInput):
    code = "bad_password"
    text = Text(
        id="Kata sandi harus 8 sampai 512 huruf.",
        en="A password has 8 to 512 characters.",
    )


class SignInTooOften(TooMany):
    code = "sign_in_too_often"


class _Stumbled(SealedSideUnavailable):
    """Synapse answered that it failed (5xx): nothing was done."""


class Homeserver:
    """Synapse on its unix socket."""

    def __init__(self, *, socket: Path, server_name: str) -> None:
        self._socket = socket
        self._server_name = server_name

    async def _log_out(self, token: str) -> None:
        await self._call("POST", "/_matrix/client/v3/logout", token=token, body={})

    def _user_id(self, name: str) -> str:
        return f"@{name}:{self._server_name}"

    async def _call(self, method: str, path: str, **request: Any) -> tuple[int, dict[str, Any]]:
        """A request that may be repeated, see `_ask`."""
        return await _until_steady(lambda: self._ask(method, path, **request))

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """One request; raises `SealedSideUnavailable` when there is no sensible answer."""
        headers = NO_ADDRESS if token is None else {**NO_ADDRESS, "Authorization": f"Bearer {token}"}
        connector = aiohttp.UnixConnector(path=str(self._socket))
        try:
            async with (
                aiohttp.ClientSession(
                    connector=connector, timeout=_TIMEOUT, trust_env=False, skip_auto_headers=["User-Agent"]
                ) as session,
                session.request(
                    method, f"http://sealed{path}", headers=headers, params=query, json=body
                ) as response,
            ):
                if response.content_type != "application/json":
                    return response.status, {}
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise SealedSideUnavailable from error
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _Stumbled
        return response.status, answer if isinstance(answer, dict) else {}


class SignIns(Homeserver):
    """Who somebody is: needs no right but to reach the socket."""

    async def answers(self) -> bool:
        """Whether Synapse is up."""
        try:
            status, _ = await self._call("GET", "/health")
        except SealedSideUnavailable:
            return False
        return status == HTTPStatus.OK

    async def user_of_openid_token(self, access_token: str) -> str | None:
        """Whose token this is, as Synapse says; `None` for a token that it does not know (any more)."""
        status, answer = await self._call(
            "GET", "/_matrix/federation/v1/openid/userinfo", query={"access_token": access_token}
        )
        user_id = answer.get("sub")
        return user_id if status == HTTPStatus.OK and isinstance(user_id, str) else None

    async def user_of_password(self, name: str, password: str) -> str | None:
        """The account of this name and password, locked or not; `None` when they do not fit.

        Raises `SignInTooOften`, `SealedSideUnavailable`.
        """
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": password[:_LONGEST_PASSWORD],
            "device_id": _DEVICE,
            "initial_device_display_name": "Web",
        }
        status, answer = await self._call("POST", "/_matrix/client/v3/login", body=body)
        if status == HTTPStatus.OK:
            await self._log_out(str(answer["access_token"]))
            return str(answer["user_id"])
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise SignInTooOften(seconds=ceil(int(answer.get("retry_after_ms") or 60_000) / 1000))
        # Synapse says so only after it has checked the password.
        return self._user_id(name) if answer.get("errcode") == "M_USER_LOCKED" else None


class Keeper(Homeserver):
    """Implements `jaga.cases.ports.LockAccount`. What it does with the administrator's token is all it can do."""

    def __init__(self, *, socket: Path, server_name: str, token: str) -> None:
        super().__init__(socket=socket, server_name=server_name)
        self._token = token

    async def lock(self, name: str) -> None:
        """From now on the account can do nothing; its rooms and messages stay as they are."""
        await self._set_locked(name, locked=True)

    async def unlock(self, name: str) -> None:
        await self._set_locked(name, locked=False)

    async def _set_locked(self, name: str, *, locked: bool) -> None:
        path = f"/_synapse/admin/v2/users/{quote(self._user_id(name), safe='')}"
        status, _ = await self._call("PUT", path, token=self._token, body={"locked": locked})
        if status != HTTPStatus.OK:
            raise SealedSideUnavailable


class Opener(Homeserver):
    """Opens ordinary accounts, for whoever joins and for the operator's commands."""

    def __init__(self, *, socket: Path, server_name: str, token: str) -> None:
        """`token` is what `jaga.homeserver.joining` asks for."""
        super().__init__(socket=socket, server_name=server_name)
        self._token = token

    def check_password(self, password: str) -> None:
        """Raises `BadPassword`."""
        if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD or "\x00" in password:
            raise BadPassword

    async def register(self, name: str, password: str, *, display_name: str | None = None) -> None:
        """Open an account. Raises `AccountExists`, `BadPassword`, `SealedSideUnavailable`."""
        self.check_password(password)
        body = {"name": name, "password": password, "display_name": display_name or name}
        status, answer = await self._call("POST", OPEN_ACCOUNT, token=self._token, body=body)
        if answer.get("errcode") == "M_USER_IN_USE":
            raise AccountExists(name=name)
        if status != HTTPStatus.OK:
            raise SealedSideUnavailable


class Registrar(Homeserver):
    """Opens accounts of any power with the shared secret of registration, which stays with the operator."""

    def __init__(self, *, socket: Path, server_name: str, secret: bytes) -> None:
        super().__init__(socket=socket, server_name=server_name)
        self._secret = secret

    async def register(self, name: str, password: str, *, as_: Literal["admin", "notadmin"]) -> str:
        """The access token of a new account. Raises `SealedSideUnavailable`."""
        status, answer = await _until_steady(lambda: self._register_once(name, password, as_=as_))
        if status != HTTPStatus.OK:
            raise SealedSideUnavailable
        return str(answer["access_token"])

    async def _register_once(self, name: str, password: str, *, as_: str) -> tuple[int, dict[str, Any]]:
        """Registration by shared secret, with the code over all fields that Synapse asks for (HMAC-SHA1)."""
        _, answer = await self._ask("GET", "/_synapse/admin/v1/register")
        nonce = str(answer.get("nonce"))
        fields = f"{nonce}\x00{name}\x00{password}\x00{as_}".encode()
        body = {
            "nonce": nonce,
            "username": name,
            "displayname": name,
            "password": password,
            "admin": as_ == "admin",
            "mac": hmac.new(self._secret, fields, hashlib.sha1).hexdigest(),
        }
        return await self._ask("POST", "/_synapse/admin/v1/register", body=body)


async def _until_steady(ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """After PostgreSQL has gone and come back, each connection that Synapse kept fails once before it is renewed."""
    for _ in range(POOLED_CONNECTIONS):
        with suppress(_Stumbled):
            return await ask()
        await asyncio.sleep(_PAUSE)
    return await ask()
