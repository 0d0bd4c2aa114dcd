"""The strictest signal decides."""

from __future__ import annotations

import pytest

from jaga.detect.verdict import Allow, Hold, Outcome, Refuse, Signal, verdict_of


def signal(outcome: Outcome) -> Signal:
    return Signal("term", "bnk_x", "terrorism", outcome, "text", 0, 6)


@pytest.mark.parametrize(
    ("outcomes", "kind"),
    [
        ((), Allow),
        ((Outcome.FLAG,), Allow),
        ((Outcome.FLAG, Outcome.HOLD), Hold),
        ((Outcome.HOLD, Outcome.REFUSE, Outcome.FLAG), Refuse),
    ],
)
def test_the_strictest_signal_decides_and_every_signal_is_kept(outcomes, kind):
    verdict = verdict_of(tuple(map(signal, outcomes)), bank_version=7)
    assert isinstance(verdict, kind)
    assert verdict.bank_version == 7
    assert sorted(s.outcome for s in verdict.signals) == sorted(outcomes)
    assert [s.outcome for s in verdict.signals] == sorted(outcomes, key=["refuse", "hold", "flag"].index)


def test_a_signal_is_stored_as_plain_json():
    assert signal(Outcome.HOLD).as_dict() == {
        "rule": "term",
        "entry": "bnk_x",
        "category": "terrorism",
        "outcome": "hold",
        "field": "text",
        "start": 0,
        "end": 6,
    }
