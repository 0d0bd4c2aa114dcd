"""Whatever an entry says, it reads back from its leaf; whatever a receipt opens, it proves."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaga.core.ids import CaseId
from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.entry import Entry, EntryType, MalformedEntry
from jaga.ledger.note import MalformedNote, Note, Signer, Verifier
from jaga.ledger.receipt import Receipt, ReceiptInvalid, verify_receipt
from jaga.ledger.tree import leaf_hash

SIGNER = Signer("chat.example/ledger", b"1" * 32)

LETTERS = "ABCxyz019"
words = st.none() | st.builds(
    "".join, st.tuples(st.sampled_from(LETTERS), st.text(LETTERS + "_.:()+-", max_size=119))
)
fields = st.builds("".join, st.tuples(st.sampled_from("abz"), st.text("abz019_", max_size=39)))
instants = st.integers(0, 250_000_000_000_000_000).map(
    lambda us: datetime.fromtimestamp(us // 10**6, UTC).replace(microsecond=us % 10**6)
)
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
drafts = st.builds(
    Entry.of,
    type=st.sampled_from(EntryType),
    at=instants,
    case=st.none() | st.builds(CaseId.new),
    jurisdiction=st.none() | st.sampled_from(["ID", "DE", "ALL_EU", "GLOBAL"]),
    category=words,
    authority=words,
    actor_class=words,
    legal_class=words,
    deadline_at=st.none() | instants,
    action=words,
    outcome=words,
    subject=words,
    count=st.none() | st.integers(0, 2**53 - 1),
    personal=st.dictionaries(fields, values, max_size=5),
)


@given(drafts, st.none() | st.integers(1, 10_000))
def test_every_entry_reads_back_from_its_leaf(draft, seq):
    entry = draft.entry if seq is None else draft.numbered(seq).entry

    assert Entry.parse(entry.to_bytes()) == entry


@given(drafts)
def test_a_receipt_proves_every_value_that_it_opens(draft):
    leaf = draft.entry.to_bytes()
    note = SIGNER.sign(Checkpoint("chat.example/ledger", 1, leaf_hash(leaf)).text())
    text = Receipt(leaf=leaf, openings=draft.openings, index=0, proof=(), checkpoint=note).render()

    proven = verify_receipt(text, [SIGNER.verifier])

    assert proven.entry == draft.entry
    assert proven.opened == {opening.field: opening.value for opening in draft.openings}


@given(st.text(max_size=400) | st.binary(max_size=400).map(lambda raw: raw.decode("utf-8", "replace")))
def test_no_text_makes_a_parser_fail_in_any_way_but_its_own(text):
    for parse, refusal in (
        (Receipt.parse, ReceiptInvalid),
        (Note.parse, MalformedNote),
        (Verifier.parse, MalformedNote),
        (Checkpoint.parse, MalformedNote),
    ):
        with pytest.raises(refusal):
            parse(text)


@given(st.binary(max_size=400))
def test_no_bytes_make_the_entry_parser_fail_in_any_way_but_its_own(leaf):
    with pytest.raises(MalformedEntry):
        Entry.parse(leaf)
