"""Folding holds for any text: it never fails, is stable, and its offsets point to what was written."""

from __future__ import annotations

import random
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st
from tests.helpers.banks import bank_of, found

from jaga.detect.fold import as_seen, readings, unstretched

ANY = st.text(max_size=300)
CARRIER = st.text(alphabet="abcdefghijlmnprstuvwy .,?\n", max_size=80)
INVISIBLE = ["\u200b", "\u200d", "\u2060", "\u00ad", "\ufe0f", "\u0301", "\u0336"]
SEPARATORS = [".", "-", "_", "*", "~", "·", "🔥", "👍🏽"]
LOOKALIKES = {
    "z": ["z", "Z", "ｚ", "𝐳", "ⓩ", "ž"],
    "q": ["q", "Q", "ԛ", "𝗊", "🅀"],
    "k": ["k", "K", "к", "κ", "𝓴"],
    "a": ["a", "A", "а", "α", "á", "4", "@"],
    "b": ["b", "B", "в", "𝔟", "8"],
    "o": ["o", "O", "о", "ο", "օ", "0", "ø"],
}


@given(ANY)
@example("ß" * 10 + "İ" + "\u0345")
@example("\ud800")
@example("1" * 50 + "a" + "!" * 50)
def test_any_text_has_readings_and_every_offset_lies_inside_it(text):
    for reading in readings(text):
        previous = 0
        for position in range(len(reading.form.text)):
            start, end = reading.form.origin(position, position + 1)
            assert 0 <= start < end <= len(text)
            assert start >= previous
            previous = start


@given(ANY)
def test_folding_what_is_folded_changes_nothing(text):
    once = unstretched(as_seen(text)).text
    assert unstretched(as_seen(once)).text == once
    assert as_seen(as_seen(text).text).text == as_seen(text).text


@given(ANY)
def test_each_folded_character_stands_for_the_original_piece_it_points_to(text):
    form = as_seen(text)
    for position, character in enumerate(form.text):
        start, end = form.origin(position, position + 1)
        assert character in (as_seen(text[start:end]).text or " ")


@given(st.text(st.characters(exclude_characters="ǫǪǭǬ", max_codepoint=0xABFF), max_size=50))
def test_composed_and_decomposed_text_fold_alike(text):
    composed = unicodedata.normalize("NFC", text)
    assert as_seen(unicodedata.normalize("NFD", composed)).text == as_seen(composed).text or any(
        "\u1100" <= letter <= "\u11ff" for letter in unicodedata.normalize("NFD", composed)
    )


@given(CARRIER, CARRIER, st.integers())
def test_a_listed_word_with_random_disguises_is_found_in_its_place(before, after, seed):
    chance = random.Random(seed)
    separator = chance.choice([*SEPARATORS, "", "", "", " "])
    letters = []
    for letter in "zqkabo":
        drawn = chance.choice(LOOKALIKES[letter])
        if drawn.isalpha() and not separator:
            drawn *= chance.choice([1, 1, 1, 2, 5])
        letters.append(drawn + "".join(chance.choices(INVISIBLE, k=chance.choice([0, 0, 1, 3]))))
    written = separator.join(letters)
    text = f"{before} {written} {after}"
    spans = found(bank_of("zqkabo"), text)
    core = written.rstrip("".join(INVISIBLE))
    assert any(core in span or span in written for span in spans), text


@given(
    st.lists(
        st.sampled_from(
            ["zqk4b0", "m1rta", "walu", "w4lu", "z q k 4 b 0", "@", "aku", "4G", "-", "z.q.@.x", "a", "!"]
        ),
        max_size=30,
    )
)
def test_reading_excerpts_as_leet_finds_what_reading_the_whole_finds(words):
    text = " ".join(words)
    bank = bank_of("zqkabo", "mirta walu")
    by_excerpts = found(bank, text)
    bank._terms._reach = 10_000
    assert sorted(found(bank, text)) == sorted(by_excerpts)
