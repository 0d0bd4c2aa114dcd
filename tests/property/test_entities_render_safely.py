"""Whatever is written and however it is formatted: no markup gets out, and places stay true."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from jaga.channels.entities import SENT, Entity, formatted, parse_entities, utf16_length
from jaga.channels.errors import BadEntity
from jaga.channels.markup import render_html

ALLOWED = {"strong", "em", "u", "s", "span", "blockquote", "code", "pre", "a", "br"}

letters = st.sampled_from("ab <>&\"'/=\n@#:.😀é\u0301\u200b\u200d\u202eک")
words = st.sampled_from(["https://contoh.example/", "<script>", "@warta", "www.", "#a"])
texts = st.lists(st.one_of(letters, words)).map("".join)
shapes = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(SENT),
            "offset": st.integers(0, 12),
            "length": st.integers(1, 12),
            "url": st.sampled_from(["https://contoh.example/?a='\"<", "http://x.example"]),
            "language": st.sampled_from(["python", '"><script>']),
        }
    ),
    max_size=6,
)


class Reader(HTMLParser):
    """Checks that tags are ours and closed in order, and gathers what is shown."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.text, self.open, self.words, self.ended = text, [], [], False

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED, tag
        assert all(
            name in ("href", "rel", "class", "tabindex") and not (name == "href" and "javascript" in value)
            for name, value in attributes
        )
        self.end_line()
        if tag == "br":
            self.words.append("\n")
        else:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.ended = tag in ("blockquote", "pre")

    def handle_data(self, data):
        self.end_line()
        self.words.append(data)

    def end_line(self):
        """A block ends its line by itself: the line break after it is not shown a second time."""
        if self.ended and self.text[len("".join(self.words)) :].startswith("\n"):
            self.words.append("\n")
        self.ended = False


@given(texts, shapes)
def test_rendering_shows_exactly_the_text_in_our_own_well_formed_tags(written, sent):
    try:
        text, entities = formatted(written, parse_entities(sent))
    except BadEntity:
        return
    reader = Reader(text)
    reader.feed(render_html(text, entities))
    reader.close()
    reader.end_line()
    assert reader.open == []
    assert "".join(reader.words) == text


@given(texts, shapes)
def test_a_stored_text_with_its_entities_is_its_own_normal_form(written, sent):
    try:
        text, entities = formatted(written, parse_entities(sent))
    except BadEntity:
        return
    assert all(0 <= e.offset < e.end <= utf16_length(text) for e in entities)
    assert tuple(Entity.stored(e.as_dict()) for e in entities) == entities
    assert formatted(text, parse_entities([e.as_dict() for e in entities])) == (text, entities)
