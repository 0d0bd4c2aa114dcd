"""What a ledger entry may say, and what it never says."""

from datetime import UTC, datetime

import pytest

from jaga.core.ids import CaseId
from jaga.ledger.commitment import NotTheCommittedValue, Opening, verify_opening
from jaga.ledger.entry import Entry, EntryType, MalformedEntry

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CASE = CaseId("case_01j00000000000000000000000")


def draft(**changes):
    values = {
        "type": EntryType.SUBMISSION,
        "at": NOW,
        "case": CASE,
        "jurisdiction": "ID",
        "category": "terrorism",
        "legal_class": "id_mr5",
        "outcome": "queued",
        "personal": {"officer": "off_123", "target": "https://chat.example/c/kabar"},
    }
    return Entry.of(**values | changes)


def test_an_entry_is_canonical_json_of_the_fields_that_are_set():
    made = draft(personal=None)

    assert made.entry.to_bytes() == (
        b'{"case":"case_01j00000000000000000000000","cat":"terrorism","jur":"ID","legal_class":"id_mr5",'
        b'"outcome":"queued","ts":"2026-11-23T02:00:00.000000Z","type":"submission","v":1}'
    )


def test_an_entry_reads_back_from_its_leaf():
    entry = draft(deadline_at=NOW, count=3, subject="id:3").numbered(7).entry

    assert Entry.parse(entry.to_bytes()) == entry


def test_personal_values_leave_only_commitments_that_their_openings_open():
    made = draft()

    assert b"off_123" not in made.entry.to_bytes()
    assert [opening.field for opening in made.openings] == ["officer", "target"]
    for opening in made.openings:
        assert verify_opening(opening, made.entry.commitments[opening.field]) == opening.value


def test_the_same_value_never_gets_the_same_commitment_twice():
    assert draft().entry.commitments["officer"] != draft().entry.commitments["officer"]


@pytest.mark.parametrize("change", [{"value": "off_124"}, {"salt": b"0" * 32}, {"field": "target"}])
def test_another_value_salt_or_field_does_not_open_a_commitment(change):
    opening = Opening("officer", "off_123", b"1" * 32)
    other = Opening(**{"field": "officer", "value": "off_123", "salt": b"1" * 32} | change)

    with pytest.raises(NotTheCommittedValue):
        verify_opening(other, opening.commitment())


def test_an_opening_does_not_show_its_value_or_salt_in_a_log():
    assert "off_123" not in repr(Opening.fresh("officer", "off_123"))


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "because Budi wrote so"},
        {"category": "siti@warga.example"},
        {"subject": "https://chat.example/c/kabar"},
        {"subject": "@siti:chat.example"},
        {"action": ""},
        {"action": "x" * 121},
        {"jurisdiction": "Indonesia"},
        {"count": -1},
        {"count": True},
        {"at": datetime(2026, 11, 23)},  # noqa: DTZ001 - a time without zone is what is refused
        {"personal": {"Officer Name": "x"}},
        {"personal": {"name": "half a \ud800 pair"}},
        {"personal": {"name": "nothing\x00"}},
    ],
)
def test_an_entry_takes_no_sentence_address_or_size_that_it_should_not(change):
    with pytest.raises(MalformedEntry):
        draft(**change)


def test_an_entry_longer_than_a_bundle_can_hold_is_refused():
    huge = draft(personal={f"field_{number}": "x" for number in range(1400)})

    with pytest.raises(MalformedEntry, match="longer than 65535 bytes"):
        huge.entry.to_bytes()


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b'{"v":1}',
        b'{"ts":"2026-11-23T02:00:00.000000Z","type":"submission","v":2}',
        b'{"ts":"2026-11-23T02:00:00.000000Z","type":"gossip","v":1}',
        b'{"ts":"2026-11-23T02:00:00.000000Z","type":"submission","v":1} ',
        b'{"type":"submission","ts":"2026-11-23T02:00:00.000000Z","v":1}',
        b'{"ts":"2026-11-23T02:00:00Z","type":"submission","v":1}',
        b'{"ts":"2026-11-23T02:00:00.000000Z","type":"submission","v":1,"v":1}',
        b'{"ts":"2026-11-23T02:00:00.000000Z","type":"submission","v":1,"x":1}',
        b'{"seq":true,"ts":"2026-11-23T02:00:00.000000Z","type":"submission","v":1}',
        b'{"cat":5,"ts":"2026-11-23T02:00:00.000000Z","type":"submission","v":1}',
        b'{"c":["x"],"ts":"2026-11-23T02:00:00.000000Z","type":"submission","v":1}',
        b'{"c":{"who":"x"},"ts":"2026-11-23T02:00:00.000000Z","type":"submission","v":1}',
        b'{"case":"case_1","ts":"2026-11-23T02:00:00.000000Z","type":"submission","v":1}',
        b"[" * 100_000,
    ],
)
def test_only_canonical_entries_are_read(leaf):
    with pytest.raises(MalformedEntry):
        Entry.parse(leaf)
