"""One of the demonstration's members at a device of their own: matrix-nio, with its own store of keys.

It is a client like any other. It has a name and a password, comes in by the public address, and the server gives it
nothing that it would not give to everybody.
"""

from __future__ import annotations

import asyncio
import io
import json
import shutil
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
from nio import AsyncClient, AsyncClientConfig, ErrorResponse, MatrixRoom, RoomMessage
from PIL import Image

from jaga.app.demo.identity import DemoRefused, Identity, Json
from jaga.app.demo.recovery import read_recovery_key
from jaga.app.demo.sign_in import SignIn
from jaga.core.files import write_private

_ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2", "io.element.msc4362.encrypt_state_events": True},
}
_LOOK = 30_000
_PAUSE = 2.0
_TYPING = 1.0

Hears = Callable[[MatrixRoom, RoomMessage], Awaitable[None]]


class Member:
    def __init__(self, folder: Path, url: str, server_name: str, sheet: SignIn) -> None:
        """`folder` is the device's own; what it needs to come back after a restart is kept there."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True, max_limit_exceeded=8)
        self._folder, self._password = folder, sheet.password
        self._recovery = read_recovery_key(sheet.recovery_key)
        self.name, self.user = sheet.name, f"@{sheet.name}:{server_name}"
        self.client = AsyncClient(url, self.user, store_path=str(folder), config=config)

    async def sit_down(self) -> None:
        """Sign in, or go on where this device left off, with the account's keys set up. Raises `DemoRefused`."""
        session = self._folder / "session.json"
        if session.exists():
            kept = json.loads(session.read_bytes())
            self.client.restore_login(self.user, kept["device"], kept["token"])
        else:
            _granted(await self.client.login(self._password, device_name="Demo"))
            _granted(await self.client.set_displayname(self.name.title()))
            kept = {"device": self.client.device_id, "token": self.client.access_token}
            write_private(session, json.dumps(kept).encode())
        await self.look(wait=0, whole=True)
        self._identity = Identity(self.client, self._recovery)
        await self._identity.set_up(self._password)

    async def look(self, *, wait: int = _LOOK, whole: bool | None = None) -> None:
        """One look at what is new, `wait` milliseconds long, and at whose keys to fetch."""
        _granted(await self.client.sync(timeout=wait, full_state=whole))
        if self.client.should_upload_keys:
            _granted(await self.client.keys_upload())
        if self.client.should_query_keys:
            _granted(await self.client.keys_query())
        await self.client.send_to_device_messages()
        for room in list(self.client.invited_rooms):
            await self.client.join(room)  # who withdrew the invitation meanwhile is not waited for

    async def stay(self, hears: Hears) -> None:
        """Hear what others say, until cancelled; a server that restarts is waited for."""
        self.client.add_event_callback(hears, RoomMessage)
        while True:
            try:
                await self.look()
            except (aiohttp.ClientError, TimeoutError, DemoRefused):
                await asyncio.sleep(_PAUSE)

    async def open(self, *others: str, direct: bool) -> str:
        answer = await self.client.room_create(
            federate=False, is_direct=direct, invite=others, initial_state=[_ENCRYPTION]
        )
        await self.look(wait=0)
        return str(_granted(answer).room_id)

    async def entitle(self, room: str, title: str) -> None:
        """Encrypted, as MSC4362 has it; everybody must be inside already."""
        await self._share_keys(room)
        assert self.client.olm is not None
        named = {"type": "m.room.name", "state_key": "", "content": {"name": title}}
        sealed = self.client.olm.group_encrypt(room, named)
        _granted(await self.client.room_put_state(room, "m.room.encrypted", sealed, "m.room.name:"))

    async def _share_keys(self, room: str) -> None:
        assert self.client.olm is not None
        _granted(await self.client.joined_members(room))
        if self.client.should_query_keys:
            _granted(await self.client.keys_query())
        if self.client.olm.should_share_group_session(room):
            _granted(await self.client.share_group_session(room, ignore_unverified_devices=True))

    async def say(self, room: str, content: Json, *, once: str, type: str = "m.room.message") -> str:
        """The id of what was said; saying `once` again on the same device says nothing more."""
        answer = await self.client.room_send(room, type, content, tx_id=once, ignore_unverified_devices=True)
        return str(_granted(answer).event_id)

    async def answer(self, room: str, text: str, *, once: str) -> None:
        """As somebody who has read, thinks and types."""
        await self.client.room_typing(room, typing_state=True)
        await asyncio.sleep(_TYPING)
        await self.say(room, {"msgtype": "m.text", "body": text}, once=once)
        await self.client.room_typing(room, typing_state=False)
        await self.back_up()

    async def show(self, room: str, picture: bytes, caption: str, *, once: str) -> str:
        """A PNG, encrypted before it is uploaded."""
        with Image.open(io.BytesIO(picture)) as image:
            width, height = image.size
        answer, keys = await self.client.upload(
            io.BytesIO(picture), content_type="image/png", encrypt=True, filesize=len(picture)
        )
        content = {
            "msgtype": "m.image",
            "filename": "foto.png",
            "body": caption,
            "file": {"url": _granted(answer).content_uri, **(keys or {})},
            "info": {"mimetype": "image/png", "size": len(picture), "w": width, "h": height},
        }
        return await self.say(room, content, once=once)

    async def know_as_direct(self, user: str, room: str) -> None:
        """As clients note to themselves which chat is with whom."""
        headers = {"Authorization": f"Bearer {self.client.access_token}"}
        path = f"/_matrix/client/v3/user/{self.user}/account_data/m.direct"
        answer = await self.client.send("PUT", path, json.dumps({user: [room]}), headers)
        if answer.status != HTTPStatus.OK:
            raise DemoRefused(status=answer.status, path=path)

    async def back_up(self) -> None:
        await self._identity.back_up()

    async def leave_device(self) -> None:
        """Sign this device out and drop its keys; the account's recovery key opens what it could read."""
        await self.client.logout()
        await self.client.close()
        await asyncio.to_thread(shutil.rmtree, self._folder)

    async def close(self) -> None:
        await self.client.close()


def _granted(answer: Any) -> Any:
    if isinstance(answer, ErrorResponse):
        raise DemoRefused(status=answer.status_code or "-", path=type(answer).__name__)
    return answer
