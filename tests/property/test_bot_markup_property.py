"""Whatever a bot writes, it is read or refused; entities always lie inside the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jaga.channels.bot_markup import BadMarkup, parse_html, parse_markdown_v2
from jaga.channels.entities import utf16_length

_HTML = st.lists(
    st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<a href='https://a.example'>", "</a>", "<pre>", "</pre>", "<",
                     "&lt;", "&", '<code class="language-c">', "</code>", "😀", "x", ">", "<blockquote expandable>"]),
    max_size=30,
).map("".join)  # fmt: skip
_MARKDOWN = st.lists(
    st.sampled_from([*"_*[]()~`>#+-=|{}.!\\\n", "__", "||", "```", "**>", "😀", "x", "(https://a.example)"]),
    max_size=30,
).map("".join)


def _holds(parse, source):
    try:
        text, entities = parse(source)
    except BadMarkup:
        return
    for entity in entities:
        assert 0 <= entity.offset < entity.end <= utf16_length(text)


@given(st.one_of(_HTML, st.text()))
def test_html_is_read_or_refused(source):
    _holds(parse_html, source)


@given(st.one_of(_MARKDOWN, st.text()))
def test_markdown_is_read_or_refused(source):
    _holds(parse_markdown_v2, source)
