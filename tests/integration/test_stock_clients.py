"""Two stock clients live an honest life through the public port, each acting towards the other, unharmed.

Every flow runs with matrix-js-sdk acting on matrix-nio and the other way round, and is judged by what the other side
shows its owner: decrypted there.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Mapping

import pytest
from tests.helpers.members import PASSWORD
from tests.helpers.stock import POLL, Device, Refused
from tests.helpers.stock_js import JsDevice, running_node
from tests.helpers.stock_nio import NioDevice


def said(text: str, **more) -> dict:
    return {"msgtype": "m.text", "body": text, **more}


def word() -> str:
    return f"zqucap {uuid.uuid4().hex}"


@pytest.fixture(scope="module")
async def node(tmp_path_factory):
    async with running_node(tmp_path_factory.mktemp("node")) as running:
        yield running


@pytest.fixture(scope="module")
async def wulan(door, node):
    device = await JsDevice.sign_in(
        node, "wulan", url=door.url, user=await door.add_member("wulan"), password=PASSWORD
    )
    yield device
    await device.sign_out()


@pytest.fixture(scope="module")
async def bima(door, tmp_path_factory):
    user = await door.add_member("bima")
    directory = tmp_path_factory.mktemp("nio")
    device = await NioDevice.sign_in(directory, url=door.url, user=user, password=PASSWORD)
    yield device
    await device.sign_out()


@pytest.fixture(scope="module", params=["js to nio", "nio to js"])
async def pair(request, wulan, bima) -> tuple[Device, Device]:
    return (wulan, bima) if request.param == "js to nio" else (bima, wulan)


async def together(one: Device, other: Device, *, direct: bool = False) -> str:
    """A room with both inside, each knowing it of the other."""
    room = await one.create(other.user, direct=direct)
    await other.sees_member(room, other.user, "invite")
    await other.join(room)
    await one.sees_member(room, other.user, "join")
    await other.sees_member(room, one.user, "join")
    return room


@pytest.fixture(scope="module")
async def room(pair) -> str:
    return await together(*pair)


async def test_a_direct_chat_goes_both_ways(pair):
    room = await together(*pair, direct=True)
    for sender, receiver in (pair, pair[::-1]):
        text = word()
        await sender.say(room, said(text))
        seen = await receiver.sees(room, "m.room.message", {"body": text})
        assert (seen.sender, seen.encrypted) == (sender.user, True)


async def test_a_group_of_three_reads_what_one_says(pair, door, node):
    one, other = pair
    third = await JsDevice.sign_in(
        node,
        f"ratna-{uuid.uuid4().hex[:6]}",
        url=door.url,
        user=await door.add_member("ratna"),
        password=PASSWORD,
    )
    room = await one.create(other.user, third.user)
    for member in (other, third):
        await member.sees_member(room, member.user, "invite")
        await member.join(room)
    for member in (other, third):
        await one.sees_member(room, member.user, "join")
    text = word()
    await one.say(room, said(text))
    for member in (other, third):
        assert (await member.sees(room, "m.room.message", {"body": text})).encrypted
    await third.sign_out()


async def test_an_encrypted_file_arrives_whole(pair, room):
    one, other = pair
    name, content = f"{word()}.pdf", os.urandom(70_000)
    await one.share_file(room, name, content)
    message = await other.sees(room, "m.room.message", {"msgtype": "m.file", "body": name})
    assert message.encrypted
    assert await other.open_file(message) == content


async def test_reaction_reply_edit_and_thread_relate_to_what_was_said(pair, room):
    one, other = pair
    first, answer, better, aside = word(), word(), word(), word()
    await one.say(room, said(first))
    asked = (await other.sees(room, "m.room.message", {"body": first})).event_id

    annotation = {"rel_type": "m.annotation", "event_id": asked, "key": "👍🏽"}
    await other.say(room, {"m.relates_to": annotation}, type="m.reaction")
    await one.sees(room, "m.reaction", {"m.relates_to": annotation})

    in_reply = {"m.in_reply_to": {"event_id": asked}}
    await other.say(room, said(answer, **{"m.relates_to": in_reply}))
    reply = await one.sees(room, "m.room.message", {"body": answer})
    assert reply.encrypted
    assert _contains(reply.relation, in_reply)

    replacing = {"rel_type": "m.replace", "event_id": asked}
    edit = said(f"* {better}", **{"m.new_content": said(better), "m.relates_to": replacing})
    await one.say(room, edit)
    changed = await other.sees(room, "m.room.message", {"m.new_content": {"body": better}})
    assert changed.encrypted
    assert _contains(changed.relation, replacing)

    await other.reply_in_thread(room, asked, said(aside))
    threaded = await one.sees(room, "m.room.message", {"body": aside})
    assert threaded.encrypted
    assert _contains(threaded.relation, {"rel_type": "m.thread", "event_id": asked})


def _contains(found: Mapping | None, wanted: Mapping) -> bool:
    return found is not None and wanted.items() <= found.items()


async def test_a_poll_is_asked_answered_and_closed_in_ciphertext(pair, room):
    one, other = pair
    question = word()
    await one.poll(room, question, ["ya", "tidak"])
    asked = await other.sees(
        room, f"{POLL}.start", {f"{POLL}.start": {"question": {"org.matrix.msc1767.text": question}}}
    )
    assert asked.encrypted
    choice = asked.content[f"{POLL}.start"]["answers"][1]["id"]
    relation = {"m.relates_to": {"rel_type": "m.reference", "event_id": asked.event_id}}
    await other.say(room, {f"{POLL}.response": {"answers": [choice]}, **relation}, type=f"{POLL}.response")
    answered = await one.sees(room, f"{POLL}.response", {f"{POLL}.response": {"answers": [choice]}})
    assert answered.encrypted
    await one.say(room, {f"{POLL}.end": {}, **relation}, type=f"{POLL}.end")
    assert (await other.sees(room, f"{POLL}.end", relation)).encrypted


async def test_what_is_redacted_is_gone_for_the_other(pair, room):
    one, other = pair
    text = word()
    event = await one.say(room, said(text))
    await other.sees(room, "m.room.message", {"body": text})
    await one.redact(room, event)
    gone = await other.sees_gone(room, event)
    assert gone.redacted
    assert text not in str(gone.content)


async def test_receipts_typing_and_pins_pass(pair, room):
    one, other = pair
    text = word()
    event = await one.say(room, said(text))
    await other.sees(room, "m.room.message", {"body": text})
    await other.read(room, event)
    await one.set_state(room, "m.room.pinned_events", {"pinned": [event]})
    assert await other.sees(room, "m.room.pinned_events", {"pinned": [event]})


async def test_a_changed_name_is_seen_by_the_others(pair, room):
    one, other = pair
    name = f"Zqnama {uuid.uuid4().hex[:6]}"
    await one.set_name(name)
    await other.sees_name(room, one.user, name)


async def test_somebody_knocks_is_let_in_leaves_and_is_invited_again(pair):
    one, other = pair
    room = await one.create()
    await one.set_state(room, "m.room.join_rules", {"join_rule": "knock"})
    await other.knock(room)
    await one.sees_member(room, other.user, "knock")
    await one.invite(room, other.user)
    await other.sees_member(room, other.user, "invite")
    await other.join(room)
    await one.sees_member(room, other.user, "join")
    text = word()
    await one.say(room, said(text))
    assert (await other.sees(room, "m.room.message", {"body": text})).encrypted
    await other.leave(room)
    await one.sees_member(room, other.user, "leave")


async def test_kick_ban_and_unban_do_what_they_say(pair):
    one, other = pair
    room = await together(one, other)
    await one.kick(room, other.user)
    await other.sees_member(room, other.user, "leave")
    await one.ban(room, other.user)
    await one.sees_member(room, other.user, "ban")
    with pytest.raises(Refused, match="banned"):
        await other.join(room)
    await one.unban(room, other.user)
    await one.sees_member(room, other.user, "leave")
    await one.invite(room, other.user)
    await other.join(room)
    await one.sees_member(room, other.user, "join")


async def test_power_is_handed_on(pair):
    one, other = pair
    room = await together(one, other)
    await one.set_power(room, other.user, 50)
    await other.sees(room, "m.room.power_levels", {"users": {other.user: 50}})


async def test_an_upgrade_is_refused_in_words_and_the_room_goes_on(pair, room):
    one, other = pair
    with pytest.raises(Refused) as refusal:
        await one.upgrade(room, "11")
    assert refusal.value.error
    text = word()
    await one.say(room, said(text))
    assert (await other.sees(room, "m.room.message", {"body": text})).encrypted


async def test_emoji_verification_in_a_chat_ends_in_trust(door, node, wulan):
    other = await JsDevice.sign_in(
        node, "sari", url=door.url, user=await door.add_member("sari"), password=PASSWORD
    )
    room = await together(wulan, other, direct=True)
    await asyncio.gather(wulan.secure(), other.secure())
    accepted = asyncio.create_task(other.accept_verification())
    asked = await wulan.verify(room, other.user)
    assert len(asked) == 7
    assert await accepted == asked
    await asyncio.gather(wulan.trusts(other.user), other.trusts(wulan.user))
    await other.sign_out()


async def test_a_new_device_reads_the_old_messages_from_the_backup_and_is_verified_by_the_old_one(
    door, node, bima
):
    user = await door.add_member("tuti")
    old = await JsDevice.sign_in(node, "tuti-old", url=door.url, user=user, password=PASSWORD)
    recovery = await old.secure()
    room = await together(old, bima)
    heard, told = word(), word()
    await bima.say(room, said(heard))
    await old.sees(room, "m.room.message", {"body": heard})
    await old.say(room, said(told))
    await old.backed_up()

    new = await JsDevice.sign_in(node, "tuti-new", url=door.url, user=user, password=PASSWORD)
    restored = await new.restore(recovery)
    assert restored["imported"] >= 2
    assert restored["verified"]
    for text in (heard, told):
        assert (await new.sees(room, "m.room.message", {"body": text})).encrypted

    third = await JsDevice.sign_in(node, "tuti-third", url=door.url, user=user, password=PASSWORD)
    accepted = asyncio.create_task(old.accept_verification())
    assert await third.verify_own() == await accepted
    await third.trusts(user)
    await old.sign_out()


async def test_nio_verifies_a_device_by_emoji_and_reads_old_messages_on_a_new_device_from_its_key_file(
    door, bima, tmp_path
):
    for name in ("joko", "joko-new"):
        (tmp_path / name).mkdir()
    seat = {"url": door.url, "user": await door.add_member("joko"), "password": PASSWORD}
    joko = await NioDevice.sign_in(tmp_path / "joko", **seat)
    room = await together(bima, joko, direct=True)
    text = word()
    await bima.say(room, said(text))
    await joko.sees(room, "m.room.message", {"body": text})
    shown, shown_there = await bima.verify(joko)
    assert len(shown) == 7
    assert shown == shown_there

    file = str(tmp_path / "keys.txt")
    await joko.client.export_keys(file, "kata sandi buatan")
    new = await NioDevice.sign_in(tmp_path / "joko-new", **seat, keys=(file, "kata sandi buatan"))
    assert (await new.sees(room, "m.room.message", {"body": text})).encrypted
    await new.client.close()
    await joko.sign_out()
