"""Members with an independent client (matrix-nio), each at a device that holds its own keys."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass

import pytest
from nio import AsyncClient, AsyncClientConfig, MatrixRoom, RoomEncryptedFile
from nio.crypto.attachments import decrypt_attachment

from tests.helpers.members import PASSWORD

PATIENCE = 30


@dataclass
class Chatter:
    """A member at their own device, with the keys that never leave it."""

    client: AsyncClient

    async def sync(self) -> None:
        await self.client.sync(timeout=0, full_state=False)
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.keys_query()

    async def say(self, room: str, content: dict) -> None:
        answer = await self.client.room_send(room, "m.room.message", content, ignore_unverified_devices=True)
        assert getattr(answer, "event_id", None), answer

    async def hears(self, kind: type, text: str) -> object:
        """The decrypted event of that kind and text, once it arrives."""
        heard = asyncio.get_running_loop().create_future()

        def take(_room: MatrixRoom, event) -> None:
            if event.body == text and not heard.done():
                heard.set_result(event)

        self.client.add_event_callback(take, kind)
        async with asyncio.timeout(PATIENCE):
            while not heard.done():
                await self.client.sync(timeout=1000)
        return heard.result()

    async def share_file(self, room: str, name: str, content: bytes) -> None:
        answer, keys = await self.client.upload(
            io.BytesIO(content), content_type="text/plain", filename=name, encrypt=True, filesize=len(content)
        )
        assert keys is not None
        assert getattr(answer, "content_uri", None), answer
        file = {"url": answer.content_uri, "mimetype": "text/plain", **keys}
        await self.say(
            room, {"msgtype": "m.file", "body": name, "file": file, "info": {"size": len(content)}}
        )

    async def receives_file(self, name: str) -> bytes:
        event = await self.hears(RoomEncryptedFile, name)
        answer = await self.client.download(mxc=event.url)
        return decrypt_attachment(answer.body, event.key["k"], event.hashes["sha256"], event.iv)


@pytest.fixture
async def chatters(door, tmp_path):
    """Two of them, signed in."""
    people = []
    for name in ("wulan", "bima"):
        user_id = await door.add_member(name)
        store = tmp_path / name
        store.mkdir()
        client = AsyncClient(
            door.url, user_id, store_path=str(store), config=AsyncClientConfig(encryption_enabled=True)
        )
        answer = await client.login(PASSWORD, device_name="laptop")
        assert client.logged_in, answer
        people.append(Chatter(client))
    for one in people:
        await one.sync()
    yield people
    for one in people:
        await one.client.close()


@pytest.fixture
async def chat(chatters):
    """A sealed room with both inside, each knowing the other's devices."""
    wulan, bima = chatters
    created = await wulan.client.room_create(invite=[bima.client.user_id], name="Rapat", topic="Rencana")
    assert created.room_id, created
    joined = await bima.client.join(created.room_id)
    assert joined.room_id, joined
    for one in (bima, wulan, bima):
        await one.sync()
    assert wulan.client.rooms[created.room_id].encrypted
    return created.room_id
