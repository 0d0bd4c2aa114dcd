"""What the doctor compares without a server."""

from __future__ import annotations

import importlib.metadata

import pytest

from jaga.app.doctor.findings import Failed, Good, Line, Noted, both, failures
from jaga.app.doctor.loopholes import filled
from jaga.app.doctor.versions import affecting, load


@pytest.mark.parametrize(
    ("package", "version", "ids"),
    [
        ("matrix-synapse", "1.152.0", ["CVE-2026-45078", "CVE-2026-45076"]),
        ("matrix-synapse", "1.152.1", []),
        ("postgresql", "18.3", ["CVE-2026-6473"]),
        ("postgresql", "18.4", []),
        ("postgresql", "17.9", ["CVE-2026-6473"]),
        ("pillow", "11.2.1", ["CVE-2025-48379"]),
        ("unheard-of", "1", []),
    ],
)
def test_a_version_is_held_against_the_list(package, version, ids):
    assert [each.id for each in affecting(load(), package, version)] == ids


def test_every_package_of_the_list_is_one_that_jaga_runs():
    for package in {each.package for each in load().vulnerabilities} - {"postgresql"}:
        assert importlib.metadata.version(package)


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
