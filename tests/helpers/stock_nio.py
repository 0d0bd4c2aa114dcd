"""matrix-nio: a device that synchronizes when its owner looks."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig, ErrorResponse, Event, MatrixRoom, SyncResponse
from nio.crypto.attachments import decrypt_attachment

from tests.helpers.stock import PATIENCE, POLL, Content, Refused, Seen, contains


class NioDevice:
    """A device of matrix-nio."""

    def __init__(self, client: AsyncClient) -> None:
        self.client, self.user = client, client.user
        self._events: list[tuple[str, Event]] = []
        self._own: dict[str, str] = {}
        client.add_event_callback(self._keep, Event)

    @classmethod
    async def sign_in(
        cls, directory: Path, *, url: str, user: str, password: str, keys: tuple[str, str] | None = None
    ) -> NioDevice:
        """`keys`: a file of exported room keys and its passphrase, taken in before anything is read."""
        config = AsyncClientConfig(encryption_enabled=True)
        device = cls(AsyncClient(url, user, store_path=str(directory), config=config))
        _unless_refused(await device.client.login(password, device_name="nio"))
        if keys is not None:
            await device.client.import_keys(*keys)
        await device.look()
        return device

    async def sign_out(self) -> None:
        await self.client.logout(all_devices=True)
        await self.client.close()

    async def look(self, *, wait: int = 0) -> None:
        """One look at what is new, and at whose keys to fetch."""
        answer = _unless_refused(await self.client.sync(timeout=wait))
        assert isinstance(answer, SyncResponse)
        for membership, rooms in (
            ("join", answer.rooms.join),
            ("invite", answer.rooms.invite),
            ("leave", answer.rooms.leave),
        ):
            self._own |= dict.fromkeys(rooms, membership)
        for room, left in answer.rooms.leave.items():
            self._events += [(room, event) for event in left.timeline.events if isinstance(event, Event)]
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.keys_query()
        await self.client.send_to_device_messages()

    async def verify(self, other: NioDevice) -> tuple[list[str], list[str]]:
        """Emoji verification from device to device, as this library has it; gives what each showed."""
        await self.look()
        (device,) = self.client.device_store.active_user_devices(other.user)
        _unless_refused(await self.client.start_key_verification(device))
        (transaction,) = await other.until(lambda: list(other.client.key_verifications), "get a request")
        _unless_refused(await other.client.accept_key_verification(transaction))
        one, another = self.client.key_verifications[transaction], other.client.key_verifications[transaction]
        for _ in range(6):
            for side in (self, other):
                await side.look()
        shown = [emoji for emoji, _ in one.get_emoji()], [emoji for emoji, _ in another.get_emoji()]
        for side in (self, other):
            _unless_refused(await side.client.confirm_short_auth_string(transaction))
        await self.until(lambda: one.verified, "verify the other")
        await other.until(lambda: another.verified, "be verified")
        return shown

    async def create(self, *invite: str, direct: bool = False) -> str:
        answer = await self.client.room_create(
            name="Rapat", topic="Rencana", invite=invite, is_direct=direct, federate=False
        )
        await self.look()
        return _unless_refused(answer).room_id

    async def join(self, room: str) -> None:
        _unless_refused(await self.client.join(room))
        await self.look()

    async def knock(self, room: str) -> None:
        _unless_refused(await self.client.room_knock(room))

    async def leave(self, room: str) -> None:
        _unless_refused(await self.client.room_leave(room))

    async def invite(self, room: str, user: str) -> None:
        _unless_refused(await self.client.room_invite(room, user))

    async def kick(self, room: str, user: str) -> None:
        _unless_refused(await self.client.room_kick(room, user))

    async def ban(self, room: str, user: str) -> None:
        _unless_refused(await self.client.room_ban(room, user))

    async def unban(self, room: str, user: str) -> None:
        _unless_refused(await self.client.room_unban(room, user))

    async def upgrade(self, room: str, version: str) -> None:
        _unless_refused(await self.client.room_upgrade(room, version))

    async def set_state(self, room: str, type: str, content: Content) -> None:
        _unless_refused(await self.client.room_put_state(room, type, dict(content)))

    async def set_power(self, room: str, user: str, level: int) -> None:
        found = _unless_refused(await self.client.room_get_state_event(room, "m.room.power_levels"))
        users = {**found.content.get("users", {}), user: level}
        await self.set_state(room, "m.room.power_levels", {**found.content, "users": users})

    async def set_name(self, name: str) -> None:
        _unless_refused(await self.client.set_displayname(name))

    async def say(self, room: str, content: Content, *, type: str = "m.room.message") -> str:
        await self.look()
        assert self.client.rooms[room].encrypted
        answer = await self.client.room_send(room, type, dict(content), ignore_unverified_devices=True)
        return _unless_refused(answer).event_id

    async def reply_in_thread(self, room: str, root: str, content: Content) -> str:
        relation = {"rel_type": "m.thread", "event_id": root}
        return await self.say(room, {**content, "m.relates_to": relation})

    async def poll(self, room: str, question: str, answers: Sequence[str]) -> str:
        """The library knows no polls; its users write them so."""
        text = "org.matrix.msc1767.text"
        start = {
            "kind": "org.matrix.msc3381.poll.disclosed",
            "max_selections": 1,
            "question": {text: question},
            "answers": [{"id": str(number), text: answer} for number, answer in enumerate(answers)],
        }
        return await self.say(room, {text: question, f"{POLL}.start": start}, type=f"{POLL}.start")

    async def redact(self, room: str, event: str) -> str:
        return _unless_refused(await self.client.room_redact(room, event)).event_id

    async def read(self, room: str, event: str) -> None:
        _unless_refused(await self.client.room_read_markers(room, event, event))
        _unless_refused(await self.client.room_typing(room, typing_state=True, timeout=1000))

    async def share_file(self, room: str, name: str, content: bytes) -> None:
        answer, keys = await self.client.upload(
            io.BytesIO(content), content_type="text/plain", filename=name, encrypt=True, filesize=len(content)
        )
        assert keys is not None
        file = {"url": _unless_refused(answer).content_uri, "mimetype": "text/plain", **keys}
        await self.say(
            room, {"msgtype": "m.file", "body": name, "file": file, "info": {"size": len(content)}}
        )

    async def open_file(self, message: Seen) -> bytes:
        file = message.content["file"]
        answer = _unless_refused(await self.client.download(mxc=file["url"]))
        return decrypt_attachment(answer.body, file["key"]["k"], file["hashes"]["sha256"], file["iv"])

    async def sees(self, room: str, type: str, where: Content) -> Seen:
        def found() -> Seen | None:
            return next(
                (
                    shown
                    for place, event in self._events
                    if place == room
                    and (shown := _shown(event)).type == type
                    and contains(shown.content, where)
                ),
                None,
            )

        return await self.until(found, f"see {type} with {where}")

    async def sees_gone(self, room: str, event: str) -> Seen:
        """This library shows redactions as events of their own and asks the server for what is left."""
        await self.until(
            lambda: any(getattr(one, "redacts", None) == event for _, one in self._events),
            f"see {event} redacted",
        )
        left = _unless_refused(await self.client.room_get_event(room, event)).event
        return _shown(left)

    async def sees_member(self, room: str, user: str, membership: str) -> None:
        def found() -> bool:
            if user == self.user and membership != "ban":
                return self._own.get(room) == membership
            return self._last_membership(room, user) == membership

        await self.until(found, f"see {user} as {membership}")

    async def sees_name(self, room: str, user: str, name: str) -> None:
        await self.until(
            lambda: (member := self.client.rooms[room].users.get(user)) and member.display_name == name,
            f"see {user} named {name}",
        )

    def _last_membership(self, room: str, user: str) -> str | None:
        changes = [
            event.source["content"]["membership"]
            for place, event in self._events
            if place == room
            and event.source.get("type") == "m.room.member"
            and event.source["state_key"] == user
        ]
        if changes:
            return changes[-1]
        inside = room in self.client.rooms and user in self.client.rooms[room].users
        return "join" if inside else None

    async def until(self, found: Callable[[], Any], what: str) -> Any:
        try:
            async with asyncio.timeout(PATIENCE):
                while not (answer := found()):
                    await self.look(wait=1000)
        except TimeoutError:
            raise AssertionError(f"{self.user} did not {what}") from None
        return answer

    def _keep(self, room: MatrixRoom, event: Event) -> None:
        self._events.append((room.room_id, event))


def _unless_refused(answer: Any) -> Any:
    if isinstance(answer, ErrorResponse):
        raise Refused(answer.status_code or "", answer.message)
    return answer


def _shown(event: Event) -> Seen:
    source = event.source
    return Seen(
        event_id=event.event_id,
        sender=event.sender,
        type=source["type"],
        content=source["content"],
        state_key=source.get("state_key"),
        encrypted=event.decrypted,
        redacted="redacted_because" in source.get("unsigned", {}),
        relation=source["content"].get("m.relates_to"),
    )
