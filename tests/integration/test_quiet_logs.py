"""Whatever people send, right or wrong, no log of either side holds it, nor from where it came."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from tests.helpers.members import CLIENT_API as C

MARK = f"zqkabo{uuid.uuid4().hex[:12]}"
ELSEWHERE = "203.0.113.77"
TELLING = {"User-Agent": f"{MARK}-agent", "X-Forwarded-For": ELSEWHERE, "Forwarded": f"for={ELSEWHERE}", "Referer": f"http://{MARK}.example/"}  # fmt: skip


def logged(logs: Path, *texts: str) -> dict[str, list[str]]:
    """Which of the texts stand in which log."""
    contents = {path.name: path.read_text("utf-8", "replace") for path in logs.iterdir()}
    found = {name: [text for text in texts if text in content] for name, content in contents.items()}
    return {name: texts for name, texts in found.items() if texts}


@pytest.fixture(scope="module")
async def wulan(door):
    return await door.person("wulan")


async def test_neither_words_nor_addresses_of_clients_get_into_any_log(door, stack, wulan):
    room = await wulan.room()
    said = {"msgtype": "m.text", "body": MARK}
    bad_login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": MARK},
        "password": MARK,
    }
    token = await wulan.session()
    statuses = [
        (await door.call(method, path, token=as_, headers=dict(TELLING), **body))[0]
        for method, path, as_, body in (
            ("PUT", f"{C}/rooms/{room}/send/m.room.message/{MARK}", wulan.token, {"json": said}),
            ("PUT", f"{C}/rooms/{room}/state/m.room.topic/", wulan.token, {"json": {"topic": MARK}}),
            ("PUT", f"{C}/rooms/{room}/send/m.room.message/x", wulan.token, {"data": f'{{"body": "{MARK}'}),
            ("PUT", f"{C}/rooms/{room}/send/m.room.message/y", wulan.token, {"json": {"body": f"{MARK}\x00"}}),
            ("POST", f"{C}/createRoom", wulan.token, {"json": {"name": MARK, "topic": MARK}}),
            ("POST", f"{C}/login", "", {"json": bad_login}),
            ("GET", f"{C}/sync?since={MARK}&filter={MARK}", wulan.token, {}),
            ("GET", f"{C}/rooms/!{MARK}/messages?dir=b&from={MARK}", wulan.token, {}),
            ("GET", f"/_matrix/client/v3/{MARK}", wulan.token, {}),
            ("POST", "/_matrix/media/v3/upload?filename=" + MARK, wulan.token, {"data": MARK.encode()}),
            ("POST", "/api/v1/channels", token, {"json": {"name": MARK, "title": f"{MARK}\x00"}}),
            ("POST", "/api/v1/channels", token, {"data": f'{{"title": "{MARK}'}),
            ("POST", f"/api/v1/channels/{MARK}/posts", token, {"json": {"text": MARK}}),
            ("POST", "/api/v1/notices", "", {"json": {"explanation": MARK, "notifier_name": MARK}}),
            ("POST", "/api/v1/session", "", {"json": {"name": MARK, "password": MARK}}),
            ("POST", f"/bot1:{MARK}/sendMessage", "", {"json": {"chat_id": MARK, "text": MARK}}),
            ("POST", "/liaison/v1/submissions", "", {"json": {"reasons": MARK}}),
        )
    ]  # fmt: skip
    assert len([status for status in statuses if status >= 400]) >= 14
    assert logged(stack.data / "logs", MARK, ELSEWHERE, wulan.token, token) == {}
    assert (
        logged(stack.data / "logs", f"from {ELSEWHERE}", '"127.0.0.1"', "127.0.0.1 -", "peer=", "peer:") == {}
    )


def test_the_search_finds_what_is_logged(stack):
    """The control: Synapse says when it starts, and that is found."""
    assert logged(stack.data / "logs", "STARTING SERVER") == {"synapse.log": ["STARTING SERVER"]}


async def test_when_the_database_goes_away_the_reasons_are_logged_and_nothing_of_whom_it_hit(
    door, stack, wulan
):
    mark = f"zqraba{uuid.uuid4().hex[:12]}"
    stack.kill("postgres")
    for _ in range(20):
        await wulan.call("PUT", f"profile/{wulan.user_id}/displayname", json={"displayname": mark})
        await door.call("POST", "/api/v1/channels", token="x", json={"name": mark, "title": mark})
    assert logged(stack.data / "logs", mark, wulan.token) == {}
