"""The ledger of a running Jaga: its public key, its check, its worker, and its refusal to go on with another key."""

from __future__ import annotations

import httpx
import psycopg
from tests.helpers.stack import eventually, run_cli, running_stack, starting

from jaga.app.installation import Installation
from jaga.app.postgres import running
from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.note import Verifier


def test_its_key_is_the_same_on_the_command_line_beside_the_data_and_on_the_web(stack):
    vkey = stack.cli("ledger", "key")["vkey"]

    assert Verifier.parse(vkey).name == f"{stack.server_name}/ledger"
    assert (stack.data / "ledger/jaga-ledger.vkey").read_text() == f"{vkey}\n"
    assert httpx.get(f"{stack.url}/.well-known/jaga/ledger.vkey").text == f"{vkey}\n"
    assert (stack.data / "secrets/ledger.key").stat().st_mode & 0o777 == 0o600
    checkpoint = httpx.get(f"{stack.url}/ledger/checkpoint").text
    assert Checkpoint.open(checkpoint, [Verifier.parse(vkey)]).size >= 0


def test_the_check_passes_while_jaga_runs(stack):
    checked = stack.cli("ledger", "fsck")

    assert checked["whole"] is True
    assert checked["first_bad_index"] is None


def insert_entry(data, ref):
    """An entry as an act leaves it, by the database alone."""
    from jaga.core.clock import utc_now
    from jaga.ledger.entry import Entry, EntryId, EntryType

    leaf = Entry.of(type=EntryType.OUTAGE, at=utc_now(), action=ref).entry.to_bytes()
    server = Installation.open(data).server
    with psycopg.connect(server.conninfo("jaga", "jaga")) as connection:
        connection.execute(
            "INSERT INTO ledger_outbox (id, ref, leaf) VALUES (%s, %s, %s)", [EntryId.new(), ref, leaf]
        )


def size(stack):
    return int(httpx.get(f"{stack.url}/ledger/checkpoint").text.split("\n")[1])


def test_the_worker_integrates_by_itself_and_again_after_a_kill(stack):
    before = size(stack)
    insert_entry(stack.data, "first")
    eventually(lambda: size(stack) > before, seconds=2)

    killed = stack.kill("worker")
    before = size(stack)
    insert_entry(stack.data, "second")
    eventually(lambda: size(stack) > before, seconds=20)
    stack.wait_for_another("worker", killed)


def test_a_changed_entry_is_named_when_jaga_is_stopped_and_another_key_keeps_it_from_starting(tmp_path):
    with running_stack(tmp_path / "data") as stack:
        insert_entry(stack.data, "first")
        eventually(lambda: size(stack) > 0, seconds=2)
        stack.stop()
    assert run_cli("ledger", "fsck", "--data", str(stack.data)).returncode == 0
    cluster = Installation.open(stack.data).cluster
    with running(cluster) as server, psycopg.connect(server.conninfo("jaga", "jaga")) as connection:
        connection.execute("ALTER TABLE ledger_leaves DISABLE TRIGGER append_only")
        connection.execute(
            "UPDATE ledger_leaves SET leaf = overlay(leaf PLACING 'X' FROM 3 FOR 1) WHERE leaf_index = 0"
        )

    done = run_cli("ledger", "fsck", "--data", str(stack.data))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "first at entry 0" in done.stderr

    (stack.data / "secrets/ledger.key").write_bytes(b"2" * 32)
    with starting(stack.data) as again:
        assert again.process.wait(120) == 1
    assert "was not signed with the present key" in again.output()
    assert "bring back the former secrets/ledger.key" in again.output()
