"""Entities: Telegram's model, read strictly, rendered safely."""

from __future__ import annotations

import pytest

from jaga.channels.entities import Entity, formatted, links, parse_entities, utf16_length, web_link
from jaga.channels.errors import BadEntity
from jaga.channels.markup import render_html


def html(text, *shapes):
    text, entities = formatted(text, parse_entities(list(shapes)))
    return render_html(text, entities)


def entity(kind, offset, length, **more):
    return {"type": kind, "offset": offset, "length": length, **more}


def test_offsets_count_utf16_units_so_that_an_emoji_is_two():
    assert html("😀 pagi", entity("bold", 3, 4)) == "😀 <strong>pagi</strong>"
    assert utf16_length("😀 pagi") == 7


def test_nested_entities_render_as_a_tree_whatever_their_order():
    inner, outer = entity("italic", 2, 2), entity("bold", 0, 6)
    assert html("abcdef", inner, outer) == html("abcdef", outer, inner)
    assert html("abcdef", inner, outer) == "<strong>ab<em>cd</em>ef</strong>"


def test_a_block_stands_around_a_style_of_the_same_length():
    assert html("ab", entity("bold", 0, 2), entity("blockquote", 0, 2)) == (
        "<blockquote><strong>ab</strong></blockquote>"
    )


def test_markup_in_text_links_and_languages_is_only_text():
    assert html("<script>alert(1)</script> & \"'") == (
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;&#x27;"
    )
    link = html("x", entity("text_link", 0, 1, url='https://contoh.example/"onmouseover="a'))
    assert link == (
        '<a href="https://contoh.example/&quot;onmouseover=&quot;a" rel="nofollow noopener ugc">x</a>'
    )
    assert html("x", entity("pre", 0, 1, language='"><b>')) == "<pre><code>x</code></pre>"


def test_line_breaks_show_except_where_text_is_verbatim():
    assert html("a\nb") == "a<br>b"
    assert html("a\nb", entity("pre", 0, 3, language="python")) == (
        '<pre><code class="language-python">a\nb</code></pre>'
    )


def test_a_block_ends_its_line_by_itself():
    assert html("a\nb\nc", entity("blockquote", 2, 1)) == "a<br><blockquote>b</blockquote>c"
    assert html("a\n\nb", entity("pre", 0, 1)) == "<pre><code>a</code></pre><br>b"


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (entity("bold", 0, 5), "leaves"),
        (entity("bold", -1, 2), "offset"),
        (entity("bold", 0, 0), "offset"),
        (entity("bold", 0, True), "offset"),
        (entity("bold", "0", 1), "offset"),
        (entity("bold", 10**30, 1), "leaves"),
        (entity("blink", 0, 1), "type"),
        (entity("bold", 0, 1), "splits"),
        (entity("text_link", 0, 2, url="javascript:alert(1)"), "http"),
        (entity("text_link", 0, 2, url="mailto:a@contoh.example"), "http"),
        (entity("text_link", 0, 2, url="data:text/html,x"), "http"),
        (entity("text_link", 0, 2), "http"),
        ("bold", "object"),
    ],
)
def test_an_entity_that_is_not_sound_is_refused_with_its_place(shape, why):
    with pytest.raises(BadEntity, match=why):
        html("😀ab", shape)


def test_entities_that_cross_are_refused():
    with pytest.raises(BadEntity, match="crosses"):
        html("abcdef", entity("bold", 0, 4), entity("italic", 2, 4))


def test_more_entities_than_the_limit_are_refused():
    with pytest.raises(BadEntity):
        parse_entities([entity("bold", 0, 1)] * 101)


def test_verbatim_text_holds_no_formatting():
    assert html("abc", entity("code", 0, 3), entity("bold", 1, 1)) == "<code>abc</code>"


def test_entities_follow_the_text_when_unseen_letters_go():
    text, entities = formatted("  zq\u200bkabo x ", parse_entities([entity("bold", 2, 7)]))
    assert (text, entities) == ("zqkabo x", (Entity("bold", 0, 6),))


def test_an_entity_over_nothing_visible_disappears():
    assert formatted("a \u200b ", parse_entities([entity("bold", 2, 1)])) == ("a", ())


def test_links_mentions_and_hashtags_are_found_in_the_text_not_taken_from_the_sender():
    text = "Baca (https://contoh.example/a_(b)), @warta dan #kerja_bakti; surel a@contoh.example #a#b"
    stored, entities = formatted(text, parse_entities([entity("url", 0, 4)]))
    assert [entity.kind for entity in entities] == ["url", "mention", "hashtag"]
    assert links(entities, stored) == ("https://contoh.example/a_(b)",)
    shown = render_html(stored, entities, site="https://jaga.example")
    assert 'href="https://contoh.example/a_(b)"' in shown
    assert '<a href="https://jaga.example/c/warta">@warta</a>' in shown


def test_a_link_under_other_words_is_among_the_links():
    text, entities = formatted(
        "klik", parse_entities([entity("text_link", 0, 4, url="https://contoh.example/x")])
    )
    assert links(entities, text) == ("https://contoh.example/x",)


def test_a_link_found_across_the_edge_of_a_style_is_left_as_text():
    assert "<a" not in html("https://contoh.example", entity("spoiler", 0, 10), entity("code", 12, 3))


@pytest.mark.parametrize(
    "address",
    [
        "ftp://contoh.example",
        "https://",
        "https://user:pass@contoh.example",
        "https://contoh.example\\@lain.example",
        "https://[::1",
        "https://contoh.example:99999",
        "https://a b.example",
        "//contoh.example",
        "https://" + "a" * 3000,
    ],
)
def test_an_address_that_could_mislead_is_no_link(address):
    assert web_link(address) is None


def test_web_addresses_of_any_language_are_links():
    assert web_link(" https://contoh.example/jalan?x=1#y ") == "https://contoh.example/jalan?x=1#y"
    assert web_link("http://münchen.example/") is not None
