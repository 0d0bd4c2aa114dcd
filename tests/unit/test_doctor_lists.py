"""What the doctor compares without a server."""

from __future__ import annotations

import importlib.metadata
from datetime import timedelta

import pytest

from jaga.app.doctor.findings import Failed, Good, Line, Noted, both, failures
from jaga.app.doctor.loopholes import filled
from jaga.app.doctor.versions import affecting, judge, load


@pytest.mark.parametrize(
    ("package", "version", "ids"),
    [
        ("matrix-synapse", "1.152.0", ["GHSA-fp53-rw9v-hcf9", "CVE-2026-45078", "CVE-2026-45076"]),
        ("matrix-synapse", "1.157.1", ["GHSA-fp53-rw9v-hcf9"]),
        ("matrix-synapse", "1.157.2", []),
        ("postgresql", "18.3", ["CVE-2026-6473", "CVE-2026-19385"]),
        ("postgresql", "18.4", ["CVE-2026-19385"]),
        ("postgresql", "18.6", []),
        ("postgresql", "17.10", ["CVE-2026-19385"]),
        ("pillow", "12.2.0", ["CVE-2026-59199"]),
        ("pillow", "12.3.0", []),
        ("unheard-of", "1", []),
    ],
)
def test_a_version_is_held_against_the_list(package, version, ids):
    assert [each.id for each in affecting(load(), package, version)] == ids


def test_every_package_of_the_list_is_one_that_jaga_runs():
    for package in {each.package for each in load().vulnerabilities} - {"postgresql"}:
        assert importlib.metadata.version(package)


SOUND = {"matrix-synapse": "1.163.2", "postgresql": "18.6"}


def test_a_list_is_good_news_only_while_it_is_fresh():
    known = load()
    assert isinstance(judge(known, SOUND, today=known.as_of + timedelta(days=90)), Good)
    old = judge(known, SOUND, today=known.as_of + timedelta(days=91))
    assert isinstance(old, Noted)
    assert "91 days old" in old.detail.en


def test_what_a_version_has_fails_unless_the_list_says_why_not_and_is_told_in_any_case():
    known = load()
    beside = judge(known, SOUND | {"postgresql": "18.4"}, today=known.as_of)
    assert isinstance(beside, Noted)
    assert "CVE-2026-19385" in beside.detail.en
    assert "database_url" in beside.detail.id
    assert isinstance(judge(known, SOUND | {"postgresql": "18.3"}, today=known.as_of), Failed)
    assert isinstance(judge(known, SOUND | {"matrix-synapse": "1.157.1"}, today=known.as_of), Failed)


def test_a_note_is_no_failure():
    lines = [
        Line(word, both(word), kind(both("-"))) for word, kind in (("a", Good), ("b", Noted), ("c", Failed))
    ]
    assert [line.name for line in failures(lines)] == ["c"]


def test_placeholders_are_filled_in_texts_keys_and_lists():
    names = {"me": "@wulan:x", "room": "!r"}
    assert filled({"{me}": [{"a": "{room}/{me}", "b": 3}]}, names) == {
        "@wulan:x": [{"a": "!r/@wulan:x", "b": 3}]
    }
