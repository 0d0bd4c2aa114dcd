"""Formatting in the messenger's composer: whatever is typed, pasted or deleted, a mark stays with its words."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers.stock_js import node_program

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "web/messenger/channels/marks.ts"
# Reads one question a line and answers with one line.
ASKED = """
import { createInterface } from "node:readline";
import { moved, settled, toggled } from "./marks.js";
for await (const line of createInterface({ input: process.stdin })) {
  const { act, marks, ...more } = JSON.parse(line);
  if (act === "moved") console.log(JSON.stringify(moved(marks, more.before, more.after, more.caret)));
  else if (act === "settled") console.log(JSON.stringify(settled(marks)));
  else console.log(JSON.stringify(toggled(marks, more.wanted)));
}
"""
# Letters that repeat, so that what was typed cannot be told from its neighbors, and some of two units.
letters = st.sampled_from(["a", "b", " ", "\n", "😀", "😁"])
texts = st.lists(letters, max_size=12)


@dataclass(frozen=True)
class Edit:
    """`text` with the letters from `start` to `stop` replaced, as a person does at one caret."""

    text: list[str]
    start: int
    stop: int
    put: list[str]

    @property
    def after(self) -> list[str]:
        return self.text[: self.start] + self.put + self.text[self.stop :]


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    text = draw(texts)
    start = draw(st.integers(0, len(text)))
    return Edit(text, start, draw(st.integers(start, len(text))), draw(texts))


@st.composite
def marks_of(draw: st.DrawFn, length: int, kinds: tuple[str, ...]) -> list[tuple[str, int, int]]:
    """Kind, first letter, and the one after the last."""
    if length == 0:
        return []
    start = st.integers(0, length - 1)
    one = st.tuples(st.sampled_from(kinds), start, st.integers(1, length))
    return [mark for mark in draw(st.lists(one, max_size=5)) if mark[1] < mark[2]]


def units(letters: list[str]) -> int:
    return len("".join(letters).encode("utf-16-le")) // 2


def shape(text: list[str], mark: tuple[str, int, int]) -> dict[str, Any]:
    kind, start, stop = mark
    return {"type": kind, "offset": units(text[:start]), "length": units(text[start:stop])}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """The composer's own code, in Node."""
    built = tmp_path_factory.mktemp("marks")
    compiler = ROOT / "node_modules/.bin/tsc"
    options = ("--target", "es2022", "--module", "esnext", "--ignoreConfig", "--outDir", str(built))
    subprocess.run([node_program(), str(compiler), *options, str(SOURCE)], check=True, cwd=built)
    (built / "package.json").write_text('{"type": "module"}')
    (built / "asked.js").write_text(ASKED)
    with subprocess.Popen(
        [node_program(), str(built / "asked.js")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(act: str, **question: Any) -> Any:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps({"act": act, **question}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


relaxed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@relaxed
@given(edit=edits(), data=st.data())
def test_after_any_edit_a_mark_covers_the_letters_it_covered_and_what_was_put_between_them(ask, edit, data):
    text, after = edit.text, edit.after
    marks = data.draw(marks_of(len(text), ("bold",)))
    grown = len(edit.put) - (edit.stop - edit.start)
    for mark in marks:
        kind, first, last = mark
        (*found,) = ask(
            "moved",
            marks=[shape(text, mark)],
            before="".join(text),
            after="".join(after),
            caret=units(after[: edit.start + len(edit.put)]),
        )
        around = first < edit.start and edit.stop < last
        start = first if first < edit.start else max(first, edit.stop) + grown
        stop = last + grown if last > edit.stop else min(last, edit.start)
        if around or start < stop:
            # Letters put where the same ones were taken away may count as never having been touched.
            (one,) = found
            assert one["type"] == kind
            assert one["offset"] <= units(after[:start])
            assert one["offset"] + one["length"] >= units(after[:stop])
            if edit.start == edit.stop or not edit.put:
                assert one == shape(after, (kind, start, stop))


@relaxed
@given(data=st.data())
def test_what_is_sent_never_crosses_and_loses_no_letter(ask, data):
    kinds = ("bold", "italic", "spoiler", "blockquote")
    text = ["a"] * 12
    marks = data.draw(marks_of(len(text), kinds))
    sent = ask("settled", marks=[shape(text, mark) for mark in marks])
    spans = [(one["offset"], one["offset"] + one["length"]) for one in sent]
    assert not [(a, b) for a in spans for b in spans if a[0] < b[0] < a[1] < b[1]]
    for kind in kinds:
        wanted = {at for mark in marks if mark[0] == kind for at in range(mark[1], mark[2])}
        got = {
            at
            for one in sent
            if one["type"] == kind
            for at in range(one["offset"], one["offset"] + one["length"])
        }
        assert got == wanted


@relaxed
@given(data=st.data())
def test_a_style_set_twice_over_the_same_words_is_off_again_there_and_nowhere_else(ask, data):
    text = ["a"] * 12
    (*marks,) = (shape(text, mark) for mark in data.draw(marks_of(len(text), ("bold",))))
    wanted = shape(text, ("bold", 3, 8))
    on = ask("toggled", marks=marks, wanted=wanted)
    had = covered(on, 3, 8) != 5  # all of it was bold before
    off = on if had else ask("toggled", marks=on, wanted=wanted)
    assert covered(off, 3, 8) == 0
    assert covered(off, 0, 3) == covered(marks, 0, 3)
    assert covered(off, 8, 12) == covered(marks, 8, 12)


def covered(marks: list[dict[str, Any]], start: int, stop: int) -> int:
    return len(
        {
            at
            for one in marks
            for at in range(one["offset"], one["offset"] + one["length"])
            if start <= at < stop
        }
    )
