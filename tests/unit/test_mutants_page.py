"""The page of mutants that no test notices speaks of code that is there, and gives a reason for each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENTRIES = re.findall(
    r"^- (\w+): `(.+?)` → `(.*?)`: (.+)$", (ROOT / "docs/mutants.md").read_text(), re.MULTILINE
)


def test_the_page_has_entries_of_the_form_that_the_tool_looks_for():
    assert ENTRIES


@pytest.mark.parametrize(("module", "before", "after", "reason"), ENTRIES, ids=lambda value: value[:60])
def test_each_entry_is_about_a_line_that_is_there_and_says_why_it_may_live(module, before, after, reason):
    source = " ".join((ROOT / f"src/jaga/sealed/{module}.py").read_text().split())
    assert " ".join(before.split()) in source
    assert after != before
    assert len(reason) > 20
