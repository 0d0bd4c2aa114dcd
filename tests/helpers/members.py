"""People with accounts, who talk to the public port with plain requests or any client."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from jaga.app import wire_members
from jaga.app.installation import Installation
from jaga.app.server import DatabaseServer
from jaga.homeserver.accounts import Keeper, Opener, SignIns
from tests.helpers.stack import Stack

CLIENT_API = "/_matrix/client/v3"
PASSWORD = "rahasia-kampung"


@dataclass(frozen=True)
class Door:
    """The public address of a running stack, and what tests may look into behind it."""

    stack: Stack

    @property
    def url(self) -> str:
        return self.stack.url

    @property
    def server_name(self) -> str:
        return self.stack.server_name

    @property
    def installation(self) -> Installation:
        return Installation.open(self.stack.data)

    @property
    def server(self) -> DatabaseServer:
        return self.installation.server

    @property
    def accounts(self) -> Opener:
        """Opens accounts, and asks anything on Synapse's own socket."""
        return wire_members.accounts(self.installation)

    @property
    def keeper(self) -> Keeper:
        return wire_members.keeper(self.installation)

    @property
    def sign_ins(self) -> SignIns:
        return wire_members.sign_ins(self.installation)

    @property
    def places(self) -> list[Path]:
        """Every directory that any process writes to, the database's own files among them."""
        return [self.stack.data]

    async def add_member(self, name: str) -> str:
        """A fresh account under a name of its own, since the stack lives for the whole run; its user id."""
        localpart = f"{name}-{uuid.uuid4().hex[:8]}"
        await self.accounts.register(localpart, PASSWORD)
        return f"@{localpart}:{self.server_name}"

    async def person(self, name: str) -> Person:
        """A fresh member, signed in."""
        user_id = await self.add_member(name)
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user_id},
            "password": PASSWORD,
        }
        status, answer = await self.call("POST", f"{CLIENT_API}/login", json=body)
        assert status == 200, answer
        return Person(self, user_id, answer["access_token"], answer["device_id"])

    async def call(self, method: str, path: str, *, token: str = "", **more: Any) -> tuple[int, Any]:
        """One request, its path taken as it is written."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = URL(self.url + path, encoded=True)
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, headers=headers | more.pop("headers", {}), **more) as answer,
        ):
            return answer.status, await answer.json(content_type=None)


@dataclass(frozen=True)
class Person:
    """A signed-in member."""

    door: Door
    user_id: str
    token: str
    device: str = ""

    @property
    def name(self) -> str:
        return self.user_id[1:].partition(":")[0]

    async def create(self, **body: Any) -> tuple[int, Any]:
        return await self.post("createRoom", body)

    async def room(self, **body: Any) -> str:
        status, answer = await self.create(**body)
        assert status == 200, answer
        return answer["room_id"]

    async def post(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        return await self.call("POST", path, json=body or {})

    async def call(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """A request to the client API, as this member."""
        return await self.door.call(method, f"{CLIENT_API}/{path}", token=self.token, **more)

    async def send(self, room: str, kind: str, content: dict[str, Any]) -> tuple[int, Any]:
        return await self.call("PUT", f"rooms/{room}/send/{kind}/{uuid.uuid4().hex}", json=content)

    async def set_state(
        self, room: str, kind: str, content: dict[str, Any], key: str = ""
    ) -> tuple[int, Any]:
        return await self.call("PUT", f"rooms/{room}/state/{kind}/{key}", json=content)

    async def state(self, room: str) -> dict[tuple[str, str], dict[str, Any]]:
        status, events = await self.call("GET", f"rooms/{room}/state")
        assert status == 200, events
        return {(event["type"], event["state_key"]): event["content"] for event in events}

    async def session(self) -> str:
        """A bearer token for the open side."""
        proof = {"matrix_openid": await self.openid_token()}
        status, answer = await self.door.call("POST", "/api/v1/session", json=proof)
        assert status == 201, answer
        return answer["token"]

    async def openid_token(self) -> dict[str, Any]:
        status, answer = await self.post(f"user/{self.user_id}/openid/request_token")
        assert status == 200, answer
        return answer


@pytest.fixture(scope="session")
def door(stack) -> Door:
    return Door(stack)
