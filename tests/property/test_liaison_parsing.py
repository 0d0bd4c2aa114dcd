"""Whatever bytes arrive, parsing gives a value or a typed error, and nothing else."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from tests.helpers.submissions import mr5_order

from jaga.core.errors import JagaError
from jaga.liaison.parse import parse_reply, parse_submission
from jaga.liaison.submission import Reply, Submission
from jaga.liaison.target import is_sealed, place_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
FIELDS = sorted(Submission.__struct_fields__)


def _tried(parse, body):
    """The value, or the typed error, which speaks both languages."""
    try:
        return parse(body)
    except JagaError as error:
        return error.message("id") and error.message("en")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_submission_or_a_typed_error(body):
    assert isinstance(_tried(parse_submission, body), str)
    assert isinstance(_tried(parse_reply, body), str | Reply)


@given(JSON)
def test_any_json_is_a_submission_or_a_typed_error(value):
    body = json.dumps(value).encode()
    assert isinstance(_tried(parse_submission, body), str)
    assert isinstance(_tried(parse_reply, body), str | Reply)


@given(st.sampled_from(FIELDS), JSON)
def test_a_good_submission_with_any_value_in_one_field_is_parsed_or_names_that_field(field, value):
    body = json.dumps(mr5_order("https://chat.example/c/kabar/17", **{field: value})).encode()
    try:
        parse_submission(body)
    except JagaError as error:
        pointer = str(error.fields.get("pointer", f"/{field}"))
    else:
        pointer = f"/{field}"
    assert pointer.startswith(f"/{field}")


@given(st.text(max_size=200))
def test_any_text_points_somewhere(uri):
    place_of(uri, {"chat.example"})
    is_sealed(uri)
