"""Banks travel as files: what is written is read back, and a wrong line is named."""

from __future__ import annotations

import pytest

from jaga.detect.entry import parse_wording
from jaga.detect.exchange import BadLine, parse_bank, write_bank

WORDINGS = [
    parse_wording(
        kind="term", term='zqk "abo", mirta', category="terrorism", outcome="refuse", language="id"
    ),
    parse_wording(
        kind="link", term="zqkabo.example/a", category="terrorism", outcome="hold", source="=cmd()"
    ),
    parse_wording(kind="file", term="ab" * 32, category="pornography", outcome="flag", note="dua\nbaris"),
]


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_what_is_written_is_read_back(format_):
    assert [wording for _, wording in parse_bank("".join(write_bank(WORDINGS, format_)))] == WORDINGS


def test_the_shortest_files_are_enough():
    assert parse_bank("term,category,outcome\nzqkabo,terrorism,refuse\n")[0][1].term == "zqkabo"
    assert parse_bank('\n{"term": "zqkabo", "category": "x", "outcome": "hold"}\n')[0][0] == 2
    assert (
        parse_bank("\ufeffterm,category,outcome\r\nzqkabo,terrorism,refuse\r\n")[0][1].category == "terrorism"
    )
    assert parse_bank("term,category,outcome\n") == []


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("", 1, "header"),
        ("term,category\nzqkabo,terrorism", 1, "outcome"),
        ("term,category,outcome,color\n", 1, "color"),
        ("term,category,outcome\nzqkabo,x,refuse\nmirta,x,delete\n", 3, 'outcome "delete"'),
        ("term,category,outcome\nzqkabo,x,refuse\nmirta,x\n", 3, "columns"),
        ("term,category,outcome\nzqkabo,x,refuse,more\n", 2, "columns"),
        ("term,category,outcome\nzqkabo,x,refuse\nzqkabo,x,hold\n", 3, "stands on line 2"),
        ('term,category,outcome\n"zqkabo,x,refuse\n', 2, "end"),
        ('{"term": "zqkabo", "category": "x", "outcome": "hold"}\nzqkabo\n', 2, "JSON"),
        ('{"term": "zqkabo", "category": "x"}', 1, "outcome"),
        ('{"term": ["zqkabo"], "category": "x", "outcome": "hold"}', 1, "text"),
        ('{"kind": "image", "term": "zqkabo", "category": "x", "outcome": "hold"}', 1, "image"),
        ('{"term": ' + "[" * 100_000, 1, "JSON"),
    ],
)
def test_a_wrong_line_is_named(text, line, says):
    with pytest.raises(BadLine) as refused:
        parse_bank(text)
    assert refused.value.fields["line"] == line
    assert says in refused.value.message("en")
