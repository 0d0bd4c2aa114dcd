"""The demonstration's recovery keys are those of the specification, and its members' answers are in the visitor's language."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jaga.app.demo.child import why_silent
from jaga.app.demo.recovery import new_recovery_key, read_recovery_key, spelled
from jaga.app.demo.sign_in import SHEET, SignIn, write_sheet
from jaga.app.demo.talk import ANSWERS, answer, language_of


def test_a_recovery_key_is_spelled_as_other_clients_spell_it():
    # The example of the specification's "Key representation": these bytes, in base58 with prefix and parity.
    key = bytes(range(32))
    assert read_recovery_key(spelled(key)) == key
    assert spelled(key).startswith("Es")
    assert len(spelled(key).replace(" ", "")) == 48
    assert read_recovery_key(new_recovery_key().replace(" ", "")) != key


@pytest.mark.parametrize("wrong", ["", "EsT0", "Es", "EsTU YcfM 3kN4"])
def test_what_is_no_recovery_key_is_refused(wrong):
    with pytest.raises(ValueError, match=r".*"):
        read_recovery_key(wrong)


def test_one_wrong_letter_in_a_recovery_key_is_noticed():
    key = spelled(bytes(32))
    swapped = key[:-1] + ("A" if key[-1] != "A" else "B")
    with pytest.raises(ValueError, match="no recovery key"):
        read_recovery_key(swapped)


@pytest.mark.parametrize(
    ("text", "before", "language"),
    [("Hello there", "id", "en"), ("apa kabar", "en", "id"), ("zqkabo", "en", "en"), ("", "id", "id")],
)
def test_the_answer_is_in_the_language_of_the_question(text, before, language):
    assert language_of(text, before) == language


def test_the_answers_come_one_after_the_other_and_the_last_one_stays():
    assert [answer(number, "en") for number in range(6)] == [
        *(text.en for text in ANSWERS),
        ANSWERS[-1].en,
        ANSWERS[-1].en,
    ]


def test_a_demonstration_of_before_is_told_to_go_on_without_people(tmp_path):
    installation = SimpleNamespace(data=SimpleNamespace(secrets=tmp_path))
    sari = SignIn(who="Sari", where="/app/", name="sari", password="zqkabo")
    (tmp_path / SHEET).write_bytes(write_sheet([sari]))
    assert "filled by an earlier Jaga and goes on as it was" in why_silent(installation)
    (tmp_path / SHEET).write_bytes(
        write_sheet([SignIn("Sari", "/app/", "sari", "zqkabo", recovery_key="Es")])
    )
    assert why_silent(installation) is None
