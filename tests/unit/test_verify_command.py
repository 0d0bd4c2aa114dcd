"""`jaga verify`: alone with a file and a public key."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
import typer
from typer.testing import CliRunner

from jaga.app.commands.ledger import register
from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.entry import Entry, EntryType
from jaga.ledger.note import Signer
from jaga.ledger.receipt import Receipt
from jaga.ledger.tile import grow, node_from, tree_root
from jaga.ledger.tree import hashes_of, inclusion_spans

SIGNER = Signer("chat.example/ledger", b"1" * 32)
DRAFT = Entry.of(
    type=EntryType.SUBMISSION,
    at=datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
    legal_class="id_mr5",
    outcome="queued",
    personal={"external_ref": "B-123/2026"},
)


@pytest.fixture
def place(tmp_path):
    """A directory with a receipt and the key that it is checked with."""
    leaves = [b"{}", DRAFT.entry.to_bytes(), b"[]"]
    tiles = grow({}, 0, leaves)
    receipt = Receipt(
        leaf=leaves[1],
        openings=DRAFT.openings,
        index=1,
        proof=hashes_of(inclusion_spans(1, 3), node_from(tiles)),
        checkpoint=SIGNER.sign(Checkpoint("chat.example/ledger", 3, tree_root(tiles, 3)).text()),
    )
    (tmp_path / "order.tlog-proof").write_text(receipt.render(), "utf-8")
    (tmp_path / "jaga-ledger.vkey").write_text(f"# the ledger of chat.example\n{SIGNER.verifier.vkey}\n")
    return tmp_path


@pytest.fixture
def verify(place):
    app = typer.Typer()
    register(app)

    def run(*arguments, receipt="order.tlog-proof"):
        return CliRunner().invoke(
            app, ["verify", str(place / receipt), "--data", str(place / "none"), *arguments]
        )

    return run


def test_it_says_what_was_proven(verify, place):
    done = verify()

    assert done.exit_code == 0
    assert done.stdout == (
        "Entry 1 of chat.example/ledger records: submission (id_mr5, queued) at 2026-11-23 02:00:00 UTC; it stands in "
        f"the ledger as signed at 3 entries. Checked with {place / 'jaga-ledger.vkey'}.\n"
        "It was recorded with these values:\n  external_ref: B-123/2026\n"
    )


def test_it_says_so_in_json_too(verify):
    proven = json.loads(verify("--json").stdout)

    assert proven["verified"] is True
    assert (proven["leaf"], proven["size"]) == (1, 3)
    assert proven["entry"]["legal_class"] == "id_mr5"
    assert proven["opened"] == {"external_ref": "B-123/2026"}


def test_it_works_in_a_process_of_its_own_with_nothing_else_at_hand(place):
    watch = (
        "import sys; from jaga.app.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", watch, "verify", "order.tlog-proof", "--keys", "jaga-ledger.vkey"],
        cwd=place,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("Entry 1 of chat.example/ledger")
    for heavy in ("sqlalchemy", "psycopg", "litestar", "synapse", "twisted", "procrastinate"):
        assert f"'{heavy}'" not in done.stderr


def test_one_changed_byte_is_one_sentence_and_exit_status_one(verify, place):
    path = place / "order.tlog-proof"
    whole = path.read_bytes()

    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        done = verify()
        assert done.exit_code == 1, at
        assert done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1


def test_another_ledgers_key_proves_nothing(verify, place):
    (place / "other.vkey").write_text(Signer("chat.example/ledger", b"2" * 32).verifier.vkey)

    done = verify("--keys", str(place / "other.vkey"))

    assert done.exit_code == 1
    assert "no known key has signed this" in done.stderr


def test_without_a_key_it_says_where_to_get_one(verify, place):
    (place / "jaga-ledger.vkey").unlink()

    done = verify()

    assert done.exit_code == 1
    assert "/.well-known/jaga/ledger.vkey" in done.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "proves nothing"),
        (b"\xff\xfe", "is not text"),
        (b"x" * 2_000_001, "is larger than any receipt"),
        (b"c2sp.org/tlog-proof@v1\n", "proves nothing"),
    ],
)
def test_a_file_that_is_no_receipt_is_one_sentence(verify, place, content, sentence):
    (place / "other").write_bytes(content)

    done = verify(receipt="other")

    assert done.exit_code == 1
    assert sentence in done.stderr


def test_a_file_that_is_not_there_is_one_sentence(verify):
    done = verify(receipt="missing")

    assert done.exit_code == 1
    assert "cannot be read" in done.stderr


@pytest.mark.parametrize(
    ("keys", "sentence"), [("", "holds no public key"), ("nonsense", "not a public key")]
)
def test_keys_that_are_none_are_one_sentence(verify, place, keys, sentence):
    (place / "keys").write_text(keys)

    done = verify("--keys", str(place / "keys"))

    assert done.exit_code == 1
    assert sentence in done.stderr
