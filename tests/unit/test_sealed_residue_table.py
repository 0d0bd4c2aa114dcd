"""What an event of each type leaves to its sender, in bytes: the page for developers says the same numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from jaga.sealed.rules import STATE, TIMELINE, Rule
from jaga.sealed.shapes import Shape

PAGE = (Path(__file__).parents[2] / "docs/sealed-side.md").read_text()
RULES = [("timeline", kind, rule) for kind, rule in TIMELINE.items()] + [
    ("state", kind, rule) for kind, rule in STATE.items()
]


@pytest.mark.parametrize(
    ("where", "kind", "rule"), RULES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_page_names_the_bytes_that_an_event_leaves_to_its_sender(where, kind, rule):
    assert f"| `{kind}` | {where} | {rule.free_bytes} |" in PAGE


def test_the_page_names_no_other_event():
    assert sum(line.count(" | timeline | ") + line.count(" | state | ") for line in PAGE.splitlines()) == len(
        RULES
    )


def test_what_a_state_key_leaves_counts_as_well():
    rule = Rule(Shape(lambda value: None, free=3), state_key=Shape(lambda value: None, free=2))
    assert rule.free_bytes == 5
