"""The demonstration: there when asked for, once, and never otherwise."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import httpx
import pytest
from tests.helpers.channels import json_of
from tests.helpers.chromium import chromium
from tests.helpers.members import PASSWORD
from tests.helpers.messenger import AtScreen
from tests.helpers.stack import Failed, eventually, running_stack
from tests.helpers.stock_nio import NioDevice

from jaga.app.demo import talk


def directory(stack):
    return {channel["name"] for channel in json_of(httpx.get(f"{stack.url}/api/v1/channels"), 200)["items"]}


async def read_the_sealed_group(stack, sheet):
    """As the sheet says: sign in as Sari in a browser, enter her recovery key, read, write to Bayu."""
    line = next(line for line in sheet if line["name"] == "sari")
    async with chromium() as browser:
        sari = await AtScreen.open(browser, stack.url, name="sari", lang="en")
        await sari.sign_in(line["password"])
        await sari.page.locator(".rows .row", has_text="Raka").click()  # its title is locked still
        sari.recovery_key = line["recovery_key"]
        await sari.recover()
        await sari.page.locator(".head-title", has_text=talk.GROUP_TITLE).wait_for()
        await sari.sees("Sampai Minggu jam tujuh!")
        await sari.line("Kumpul jam tujuh").get_by_text(sari.word("edited")).wait_for()
        await sari.page.locator(".photo img").wait_for()
        await sari.page.locator(".reactions", has_text="👍").wait_for()
        assert await sari.page.locator(".quote", has_text="Lodeh sepanci").count() == 1
        await sari.open_chat("Bayu")
        await sari.sees(talk.WELCOME.en)
        await sari.say("Hello, who are you?")
        await sari.sees(talk.ANSWERS[0].en)
        await sari.close()


async def write_to_bayu(stack, folder):
    """A newcomer with another client, who says nothing in English."""
    stack.cli("member", "add", "tamu", "--password-stdin", input=PASSWORD)
    guest = await guest_at(stack, folder)
    room = await guest.create(f"@bayu:{stack.server_name}", direct=True)
    await guest.sees_member(room, f"@bayu:{stack.server_name}", "join")
    await guest.say(room, {"msgtype": "m.text", "body": "Halo, apa kabar?"})
    answer = await guest.sees(room, "m.room.message", {"body": talk.ANSWERS[0].id})
    assert answer.encrypted
    await guest.client.close()
    return room


async def write_on(stack, folder, room):
    """The same guest after a restart, who now says nothing that would tell a language."""
    guest = await guest_at(stack, folder)
    try:
        await guest.say(room, {"msgtype": "m.text", "body": "zqkabo"})
        assert (await guest.sees(room, "m.room.message", {"body": talk.ANSWERS[1].id})).encrypted
    finally:
        await guest.sign_out()


async def guest_at(stack, folder):
    folder.mkdir()
    user = f"@tamu:{stack.server_name}"
    return await NioDevice.sign_in(folder, url=stack.url, user=user, password=PASSWORD)


def check_users(stack):
    """Started by root, every process is somebody else; otherwise all are who started them."""
    users = {name: Path(f"/proc/{pid}").stat().st_uid for name, pid in stack.pids().items()}
    theirs = users.pop("demo-members")
    if os.geteuid() == 0:
        assert theirs != 0
        assert theirs not in users.values()
    else:
        assert theirs == os.geteuid()


def test_the_demonstration_is_filled_once_and_survives_a_restart(tmp_path_factory):
    data = tmp_path_factory.mktemp("demo") / "data"
    with running_stack(data, "--demo") as stack:
        assert {"warta_kampung", "info_gempa_contoh", "dapur_ibu", "jual_beli_sore"} <= directory(stack)
        sheet = stack.cli("demo")
        assert {"sari", "ani@jaga.example", "bima@jaga.example", "citra@jaga.example"} <= {
            line["name"] for line in sheet
        }
        token = stack.cli("token", "issue", "--staff", "ani@jaga.example", "--ttl", "10m")["token"]
        ask = {"headers": {"Authorization": f"Bearer {token}"}}
        cases = json_of(httpx.get(f"{stack.url}/desk/api/v1/cases?state=queued", **ask), 200)["items"]
        assert [case["category"] for case in cases] == ["terrorism"]
        assert "mr5_urgent" in {clock["name"] for clock in cases[0]["clocks"]}
        group = f"{stack.url}/c/jual_beli_sore"
        assert eventually(lambda: "seujung kuku" not in httpx.get(group).text)
        receipt = stack.data / "demo" / "receipt.txt"
        assert receipt.read_text().startswith("c2sp.org/tlog-proof@v1")
        eventually(lambda: "demo-members" in stack.pids(), seconds=60)
        asyncio.run(read_the_sealed_group(stack, sheet))
        check_users(stack)
        guest = tmp_path_factory.mktemp("guest")
        room = asyncio.run(write_to_bayu(stack, guest / "first"))
        members = stack.data / "demo" / "members"
        assert {path.name for path in members.iterdir() if path.is_dir()} == set(talk.STAYING)
        assert all(path.stat().st_mode & 0o077 == 0 for path in members.rglob("*"))
    with running_stack(data, "--demo") as stack:
        assert stack.cli("demo")[0]["password"] == sheet[0]["password"]
        posts = httpx.get(f"{stack.url}/api/v1/channels/warta_kampung/posts").json()["items"]
        assert len(posts) == len({post["text"] for post in posts})
        members_process = eventually(lambda: stack.pids()["demo-members"], seconds=60)
        asyncio.run(write_on(stack, guest / "second", room))
    assert not Path(f"/proc/{members_process}").exists()


def test_without_the_flag_there_is_no_demonstration(stack):
    assert "warta_kampung" not in directory(stack)
    with pytest.raises(Failed, match="no demonstration"):
        stack.cli("demo")
