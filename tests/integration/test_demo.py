"""The demonstration: there when asked for, once, and never otherwise."""

from __future__ import annotations

import httpx
import pytest
from tests.helpers.channels import json_of
from tests.helpers.stack import Failed, eventually, running_stack


def directory(stack):
    return {channel["name"] for channel in json_of(httpx.get(f"{stack.url}/api/v1/channels"), 200)["items"]}


def invitations(stack, sheet):
    """Who invites Sari, as her own client sees it."""
    password = next(line["password"] for line in sheet if line["name"] == "sari")
    sign_in = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "sari"},
        "password": password,
    }
    api = f"{stack.url}/_matrix/client/v3"
    token = json_of(httpx.post(f"{api}/login", json=sign_in), 200)["access_token"]
    seen = json_of(httpx.get(f"{api}/sync", headers={"Authorization": f"Bearer {token}"}), 200)
    rooms = [room["invite_state"]["events"] for room in seen["rooms"]["invite"].values()]
    assert all(any(event["type"] == "m.room.encryption" for event in events) for events in rooms)
    return [
        event["sender"].partition(":")[0]
        for events in rooms
        for event in events
        if event["type"] == "m.room.member" and event["content"]["membership"] == "invite"
    ]


def test_the_demonstration_is_filled_once_and_survives_a_restart(tmp_path_factory):
    data = tmp_path_factory.mktemp("demo") / "data"
    with running_stack(data, "--demo") as stack:
        assert {"warta_kampung", "info_gempa_contoh", "dapur_ibu", "jual_beli_sore"} <= directory(stack)
        sheet = stack.cli("demo")
        assert {"sari", "ani@jaga.example", "bima@jaga.example", "citra@jaga.example"} <= {
            line["name"] for line in sheet
        }
        assert invitations(stack, sheet) == ["@bayu"]
        token = stack.cli("token", "issue", "--staff", "ani@jaga.example", "--ttl", "10m")["token"]
        ask = {"headers": {"Authorization": f"Bearer {token}"}}
        cases = json_of(httpx.get(f"{stack.url}/desk/api/v1/cases?state=queued", **ask), 200)["items"]
        assert [case["category"] for case in cases] == ["terrorism"]
        assert "mr5_urgent" in {clock["name"] for clock in cases[0]["clocks"]}
        group = f"{stack.url}/c/jual_beli_sore"
        assert eventually(lambda: "seujung kuku" not in httpx.get(group).text)
        receipt = stack.data / "demo" / "receipt.txt"
        assert receipt.read_text().startswith("c2sp.org/tlog-proof@v1")
    with running_stack(data, "--demo") as stack:
        assert stack.cli("demo")[0]["password"] == sheet[0]["password"]
        posts = httpx.get(f"{stack.url}/api/v1/channels/warta_kampung/posts").json()["items"]
        assert len(posts) == len({post["text"] for post in posts})


def test_without_the_flag_there_is_no_demonstration(stack):
    assert "warta_kampung" not in directory(stack)
    with pytest.raises(Failed, match="no demonstration"):
        stack.cli("demo")
