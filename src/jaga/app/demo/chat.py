"""The demonstration's sealed chat, opened on the public address as any Matrix client would.

It begins with an invitation and without words: those can only be written where the keys are, on the members' own
devices, and no process here has any. Two windows, one for each of them, carry the conversation on.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp

from jaga.core.errors import Unavailable
from jaga.core.text import Text

_API = "/_matrix/client/v3"
_ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


class ChatNotOpened(Unavailable):
    code = "chat_not_opened"
    text = Text(
        id="Percakapan tersegel demo tidak dapat dibuka: server menjawab {status} untuk {path}.",
        en="The demonstration's sealed chat could not be opened: the server answered {status} to {path}.",
    )


async def invite(url: str, server_name: str, name: str, password: str, *, whom: str) -> None:
    """The member `name` invites `whom` to a direct chat. Raises `ChatNotOpened`."""
    user, guest = f"@{name}:{server_name}", f"@{whom}:{server_name}"
    identifier = {"type": "m.id.user", "user": name}
    async with aiohttp.ClientSession(url, trust_env=False) as session:
        sign_in = {"type": "m.login.password", "identifier": identifier, "password": password}
        session.headers["Authorization"] = (
            f"Bearer {(await _ask(session, 'POST', '/login', sign_in))['access_token']}"
        )
        room = {
            "preset": "trusted_private_chat",
            "is_direct": True,
            "invite": [guest],
            "initial_state": [_ENCRYPTION],
        }
        created = await _ask(session, "POST", "/createRoom", room)
        settings = f"/user/{quote(user)}/account_data/m.direct"
        await _ask(session, "PUT", settings, {guest: [created["room_id"]]})
        await _ask(session, "POST", "/logout", {})


async def _ask(session: aiohttp.ClientSession, method: str, path: str, body: dict[str, Any]) -> Any:
    async with session.request(method, _API + path, json=body) as answer:
        if answer.status != HTTPStatus.OK:
            raise ChatNotOpened(status=answer.status, path=path)
        return await answer.json()
