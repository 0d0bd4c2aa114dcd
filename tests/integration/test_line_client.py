"""`jaga line` against the running stack: an officer with nothing but a key and an address."""

from __future__ import annotations

import json
import os
import stat
import subprocess

import pytest
from sqlalchemy import insert
from tests.helpers.stack import COMMAND, Failed, Stack
from tests.helpers.submissions import LETTER, data_request, mr5_order

from jaga.app import wire_members
from jaga.app.installation import Installation
from jaga.core.clock import utc_now
from jaga.core.ids import StaffId
from jaga.store.tables.cases import staff

OFFICE = {"country": "ID", "type": "ministry", "regimes": "id_mr5,eu_tco"}


def officer(*arguments: str, input: str | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """`jaga line …` somewhere else, without the installation's environment."""
    return subprocess.run(
        [*COMMAND, "line", *arguments], input=input, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "LANG": "C"} | env,
    )  # fmt: skip


@pytest.fixture(scope="module")
async def people(stack: Stack) -> list[str]:
    """Two of the platform's staff."""
    ids = [StaffId.new(), StaffId.new()]
    rows = [
        {
            "id": each,
            "name": "Rina",
            "email": f"{each}@jaga.example",
            "role": "senior",
            "created_at": utc_now(),
        }
        for each in ids
    ]
    async with (
        wire_members.opened_database(Installation.open(stack.data)) as database,
        database.transaction() as connection,
    ):
        await connection.execute(insert(staff), rows)
    return ids


@pytest.fixture(scope="module")
def authority(stack: Stack, people) -> str:
    options = [word for name, value in OFFICE.items() for word in (f"--{name}", value)]
    added = stack.cli("authority", "add", "Kementerian Contoh", *options)
    assert added["state"] == "proposed"
    once = stack.cli("authority", "approve", added["id"], "--by", people[0])
    assert (once["state"], once["approvals_missing"]) == ("proposed", 1)
    with pytest.raises(Failed, match="another person"):
        stack.cli("authority", "approve", added["id"], "--by", people[0])
    twice = stack.cli("authority", "approve", added["id"], "--by", people[1])
    assert twice["state"] == "approved"
    return str(added["id"])


def test_a_suspended_authority_is_kept_out_until_it_is_resumed(stack, pen, authority, tmp_path):
    assert stack.cli("authority", "suspend", authority)["state"] == "suspended"
    file = written(tmp_path, mr5_order(f"{stack.url}/c/tiada/1", external_ref="S-1"))
    assert "authority_suspended" in officer("submit", file, *pen).stderr
    with pytest.raises(Failed, match="only a suspended"):
        stack.cli("authority", "suspend", authority)
    assert stack.cli("authority", "resume", authority)["state"] == "approved"
    assert officer("submit", file, *pen).returncode == 0


def enrol(stack: Stack, authority: str, prefix) -> str:
    person = ("--name", "Sari Contoh", "--post", "Analis", "--email", "sari@contoh.example")
    made = stack.cli("officer", "add", "--authority", authority, *person, "--key", f"{prefix}.pub")
    return str(made["id"])


@pytest.fixture(scope="module")
def pen(stack: Stack, authority: str, tmp_path_factory) -> list[str]:
    """The options that every command of the officer takes."""
    prefix = tmp_path_factory.mktemp("officer") / "sari"
    assert officer("keygen", "--out", str(prefix)).returncode == 0
    assert stat.S_IMODE(prefix.with_name("sari.key").stat().st_mode) == 0o600
    again = officer("keygen", "--out", str(prefix))
    assert (again.returncode, again.stdout) == (1, "")
    return ["--officer", enrol(stack, authority, prefix), "--key", f"{prefix}.key", "--url", stack.url]


def written(tmp_path, fields) -> str:
    path = tmp_path / "berkas.json"
    path.write_text(json.dumps(fields))
    return str(path)


def test_a_submission_is_answered_followed_completed_and_its_receipt_verifies_offline(stack, pen, tmp_path):
    file = written(tmp_path, mr5_order(f"{stack.url}/c/tiada/1", attachments=...))
    receipt = tmp_path / "resi.txt"
    done = officer("submit", file, *pen, "--receipt", str(receipt), "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["state"] == "clarification"
    assert [missing["item"] for missing in answer["missing"]] == ["official_letter", "valid_link"]
    checked = subprocess.run(
        [*COMMAND, "verify", str(receipt), "--json"], capture_output=True, text=True, cwd=tmp_path, timeout=60,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert json.loads(checked.stdout)["opened"]["submission"] == answer["id"]
    changed = bytearray(receipt.read_bytes())
    changed[len(changed) // 2] ^= 1
    receipt.write_bytes(bytes(changed))
    assert (
        subprocess.run([*COMMAND, "verify", str(receipt)], capture_output=True, check=False).returncode == 1
    )

    letter = tmp_path / "surat.pdf"
    letter.write_bytes(LETTER)
    reply = officer(
        "reply", answer["id"], "-", *pen, "--attach", f"official_letter={letter}", "--json",
        input=json.dumps({"text": "Surat menyusul."}),
    )  # fmt: skip
    assert [missing["item"] for missing in json.loads(reply.stdout)["missing"]] == ["valid_link"]
    status = officer("status", answer["id"], *pen, LANG="id_ID.UTF-8")
    assert status.returncode == 0
    assert "belum lengkap" in status.stdout
    assert "belum ada" in officer("feedback", answer["id"], *pen, "--lang", "id").stderr
    assert "no feedback yet" in officer("feedback", answer["id"], *pen, "--lang", "en").stderr


def test_a_request_for_data_is_told_to_the_officer_as_a_refusal(pen, stack, tmp_path):
    done = officer("submit", written(tmp_path, data_request(f"{stack.url}/c/kabar")), *pen)
    assert done.returncode == 0
    assert "E2EE_TECHNICALLY_IMPOSSIBLE" in done.stdout


def test_a_signed_file_can_be_sent_with_any_other_tool_and_only_once(pen, stack, tmp_path):
    file = written(tmp_path, data_request(f"{stack.url}/c/kabar", external_ref="B-200"))
    prefix = tmp_path / "siap"
    signed = officer("sign", file, *pen, "--out", str(prefix))
    assert signed.returncode == 0
    command = [
        "curl", "-s", "-H", f"@{prefix}.headers", "--data-binary", f"@{prefix}.body",
        f"{stack.url}/liaison/v1/submissions",
    ]  # fmt: skip
    first = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    again = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert first["state"] == "refused"
    assert again["code"] == "nonce_replayed"


def test_each_failure_is_one_sentence_and_status_1(pen, stack, authority, tmp_path):
    good = written(tmp_path, mr5_order(f"{stack.url}/c/tiada/1"))
    other = tmp_path / "lain"
    officer("keygen", "--out", str(other))
    revoked = enrol(stack, authority, other)
    stack.cli("officer", "revoke", revoked)
    for arguments, word in (
        (["submit", good, *pen[:2], "--key", f"{other}.key", "--url", stack.url], "signature_invalid"),
        (["submit", good, "--officer", revoked, "--key", f"{other}.key", "--url", stack.url], "key_revoked"),
        (["submit", good, *pen[:4], "--url", "http://127.0.0.1:9"], "cannot be reached"),
        (["submit", str(tmp_path / "none.json"), *pen], "cannot be read"),
        (["submit", written(tmp_path, {"kind": "x"}), *pen], "malformed_submission"),
        (["status", "sub_" + "0" * 26, *pen], "submission_not_found"),
        (["status", "abc", *pen], "sub_"),
    ):
        done = officer(*arguments)
        assert done.returncode == 1
        assert word in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        assert done.stdout == ""
    assert officer("submit").returncode == 2


def test_fifty_megabytes_are_refused_over_the_wire_without_being_read(stack, pen):
    import httpx

    def flood():
        for _ in range(500):
            yield b" " * 100_000

    answer = httpx.post(
        f"{stack.url}/liaison/v1/submissions",
        content=flood(),
        headers={"content-length": "50000000"},
        timeout=30,
    )
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"
    assert httpx.get(f"{stack.url}/healthz").status_code == 200
