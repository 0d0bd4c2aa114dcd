"""A backup of a running Jaga, brought back elsewhere: what people published, signed for and listed is all there."""

from __future__ import annotations

import shutil
import stat
import uuid

import httpx
import pytest
from tests.helpers.channels import json_of, new_place, picture
from tests.helpers.stack import Failed, run_cli, running_stack


@pytest.fixture(scope="module")
def place(stack):
    return new_place(stack, "cadang")


@pytest.fixture(scope="module")
def posted(stack, place):
    """A post with a picture, and where the picture is read."""
    headers = place.headers | {"Content-Type": "image/png"}
    media = json_of(
        httpx.post(f"{stack.url}/api/v1/media", content=picture("navy"), headers=headers, timeout=30), 201
    )
    posts = f"{stack.url}/api/v1/channels/{place.name}/posts"
    body = {"text": f"Arsip {uuid.uuid4().hex}", "media": [media["id"]]}
    return json_of(httpx.post(posts, json=body, headers=place.headers, timeout=30), 201)


@pytest.fixture(scope="module")
def backup(stack, posted, tmp_path_factory):
    directory = tmp_path_factory.mktemp("backup") / "kept"
    stack.cli("backup", str(directory))
    return directory


def test_a_restored_jaga_serves_the_same_posts_and_continues_the_same_ledger(
    stack, place, posted, backup, tmp_path
):
    data = tmp_path / "data"
    done = run_cli("restore", str(backup), "--data", str(data))
    assert done.returncode == 0, done.stderr
    with running_stack(data) as restored:
        read = json_of(httpx.get(f"{restored.url}/api/v1/posts/{posted['id']}"), 200)
        assert read["text"] == posted["text"]
        file = read["media"][0]["url"].removeprefix(stack.url).removeprefix(restored.url)
        assert httpx.get(f"{restored.url}{file}").content == httpx.get(f"{stack.url}{file}").content
        assert restored.cli("ledger", "fsck")["whole"] is True
        assert restored.cli("ledger", "key") == stack.cli("ledger", "key")
        # Accounts are the sealed side's: the owner is known there too, and can be signed in.
        login = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": place.owner},
            "password": "rahasia-kampung",
        }
        json_of(httpx.post(f"{restored.url}/_matrix/client/v3/login", json=login, timeout=30), 200)


def test_only_its_owner_can_read_a_backup_and_the_installation_knows_when_it_was_made(stack, backup):
    for path in (backup, *(path for path in backup.rglob("*") if path.is_file())):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert (stack.data / "last_backup").read_text().startswith("20")


def test_a_backup_is_never_mixed_with_what_is_there_already(stack, backup):
    with pytest.raises(Failed, match="is not empty"):
        stack.cli("backup", str(backup))
    done = run_cli("restore", str(backup), "--data", str(stack.data))
    assert (done.returncode, "There is a Jaga in" in done.stderr) == (1, True)


@pytest.mark.parametrize("damage", ["changed", "missing", "added", "unfinished"])
def test_a_damaged_backup_is_refused_before_anything_is_written(backup, tmp_path, damage):
    copy, data = tmp_path / "copy", tmp_path / "data"
    shutil.copytree(backup, copy)
    dump = copy / "jaga.dump"
    match damage:
        case "changed":
            dump.write_bytes(dump.read_bytes()[:-1] + b"X")
        case "missing":
            dump.unlink()
        case "added":
            (copy / "files" / "jaga.toml").write_text("posts_per_minute = 1")
        case _:
            (copy / "manifest.json").unlink()
    done = run_cli("restore", str(copy), "--data", str(data))
    assert (done.returncode, "is not a whole backup" in done.stderr, data.exists()) == (1, True, False)
