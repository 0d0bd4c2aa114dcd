"""What clients may be told is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from jaga.sealed import rules
from jaga.sealed.refusals import Why
from jaga.web.front_door_reasons import Because

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "sealed-side.md").read_text()


@pytest.mark.parametrize("code", [why.value.errcode for why in Why] + [because.name for because in Because])
def test_every_code_of_a_refusal_is_documented(code):
    assert f"`{code}`" in PAGE


@pytest.mark.parametrize("kind", [*rules.TIMELINE, *rules.STATE])
def test_every_allowed_event_is_documented(kind):
    told = kind if not kind.startswith("m.key.verification.") else "m.key.verification.*"
    assert f"`{told}`" in PAGE or kind in {"m.room.create", "org.matrix.dummy_event"}
