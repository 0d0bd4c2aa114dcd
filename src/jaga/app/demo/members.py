"""Started by `jaga up --demo` when the address is printed already: the demonstration's sealed chats, and who answers there.

A process of its own behind a wall of its own. It knows the public address and the sheet's passwords, and its keys lie
below `demo/members`, in files that nobody else reads.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from nio import MatrixRoom, RoomEncryptedImage, RoomEncryptedMedia, RoomMessage, RoomMessageMedia

from jaga.app.demo.member import Member
from jaga.app.demo.pictures import draw
from jaga.app.demo.sign_in import SHEET, read_sheet
from jaga.app.demo.talk import (
    GROUP,
    GROUP_TITLE,
    PHOTO_ANSWER,
    STAYING,
    VISITOR,
    WELCOME,
    Edit,
    Line,
    React,
    Say,
    Show,
    answer,
    language_of,
)
from jaga.app.hand import take
from jaga.app.installation import Installation
from jaga.app.logs import set_up_logs
from jaga.app.process import arguments, end_on_signal
from jaga.core.files import write_private
from jaga.core.text import Language

_MOST_ANSWERS = 100
"""In one chat: two programs that answer each other come to an end."""


@dataclass(slots=True)
class Told:
    """How far the story is told, and each chat with a visitor; written down after each step."""

    path: Path
    group: str = ""
    direct: str = ""
    said: list[str] = field(default_factory=list)
    done: bool = False
    answers: dict[str, int] = field(default_factory=dict)
    """How many were given, by chat."""

    languages: dict[str, Language] = field(default_factory=dict)
    """In which the visitor wrote last, by chat."""

    @classmethod
    def read(cls, path: Path) -> Told:
        kept = json.loads(path.read_bytes()) if path.exists() else {}
        return cls(path=path, **kept)

    def keep(self) -> None:
        kept = {name: value for name, value in asdict(self).items() if name != "path"}
        write_private(self.path, json.dumps(kept).encode())


class Company:
    def __init__(self, people: dict[str, Member], told: Told) -> None:
        self._people, self._told = people, told

    async def tell(self) -> None:
        """The group and the chat with the visitor; begins where it was interrupted."""
        told, people = self._told, self._people
        opener, visitor = people[STAYING[1]], people[VISITOR]
        others = [one.user for one in people.values() if one is not opener]
        told.group = told.group or _found(opener, len(others) + 1) or await opener.open(*others, direct=False)
        told.direct = told.direct or _found(opener, 2) or await opener.open(visitor.user, direct=True)
        told.keep()
        for one in (*people.values(), *people.values()):
            await one.look(wait=0)
        await opener.entitle(told.group, GROUP_TITLE)
        await opener.know_as_direct(visitor.user, told.direct)
        await visitor.know_as_direct(opener.user, told.direct)
        await self._say_all()
        for text in (WELCOME.en, WELCOME.id):
            await opener.say(told.direct, {"msgtype": "m.text", "body": text}, once=f"welcome-{text[:2]}")
        await self._finish(visitor)

    async def _say_all(self) -> None:
        for number in range(len(self._told.said), len(GROUP)):
            self._told.said.append(await self._say(GROUP[number], f"line-{number}"))
            self._told.keep()

    async def _say(self, line: Line, once: str) -> str:
        member, room, said = self._people[line.by], self._told.group, self._told.said
        await member.look(wait=0)
        match line:
            case Say(text=text, answers=to):
                reply = {} if to is None else {"m.relates_to": {"m.in_reply_to": {"event_id": said[to]}}}
                return await member.say(room, {**_text(text), **reply}, once=once)
            case Show(picture=picture, caption=caption):
                return await member.show(room, draw(picture), caption, once=once)
            case React(to=to, emoji=emoji):
                relation = {"rel_type": "m.annotation", "event_id": said[to], "key": emoji}
                return await member.say(room, {"m.relates_to": relation}, once=once, type="m.reaction")
            case Edit(of=of, text=text):
                relation = {"rel_type": "m.replace", "event_id": said[of]}
                edited = {**_text(f"* {text}"), "m.new_content": _text(text), "m.relates_to": relation}
                return await member.say(room, edited, once=once)

    async def _finish(self, visitor: Member) -> None:
        """Back everything up; then the visitor's own device makes room for the visitor."""
        for one in self._people.values():
            await one.look(wait=0)
            await one.back_up()
        self._told.done = True
        self._told.keep()
        await visitor.leave_device()
        del self._people[VISITOR]

    async def stay(self) -> None:
        """Answer whoever writes, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for one in self._people.values():
                group.create_task(one.stay(partial(self._hear, one)))

    async def _hear(self, member: Member, room: MatrixRoom, event: RoomMessage) -> None:
        own = {one.user for one in self._people.values()}
        answering = next(one for one in STAYING if self._people[one].user in room.users)
        edit = "m.new_content" in event.source["content"]
        if event.sender in own or not event.decrypted or edit or member.name != answering:
            return
        await member.client.room_read_markers(room.room_id, event.event_id, event.event_id)
        number = self._told.answers.get(room.room_id, 0)
        if number < _MOST_ANSWERS:
            text = self._answer(room.room_id, event, number)
            self._told.answers[room.room_id] = number + 1
            self._told.keep()
            await member.answer(room.room_id, text, once=f"answer-{event.event_id[1:]}")

    def _answer(self, room: str, event: RoomMessage, number: int) -> str:
        """In the language in which the visitor wrote there last."""
        body = (
            ""
            if isinstance(event, RoomMessageMedia | RoomEncryptedMedia)
            else str(getattr(event, "body", ""))
        )
        languages = self._told.languages
        language = languages[room] = language_of(body, languages.get(room, "id"))
        if isinstance(event, RoomEncryptedImage):
            return PHOTO_ANSWER.in_(language)
        return answer(number, language)


def _found(member: Member, people: int) -> str:
    """The room that an interrupted attempt opened already."""
    rooms = member.client.rooms.values()
    return next((str(one.room_id) for one in rooms if len(one.users) == people), "")


def _text(text: str) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": text}


async def _live(installation: Installation, sheet: bytes) -> None:
    folder = installation.data.root / "demo" / "members"
    told = Told.read(folder / "told.json")
    config = installation.config
    here = STAYING if told.done else (VISITOR, *STAYING)
    people = {
        line.name: Member(folder / line.name, config.public_url, config.server_name, line)
        for line in read_sheet(sheet)
        if line.name in here
    }
    async with contextlib.AsyncExitStack() as stack:
        for one in people.values():
            stack.push_async_callback(one.close)
            await one.sit_down()
        company = Company(people, told)
        if not told.done:
            await company.tell()
        await asyncio.to_thread(write_private, folder / "ready", str(os.getpid()).encode())
        await company.stay()


def main() -> None:
    os.umask(0o077)
    set_up_logs()
    for talkative in ("nio", "peewee"):
        logging.getLogger(talkative).setLevel(logging.CRITICAL)  # they write what was said
    given = arguments(description="Started by jaga up --demo.").parse_args()
    hand = take(given.hand)
    installation = Installation.of_hand(given.data, hand)
    asyncio.run(end_on_signal(_live(installation, hand.secrets[SHEET])))


if __name__ == "__main__":
    main()
