"""What bots write in HTML and MarkdownV2, and what it means."""

from __future__ import annotations

import pytest

from jaga.channels.bot_markup import BadMarkup, parse_html, parse_markdown_v2


def read(parse, source):
    text, entities = parse(source)
    units = text.encode("utf-16-le")
    return text, [
        (e.kind, units[2 * e.offset : 2 * e.end].decode("utf-16-le"), e.url or e.language) for e in entities
    ]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("a &lt;b&gt; &amp; &quot;c&quot; &#65; &copy;", 'a <b> & "c" A &copy;', []),
        ("<b>a</b> <strong>b</strong>", "a b", [("bold", "a", None), ("bold", "b", None)]),
        ("<i>😀 x</i>y", "😀 xy", [("italic", "😀 x", None)]),
        ("<b>a <i>b</i></b>", "a b", [("italic", "b", None), ("bold", "a b", None)]),
        ("<u>a</u><ins>b</ins><s>c</s><del>d</del>", "abcd",
         [("underline", "a", None), ("underline", "b", None), ("strikethrough", "c", None), ("strikethrough", "d", None)]),
        ('<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', "ab",
         [("spoiler", "a", None), ("spoiler", "b", None)]),
        ('<a href="https://a.example/?a=1&amp;b=2">x</a>', "x", [("text_link", "x", "https://a.example/?a=1&b=2")]),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
        ('<a href="tg://user?id=1">x</a>', "x", []),
        ("<code>a</code><pre>b</pre>", "ab", [("code", "a", None), ("pre", "b", None)]),
        ('<pre><code class="language-python">x = 1</code></pre>', "x = 1", [("pre", "x = 1", "python")]),
        ("<blockquote>a</blockquote><blockquote expandable>b</blockquote>", "ab",
         [("blockquote", "a", None), ("expandable_blockquote", "b", None)]),
        ('<tg-emoji emoji-id="1">👍</tg-emoji>', "👍", []),
        ("<b></b>x", "x", []),
    ],
)  # fmt: skip
def test_html_is_read_as_telegram_reads_it(source, text, entities):
    assert read(parse_html, source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'expected "</b>", found "</i>"'),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("é < b", "Unsupported start tag"),
        ("<span>a</span>", 'must have class "tg-spoiler"'),
    ],
)
def test_html_that_telegram_refuses_is_refused_in_its_words(source, why):
    with pytest.raises(BadMarkup) as refused:
        parse_html(source)
    assert str(refused.value).startswith("can't parse entities: ")
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        (r"a\.b\!\_", "a.b!_", []),
        ("*a* _b_ __c__ ~d~ ||e||", "a b c d e",
         [("bold", "a", None), ("italic", "b", None), ("underline", "c", None), ("strikethrough", "d", None),
          ("spoiler", "e", None)]),
        ("*a _b_*", "a b", [("italic", "b", None), ("bold", "a b", None)]),
        ("`a.b`", "a.b", [("code", "a.b", None)]),
        ("```\nx-1\n```", "x-1\n", [("pre", "x-1\n", None)]),
        ("```python\nx=1```", "x=1", [("pre", "x=1", "python")]),
        (r"[x](https://a.example/\)?q=1)", "x", [("text_link", "x", "https://a.example/)?q=1")]),
        ("[x](mailto:a)", "x", []),
        ("![👍](tg://emoji?id=1)", "👍", []),
        (">a\n>b\nc", "a\nb\nc", [("blockquote", "a\nb", None)]),
        ("**>a\n>b||\nc", "a\nb\nc", [("expandable_blockquote", "a\nb", None)]),
        ("x\n>a", "x\na", [("blockquote", "a", None)]),
    ],
)  # fmt: skip
def test_markdown_v2_is_read_as_telegram_reads_it(source, text, entities):
    assert read(parse_markdown_v2, source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a-b", "Character '-' is reserved"),
        ("*a", "Can't find end of Bold entity"),
        ("a]", "Character ']' is reserved"),
        ("a | b", "Character '|' is reserved"),
        ("`a", "Can't find end of Code entity"),
    ],
)
def test_markdown_v2_that_telegram_refuses_is_refused_in_its_words(source, why):
    with pytest.raises(BadMarkup) as refused:
        parse_markdown_v2(source)
    assert why in str(refused.value)
