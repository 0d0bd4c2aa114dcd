"""Entries are checked when they are added, and a change of the bank is in force at once."""

from __future__ import annotations

import pytest
from tests.helpers.banks import bank_of, entry, found

from jaga.detect.bank import MOST_SIGNALS, Bank, BankChange
from jaga.detect.content import Content, Field
from jaga.detect.entry import BadEntry, Kind, KindNotSupported, parse_wording
from jaga.detect.media import CheckedMedia, MediaState
from jaga.detect.terms import Automaton
from jaga.detect.verdict import Allow, Hold, Outcome, Refuse

DIGEST = "ab" * 32


def wording(**changes: str):
    return parse_wording(
        **{"kind": "term", "term": "zqkabo", "category": "terrorism", "outcome": "refuse", **changes}
    )


def change(bank: Bank, *, added=(), removed=()) -> None:
    """As the detector does it: plan, build, apply."""
    news = BankChange(bank.version + 1, tuple(added), tuple(removed))
    plan = bank.plan(news)
    bank.apply(news, kept=plan.kept if plan else 0, built=Automaton(plan.entries) if plan else None)


def test_a_term_is_stored_as_typed_without_doubled_spaces():
    assert wording(term="  Zqkabo \n Mirta ").term == "Zqkabo Mirta"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "word"}, 'kind "word" is none of term, link, file'),
        ({"outcome": "delete"}, 'outcome "delete" is none of flag, hold, refuse'),
        ({"category": "Terror!"}, "category"),
        ({"language": "xx"}, "language"),
        ({"term": ""}, "empty"),
        ({"term": "\u200b\u200d"}, "seen"),
        ({"term": "a"}, "single"),
        ({"term": "x" * 201}, "200"),
        ({"kind": "file", "term": "abc"}, "SHA-256"),
        ({"kind": "link", "term": "localhost"}, "host"),
        ({"kind": "link", "term": "tanpa alamat"}, "host"),
        ({"note": "x" * 3000}, "2000"),
    ],
)
def test_an_entry_that_could_not_work_is_refused_with_its_reason(changes, says):
    with pytest.raises(BadEntry, match=says):
        wording(**changes)


@pytest.mark.parametrize("kind", ["pattern", "image"])
def test_kinds_that_are_not_applied_yet_are_refused_by_their_own_error(kind):
    with pytest.raises(KindNotSupported):
        wording(kind=kind, term="zq.*")


def test_every_field_is_checked_and_named():
    bank = bank_of("zqkabo")
    content = Content(
        fields=(
            Field("text", "aman"),
            Field("channel.title", "si zqkabo"),
            Field("file_name[0]", "zqk4bo.pdf"),
        ),
        links=(Field("entities[3].url", "https://contoh.example/zqkabo"),),
    )
    signals = bank.assess(content)
    assert [(signal.field, signal.start, signal.end) for signal in signals] == [
        ("channel.title", 3, 9),
        ("file_name[0]", 0, 6),
        ("entities[3].url", 23, 29),
    ]


def test_flags_pass_holds_wait_and_refusals_win():
    bank = bank_of(
        entry("abcda", outcome=Outcome.FLAG),
        entry("mirta", outcome=Outcome.HOLD),
        entry("zqkabo", outcome=Outcome.REFUSE),
    )
    assert isinstance(bank.decide(Content((Field("text", "abcda"),))), Allow)
    assert isinstance(bank.decide(Content((Field("text", "abcda mirta"),))), Hold)
    refused = bank.decide(Content((Field("text", "abcda mirta zqkabo"),)))
    assert isinstance(refused, Refuse)
    assert [signal.outcome for signal in refused.signals] == ["refuse", "hold", "flag"]


def test_a_listed_file_is_refused_and_an_unreadable_picture_held():
    bank = bank_of(entry(DIGEST, kind=Kind.FILE))
    listed = CheckedMedia(DIGEST, MediaState.OPAQUE, "media[0]")
    unreadable = CheckedMedia("cd" * 32, MediaState.UNDECODABLE, "media[1]")
    assert isinstance(bank.decide(Content(media=(listed,))), Refuse)
    held = bank.decide(Content(media=(unreadable,)))
    assert isinstance(held, Hold)
    assert held.signals[0].rule == "unscannable"
    for state in (MediaState.OPAQUE, MediaState.DECODED):
        assert isinstance(bank.decide(Content(media=(CheckedMedia("cd" * 32, state),))), Allow)


def test_entries_come_into_force_and_go_out_in_any_order():
    first, second, address, file = (
        entry("zqkabo"),
        entry("mirta walu"),
        entry("zqkabo.example", kind=Kind.LINK),
        entry(DIGEST, kind=Kind.FILE),
    )
    bank = bank_of(first)
    text = "zqkabo mirta walu https://zqkabo.example"
    change(bank, added=[second, address, file])
    assert found(bank, text) == ["zqkabo", "mirta walu", "zqkabo", "zqkabo.example"]
    assert bank.counts() == {"term": 2, "link": 1, "file": 1}
    change(bank, removed=[first.id, address.id, file.id])
    assert found(bank, text) == ["mirta walu"]
    assert isinstance(bank.decide(Content(media=(CheckedMedia(DIGEST, MediaState.OPAQUE),))), Allow)
    change(bank, added=[first], removed=[second.id])
    assert found(bank, "zqkabo mirta walu") == ["zqkabo"]
    assert bank.version == 4


def test_many_small_changes_leave_few_automata_and_lose_no_word():
    bank = bank_of(*(f"dasar{number:04d}x" for number in range(3_000)))
    for number in range(60):
        change(bank, added=[entry(f"tambah{number:03d}x")])
    removed = entry("sementara")
    change(bank, added=[removed])
    change(bank, removed=[removed.id])
    assert len(bank._terms._automata) <= 3
    for word in ("dasar0000x", "dasar2999x", "tambah000x", "tambah059x"):
        assert found(bank, word) == [word]
    assert found(bank, "sementara") == []


def test_a_long_list_in_portions_leaves_no_large_automaton_and_few_of_them():
    bank = bank_of("zqkabo")
    for portion in range(0, 40_000, 2_000):
        change(bank, added=[entry(f"panjang{number}x") for number in range(portion, portion + 2_000)])
    sizes = [len(automaton.entries) for automaton in bank._terms._automata]
    assert max(sizes) <= 20_000
    assert len(sizes) <= 10
    for word in ("zqkabo", "panjang0x", "panjang39999x"):
        assert found(bank, word) == [word]


def test_words_hidden_in_a_link_by_percent_signs_are_found():
    signals = bank_of("zqkabo").assess(
        Content(links=(Field("entities[0].url", "https://contoh.example/%7Aqk%61bo"),))
    )
    assert [(signal.field, signal.start, signal.end) for signal in signals] == [("entities[0].url", 0, 33)]


def test_a_flood_of_hits_reports_the_strictest_and_stays_bounded():
    words = [entry(f"kata{chr(97 + n // 26)}{chr(97 + n % 26)}", outcome=Outcome.FLAG) for n in range(400)]
    bank = bank_of(*words, entry("zqkabo"))
    text = " ".join([word.term for word in words] * 5 + ["zqkabo"])
    verdict = bank.decide(Content((Field("text", text),)))
    assert isinstance(verdict, Refuse)
    assert len(verdict.signals) == MOST_SIGNALS
