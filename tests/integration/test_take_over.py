"""A channel's history comes over from Telegram's export: whole, once, and checked."""

from __future__ import annotations

import json
import signal
import subprocess

import httpx
import pytest
from tests.helpers.channels import json_of, new_place, picture
from tests.helpers.stack import COMMAND, eventually

MESSAGES = 1000
REFUSED = 500


def message(number, text, **more):
    return {
        "id": number,
        "type": "message",
        "date": "2024-01-02T03:04:05",
        "date_unixtime": str(1_704_164_645 + number),
        "from": "Warta Lama",
        "from_id": "channel1",
        "text": text,
        "text_entities": [{"type": "plain", "text": text}],
    } | more


def rows(listed):
    """What Telegram Desktop writes: messages with formatting, replies, edits, a photo, a file, a service message."""
    yield {"id": 1, "type": "service", "date": "2024-01-01T00:00:00", "action": "create_channel", "text": ""}
    for number in range(2, MESSAGES + 1):
        match number:
            case 10:
                pieces = [{"type": "bold", "text": "tebal"}, {"type": "plain", "text": " biasa"}]
                yield message(number, "", text_entities=pieces)
            case 20:
                yield message(number, "balasan", reply_to_message_id=10)
            case 30:
                yield message(number, "diedit", edited="2024-02-02T03:04:05", edited_unixtime="1706843045")
            case 40:
                yield message(number, "foto", photo="photos/satu.png")
            case 50:
                yield message(number, "berkas", file="files/satu.txt", file_name="Jadwal.txt")
            case 60:
                yield message(
                    number, "hilang", file="(File not included. Change data exporting settings to download.)"
                )
            case _ if number == REFUSED:
                yield message(number, f"ajakan {listed}")
            case _:
                yield message(number, f"kiriman nomor {number}")


@pytest.fixture(scope="module")
def export(tmp_path_factory, listed):
    directory = tmp_path_factory.mktemp("ekspor")
    (directory / "photos").mkdir()
    (directory / "files").mkdir()
    (directory / "photos/satu.png").write_bytes(picture("olive"))
    (directory / "files/satu.txt").write_bytes(b"isi berkas")
    document = {"name": "Warta Lama", "type": "public_channel", "id": 1, "messages": list(rows(listed))}
    (directory / "result.json").write_text(json.dumps(document), "utf-8")
    return directory


def all_posts(place):
    found, before = [], None
    while True:
        query = {"limit": 100} | ({"before": before} if before else {})
        page = json_of(httpx.get(f"{place.stack.url}/api/v1/channels/{place.name}/posts", params=query), 200)
        found += page["items"]
        before = page.get("next")
        if not before:
            return found


def test_an_interrupted_take_over_is_resumed_complete_and_nothing_is_doubled(stack, export):
    place = new_place(stack, "arsip")
    command = [
        *COMMAND,
        "import",
        "telegram",
        str(export),
        "--channel",
        place.name,
        "--data",
        str(stack.data),
    ]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: len(all_posts(place)) >= 150, seconds=60)
        first.send_signal(signal.SIGKILL)
    finally:
        first.kill()
        first.wait()
    taken_before = len(all_posts(place))
    assert 150 <= taken_before < MESSAGES - 2

    done = stack.cli("import", "telegram", str(export), "--channel", place.name)
    posts = all_posts(place)
    assert len(posts) == MESSAGES - 2  # without the service message and the refused one
    assert len({post["text"] for post in posts}) == len(posts)
    counts = done["counts"]
    assert counts["service_message"] == 1
    assert counts["published"] + counts["taken_over_before"] + counts.get("refused", 0) == MESSAGES - 1
    assert done["missing_files"] == 1
    # The refused message is told of by the run that met it: the killed one, or this one.
    told = [(remark["number"], remark["fate"]) for remark in done["remarks"]]
    assert told == [(REFUSED, "refused")] * counts.get("refused", 0)

    by_text = {post["text"]: post for post in posts}
    assert by_text["tebal biasa"]["entities"] == [{"type": "bold", "offset": 0, "length": 5}]
    assert by_text["balasan"]["reply_to"] == by_text["tebal biasa"]["id"]
    assert by_text["foto"]["media"][0]["kind"] == "photo"
    assert by_text["berkas"]["media"][0]["file_name"] == "Jadwal.txt"

    again = stack.cli("import", "telegram", str(export), "--channel", place.name)
    assert again["counts"]["taken_over_before"] == MESSAGES - 1  # the refused one is known, too
    assert len(all_posts(place)) == MESSAGES - 2

    gone = by_text["diedit"]["id"]
    assert httpx.delete(f"{stack.url}/api/v1/posts/{gone}", headers=place.headers).status_code in (200, 204)
    stack.cli("import", "telegram", str(export), "--channel", place.name)
    assert gone not in {post["id"] for post in all_posts(place)}
    assert len(all_posts(place)) == MESSAGES - 3  # what is gone does not come back by the next take-over


def test_what_is_no_export_is_refused_in_one_sentence(stack, tmp_path):
    place = new_place(stack, "kosong")
    for content in (None, "{", '{"chats": {}}'):
        if content is not None:
            (tmp_path / "result.json").write_text(content, "utf-8")
        command = [
            *COMMAND,
            "import",
            "telegram",
            str(tmp_path),
            "--channel",
            place.name,
            "--data",
            str(stack.data),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "cannot be read" in done.stderr
