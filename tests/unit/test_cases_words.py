"""Statements of reasons, notices, clocks and the vault as values."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.helpers.case_values import NOW, SOP, choice, person, post_case

from jaga.cases.automatic import own_clock, refuse_by_rule
from jaga.cases.clocks import start_clock, strictest
from jaga.cases.decision import decide
from jaga.cases.errors import DisclosureConcernsAccounts, IncompleteNotice
from jaga.cases.evidence import Sealed, UnusableVault, Vault, new_key_file
from jaga.cases.notice import Disclosed, Filing, check_filing, check_target, form_steps
from jaga.cases.statement import reduced, write_statements
from jaga.cases.target import Concerned, Target
from jaga.core.ids import MemberId, PostId
from jaga.detect.verdict import Outcome, Refuse, Signal
from jaga.sop.model import ClockRule, UnknownCategory

FILING = Filing(
    category="harassment",
    target_uri="https://chat.example/c/kabar/12",
    explanation="Menghina tetangga.",
    name="Warga Uji",
    email="warga@pos.example",
    good_faith=True,
    language="id",
)


def changed(**values) -> Filing:
    from dataclasses import replace

    return replace(FILING, **values)


def statement(case=None, **decided):
    case = case or post_case()
    step = decide(case, choice("remove_post", **decided), SOP, by=person(), now=NOW)
    return write_statements(case, step.decision, SOP, {}, now=NOW)


def test_a_statement_says_in_both_languages_what_why_how_and_where_to_appeal():
    (reasons,) = statement()
    plain = reasons.statement.body["plain"]
    assert "dihapus" in plain["id"][0]
    assert "removed" in plain["en"][0]
    assert "H-1" in " ".join(plain["en"])
    assert "reported" in " ".join(plain["en"])
    assert "until 25 May 2027." in plain["en"][-1]
    assert "sampai 25 Mei 2027." in plain["id"][-1]
    assert reasons.statement.appeal_until == NOW + timedelta(days=183)


def test_a_statement_has_the_fields_of_dsa_17():
    (reasons,) = statement()
    body = reasons.statement.body
    assert body["source_type"] == "SOURCE_ARTICLE_16"
    assert body["automated_detection"] is False
    assert body["automated_decision"] == "not_automated"
    assert body["ground"]["decision_ground"].startswith("DECISION_GROUND_")
    assert body["territorial_scope"] == ["GLOBAL"]
    assert body["redress"]["internal"]
    assert body["facts"] == "Menyerang."


def test_the_channels_owner_and_the_author_each_get_their_own_reasons():
    case = post_case()
    step = decide(case, choice("remove_post", "close_channel"), SOP, by=person(), now=NOW)
    people = {one.statement.member for one in write_statements(case, step.decision, SOP, {}, now=NOW)}
    assert people == {case.concerned.author, case.concerned.owner}


def test_what_anyone_may_read_names_no_person_post_or_fact():
    case = post_case()
    (reasons,) = statement(case, facts="zqkabo")
    public = repr(reduced(reasons.statement.body))
    for secret in ("zqkabo", case.target.id, case.id, case.concerned.author):
        assert secret not in public
    assert "H-1" in public


def test_a_rules_refusal_says_that_no_person_looked():
    author = MemberId.new()
    verdict = Refuse(1, (Signal("term", "bnk_x", "terrorism", Outcome.REFUSE, "text", 0, 6),))
    done = refuse_by_rule(Target.post(PostId.new()), Concerned(author=author), "en", verdict, SOP, now=NOW)
    body = done.reasons.statement.body
    assert body["automated_decision"] == "fully_automated"
    assert "No person has looked" in " ".join(body["plain"]["en"])
    assert done.reasons.statement.language == "en"


@pytest.mark.parametrize(
    ("wrong", "missing"),
    [
        ({"explanation": " "}, ["explanation"]),
        ({"target_uri": ""}, ["target"]),
        ({"name": ""}, ["name"]),
        ({"email": "bukan surel"}, ["email"]),
        ({"good_faith": False}, ["good_faith"]),
        ({"name": "", "email": "", "good_faith": False}, ["name", "email", "good_faith"]),
        ({"disclosure": (Disclosed(sender="@a:b", text=""),)}, ["disclosure"]),
    ],
)
def test_a_notice_names_exactly_what_is_missing(wrong, missing):
    check_filing(FILING, SOP)
    with pytest.raises(IncompleteNotice) as refused:
        check_filing(changed(**wrong), SOP)
    assert refused.value.fields["fields"] == missing


def test_a_notice_has_a_category_of_the_sop():
    with pytest.raises(UnknownCategory):
        check_filing(changed(category="weather"), SOP)


def test_members_and_anonymous_categories_need_no_name():
    from dataclasses import replace

    check_filing(changed(name="", email="", member=MemberId.new()), SOP)
    anonymous = replace(SOP.category("harassment"), anonymous_notices=True)
    sop = replace(SOP, categories={**SOP.categories, "harassment": anonymous})
    check_filing(changed(name="", email=""), sop)
    assert "harassment" in next(step for step in form_steps(sop) if step.name == "name").anonymous_for


def test_a_disclosure_can_only_concern_an_account():
    disclosing = changed(disclosure=(Disclosed(sender="@budi:chat.example", text="halo"),))
    check_target(disclosing, Target.member(MemberId.new()))
    with pytest.raises(DisclosureConcernsAccounts):
        check_target(disclosing, Target.post(PostId.new()))


def test_the_strictest_running_clock_counts():
    slow = start_clock(ClockRule("mr5_normal", timedelta(hours=24), "x"), at=NOW, sop_version="1")
    fast = start_clock(ClockRule("tco_remove", timedelta(hours=1), "x"), at=NOW, sop_version="1")
    assert strictest([slow, fast]) == fast
    assert strictest([slow, fast.stopped(NOW)]) == slow
    assert strictest([]) is None


def test_a_clock_stopped_late_remembers_when_it_ran_out():
    clock = own_clock("terrorism", SOP, at=NOW)
    assert clock.stopped(clock.due_at).missed_at is None
    late = clock.stopped(clock.due_at + timedelta(seconds=1))
    assert late.missed_at == clock.due_at
    assert late.stopped(NOW) == late


def test_the_vault_opens_only_its_own_records_with_its_own_keys():
    vault = Vault.parse(new_key_file())
    sealed = vault.seal(b"zqkabo", about="evd_1")
    assert b"zqkabo" not in sealed.to_bytes()
    assert vault.open(Sealed.from_bytes(sealed.to_bytes()), about="evd_1") == b"zqkabo"
    changed_byte = Sealed(sealed.key_id, sealed.nonce, sealed.ciphertext[:-1] + b"\x00")
    for attempt in (
        lambda: vault.open(sealed, about="evd_2"),
        lambda: vault.open(changed_byte, about="evd_1"),
        lambda: Vault.parse(new_key_file()).open(sealed, about="evd_1"),
    ):
        with pytest.raises(UnusableVault):
            attempt()


def test_a_renewed_key_still_opens_what_the_old_one_sealed():
    old = Vault.parse(new_key_file())
    new = Vault(2, {1: old.keys[1], 2: bytes(32)})
    assert new.open(old.seal(b"x", about="a"), about="a") == b"x"
    assert new.seal(b"x", about="a").key_id == 2
    assert new.grants("sor_1", old.access_key("sor_1"))


@pytest.mark.parametrize("file", [b"", b"{}", b'{"current": 2, "keys": {"1": "AAAA"}}', b'["x"]'])
def test_a_damaged_key_file_is_named_and_never_replaced(file):
    with pytest.raises(UnusableVault):
        Vault.parse(file)


def test_an_access_key_opens_one_record():
    vault = Vault.parse(new_key_file())
    key = vault.access_key("sor_1")
    assert vault.grants("sor_1", key)
    assert not vault.grants("sor_2", key)
    assert not vault.grants("sor_1", "")
