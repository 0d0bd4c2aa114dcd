"""Deciding and approving: what fits, who may, and how many it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.helpers.case_values import NOW, SOP, choice, person, post_case

from jaga.cases.appeal import Appeal, AppealOutcome, Review, file_appeal, review
from jaga.cases.case import NEXT, CaseState, Source
from jaga.cases.decision import Consent, DecisionState, approve, decide, measures_open
from jaga.cases.errors import (
    AppealClosed,
    FactsMissing,
    GroundDoesNotFit,
    MeasureDoesNotFit,
    NotPossibleNow,
    OutOfCountry,
    OutOfRole,
    SamePerson,
)
from jaga.cases.measure import Act
from jaga.cases.staff import Role
from jaga.cases.target import Concerned, Target
from jaga.core.ids import MemberId, StatementId
from jaga.core.text import written_day


def test_a_decision_without_approvals_is_effective_at_once():
    step = decide(post_case(), choice("remove_post"), SOP, by=person(), now=NOW)
    assert step.decision.state is DecisionState.CARRYING_OUT
    assert step.decision.effective_from == NOW
    assert step.case.state is CaseState.CARRYING_OUT
    assert [measure.act for measure in step.decision.measures] == [Act.REMOVE_POST]


def test_a_decision_without_violation_closes_the_case_and_stops_its_clocks():
    step = decide(post_case(), choice("no_violation", ground=None), SOP, by=person(), now=NOW)
    assert step.decision.state is DecisionState.CARRIED_OUT
    assert step.case.closed_at == NOW
    assert all(clock.stopped_at == NOW for clock in step.case.clocks)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR])
def test_who_only_reads_or_keeps_machines_cannot_decide(role):
    with pytest.raises(OutOfRole):
        decide(post_case(), choice("remove_post"), SOP, by=person(role), now=NOW)


def test_a_representative_decides_only_for_their_country():
    ours, theirs = post_case(jurisdiction="ID"), post_case(jurisdiction="FR")
    by = person(Role.REPRESENTATIVE, country="ID")
    decide(ours, choice("remove_post"), SOP, by=by, now=NOW)
    for case in (theirs, post_case()):
        with pytest.raises(OutOfCountry):
            decide(case, choice("remove_post"), SOP, by=by, now=NOW)


@pytest.mark.parametrize("ground", ["T-1", "X-9", "", None])
def test_a_ground_must_be_a_clause_of_the_category(ground):
    with pytest.raises(GroundDoesNotFit, match="H-1"):
        decide(post_case(), choice("remove_post", ground=ground), SOP, by=person(), now=NOW)


def test_a_further_report_brings_the_grounds_of_its_category():
    case = post_case(category="pornography", also=("harassment",))
    assert decide(case, choice("remove_post"), SOP, by=person(), now=NOW).decision.ground == "H-1"


def test_while_nobody_knows_what_it_is_every_ground_fits():
    case = post_case(category="unscannable", source=Source.HELD_POST, holds=True)
    for ground in ("T-2", "H-1", "P-1"):
        decide(case, choice("remove_post", ground=ground), SOP, by=person(), now=NOW)


@pytest.mark.parametrize(
    "measures",
    [
        (),
        ("release_post",),
        ("remove_post", "remove_post"),
        ("remove_post", "no_violation"),
        ("suspend_posting", "no_violation"),
    ],
)
def test_measures_that_do_not_fit_are_refused(measures):
    with pytest.raises(MeasureDoesNotFit):
        decide(post_case(), choice(*measures), SOP, by=person(), now=NOW)


@pytest.mark.parametrize("days", [0, -1, 40_000])
def test_a_suspension_has_a_sensible_length(days):
    with pytest.raises(MeasureDoesNotFit):
        decide(post_case(), choice("suspend_posting", days=days), SOP, by=person(), now=NOW)


def test_a_suspension_lasts_as_the_sop_says_unless_the_decision_says_otherwise():
    usual = decide(post_case(), choice("suspend_posting"), SOP, by=person(), now=NOW)
    shorter = decide(post_case(), choice("suspend_posting", days=2), SOP, by=person(), now=NOW)
    assert usual.decision.measures[0].days == SOP.category("harassment").suspension.days
    assert shorter.decision.measures[0].days == 2


def test_a_held_post_is_released_or_removed_but_never_left_waiting():
    case = post_case(source=Source.HELD_POST, holds=True)
    open_here = {measure.value for measure in measures_open(case, case.categories(SOP))}
    assert {"release_post", "remove_post"} <= open_here
    assert "no_violation" not in open_here
    with pytest.raises(MeasureDoesNotFit):
        decide(case, choice("release_post", "remove_post"), SOP, by=person(), now=NOW)
    step = decide(case, choice("release_post", ground=None), SOP, by=person(), now=NOW)
    assert step.decision.state is DecisionState.CARRYING_OUT


def test_a_case_about_an_account_can_only_end_with_the_account():
    author = MemberId.new()
    case = post_case(target=Target.member(author), concerned=Concerned(author=author))
    for measure in ("remove_post", "close_channel"):
        with pytest.raises(MeasureDoesNotFit):
            decide(case, choice(measure), SOP, by=person(), now=NOW)
    step = decide(case, choice("suspend_posting"), SOP, by=person(), now=NOW)
    assert step.decision.measures[0].target == Target.member(author)


@pytest.mark.parametrize("facts", ["", "   ", "x" * 5_001])
def test_facts_are_needed_and_bounded(facts):
    with pytest.raises(FactsMissing):
        decide(post_case(), choice("remove_post", facts=facts), SOP, by=person(), now=NOW)


@pytest.mark.parametrize(
    "state", [state for state in CaseState if state.value not in ("queued", "in_review")]
)
def test_only_a_case_that_waits_for_it_can_be_decided(state):
    with pytest.raises(NotPossibleNow):
        decide(post_case(state=state), choice("remove_post"), SOP, by=person(), now=NOW)


def test_terrorism_needs_one_more_person_and_never_the_same():
    decider, approver = person(), person()
    step = decide(
        post_case(category="terrorism"), choice("remove_post", ground="T-2"), SOP, by=decider, now=NOW
    )
    assert step.decision.approvals_needed == 1
    with pytest.raises(SamePerson):
        approve(step.case, step.decision, [], Consent.APPROVE, by=decider, now=NOW)
    with pytest.raises(OutOfRole):
        approve(step.case, step.decision, [], Consent.APPROVE, by=person(Role.AUDITOR), now=NOW)
    _, done = approve(step.case, step.decision, [], Consent.APPROVE, by=approver, now=NOW)
    assert done.decision.state is DecisionState.CARRYING_OUT
    with pytest.raises(NotPossibleNow):
        approve(done.case, done.decision, [], Consent.APPROVE, by=person(), now=NOW)


def test_the_strictest_measure_sets_the_approvals():
    step = decide(post_case(), choice("remove_post", "close_channel"), SOP, by=person(), now=NOW)
    assert step.decision.approvals_needed == 1


def test_a_closed_case_has_nowhere_to_go():
    assert NEXT[CaseState.CLOSED] == frozenset()
    with pytest.raises(NotPossibleNow):
        post_case(state=CaseState.CLOSED).moved(CaseState.QUEUED)


def _appealed():
    decider, approver = person(), person()
    step = decide(
        post_case(category="terrorism"), choice("remove_post", ground="T-2"), SOP, by=decider, now=NOW
    )
    approval, done = approve(step.case, step.decision, [], Consent.APPROVE, by=approver, now=NOW)
    settled = done.case.moved(CaseState.DECIDED)
    appeal, case = file_appeal(
        settled,
        StatementId.new(),
        MemberId.new(),
        "Keliru.",
        until=NOW + SOP.appeal_window,
        now=NOW + timedelta(days=1),
    )
    return decider, approver, case, appeal, done.decision, [approval]


def test_nobody_who_took_part_reviews_the_appeal():
    decider, approver, case, appeal, decision, approvals = _appealed()
    answer = Review(outcome=AppealOutcome.REVERSED, reasons="Memang keliru.")
    for by in (decider, approver):
        with pytest.raises(SamePerson):
            review(case, appeal, decision, approvals, answer, by=by, now=NOW)
    reviewed = review(case, appeal, decision, approvals, answer, by=person(), now=NOW)
    assert [measure.act for measure in reviewed.step.decision.measures] == [Act.RESTORE_POST]
    assert reviewed.step.decision.measures[0].lifts == decision.measures[0].id
    with pytest.raises(NotPossibleNow):
        review(reviewed.step.case, reviewed.appeal, decision, approvals, answer, by=person(), now=NOW)


def test_partly_names_some_measures_and_leaves_some():
    _, _, case, appeal, decision, approvals = _appealed()
    for lift in ((), tuple(measure.id for measure in decision.measures)):
        with pytest.raises(MeasureDoesNotFit):
            review(
                case,
                appeal,
                decision,
                approvals,
                Review(outcome=AppealOutcome.PARTLY, reasons="x", lift=lift),
                by=person(),
                now=NOW,
            )


def test_the_form_closes_when_the_window_is_over():
    case = post_case(state=CaseState.DECIDED)
    until = NOW + SOP.appeal_window
    filed = {"case": case, "statement": StatementId.new(), "member": MemberId.new(), "text": "Keliru."}
    appeal, _ = file_appeal(**filed, until=until, now=until)
    assert isinstance(appeal, Appeal)
    with pytest.raises(AppealClosed) as closed:
        file_appeal(**filed, until=until, now=until + timedelta(seconds=1))
    assert closed.value.message("en") == f"The time for an appeal ended on {written_day(until).en}."
