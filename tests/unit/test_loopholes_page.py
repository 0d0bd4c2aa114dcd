"""The table of docs/loopholes.md: all twenty-eight, each tried by a test that exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from jaga.app.doctor.loopholes import LOOPHOLES

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(test_\w+\.py)::(test_\w+)(?:\[([^\]`]+)\])?`")
ROW = re.compile(r"^\| (\d+) \|", re.MULTILINE)
PAGE = (ROOT / "docs/loopholes.md").read_text("utf-8")


@cache
def parsed(file: str) -> ast.Module:
    (path,) = (ROOT / "tests").glob(f"*/{file}")
    return ast.parse(path.read_text("utf-8"))


def cases_of(file: str) -> set[str]:
    """Every text that stands in the file: its parametrized cases are named by some of them."""
    written = {node.value for node in ast.walk(parsed(file)) if isinstance(node, ast.Constant)}
    tried = {loophole.name for loophole in LOOPHOLES} if file == "test_loopholes.py" else set()
    return {text for text in written if isinstance(text, str)} | tried


@pytest.mark.parametrize(("file", "test", "case"), NAMED.findall(PAGE))
def test_a_test_that_the_page_names_exists(file, test, case):
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert test in {node.name for node in parsed(file).body if isinstance(node, functions)}
    assert not case or case in cases_of(file)


def test_every_loophole_has_a_row_and_every_row_a_test():
    rows = [line for line in PAGE.splitlines() if ROW.match(line)]
    assert [int(number) for number in ROW.findall(PAGE)] == list(range(1, 29))
    assert all(NAMED.search(row) for row in rows)
