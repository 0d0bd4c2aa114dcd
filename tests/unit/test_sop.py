"""The SOP as shipped, and how a mistake in it is named."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest

from jaga.app.sop_files import SHIPPED, load_sop, read_documents
from jaga.core.text import LANGUAGES
from jaga.sop.model import Measure, UnknownCategory, Urgency
from jaga.sop.parse import SopError, parse_sop


@pytest.fixture
def documents():
    return copy.deepcopy(read_documents(SHIPPED, ("id", "eu")))


def test_the_shipped_sop_knows_its_categories_and_regimes():
    sop = load_sop(("id", "eu"))
    assert set(sop.categories) == {"terrorism", "harassment", "pornography"}
    assert {"id_mr5", "eu_tco"} <= set(sop.regimes)
    assert sop.category("terrorism").approvals[Measure.REMOVE_POST] == 1
    assert sop.clause("T-2") is not None
    assert sop.clause("X-9") is None
    with pytest.raises(UnknownCategory):
        sop.category("weather")


@pytest.mark.parametrize(
    ("regime", "urgency", "category", "hours"),
    [
        ("id_mr5", Urgency.URGENT, "terrorism", 4),
        ("id_mr5", Urgency.URGENT, "harassment", 24),
        ("id_mr5", Urgency.NORMAL, "terrorism", 24),
        ("id_mr5", Urgency.EMERGENCY_LIFE, "terrorism", 4),
        ("eu_tco", Urgency.NORMAL, "terrorism", 1),
        ("eu_tco", Urgency.URGENT, "terrorism", 1),
    ],
)
def test_each_law_sets_its_own_clock(regime, urgency, category, hours):
    assert load_sop(("id", "eu")).regimes[regime].clock(urgency, category).length == timedelta(hours=hours)


def test_every_text_is_there_in_both_languages():
    for category in load_sop(("id", "eu")).categories.values():
        for clause in category.clauses:
            assert all(clause.text.in_(language) for language in LANGUAGES)
            assert clause.text.id != clause.text.en


def _set(documents, file, path, value):
    table = documents[file]
    *way, last = path
    for step in way:
        table = table[step]
    if value is None:
        del table[last]
    else:
        table[last] = value


@pytest.mark.parametrize(
    ("file", "path", "value", "complaint"),
    [
        ("base.toml", ("categories", "terrorism", "own_target"), "1 hour", "categories.terrorism.own_target: must be a duration"),
        ("base.toml", ("categories", "terrorism", "own_target"), "PT0H", "must be a duration"),
        ("base.toml", ("categories", "terrorism", "automation"), "always", "must be one of refuse, hold, never"),
        ("base.toml", ("categories", "terrorism", "colour"), "red", "categories.terrorism.colour: is unknown"),
        ("base.toml", ("categories", "terrorism", "title", "en"), " ", "categories.terrorism.title.en: is empty"),
        ("base.toml", ("categories", "terrorism", "title", "id"), None, "categories.terrorism.title.id: is missing"),
        ("base.toml", ("categories", "terrorism", "clauses"), [], "needs at least one"),
        ("base.toml", ("categories", "terrorism", "clauses"), ["T-1"], "clauses[0]: must be a table"),
        ("base.toml", ("categories", "terrorism", "clauses", 0, "id"), "t1", "clauses[0].id: must be like T-2"),
        ("base.toml", ("categories", "harassment", "clauses", 0, "id"), "T-1", "T-1 stands in terrorism already"),
        ("base.toml", ("categories", "terrorism", "approvals", "remove_post"), 9, "must be from 0 to 5"),
        ("base.toml", ("categories", "terrorism", "approvals", "remove_post"), True, "must be int, not bool"),
        ("base.toml", ("categories", "terrorism", "approvals", "no_violation"), None, "every case may end without"),
        ("base.toml", ("categories", "terrorism", "approvals", "shout"), 1, "must be one of remove_post"),
        ("base.toml", ("categories",), {"Terror!": {}}, "must be a name of lower-case letters"),
        ("base.toml", ("sop", "version"), None, "sop.version: is missing"),
        ("id.toml", ("regimes", "id_mr5", "clocks", "normal"), None, "clocks.normal: is missing"),
        ("id.toml", ("regimes", "id_mr5", "kinds"), [1], "must be a list of names"),
        ("id.toml", ("regimes", "id_mr5", "urgent_categories"), ["weather"], "weather is no category"),
        ("id.toml", ("regimes", "id_mr5", "requirements", 0, "item"), "cake", "must be one of official_letter"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_file_key_and_reason(documents, file, path, value, complaint):
    parse_sop(documents)
    _set(documents, file, path, value)
    with pytest.raises(SopError) as refused:
        parse_sop(documents)
    assert file in str(refused.value)
    assert complaint in str(refused.value)


def test_a_supplement_may_change_one_value_of_the_base(documents):
    documents["id.toml"]["categories"] = {"harassment": {"own_target": "PT6H"}}
    assert parse_sop(documents).category("harassment").own_clock.length == timedelta(hours=6)


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(SopError, match=r"base\.toml"):
        load_sop((), tmp_path)
    (tmp_path / "base.toml").write_text("[sop", "utf-8")
    with pytest.raises(SopError, match=r"base\.toml"):
        load_sop((), tmp_path)
