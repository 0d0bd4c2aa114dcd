"""Whatever people try in whatever order, a case keeps its promises."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.helpers.case_values import NOW, SOP, choice, person, post_case

from jaga.cases.appeal import AppealOutcome, Review, file_appeal, review
from jaga.cases.case import NEXT, CaseState
from jaga.cases.clocks import start_clock, strictest
from jaga.cases.decision import (
    Consent,
    DecisionState,
    approvals_missing,
    approve,
    decide,
    settle,
)
from jaga.cases.staff import Role
from jaga.core.errors import JagaError
from jaga.core.ids import MemberId, StatementId
from jaga.sop.model import ClockRule, Measure

PEOPLE = [person(), person(), person(Role.SENIOR), person(Role.AUDITOR), person(Role.OPERATOR)]
GROUNDS = [clause.id for category in SOP.categories.values() for clause in category.clauses]


class CaseMachine(RuleBasedStateMachine):
    """Five people, one case, every act at any time."""

    @initialize(category=st.sampled_from(sorted(SOP.categories)), holds=st.booleans())
    def open(self, category, holds):
        self.now = NOW
        self.case = post_case(category=category, holds=holds)
        self.decision, self.approvals, self.appeal = None, [], None
        self.seen = [self.case.state]

    def take(self, case):
        self.case = case
        self.seen.append(case.state)

    @rule(
        by=st.sampled_from(PEOPLE),
        measures=st.lists(st.sampled_from(list(Measure)), max_size=3),
        ground=st.none() | st.sampled_from(GROUNDS),
    )
    def decide(self, by, measures, ground):
        try:
            step = decide(self.case, choice(*measures, ground=ground), SOP, by=by, now=self.now)
        except JagaError:
            return
        self.decision, self.approvals = step.decision, []
        self.take(step.case)

    @rule(by=st.sampled_from(PEOPLE), outcome=st.sampled_from(list(Consent)))
    def approve(self, by, outcome):
        if self.decision is None:
            return
        try:
            approval, step = approve(self.case, self.decision, self.approvals, outcome, by=by, now=self.now)
        except JagaError:
            return
        self.approvals.append(approval)
        self.decision = step.decision
        self.take(step.case)

    @rule()
    def carry_out(self):
        if self.case.state is CaseState.CARRYING_OUT:
            from dataclasses import replace

            self.decision = replace(self.decision, state=DecisionState.CARRIED_OUT, effect_at=self.now)
            self.take(settle(self.case, self.decision, self.now))

    @rule(days=st.integers(min_value=0, max_value=400))
    def file_appeal(self, days):
        if self.decision is None or not self.decision.finds_violation:
            return
        try:
            self.appeal, case = file_appeal(
                self.case,
                StatementId.new(),
                MemberId.new(),
                "Keliru.",
                until=NOW + SOP.appeal_window,
                now=NOW + timedelta(days=days),
            )
        except JagaError:
            return
        assert days <= SOP.appeal_window.days
        self.take(case)

    @rule(by=st.sampled_from(PEOPLE), outcome=st.sampled_from(list(AppealOutcome)))
    def review(self, by, outcome):
        if self.appeal is None:
            return
        try:
            reviewed = review(
                self.case,
                self.appeal,
                self.decision,
                self.approvals,
                Review(outcome=outcome, reasons="Sudah diperiksa."),
                by=by,
                now=self.now,
            )
        except JagaError:
            return
        assert by.id != self.decision.decided_by
        assert by.id not in {approval.staff for approval in self.approvals}
        self.appeal = None
        self.decision, self.approvals = reviewed.step.decision, []
        self.take(reviewed.step.case)

    @invariant()
    def every_step_is_one_the_machine_allows(self):
        for before, after in zip(self.seen, self.seen[1:], strict=False):
            assert after is before or after in NEXT[before] or _through_appeal(before, after)

    @invariant()
    def an_effective_decision_has_all_its_approvals_from_different_people(self):
        if self.decision is None or not self.decision.effective:
            return
        people = {one.staff for one in self.approvals if one.outcome is Consent.APPROVE}
        assert self.decision.decided_by not in people
        assert len(people) >= self.decision.approvals_needed
        assert approvals_missing(self.decision, self.approvals) == 0

    @invariant()
    def nobody_acts_out_of_their_role(self):
        idle = {one.id for one in PEOPLE if one.role in (Role.AUDITOR, Role.OPERATOR)}
        if self.decision is not None:
            assert self.decision.decided_by not in idle
            assert not idle & {one.staff for one in self.approvals}


def _through_appeal(before, after):
    """An answer goes from `decided` by way of `appealed` in one step."""
    return before is CaseState.DECIDED and after in NEXT[CaseState.APPEALED]


TestCaseMachine = CaseMachine.TestCase

clocks = st.builds(
    lambda name, minutes, offset: start_clock(
        ClockRule(name, timedelta(minutes=minutes), "x"),
        at=NOW + timedelta(minutes=offset),
        sop_version="1",
    ),
    st.sampled_from(["own", "mr5_urgent", "tco_remove"]),
    st.integers(min_value=1, max_value=10_000),
    st.integers(min_value=-10_000, max_value=10_000),
)


@given(st.lists(clocks, max_size=6), st.integers(min_value=0, max_value=5))
def test_the_strictest_clock_is_due_before_every_other_running_one(running, stopped):
    some = [clock.stopped(NOW) if number < stopped else clock for number, clock in enumerate(running)]
    found = strictest(some)
    still = [clock for clock in some if clock.running]
    assert (found is None) == (not still)
    if found is not None:
        assert all(found.due_at <= clock.due_at for clock in still)


@given(clocks, st.integers(min_value=-20_000, max_value=20_000))
def test_a_stopped_clock_is_missed_exactly_when_it_was_late(clock, minutes):
    at = NOW + timedelta(minutes=minutes)
    assert (clock.stopped(at).missed_at is not None) == (at > clock.due_at)
