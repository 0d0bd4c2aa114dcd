"""A receipt proves what it says to whoever has the public key, and nothing once a byte has changed."""

import base64
import dataclasses
from datetime import UTC, datetime

import pytest

from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.commitment import NotTheCommittedValue, Opening, verify_opening
from jaga.ledger.entry import Entry, EntryType
from jaga.ledger.note import Signer
from jaga.ledger.receipt import Receipt, ReceiptInvalid, verify_receipt
from jaga.ledger.tile import grow, node_from, tree_root
from jaga.ledger.tree import hashes_of, inclusion_spans

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SIGNER = Signer("chat.example/ledger", b"1" * 32)
STRANGER = Signer("chat.example/ledger", b"2" * 32)
DRAFTS = [
    Entry.of(
        type=EntryType.SUBMISSION,
        at=NOW,
        legal_class="id_mr5",
        personal={"officer": f"off_{n}", "ref": "B-1"},
    )
    for n in range(11)
]
LEAVES = [draft.entry.to_bytes() for draft in DRAFTS]


def receipt(index=6, *, signer=SIGNER, openings=None):
    tiles = grow({}, 0, LEAVES)
    checkpoint = Checkpoint("chat.example/ledger", len(LEAVES), tree_root(tiles, len(LEAVES)))
    return Receipt(
        leaf=LEAVES[index],
        openings=DRAFTS[index].openings if openings is None else openings,
        index=index,
        proof=hashes_of(inclusion_spans(index, len(LEAVES)), node_from(tiles)),
        checkpoint=signer.sign(checkpoint.text()),
    )


def test_a_receipt_proves_the_entry_its_place_and_the_fields_it_opens():
    proven = verify_receipt(receipt().render(), [SIGNER.verifier])

    assert proven.entry == DRAFTS[6].entry
    assert (proven.index, proven.checkpoint.size) == (6, 11)
    assert proven.opened == {"officer": "off_6", "ref": "B-1"}


def test_a_receipt_may_keep_its_personal_fields_closed():
    text = receipt(openings=()).render()

    assert verify_receipt(text, [SIGNER.verifier]).opened == {}
    assert b"off_6" not in base64.b64decode(text.split("\n")[1].removeprefix("extra "))


def test_a_receipt_has_the_form_of_a_tlog_proof():
    lines = receipt().render().split("\n")

    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 6"
    assert lines[3 + 4 : 3 + 4 + 3] == ["", "chat.example/ledger", "11"]
    assert base64.b64decode(lines[1].removeprefix("extra ")).split(b"\n")[0] == LEAVES[6]


def test_every_receipt_of_every_entry_verifies():
    for index in range(len(LEAVES)):
        assert verify_receipt(receipt(index).render(), [SIGNER.verifier]).index == index


def test_no_byte_of_a_receipt_can_change():
    text = receipt().render().encode()

    for at in range(len(text)):
        for changed in {text[at] ^ 1, text[at] ^ 32, ord("A"), ord("\n")} - {text[at]}:
            broken = text[:at] + bytes([changed]) + text[at + 1 :]
            with pytest.raises(ReceiptInvalid):
                verify_receipt(broken.decode("utf-8", "surrogateescape"), [SIGNER.verifier])


def test_a_salt_that_ends_in_zeros_cannot_be_shortened():
    whole = Opening("officer", "off_1", b"1" * 31 + b"\0")
    short = dataclasses.replace(whole, salt=b"1" * 31)

    assert short.commitment() == whole.commitment()
    assert verify_opening(whole, whole.commitment()) == "off_1"
    with pytest.raises(NotTheCommittedValue):
        verify_opening(short, whole.commitment())


def test_no_byte_of_a_receipt_can_go_or_come():
    text = receipt().render()

    for at in range(len(text) + 1):
        for broken in (text[:at] + "A" + text[at:], text[:at] + "\n" + text[at:], text[:at] + text[at + 1 :]):
            if broken != text:
                with pytest.raises(ReceiptInvalid):
                    verify_receipt(broken, [SIGNER.verifier])


def test_another_key_under_the_same_name_proves_nothing():
    with pytest.raises(ReceiptInvalid, match="no known key"):
        verify_receipt(receipt(signer=STRANGER).render(), [SIGNER.verifier])


def test_the_extra_line_is_not_believed_by_itself():
    other = dataclasses.replace(receipt(), leaf=LEAVES[5], openings=DRAFTS[5].openings)

    with pytest.raises(ReceiptInvalid, match="does not lead to the root"):
        verify_receipt(other.render(), [SIGNER.verifier])


@pytest.mark.parametrize(
    "opening",
    [
        Opening("officer", "off_7", DRAFTS[6].openings[0].salt),
        Opening("officer", "off_6", bytes(32)),
        Opening("nickname", "off_6", DRAFTS[6].openings[0].salt),
    ],
)
def test_a_value_that_was_not_committed_to_proves_nothing(opening):
    with pytest.raises(ReceiptInvalid):
        verify_receipt(receipt(openings=(opening,)).render(), [SIGNER.verifier])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v2" + receipt().render().removeprefix("c2sp.org/tlog-proof@v1"),
        receipt().render().replace("\n", "\r\n"),
        receipt().render().replace("index 6", "index 06"),
        receipt().render().replace("extra ", "Extra "),
        "c2sp.org/tlog-proof@v1\nindex 0\n\n"
        + SIGNER.sign(Checkpoint("chat.example/ledger", 1, bytes(32)).text()),
        "x" * 3_000_000,
    ],
)
def test_anything_else_is_no_receipt(text):
    with pytest.raises(ReceiptInvalid):
        verify_receipt(text, [SIGNER.verifier])
