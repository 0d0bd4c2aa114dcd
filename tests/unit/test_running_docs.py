"""The page about running Jaga names every setting and every process."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from jaga.app.children import STOP_ORDER
from jaga.app.config import Config

PAGE = (Path(__file__).parents[2] / "docs/running.md").read_text("utf-8")


@pytest.mark.parametrize("name", [field.name for field in fields(Config)])
def test_every_setting_is_documented(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize(
    "name", sorted({re.sub(r"_\d+$", "_N", name) for group in STOP_ORDER for name in group})
)
def test_every_process_is_documented_with_its_log(name):
    assert f"| `{name}` | `logs/{name}.log` |" in PAGE
