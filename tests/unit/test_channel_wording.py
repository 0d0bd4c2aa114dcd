"""What people write, in its normal form."""

from __future__ import annotations

import pytest

from jaga.channels.errors import BadField
from jaga.channels.wording import clean, clean_file_name, clean_line, is_blank


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("Selamat pagi", "Selamat pagi"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("gambar\u202egpj.exe", "gambargpj.exe"),
        ("zq\u200bka\u2060bo\ufeff", "zqkabo"),
        ("baris\r\nbaris\u2028baris", "baris\nbaris\nbaris"),
        ("e\u0301", "é"),
        ("a" + "\u0301" * 50, "á\u0301\u0301\u0301"),
        ("x" + "\u200d" * 500 + "y", "x\u200d\u200dy"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 ❤\ufe0f\u200d\U0001f525",) * 2,
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
        ("a\U000e0068\U000e0069b", "ab"),
        ("سلام\u200cبه", "سلام\u200cبه"),
    ],
)
def test_what_no_reader_can_see_is_dropped_and_what_scripts_need_stays(written, stored):
    assert clean(written) == stored
    assert clean(clean(written)) == stored


def test_a_lone_surrogate_is_refused_because_it_is_no_text():
    with pytest.raises(BadField):
        clean("a\ud800b")


def test_a_title_is_one_line():
    assert clean_line("  Warta \n\t Kampung  ") == "Warta Kampung"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("surat\u202efdp.exe", "suratfdp.exe"),
        ("C:\\foto.jpg", "C__foto.jpg"),
        ("a" * 300 + ".pdf", "a" * 117 + ".pdf"),
        ("   ", ""),
    ],
)
def test_a_file_name_is_safe_to_save_under(sent, kept):
    assert clean_file_name(sent) == kept


@pytest.mark.parametrize("text", ["", " \n", "\u200d\ufe0f", "\u2800 \u2800"])
def test_text_without_anything_to_see_is_blank(text):
    assert is_blank(text)
    assert not is_blank(text + "a")
