"""Ids, canonical JSON, errors and private files."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta

import pytest

from jaga.core.canonical import NotCanonical, canonical_json
from jaga.core.errors import Conflict, JagaError
from jaga.core.files import read_or_create
from jaga.core.ids import CaseId, MalformedId, PostId
from jaga.core.text import Text, written_day
from jaga.web.words import date_of


def test_an_id_is_parsed_back_to_itself_and_an_id_of_another_kind_is_refused():
    post = PostId.new()
    assert PostId.parse(post) == post
    with pytest.raises(MalformedId):
        CaseId.parse(post)


@pytest.mark.parametrize(
    "text", ["", "post_", "post_ABC", "post_" + "u" * 26, "post_" + "0" * 27, "post_../etc"]
)
def test_text_that_is_no_id_is_refused(text):
    with pytest.raises(MalformedId):
        PostId.parse(text)


def test_ids_made_later_sort_later_by_their_millisecond():
    first, later = PostId.new(), PostId.new()
    assert first[:15] <= later[:15]


def test_a_day_is_written_out_in_each_language_as_it_is_there():
    noon = datetime(2027, 5, 27, 12, tzinfo=UTC)
    assert written_day(noon) == Text(id="27 Mei 2027", en="27 May 2027")
    assert written_day(noon + timedelta(hours=6)) == Text(id="28 Mei 2027", en="27 May 2027")


@pytest.mark.parametrize("month", range(1, 13))
def test_the_months_are_those_that_pages_write(month):
    at = datetime(2027, month, 5, tzinfo=UTC)
    assert written_day(at) == Text(id=date_of(at, "id"), en=date_of(at, "en"))


def test_canonical_json_orders_keys_and_leaves_no_space():
    assert canonical_json({"b": [1, True, None], "a": "é"}) == '{"a":"é","b":[1,true,null]}'.encode()


def test_canonical_json_orders_keys_by_utf16_as_the_rfc_does():
    assert canonical_json({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [1.5, 2**53, {1: "a"}, b"x"])
def test_values_without_canonical_form_are_refused(value):
    with pytest.raises(NotCanonical):
        canonical_json({"v": value} if not isinstance(value, dict) else value)


def test_an_error_speaks_both_languages():
    error: JagaError = Conflict()
    assert error.message("id") != error.message("en")
    assert str(error) == error.message("en")


def test_a_private_file_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "secrets" / "key"
    assert read_or_create(path, lambda: b"first") == b"first"
    assert read_or_create(path, lambda: b"second") == b"first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
