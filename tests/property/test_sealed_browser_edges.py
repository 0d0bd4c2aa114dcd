"""The edges of the sealed side in the browser: names that come in, and words that must not go out in clear."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers.stock_js import node_program

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "web/messenger/sealed" / name for name in ("names.ts", "leaving.ts")]
# Reads one question a line and answers with one line.
ASKED = """
import { createInterface } from "node:readline";
import { cleanName } from "./names.js";
import { saysInClear } from "./leaving.js";
const acts = { cleanName, saysInClear };
for await (const line of createInterface({ input: process.stdin })) {
  const { act, given } = JSON.parse(line);
  console.log(JSON.stringify(acts[act](...given)));
}
"""
OTHERWISE = "ani"
TURNING = [*"\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
EMPTY = [*"\u00ad\u034f\u115f\u1160\u180e\u200b\u200c\u200d\u2060\u2800\u3164\ufeff\uffa0\ufe0f\U000e0041"]
STACKING = [*"\u0301\u0336\u0489\u0e48\u20dd"]
SIGNS = ["🔒", "🔐", "📢", "🛡️", "✅", "✔️", "☑"]
hostile = st.lists(
    st.sampled_from(
        [*TURNING, *EMPTY, *STACKING, *SIGNS, "\n", "\r", "\t", "\u2028", "<b>", "a", "ش", "👩‍🚒"]
    )
    | st.characters(exclude_categories=["Cs"]),
    max_size=300,
).map("".join)


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """The messenger's own code, in Node."""
    built = tmp_path_factory.mktemp("edges")
    compiler = ROOT / "node_modules/.bin/tsc"
    options = ("--target", "es2022", "--module", "esnext", "--lib", "es2022,dom", "--ignoreConfig")
    command = [node_program(), str(compiler), *options, "--outDir", str(built), *map(str, SOURCES)]
    subprocess.run(command, check=True, cwd=built)
    (built / "package.json").write_text('{"type": "module"}')
    (built / "asked.js").write_text(ASKED)
    with subprocess.Popen(
        [node_program(), str(built / "asked.js")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def ask(act: str, *given: Any) -> Any:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps({"act": act, "given": given}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=hostile)
def test_whatever_somebody_calls_themselves_it_is_one_short_line_that_can_be_seen(ask, name):
    shown = ask("cleanName", name, OTHERWISE)
    assert 0 < len(shown) <= 81
    assert not [letter for letter in shown if unicodedata.category(letter) in ("Cc", "Zl", "Zp")]
    assert not set(shown) & {*TURNING, *"".join(SIGNS).replace("\ufe0f", "")}
    assert [letter for letter in shown if not letter.isspace() and letter not in (*EMPTY, *STACKING)]
    heap = 0
    for letter in shown:
        heap = heap + 1 if unicodedata.category(letter).startswith("M") or letter in "\u200c\u200d" else 0
        assert heap <= 4


@pytest.mark.parametrize(
    "name", ["Siti Nurhaliza", "عبد الله", "กุ้ง", "क्षत्रिय", "👩‍🚒 Dewi ❤️‍🔥", "Nguyễn", "می‌خواهم"]
)
def test_a_name_in_any_script_stays_as_it_was_written(ask, name):
    assert ask("cleanName", name, OTHERWISE) == name


@pytest.mark.parametrize("name", ["", " ", *EMPTY, "\u200d\u0301", "🔒", "".join(EMPTY)])
def test_who_has_a_name_that_nobody_can_see_is_called_by_the_account(ask, name):
    assert ask("cleanName", name, OTHERWISE) == OTHERWISE


ROOM = "/_matrix/client/v3/rooms/!ruang%3Ajaga.example"


@pytest.mark.parametrize(
    ("method", "path", "body", "in_clear"),
    [
        ("PUT", f"{ROOM}/send/m.room.encrypted/1", {"ciphertext": "AwgA"}, False),
        ("PUT", f"{ROOM}/send/m.reaction/2", {"m.relates_to": {}}, False),
        ("PUT", f"{ROOM}/send/m.key.verification.ready/3", {}, False),
        ("PUT", f"{ROOM}/send/m.room.message/4", {"msgtype": "m.key.verification.request"}, False),
        ("PUT", f"{ROOM}/redact/%24a/5", {}, False),
        ("PUT", f"{ROOM}/state/m.room.encrypted/m.room.name%3A", {"ciphertext": "AwgA"}, False),
        ("PUT", f"{ROOM}/state/m.room.power_levels/", {}, False),
        ("GET", f"{ROOM}/state/m.room.name/", None, False),
        ("PUT", f"{ROOM}/send/m.room.message/6", {"msgtype": "m.text", "body": "zqkabo"}, True),
        ("PUT", f"{ROOM}/send/m%2Eroom%2Emessage/6", {"msgtype": "m.text", "body": "zqkabo"}, True),
        ("PUT", f"{ROOM}/send/org.jaga.note/7", {"value": ["kabar"]}, True),
        ("PUT", f"{ROOM}/state/m.room.name/", {"name": "zqkabo"}, True),
        ("PUT", f"{ROOM}/state/m.room.avatar", {"file": {}}, True),
        ("PUT", f"{ROOM}/state/m.room.pinned_events/", {"pinned": []}, True),
    ],
)
def test_no_words_leave_the_browser_in_clear(ask, method, path, body, in_clear):
    assert ask("saysInClear", method, path, body and json.dumps(body)) is in_clear
