"""`jaga bank` and `jaga rules test` on a running Jaga."""

from __future__ import annotations

import hashlib
import json

import pytest
from tests.helpers.stack import Failed, eventually, run_cli


def add(stack, term: str, *options: str):
    return stack.cli("bank", "add", term, "--category", "terrorism", "--outcome", "refuse", *options)


def verdict(stack, text: str) -> str:
    return stack.cli("rules", "test", text)["verdict"]


def listed(stack, *options: str) -> list[str]:
    return [entry["term"] for entry in stack.cli("bank", "list", *options)]


def test_a_term_is_listed_found_and_removed_without_restart(stack):
    added = add(stack, "zqtarubank", "--source", "uji", "--language", "id")
    assert added["id"].startswith("bnk_")
    eventually(lambda: verdict(stack, "ini ZQT4RU-BANK ya") == "refuse")
    answer = stack.cli("rules", "test", "ini ZQT4RU-BANK ya")
    assert [(found["entry"], found["found"]) for found in answer["signals"]] == [(added["id"], "ZQT4RU-BANK")]
    shown = run_cli("rules", "test", "ini ZQT4RU-BANK ya", "--data", str(stack.data)).stdout
    assert "ini »ZQT4RU-BANK« ya" in shown
    assert stack.cli("bank", "remove", added["id"]) == {"id": added["id"], "removed": True}
    eventually(lambda: verdict(stack, "ini ZQT4RU-BANK ya") == "allow")
    assert "zqtarubank" not in listed(stack)


def test_what_cannot_work_is_refused_in_one_sentence(stack):
    add(stack, "mirtabank")
    for arguments, says in (
        (("mirtabank",), "listed"),
        (("mirta.*", "--kind", "pattern"), "pattern"),
        (("mirta", "--kind", "image"), "image"),
        (("mirta", "--kind", "file"), "SHA-256"),
        (("mirta", "--kind", "dream"), "dream"),
    ):
        with pytest.raises(Failed) as refused:
            add(stack, *arguments)
        assert refused.value.status == 1
        assert says in refused.value.sentence
        assert len(refused.value.sentence.splitlines()) == 1
    for entry in ("bnk_0", "bnk_" + "0" * 26):
        with pytest.raises(Failed):
            stack.cli("bank", "remove", entry)


def test_a_list_is_brought_in_whole_or_not_at_all_and_taken_out_again(stack, tmp_path):
    file = tmp_path / "bank.csv"
    digest = hashlib.sha256(b"impor").hexdigest()
    rows = [f"imporkata{number},term,impor,hold" for number in range(2_500)] + [f"{digest},file,impor,refuse"]
    file.write_text("term,kind,category,outcome\n" + "\n".join([*rows, "salah,term,impor,delete"]))
    with pytest.raises(Failed, match="Line 2503"):
        stack.cli("bank", "import", str(file))
    assert listed(stack, "--category", "impor") == []
    file.write_text("term,kind,category,outcome\n" + "\n".join(rows))
    assert stack.cli("bank", "import", str(file))["added"] == 2_501
    assert stack.cli("bank", "import", str(file)) == {"added": 0, "known": 2_501, "ids": []}
    eventually(lambda: verdict(stack, "imporkata2499") == "hold")
    assert listed(stack, "--category", "impor", "--kind", "file") == [digest]

    out = tmp_path / "out.jsonl"
    done = stack.cli("bank", "export", str(out), "--format", "jsonl", "--category", "impor")
    assert done == {"file": str(out), "entries": 2_501}
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert {line["outcome"] for line in lines} == {"hold", "refuse"}
    changed = [line | {"outcome": "flag"} for line in lines[:2]]
    out.write_text("\n".join(map(json.dumps, changed)))
    with pytest.raises(Failed, match=r"Line 1: .* outcome hold"):
        stack.cli("bank", "import", str(out))


def test_the_bank_is_in_force_again_after_the_detector_died(stack):
    added = add(stack, "zqkabotahan")
    eventually(lambda: verdict(stack, "zqkabotahan") == "refuse")
    stack.replace("detector")
    eventually(lambda: verdict(stack, "zqkabotahan") == "refuse")
    stack.cli("bank", "remove", added["id"])


def test_without_a_running_jaga_each_command_says_so(tmp_path):
    for arguments in (("bank", "list"), ("rules", "test", "halo")):
        done = run_cli(*arguments, "--data", str(tmp_path / "nothing"))
        assert done.returncode == 1
        assert "jaga up" in done.stderr
        assert len(done.stderr.splitlines()) == 1
