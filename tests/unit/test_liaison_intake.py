"""What becomes of a submission: mandate, missing items, refusals and clocks, each decided from values alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.helpers.submissions import attachment, data_request, mr5_order, tco_order

from jaga.app.sop_files import load_sop
from jaga.core.errors import JagaError
from jaga.core.ids import AuthorityId, OfficerId, StaffId
from jaga.liaison.authority import (
    AlreadyApproved,
    AlreadyApprovedBySamePerson,
    Authority,
    AuthorityState,
    AuthorityType,
    MalformedAuthority,
    NotAPublicKey,
    NotSuspendable,
    Officer,
    approve,
    parse_public_key,
    propose,
    require_approved,
    resume,
    suspend,
)
from jaga.liaison.errors import (
    AuthoriserNeeded,
    AuthoriserUnknown,
    AuthorityNotApproved,
    AuthoritySuspended,
    KindNotOffered,
    MalformedSubmission,
    NondisclosureTooLong,
    OfficerMismatch,
    OutOfRemit,
    RegimeUnknown,
)
from jaga.liaison.intake import (
    AlreadyDone,
    AssessedTarget,
    Clarification,
    Queued,
    Refused,
    Subject,
    TargetOutcome,
    assess,
    require_authoriser,
    require_lawful_nondisclosure,
    require_mandate,
)
from jaga.liaison.parse import parse_reply, parse_submission
from jaga.liaison.refusal import RefusalCode
from jaga.liaison.submission import amend

SOP = load_sop(("id", "eu"))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
POST = "https://chat.example/c/kabar/17"
MINISTRY = Authority(
    id=AuthorityId.new(),
    name="Kementerian Contoh",
    country="ID",
    type=AuthorityType.MINISTRY,
    regimes=frozenset({"id_mr5"}),
    categories=frozenset({"terrorism"}),
    two_officers=False,
    state=AuthorityState.APPROVED,
)


def authority(**changes) -> Authority:
    return Authority(**{name: getattr(MINISTRY, name) for name in Authority.__slots__} | changes)


def officer(of=MINISTRY, **changes) -> Officer:
    values = {
        "id": OfficerId.new(),
        "authority_id": of.id,
        "name": "Sari Contoh",
        "post": "Analis",
        "email": "sari@contoh.example",
        "public_key": bytes(32),
        "authoriser": False,
    }
    return Officer(**values | changes)


def parsed(fields):
    return parse_submission(json.dumps(fields).encode())


def found(uri=POST):
    return AssessedTarget.of(uri, Subject(kind="post", id="post_x"))


def decided(fields, *targets, by=MINISTRY):
    return assess(parsed(fields), authority=by, targets=targets, sop=SOP)


# --- onboarding ---


def test_an_authority_needs_the_approval_of_two_different_people():
    proposed = propose(
        name="Kementerian Contoh", country="ID", type="ministry", regimes=["id_mr5"], categories=[],
        two_officers=False, sop=SOP,
    )  # fmt: skip
    one, other = StaffId.new(), StaffId.new()
    once = approve(proposed, one)
    with pytest.raises(AuthorityNotApproved):
        require_approved(once)
    with pytest.raises(AlreadyApprovedBySamePerson):
        approve(once, one)
    twice = approve(once, other)
    require_approved(twice)
    with pytest.raises(AlreadyApproved):
        approve(twice, StaffId.new())


def test_a_suspended_authority_is_told_so_until_it_is_resumed():
    suspended = suspend(MINISTRY)
    with pytest.raises(AuthoritySuspended):
        require_approved(suspended)
    for impossible in (suspend, approve_by_anyone):
        with pytest.raises(JagaError):
            impossible(suspended)
    require_approved(resume(suspended))
    with pytest.raises(NotSuspendable):
        resume(MINISTRY)


def approve_by_anyone(authority):
    return approve(authority, StaffId.new())


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "}, {"name": "a\nb"}, {"country": "Indonesia"}, {"type": "king"}, {"regimes": []},
        {"regimes": ["id_none"]}, {"categories": ["weather"]},
    ],
)  # fmt: skip
def test_an_authority_outside_the_sop_cannot_be_proposed(wrong):
    right = {"name": "A", "country": "ID", "type": "ministry", "regimes": ["id_mr5"], "categories": []}
    assert propose(**right, two_officers=False, sop=SOP)
    with pytest.raises(MalformedAuthority):
        propose(**right | wrong, two_officers=False, sop=SOP)


def test_only_ed25519_keys_are_enrolled():
    for pem in (b"", b"x" * 10_000, b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"):
        with pytest.raises(NotAPublicKey):
            parse_public_key(pem)


# --- mandate ---


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"regime": "id_none"}, RegimeUnknown),
        ({"regime": "eu_tco"}, OutOfRemit),
        ({"category": "harassment"}, OutOfRemit),
        ({"category": "weather"}, MalformedSubmission),
        ({"officer": "off_other"}, OfficerMismatch),
    ],
)
def test_each_step_outside_the_mandate_has_its_own_error(changes, error):
    person = officer()
    require_mandate(parsed(mr5_order(POST)), person, MINISTRY, SOP)
    with pytest.raises(error):
        require_mandate(parsed(mr5_order(POST, **changes)), person, MINISTRY, SOP)


def test_a_trusted_flagger_points_out_and_never_orders():
    flagger = authority(type=AuthorityType.TRUSTED_FLAGGER)
    require_mandate(parsed(mr5_order(POST, kind="flag")), officer(), flagger, SOP)
    with pytest.raises(OutOfRemit):
        require_mandate(parsed(mr5_order(POST)), officer(), flagger, SOP)


def test_a_regime_takes_only_the_kinds_that_its_law_knows():
    european = authority(regimes=frozenset({"eu_tco"}))
    with pytest.raises(KindNotOffered):
        require_mandate(parsed(tco_order(POST, kind="notice")), officer(), european, SOP)


def test_where_two_people_must_act_the_second_is_enrolled_and_another():
    strict = authority(two_officers=True)
    person, second = officer(), officer(authoriser=True)
    require_authoriser(parsed(mr5_order(POST, authoriser=second.id)), person, strict, second)
    for named, known in ((..., None), (person.id, person)):
        with pytest.raises(AuthoriserNeeded):
            require_authoriser(parsed(mr5_order(POST, authoriser=named)), person, strict, known)
    for unfit in (
        None,
        officer(),
        officer(authoriser=True, authority_id="aut_other"),
        officer(authoriser=True, revoked_at=NOW),
    ):
        with pytest.raises(AuthoriserUnknown):
            require_authoriser(parsed(mr5_order(POST, authoriser=second.id)), person, strict, unfit)


def test_a_gag_of_more_than_six_weeks_is_turned_away():
    def gag(until):
        return parsed(mr5_order(POST, nondisclosure={"until": until.isoformat()}))

    require_lawful_nondisclosure(gag(NOW + timedelta(weeks=6)), NOW)
    with pytest.raises(NondisclosureTooLong):
        require_lawful_nondisclosure(gag(NOW + timedelta(weeks=6, seconds=1)), NOW)


# --- outcome ---


@pytest.mark.parametrize(
    ("fields", "clock", "hours"),
    [
        (mr5_order(POST), "mr5_urgent", 4),
        (mr5_order(POST, urgency="normal"), "mr5_normal", 24),
        (mr5_order(POST, category="harassment"), "mr5_normal", 24),
        (tco_order(POST), "tco_remove", 1),
    ],
)
def test_a_complete_order_is_queued_with_the_clock_of_its_law(fields, clock, hours):
    outcome = decided(fields, found())
    assert isinstance(outcome, Queued)
    assert (outcome.clock.name, outcome.clock.length) == (clock, timedelta(hours=hours))


def test_what_only_points_something_out_has_no_legal_clock_and_needs_no_letter():
    for kind in ("notice", "flag", "referral"):
        outcome = decided(mr5_order(POST, kind=kind, attachments=..., legal_basis=...), found())
        assert outcome == Queued((found(),), None)


@pytest.mark.parametrize(
    ("fields", "items"),
    [
        (mr5_order(POST, reasons=...), ["legal_analysis"]),
        (mr5_order(POST, reasons="  "), ["legal_analysis"]),
        (mr5_order(POST, legal_basis=...), ["legal_analysis"]),
        (mr5_order(POST, attachments=...), ["official_letter"]),
        (mr5_order(POST, reasons=..., attachments=[attachment(kind="legal_analysis")]), ["official_letter"]),
        (mr5_order(POST, reasons=..., attachments=...), ["official_letter", "legal_analysis"]),
        (tco_order(POST, legal_basis=...), ["legal_basis"]),
        (tco_order(POST, reasons=..., reason_codes=...), ["reasons"]),
    ],
)
def test_missing_items_are_named_exactly(fields, items):
    outcome = decided(fields, found())
    assert isinstance(outcome, Clarification)
    assert [missing.item for missing in outcome.missing] == items
    assert all(missing.text.id and missing.text.en for missing in outcome.missing)


def test_an_order_without_any_link_is_asked_for_one():
    outcome = decided(mr5_order())
    assert [missing.item for missing in outcome.missing] == ["link"]


def test_a_link_to_nothing_is_named_and_does_not_hold_up_the_others():
    nothing = AssessedTarget.of("https://chat.example/c/kabar/99", None)
    alone = decided(mr5_order(nothing.uri), nothing)
    assert [(missing.item, missing.uri) for missing in alone.missing] == [("valid_link", nothing.uri)]
    assert isinstance(decided(mr5_order(POST, nothing.uri), found(), nothing), Queued)


def test_the_sealed_side_is_refused_whatever_else_is_missing():
    sealed = AssessedTarget(uri="matrix:r/x:y", outcome=TargetOutcome.PRIVATE_SPACE)
    for fields in (mr5_order(sealed.uri), mr5_order(sealed.uri, reasons=..., attachments=...)):
        assert decided(fields, sealed) == Refused((sealed,), RefusalCode.PRIVATE_SPACE)
    assert isinstance(decided(mr5_order(POST, sealed.uri), found(), sealed), Queued)


def test_what_is_gone_already_is_answered_at_once():
    gone = AssessedTarget.of(POST, Subject(kind="post", id="post_x", gone=True, gone_at=NOW))
    assert decided(mr5_order(POST), gone) == AlreadyDone((gone,))
    assert isinstance(decided(mr5_order(POST, reasons=...), gone), Clarification)


def test_a_reply_completes_a_submission_and_replaces_its_links():
    first = parsed(mr5_order("https://chat.example/c/kabar/99", reasons=..., legal_basis=...))
    reply = parse_reply(
        json.dumps(
            {"targets": [{"uri": POST}], "reasons": "Ajakan.", "legal_basis": [{"law": "MR 5/2020"}]}
        ).encode()
    )
    whole = amend(first, reply)
    assert [target.uri for target in whole.targets] == [POST]
    assert isinstance(assess(whole, authority=MINISTRY, targets=[found()], sop=SOP), Queued)


# --- requests for private data ---


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, RefusalCode.E2EE_TECHNICALLY_IMPOSSIBLE),
        ({"reasons": "Please hand over all messages of this account."}, RefusalCode.E2EE_TECHNICALLY_IMPOSSIBLE),
        ({"reasons": "", "requested_data": ["message_content"]}, RefusalCode.E2EE_TECHNICALLY_IMPOSSIBLE),
        ({"reasons": "", "targets": [{"uri": "!room:chat.example"}]}, RefusalCode.E2EE_TECHNICALLY_IMPOSSIBLE),
        ({"requested_data": ["keys"]}, RefusalCode.BACKDOOR_OR_KEY_DEMAND),
        ({"requested_data": ["message_content", "future_logging"]}, RefusalCode.BACKDOOR_OR_KEY_DEMAND),
        ({"reasons": "Tambahkan anggota tersembunyi ke obrolan itu."}, RefusalCode.BACKDOOR_OR_KEY_DEMAND),
        ({"reasons": "Weaken the encryption for this account."}, RefusalCode.BACKDOOR_OR_KEY_DEMAND),
        ({"requested_data": ["identity"]}, RefusalCode.NO_SUCH_DATA),
        ({"requested_data": ["addresses"], "legal_basis": []}, RefusalCode.NO_LEGAL_BASIS),
        ({"requested_data": ["addresses"], "regime": "id_none"}, RefusalCode.NOT_COMPETENT),
        ({"requested_data": ["contacts"], "targets": []}, RefusalCode.OVERBROAD),
        ({"requested_data": [], "reasons": ""}, RefusalCode.DEFECTIVE_FORM),
    ],
)  # fmt: skip
def test_every_data_request_is_refused_by_type(changes, code):
    fields = data_request("https://chat.example/c/kabar", **changes)
    require_mandate(parsed(fields), officer(), MINISTRY, SOP)
    outcome = decided(fields, AssessedTarget.of("https://chat.example/c/kabar", None))
    assert isinstance(outcome, Refused)
    assert outcome.code is code


def test_a_foreign_authority_is_sent_to_the_right_channel():
    foreign = authority(country="XX")
    fields = data_request(POST, requested_data=["identity"])
    assert decided(fields, by=foreign).code is RefusalCode.WRONG_CHANNEL
