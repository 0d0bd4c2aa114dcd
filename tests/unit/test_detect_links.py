"""A listed address is found as a browser would read it, and its neighbors are not."""

from __future__ import annotations

import pytest
from tests.helpers.banks import bank_of, entry, found

from jaga.detect.entry import Kind


def bank(*addresses: str):
    return bank_of(*(entry(address, kind=Kind.LINK) for address in addresses))


@pytest.mark.parametrize(
    ("listed", "text", "shown"),
    [
        ("zqkabo.example", "buka https://zqkabo.example/a/b?c=d ya", "zqkabo.example"),
        ("zqkabo.example", "zqkabo.example", "zqkabo.example"),
        ("zqkabo.example", "di sub.domain.zqkabo.example.", "sub.domain.zqkabo.example."),
        ("https://www.zqkabo.example/", "HTTPS://ZQKABO.EXAMPLE:443/", "ZQKABO.EXAMPLE"),
        ("zqkabo.example", "https://contoh.example@zqkabo.example/x", "zqkabo.example"),
        ("zqkabo.example", "https://contoh.example/?u=https://zqkabo.example", "zqkabo.example"),
        ("zqkabo.example", "zqkabo。example", "zqkabo。example"),
        ("zqkabo.example", "zq\u200bkabo.exam\u00adple", "zq\u200bkabo.exam\u00adple"),
        ("zqkabo.example", "https://zqk%61bo%2eexample/", "zqk%61bo%2eexample"),
        ("zqkabo.example", "zqkabo[.]example", "zqkabo[.]example"),
        ("zqkabo.example", "zqkabo (titik) example", "zqkabo (titik) example"),
        ("zqkabo.example", "https://ｚｑｋａｂｏ.example", "ｚｑｋａｂｏ.example"),
        ("zqkabö.example", "https://xn--zqkab-nua.example", "xn--zqkab-nua.example"),
        ("t.example/zqkabo", "https://t.example/zqkabo", "t.example/zqkabo"),
        ("t.example/zqkabo", "t.example:8443//ZQKABO/12?x", "t.example:8443//ZQKABO/12"),
        ("t.example/zqkabo", "t.example/./%7Aqkabo/1", "t.example/./%7Aqkabo/1"),
        ("t.example/a/b", "t.example\\a\\b", "t.example\\a\\b"),
    ],
)
def test_a_listed_address_is_found_however_it_is_written(listed, text, shown):
    assert shown in found(bank(listed), text)


@pytest.mark.parametrize(
    ("listed", "text"),
    [
        ("zqkabo.example", "https://notzqkabo.example https://zqkabo.example.org zqkabo example"),
        ("zqkabo.example", "https://zqkabo-example.org/zqkabo.exampl"),
        ("t.example/zqkabo", "https://t.example/ t.example/zqkaboo t.example/x/zqkabo"),
        ("a.b.example", "https://b.example https://xa.b.example"),
    ],
)
def test_other_addresses_are_left_alone(listed, text):
    assert found(bank(listed), text) == []


def test_a_long_hostile_address_is_read_in_linear_time():
    listed = bank("zqkabo.example/a")
    for text in (
        "a." * 30_000,
        "a" * 60_000 + ".",
        "zqkabo.example/" * 2_000,
        "%61" * 20_000,
        "xn--" * 10_000 + ".b",
    ):
        found(listed, text)
