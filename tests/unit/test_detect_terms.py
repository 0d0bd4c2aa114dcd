"""A listed word is found through every disguise, and ordinary text is left alone."""

from __future__ import annotations

import pytest
from tests.helpers.banks import bank_of, found

# name, what is written, what must be highlighted
EVASIONS = [
    ("plainly", "zqkabo", "zqkabo"),
    ("in capitals", "ZqKABO", "ZqKABO"),
    ("zero-width space", "zq\u200bka\u200bbo", "zq\u200bka\u200bbo"),
    ("zero-width joiner at every letter", "z\u200dq\u200dk\u200da\u200db\u200do", None),
    ("word joiner and invisible separator", "zqk\u2060a\u2063bo", None),
    ("tag characters", "zqk\U000e0061abo", None),
    ("hangul filler", "zqk\u3164abo", None),
    ("control character", "zqk\x08abo", None),
    ("full width", "ｚｑｋａｂｏ", "ｚｑｋａｂｏ"),
    ("math bold", "𝐳𝐪𝐤𝐚𝐛𝐨", "𝐳𝐪𝐤𝐚𝐛𝐨"),
    ("math fraktur and script", "𝔷𝔮𝔨𝓪𝓫𝓸", None),
    ("circled", "ⓩⓠⓚⓐⓑⓞ", None),
    ("squared and negative", "🅉🅀🅺🅰🅱🅾", None),
    ("flag letters", "🇿🇶🇰🇦🇧🇴", None),
    ("parenthesized", "⒵⒬⒦⒜⒝⒪", None),
    ("small capitals", "ᴢǫᴋᴀʙᴏ", None),
    ("combining marks", "z\u0336q\u0336k\u0301a\u0308b\u0336o\u20dd", "z\u0336q\u0336k\u0301a\u0308b\u0336o"),
    ("precomposed accents", "žqķáḃö", None),
    ("soft hyphen", "zq\u00adka\u00adbo", None),
    ("Cyrillic", "zqкаво", "zqкаво"),
    ("Greek", "zqκαβο", None),
    ("Armenian", "zգkaboո"[:-1], None),
    ("mixed alphabets", "ᴢԛκа𝐛ο", None),
    ("Canadian syllabics and Lisu", "ꓜqKᗩᗷꓳ", None),
    ("leet vowels", "zqk4b0", "zqk4b0"),
    ("leet consonants", "zqka80", None),
    ("signs for letters", "zqk@b0", None),
    ("repeated letters", "zzzqqkkkaaabooooo", "zzzqqkkkaaabooooo"),
    ("spaced", "z q k a b o", "z q k a b o"),
    ("widely spaced", "z  q   k  a  b  o", None),
    ("spaced and leet", "z q k 4 b 0", None),
    ("one letter a line", "z\nq\nk\na\nb\no", None),
    ("dotted", "z.q.k.a.b.o", "z.q.k.a.b.o"),
    ("dashed", "z-q-k-a-b-o", None),
    ("dashed with spaces", "z - q - k - a - b - o", None),
    ("underscored", "z_q_k_a_b_o", None),
    ("punctuation in the middle", "zqk.abo", "zqk.abo"),
    ("asterisk in the middle", "zqk*abo", None),
    ("emoji in the middle", "zqk🔥abo", "zqk🔥abo"),
    ("emoji with skin color at each letter", "z👍🏽q👍🏽k👍🏽a👍🏽b👍🏽o", None),
    ("keycap and variation selector", "zqk\ufe0fabo", None),
    ("leet, zero-width and repeats together", "zz\u200bqk4\u200bbbb00", None),
    ("dotted, full width and leet together", "ｚ.ｑ.ｋ.４.ｂ.０", None),
    ("as a hashtag", "#zqkabo", "zqkabo"),
    ("with the Indonesian plural sign", "zqkabo2", "zqkabo"),
    ("with a number behind", "zqkabo123", "zqkabo"),
    ("in quotes", "“zqkabo”", "zqkabo"),
    ("after a comma without space", "lalu,zqkabo", "zqkabo"),
]


@pytest.mark.parametrize(
    ("written", "shown"), [row[1:] for row in EVASIONS], ids=[row[0] for row in EVASIONS]
)
@pytest.mark.parametrize("carrier", ["{}", "ini {} ya, teman", "Halo! 😀 “{}”… sampai jumpa 👋"])
def test_a_listed_word_is_found_however_it_is_disguised(written, shown, carrier):
    spans = found(bank_of("zqkabo"), carrier.format(written))
    assert spans, "the disguise was not seen through"
    assert (shown or written) in spans


@pytest.mark.parametrize(
    "written",
    [
        "mirta walu",
        "Mirta  WALU",
        "mirta\nwalu",
        "m1rta w4lu",
        "m.i.r.t.a w-a-l-u",
        "mirta-walu",
        "mirta_walu",
        "#MirtaWalu",
        "mirta... walu",
        "m i r t a w a l u",
        "мirtа\u00a0wаlυ",
    ],
)
def test_a_listed_phrase_is_found_however_its_words_are_parted(written):
    assert found(bank_of("mirta walu"), f"lihat {written} di sini") == [written.removeprefix("#")]


INNOCENT = [
    ("a word inside another", "bo", "kebolehan boleh tumbo"),
    ("Scunthorpe", "zqk", "azqkab zqkabo kazqk"),
    ("as in asing", "asi", "pasir asing nasi"),
    ("4G is not ag", "ag", "sinyal 4G dan 5G"),
    ("covid19 is not covidig", "covidi", "covid19 covid-19 COVID19"),
    ("mp3 is not mp", "mp", "berkas mp3 dan mp4"),
    ("phone numbers are no words", "obi", "hubungi 081-234 0812 3456 0 8 1 2 3"),
    ("numbers are no words", "as", "45 4.5 4-5"),
    ("enumerations are no words", "ab", "a b c. a) ayam b) bebek c) cicak"),
    ("single letters beside words", "ita", "i ta it a"),
    ("a double letter in the term stays one", "ass", "as AS a.s"),
    ("a double letter in the term, stretched elsewhere", "ass", "aaaas aaaaas"),
    ("an abbreviation is no word", "a.s", "as"),
    ("exclamation marks are not i", "babii", "babi! babi!!"),
    ("sentence ends", "aku di", "aku. Dia"),
    ("a price", "ribu", "Rp50.000"),
    ("email address", "abcd", "ab@cd.example"),
]


@pytest.mark.parametrize(("term", "text"), [row[1:] for row in INNOCENT], ids=[row[0] for row in INNOCENT])
def test_ordinary_text_is_left_alone(term, text):
    assert found(bank_of(term), text) == []


def test_ordinary_sentences_carry_no_listed_word():
    bank = bank_of("zqkabo", "mirta walu", "asu", "tai", "ass", "kont", "ag", "be")
    for text in (
        "Rapat ke-3 RT 05/RW 12 pukul 19.30 WIB di balai warga; bawa KTP, 2 lembar fotokopi.",
        "Vaksin covid19 dosis ke-2 di puskesmas, sinyal 4G lancar. Hubungi 0812-3456-7890!",
        "Pilihan: a) nasi b) mie c) roti. Anak2 boleh ikut. Rp50.000/orang.",
        "Assalamualaikum, masuk pantai lewat gerbang utara. Kontak: info@contoh.example",
    ):
        assert found(bank, text) == []


@pytest.mark.parametrize(
    ("term", "text", "shown"),
    [
        ("ass", "you asssss", "asssss"),
        ("maaf", "maaaaf", "maaaaf"),
        ("çılgın", "ÇILGIN", "ÇILGIN"),
        ("b4b1", "si b4b1 itu", "b4b1"),
        ("c++", "belajar c++ yuk", "c++"),
        ("18+", "film 18+ saja", "18+"),
        ("🔪", "awas🔪🔪", "🔪"),
        ("babi🐷", "dasar babi🐷!", "babi🐷"),
        ("炸弹", "这是炸弹吗", "炸弹"),
        ("ระเบิด", "ทำระเบิดเอง", "ระเบิด"),
        ("ꦏꦺꦴꦤ꧀", "ꦲꦏꦺꦴꦤ꧀ꦠ", "ꦏꦺꦴꦤ꧀"),
        ("قنبلة", "صنع قُنْبُلَة هنا", "قُنْبُلَة"),
        ("бомба", "это БОМБА!", "БОМБА"),
        ("zq-ka", "ini zq-ka ya", "zq-ka"),
    ],
)
def test_terms_of_any_alphabet_and_form_are_found_where_they_stand(term, text, shown):
    assert shown in found(bank_of(term), text)


@pytest.mark.parametrize(("term", "text"), [("babi🐷", "babi🐶"), ("ก่า", "กา"), ("бомба", "бомбардир")])
def test_what_folding_would_confuse_stays_apart(term, text):
    assert found(bank_of(term), text) == []


def test_a_place_is_reported_once_and_all_places_are():
    text = "zqkabo, lalu zqkabo dan zqk4b0"
    assert found(bank_of("zqkabo"), text) == ["zqkabo", "zqkabo", "zqk4b0"]
