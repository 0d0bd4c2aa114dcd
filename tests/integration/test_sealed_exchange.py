"""Two members with an independent client exchange text and files, and the server holds nothing it could read."""

from __future__ import annotations

import io
import os
import uuid

from nio import RoomMessageText
from tests.helpers.members import Person
from tests.helpers.postgres import superuser
from tests.helpers.traces import traces_of

PATIENCE = 30


async def test_text_and_files_go_both_ways_and_leave_no_readable_trace(door, chatters, chat):
    for sender, receiver in (chatters, chatters[::-1]):
        said, named, written = (f"tanda-{kind}-{uuid.uuid4().hex}" for kind in ("ucapan", "berkas", "isi"))
        await sender.say(chat, {"msgtype": "m.text", "body": said})
        assert await receiver.hears(RoomMessageText, said)
        content = f"{written}\n".encode() * 2000
        await sender.share_file(chat, named, content)
        assert await receiver.receives_file(named) == content
        assert traces_of([said, named, written], door.server, door.places) == []
    with superuser(door.server, "synapse") as connection:
        kept = connection.execute(
            "SELECT DISTINCT media_type, upload_name FROM local_media_repository WHERE user_id = ANY(%s)",
            [[one.client.user_id for one in chatters]],
        ).fetchall()
    assert kept == [("application/octet-stream", None)]


async def test_the_search_finds_the_same_words_once_they_are_said_in_public(door, chatters, chat):
    """The control: sealed they leave no trace, in a channel they are found."""
    wulan, bima = chatters
    mark = f"tanda-{uuid.uuid4().hex}"
    await wulan.say(chat, {"msgtype": "m.text", "body": mark})
    assert await bima.hears(RoomMessageText, mark)
    assert traces_of([mark], door.server, door.places) == []
    publisher = Person(door, wulan.client.user_id, wulan.client.access_token)
    token = await publisher.session()
    name = f"kabar_{uuid.uuid4().hex[:8]}"
    status, answer = await door.call(
        "POST", "/api/v1/channels", token=token, json={"name": name, "title": "Kabar"}
    )
    assert status == 201, answer
    key = {"Idempotency-Key": uuid.uuid4().hex}
    status, answer = await door.call(
        "POST", f"/api/v1/channels/{name}/posts", token=token, json={"text": mark}, headers=key
    )
    assert status == 201, answer
    assert "jaga.public.posts" in traces_of([mark], door.server, [])


async def test_the_search_for_traces_finds_what_is_readable(door, chatters):
    """Another control: a member's public name is found in its table, and words in a file where files are."""
    name, content = f"Nama {uuid.uuid4().hex}", f"isi-{uuid.uuid4().hex}"
    client = chatters[0].client
    await client.set_displayname(name)
    assert "synapse.public.profiles" in traces_of([name], door.server, [])
    # The door looks at the beginning only, so the words stand behind enough that looks encrypted.
    sent = os.urandom(5000) + content.encode()
    answer, _ = await client.upload(io.BytesIO(sent), content_type="text/plain", filesize=len(sent))
    assert answer.content_uri, answer
    (found,) = traces_of([content], door.server, door.places)
    assert found.startswith(str(door.stack.data / "homeserver/media"))


async def test_the_same_client_uploading_a_file_in_clear_is_told_so_and_nothing_is_stored(door, chatters):
    content = f"isi-{uuid.uuid4().hex}"
    sent = content.encode()
    client = chatters[0].client
    answer, _ = await client.upload(
        io.BytesIO(sent), content_type="text/plain", filename=content, filesize=len(sent)
    )
    assert answer.status_code == "M_FORBIDDEN"
    assert "not encrypted" in answer.message
    assert traces_of([content], door.server, door.places) == []


async def test_the_same_client_sending_plaintext_is_told_so_and_nothing_is_stored(door, chatters, chat):
    wulan, bima = chatters
    mark = f"tanda-{uuid.uuid4().hex}"
    wulan.client.rooms[chat].encrypted = False
    answer = await wulan.client.room_send(chat, "m.room.message", {"msgtype": "m.text", "body": mark})
    assert answer.status_code == "ORG.JAGA.SEALED_PLAINTEXT"
    assert "m.room.encrypted" in answer.message
    assert traces_of([mark], door.server, door.places) == []
    wulan.client.rooms[chat].encrypted = True
    await wulan.say(chat, {"msgtype": "m.text", "body": "tersegel"})
    assert await bima.hears(RoomMessageText, "tersegel")


async def test_a_reply_and_a_reaction_reach_the_other(chatters, chat):
    wulan, bima = chatters
    await wulan.say(chat, {"msgtype": "m.text", "body": "besok?"})
    asked = await bima.hears(RoomMessageText, "besok?")
    relation = {"m.in_reply_to": {"event_id": asked.event_id}}
    await bima.say(chat, {"msgtype": "m.text", "body": "ya", "m.relates_to": relation})
    assert await wulan.hears(RoomMessageText, "ya")
    annotation = {"rel_type": "m.annotation", "event_id": asked.event_id, "key": "👍"}
    answer = await bima.client.room_send(chat, "m.reaction", {"m.relates_to": annotation})
    assert answer.event_id, answer
