"""Which language a request is answered in."""

from __future__ import annotations

import pytest

from jaga.web.language import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "id"),
        ("en", "en"),
        ("en-GB,en;q=0.9,id;q=0.8", "en"),
        ("id-ID,id;q=0.9,en;q=0.8", "id"),
        ("fr,de", "id"),
        ("en;q=zero,id;q=0.1", "id"),
        ("en;q=0.2;id;q=1", "id"),
    ],
)
def test_the_better_liked_of_our_languages_is_chosen(header, language):
    assert preferred(header) == language
