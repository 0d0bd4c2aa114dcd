"""Cases on the real database: opening and joining, deciding, carrying out, undoing."""

from __future__ import annotations

import asyncio
import json

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from tests.helpers.case_records import choice, held, refused

from jaga.cases.appeal import AppealOutcome, Review
from jaga.cases.case import CaseState
from jaga.cases.decision import Consent, DecisionState
from jaga.cases.errors import (
    AppealClosed,
    AppealExists,
    CaseChanged,
    EvidencePurged,
    NotPossibleNow,
    OutOfRole,
    PurposeMissing,
    SamePerson,
    StatementSuperseded,
    UnknownCase,
    UnknownStatement,
)
from jaga.cases.evidence import UnusableVault, Vault, new_key_file
from jaga.cases.notice import Disclosed, Filing
from jaga.cases.office import Reader
from jaga.cases.staff import Role
from jaga.cases.views import CaseFilter
from jaga.core.errors import JagaError
from jaga.core.ids import StatementId
from jaga.ledger.entry import Entry, EntryType
from jaga.store.tables.cases import (
    cases,
    clocks,
    decisions,
    evidence,
    evidence_accesses,
    measures,
    notices,
    statements,
)
from jaga.store.tables.channels import channels, feed_events, post_versions, posts
from jaga.store.tables.ledger import ledger_outbox
from jaga.store.tables.members import inbox, members

SECRET = "zqkabo palsu untuk uji"


async def statement_of(world, post) -> StatementId:
    rows = await world.rows(
        select(statements.c.id)
        .join(decisions, decisions.c.id == statements.c.decision_id)
        .join(cases, cases.c.id == decisions.c.case_id)
        .where(cases.c.target == post)
        .order_by(statements.c.id.desc())
    )
    return StatementId(rows[0].id)


async def entries_of(world, case) -> list[Entry]:
    """The case's chain, as far as it waits for its place in the ledger."""
    rows = await world.rows(select(ledger_outbox.c.leaf).order_by(ledger_outbox.c.position))
    return [entry for row in rows if (entry := Entry.parse(row.leaf)).case == case]


async def removed(world, *, text="halo", category="harassment"):
    """A post removed by one person's decision, carried out."""
    author = await world.member()
    post = await world.post(author, text=text)
    case = await world.case_on(post, category=category)
    decider = await world.person()
    view = await world.desk.decide(decider, case, choice("remove_post"))
    await world.carry_out(view.decision.id)
    return author, post, case, decider, view.decision.id


async def test_reports_of_one_target_join_one_case_even_in_the_same_instant(world):
    post = await world.post(await world.member())
    opened = await asyncio.gather(*(world.case_on(post) for _ in range(6)))
    assert len(set(opened)) == 1


async def test_a_report_in_another_category_brings_its_grounds_along(world):
    post = await world.post(await world.member())
    case = await world.case_on(post, category="pornography")
    assert await world.case_on(post, category="harassment") == case
    view = await world.desk.access_case(await world.person(), case)
    assert {clause.id[0] for clause in view.grounds} == {"P", "H"}


async def test_a_refused_publication_leaves_a_whole_decision_behind(world):
    author = await world.member(language="en")
    post = await world.post(author, state="refused", text="")
    async with world.database.transaction() as conn:
        statement = await world.automatic.record_refused(
            conn,
            target_kind="post",
            target=post,
            author=author,
            language="en",
            verdict=refused(),
            content={"text": SECRET, "entities": [], "media": []},
            now=world.now,
        )
    (case,) = await world.rows(select(cases).where(cases.c.target == post))
    assert (case.state, case.source, case.category) == ("decided", "refused_post", "terrorism")
    view = await world.desk.access_case(await world.person(), case.id)
    (decision,) = view.decisions
    assert decision.decision.decided_by == "rule"
    assert decision.decision.ground == "T-1"
    assert view.signals[0]["category"] == "terrorism"
    assert [entry.type for entry in await entries_of(world, case.id)] == [
        EntryType.DECISION,
        EntryType.STATEMENT,
    ]
    letters = await world.office.inbox(author)
    assert letters.items[0].subject == statement
    body = letters.items[0].body
    assert "not published" in body.en
    assert "tidak diterbitkan" in body.id
    assert world.automatic.statement_address(statement) == letters.items[0].address


async def test_each_identical_refused_text_is_a_case_of_its_own(world):
    author = await world.member()
    for _ in range(3):
        post = await world.post(author, state="refused", text="")
        async with world.database.transaction() as conn:
            await world.automatic.record_refused(
                conn,
                target_kind="post",
                target=post,
                author=author,
                language="id",
                verdict=refused(),
                content={"text": SECRET},
                now=world.now,
            )
    own = await world.rows(
        select(cases.c.id).where(cases.c.author_id == author, cases.c.source == "refused_post")
    )
    assert len(own) == 3


async def test_nothing_is_recorded_when_the_publisher_fails(world):
    author = await world.member()
    post = await world.post(author, state="refused", text="")

    async def publisher_that_fails() -> None:
        async with world.database.transaction() as conn:
            await world.automatic.record_refused(
                conn,
                target_kind="post",
                target=post,
                author=author,
                language="id",
                verdict=refused(),
                content={"text": SECRET},
                now=world.now,
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await publisher_that_fails()
    assert not await world.rows(select(cases).where(cases.c.target == post))
    assert not await world.rows(select(inbox).where(inbox.c.member_id == author))


async def test_the_vault_holds_no_plain_text_and_opens_only_with_its_own_key(world):
    _author, post, case, _, _decision = await removed(world, text=SECRET)
    rows = await world.rows(select(evidence).where(evidence.c.case_id == case))
    assert len(rows) == 2  # as reported, and as removed
    for row in rows:
        assert SECRET.encode() not in row.ciphertext
    row = await world.row(posts, post)
    assert (row.state, row.text) == ("removed", "")
    stranger = world.evidence.__class__(vault=Vault.parse(new_key_file()), kept=world.sop.evidence_kept)
    async with world.database.transaction() as conn:
        with pytest.raises(UnusableVault):
            await stranger.snapshot_of(conn, next(row.measure_id for row in rows if row.measure_id))


async def test_a_restriction_without_reasons_cannot_be_stored(world):
    author = await world.member()
    post = await world.post(author)
    case = await world.case_on(post)
    view = await world.desk.decide(await world.person(), case, choice("remove_post"))
    with pytest.raises(IntegrityError, match="reasons"):
        async with world.database.transaction() as conn:
            await conn.execute(
                insert(measures).values(
                    id="msr_x",
                    decision_id=view.decision.id,
                    name="remove_post",
                    target_kind="post",
                    target="post_other",
                    created_at=world.now,
                )
            )
    with pytest.raises(IntegrityError):
        async with world.database.transaction() as conn:
            await conn.execute(delete(statements).where(statements.c.decision_id == view.decision.id))


async def test_a_removed_post_leaves_its_author_informed_and_its_clocks_stopped(world):
    author, post, case, _, _decision = await removed(world)
    view = await world.desk.access_case(await world.person(), case)
    assert view.case.state is CaseState.DECIDED
    assert all(clock.stopped_at == world.now for clock in view.case.clocks)
    (shown,) = view.decisions
    assert shown.decision.state is DecisionState.CARRIED_OUT
    assert shown.decision.effect_at == world.now
    (letter,) = (await world.office.inbox(author)).items
    assert letter.kind == "statement"
    assert [entry.type for entry in await entries_of(world, case)] == [
        EntryType.DECISION,
        EntryType.STATEMENT,
        EntryType.EFFECT,
    ]
    assert [entry.seq for entry in await entries_of(world, case)] == [1, 2, 3]
    events = await world.rows(select(feed_events.c.kind).where(feed_events.c.post_id == post))
    assert [event.kind for event in events] == ["removed"]


async def test_carrying_out_twice_changes_nothing(world):
    author, _post, case, _, decision = await removed(world)
    before = await entries_of(world, case)
    await asyncio.gather(*(world.carry_out(decision) for _ in range(4)))
    (measure,) = await world.rows(select(measures).where(measures.c.decision_id == decision))
    async with world.database.transaction() as conn:
        loaded = (await world.reader.decision(decision)).decision.measures[0]
        del conn
    await world.carrying.apply(loaded, now=world.now)
    await world.carrying.confirm(decision, at=world.now)
    assert await entries_of(world, case) == before
    assert len((await world.office.inbox(author)).items) == 1
    kept = await world.rows(select(evidence).where(evidence.c.measure_id == measure.id))
    assert len(kept) == 1


async def test_two_workers_at_once_apply_a_measure_once(world):
    author = await world.member()
    post = await world.post(author)
    case = await world.case_on(post)
    view = await world.desk.decide(await world.person(), case, choice("remove_post"))
    await asyncio.gather(*(world.carry_out(view.decision.id) for _ in range(5)))
    assert await world.state_of(post) == "removed"
    assert len((await world.office.inbox(author)).items) == 1
    types = [entry.type for entry in await entries_of(world, case)]
    assert types.count(EntryType.EFFECT) == 1


async def test_a_reversed_appeal_puts_the_post_back_in_place(world):
    author = await world.member()
    post = await world.post(author, text="versi kedua")
    comment = await world.post(await world.member(), text="setuju")
    await world.change(posts, comment, comment_on=post)
    async with world.database.transaction() as conn:
        await conn.execute(
            insert(post_versions).values(
                post_id=post, version=1, text="versi pertama", entities=[], media=[], written_at=world.now
            )
        )
    before = await world.row(posts, post)
    case = await world.case_on(post)
    decider, reviewer = await world.person(), await world.person()
    view = await world.desk.decide(decider, case, choice("remove_post"))
    await world.carry_out(view.decision.id)
    statement = await statement_of(world, post)
    appeal = await world.office.appeal(statement, Reader(member=author), "Itu kutipan berita.")
    with pytest.raises(SamePerson):
        await world.desk.review(decider, appeal.id, Review(outcome=AppealOutcome.UPHELD, reasons="x"))
    answer = await world.desk.review(
        reviewer, appeal.id, Review(outcome=AppealOutcome.REVERSED, reasons="Memang kutipan.")
    )
    await world.carry_out(answer.decision.id)

    row = await world.row(posts, post)
    assert (row.state, row.text, row.number, row.channel_id) == (
        "restored",
        "versi kedua",
        before.number,
        before.channel_id,
    )
    (version,) = await world.rows(select(post_versions).where(post_versions.c.post_id == post))
    assert version.text == "versi pertama"
    assert (await world.row(posts, comment)).text == "setuju"
    (measure,) = await world.rows(select(measures).where(measures.c.decision_id == view.decision.id))
    assert measure.lifted_at == world.now
    assert (await world.row(decisions, view.decision.id)).state == "superseded"
    assert (await world.row(statements, statement)).superseded_by == answer.decision.id
    assert (await world.row(cases, case)).closed_at == world.now
    letters = [item.kind for item in (await world.office.inbox(author)).items]
    assert letters == ["appeal_outcome", "statement"]
    types = [entry.type for entry in await entries_of(world, case)]
    assert types[-4:] == [
        EntryType.APPEAL,
        EntryType.APPEAL_DECISION,
        EntryType.EFFECT,
        EntryType.CLOSING,
    ]
    with pytest.raises(StatementSuperseded):
        await world.office.appeal(statement, Reader(member=author), "sekali lagi")


async def test_a_refused_post_is_published_when_its_appeal_is_granted(world):
    author = await world.member()
    post = await world.post(author, state="refused", text="")
    async with world.database.transaction() as conn:
        statement = await world.automatic.record_refused(
            conn,
            target_kind="post",
            target=post,
            author=author,
            language="id",
            verdict=refused(),
            content={"text": SECRET, "entities": [], "media": []},
            now=world.now,
        )
    key = world.vault.access_key(statement)
    appeal = await world.office.appeal(statement, Reader(key=key), "Ini berita.")
    answer = await world.desk.review(
        await world.person(), appeal.id, Review(outcome=AppealOutcome.REVERSED, reasons="Berita.")
    )
    await world.carry_out(answer.decision.id)
    row = await world.row(posts, post)
    assert (row.state, row.text) == ("published", SECRET)


async def test_an_appeal_upheld_leaves_everything_and_tells_the_author(world):
    author, post, case, _, _ = await removed(world)
    appeal = await world.office.appeal(await statement_of(world, post), Reader(member=author), "Tolong.")
    await world.desk.review(
        await world.person(), appeal.id, Review(outcome=AppealOutcome.UPHELD, reasons="Tetap menyerang.")
    )
    assert await world.state_of(post) == "removed"
    assert (await world.row(cases, case)).state == "decided"
    newest = (await world.office.inbox(author)).items[0]
    assert newest.kind == "appeal_outcome"
    assert "Tetap menyerang." in newest.body.id
    assert "Tetap menyerang." in newest.body.en


async def test_there_is_one_appeal_for_a_statement_and_only_in_time(world):
    author, post, _, _, _ = await removed(world)
    statement = await statement_of(world, post)
    with pytest.raises(UnknownStatement):
        await world.office.appeal(statement, Reader(member=await world.member()), "bukan milikku")
    world.later(days=184)
    with pytest.raises(AppealClosed):
        await world.office.appeal(statement, Reader(member=author), "terlambat")
    world.later(days=-1)
    await world.office.appeal(statement, Reader(member=author), "tepat waktu")
    with pytest.raises(AppealExists):
        await world.office.appeal(statement, Reader(member=author), "dua kali")


async def test_partly_lifts_the_named_measures_and_leaves_the_rest(world):
    author = await world.member()
    post = await world.post(author)
    case = await world.case_on(post)
    view = await world.desk.decide(
        await world.person(), case, choice("remove_post", "suspend_posting", days=3)
    )
    await world.carry_out(view.decision.id)
    assert (await world.row(members, author)).posting_suspended_until is not None
    suspension = next(one for one in view.decision.measures if one.act == "suspend_posting")
    appeal = await world.office.appeal(
        await statement_of(world, post), Reader(member=author), "Terlalu lama."
    )
    answer = await world.desk.review(
        await world.person(),
        appeal.id,
        Review(outcome=AppealOutcome.PARTLY, reasons="Cukup dihapus.", lift=(suspension.id,)),
    )
    await world.carry_out(answer.decision.id)
    assert (await world.row(members, author)).posting_suspended_until is None
    assert await world.state_of(post) == "removed"


async def test_lifting_one_suspension_leaves_another_in_force(world):
    author = await world.member()
    first, second = await world.post(author), await world.post(author)
    for post, days in ((first, 3), (second, 9)):
        view = await world.desk.decide(
            await world.person(), await world.case_on(post), choice("suspend_posting", days=days)
        )
        await world.carry_out(view.decision.id)
    longest = (await world.row(members, author)).posting_suspended_until
    appeal = await world.office.appeal(
        await statement_of(world, first), Reader(member=author), "Salah orang."
    )
    answer = await world.desk.review(
        await world.person(), appeal.id, Review(outcome=AppealOutcome.REVERSED, reasons="Benar.")
    )
    await world.carry_out(answer.decision.id)
    assert (await world.row(members, author)).posting_suspended_until == longest


async def test_approvals_come_from_other_people_whichever_way_they_come(world):
    author = await world.member()
    post = await world.post(author)
    case = await world.case_on(post, category="terrorism")
    decider, approver, third = [await world.person() for _ in range(3)]
    view = await world.desk.decide(decider, case, choice("remove_post", ground="T-2"))
    assert (view.decision.state, view.approvals_missing) == (DecisionState.NEEDS_APPROVAL, 1)
    with pytest.raises(SamePerson):
        await world.desk.approve(decider, view.decision.id, Consent.APPROVE)
    await world.carry_out(view.decision.id)
    assert await world.state_of(post) == "published"  # nothing happens before the approval
    after = await world.desk.approve(approver, view.decision.id, Consent.APPROVE)
    assert (after.decision.state, after.approvals_missing) == (DecisionState.CARRYING_OUT, 0)
    await world.carry_out(view.decision.id)
    assert await world.state_of(post) == "removed"
    appeal = await world.office.appeal(await statement_of(world, post), Reader(member=author), "Keliru.")
    for person in (decider, approver):
        with pytest.raises(SamePerson):
            await world.desk.review(
                person, appeal.id, Review(outcome=AppealOutcome.REVERSED, reasons="Saya sendiri.")
            )
    await world.desk.review(third, appeal.id, Review(outcome=AppealOutcome.REVERSED, reasons="Keliru."))


async def test_a_rejected_decision_returns_the_case_to_the_queue(world):
    case = await world.case_on(await world.post(await world.member()), category="terrorism")
    view = await world.desk.decide(await world.person(), case, choice("remove_post", ground="T-2"))
    await world.desk.approve(await world.person(), view.decision.id, Consent.REJECT)
    assert (await world.row(cases, case)).state == "queued"
    with pytest.raises(NotPossibleNow):
        await world.desk.approve(await world.person(), view.decision.id, Consent.APPROVE)
    await world.desk.decide(await world.person(), case, choice("no_violation", ground=None))


async def test_of_two_deciders_at_once_one_wins_and_the_other_is_told(world):
    case = await world.case_on(await world.post(await world.member()))
    people = [await world.person() for _ in range(4)]
    version = (await world.row(cases, case)).version
    told = await asyncio.gather(
        *(world.desk.decide(one, case, choice("remove_post"), version=version) for one in people),
        return_exceptions=True,
    )
    assert sum(not isinstance(one, Exception) for one in told) == 1
    assert all(isinstance(one, CaseChanged) for one in told if isinstance(one, Exception))
    with pytest.raises(NotPossibleNow):  # without a version the state says so
        await world.desk.decide(people[0], case, choice("remove_post"))


async def test_an_auditor_reads_everything_and_changes_nothing(world):
    author, post, case, _, _decision = await removed(world)
    auditor = await world.person(Role.AUDITOR)
    view = await world.desk.access_case(auditor, case)
    assert view.decisions
    await world.desk.open_evidence(auditor, view.evidence[0].id, purpose="pemeriksaan berkala")
    appeal = await world.office.appeal(await statement_of(world, post), Reader(member=author), "Mohon.")
    open_case = await world.case_on(await world.post(author), category="terrorism")
    pending = await world.desk.decide(await world.person(), open_case, choice("remove_post", ground="T-2"))
    fresh = await world.case_on(await world.post(author))
    for attempt in (
        world.desk.decide(auditor, fresh, choice("remove_post")),
        world.desk.approve(auditor, pending.decision.id, Consent.APPROVE),
        world.desk.review(auditor, appeal.id, Review(outcome=AppealOutcome.REVERSED, reasons="x")),
    ):
        with pytest.raises(OutOfRole):
            await attempt


async def test_a_representative_sees_and_decides_the_cases_of_their_country(world):
    ours = await world.case_on(await world.post(await world.member()), jurisdiction="ID")
    theirs = await world.case_on(await world.post(await world.member()), jurisdiction="FR")
    representative = await world.person(Role.REPRESENTATIVE, country="ID")
    shown = {row.case.id for row in (await world.desk.queue(representative, CaseFilter())).items}
    assert ours in shown
    assert theirs not in shown
    with pytest.raises(UnknownCase):
        await world.desk.access_case(representative, theirs)
    with pytest.raises(JagaError):
        await world.desk.decide(representative, theirs, choice("remove_post"))
    await world.desk.decide(representative, ours, choice("remove_post"))


async def test_evidence_opens_only_for_a_purpose_that_stays_on_record(world):
    _, _, case, _, _ = await removed(world, text=SECRET)
    person = await world.person()
    view = await world.desk.access_case(person, case)
    with pytest.raises(PurposeMissing):
        await world.desk.open_evidence(person, view.evidence[0].id, purpose="  ")
    opened = await world.desk.open_evidence(person, view.evidence[0].id, purpose="menilai kasus")
    assert json.loads(opened.content)["text"] == SECRET
    (access,) = (await world.desk.access_case(person, case)).accesses
    assert (access.staff, access.purpose) == (person.id, "menilai kasus")


async def test_evidence_is_purged_in_time_but_not_under_an_open_appeal(world):
    author, post, case, _, _ = await removed(world)
    _, _, rested, _, _ = await removed(world)
    person = await world.person()
    seen = (await world.desk.access_case(person, rested)).evidence[0].id
    await world.desk.open_evidence(person, seen, purpose="menilai")
    await world.office.appeal(await statement_of(world, post), Reader(member=author), "Mohon.")
    world.later(days=230)
    assert await world.carrying.purge_evidence(now=world.now) >= 2
    (gone, *_) = await world.rows(select(evidence).where(evidence.c.case_id == rested))
    assert (gone.purged_at, gone.nonce, gone.ciphertext) == (world.now, b"", b"")
    assert await world.carrying.purge_evidence(now=world.now) == 0
    assert len(await world.rows(select(evidence).where(evidence.c.case_id == case))) == 2
    assert await world.rows(select(evidence_accesses).where(evidence_accesses.c.case_id == rested))
    with pytest.raises(EvidencePurged):
        await world.desk.open_evidence(person, seen, purpose="menilai")


async def test_the_queue_is_ordered_by_the_strictest_running_clock_and_pages(world):
    async with world.database.transaction() as conn:  # what other tests left open would stand between
        await conn.execute(delete(clocks))
    order = ["pornography", "terrorism", "harassment"]
    made = {
        name: await world.case_on(await world.post(await world.member()), category=name) for name in order
    }
    person = await world.person()
    first = await world.desk.queue(person, CaseFilter(), limit=2)
    assert [row.case.id for row in first.items] == [made["terrorism"], made["harassment"]]
    second = await world.desk.queue(person, CaseFilter(), after=first.next, limit=1)
    assert [row.case.id for row in second.items] == [made["pornography"]]
    found = await world.desk.queue(
        person, CaseFilter(category="terrorism", target=first.items[0].case.target.id)
    )
    assert [row.case.id for row in found.items] == [made["terrorism"]]


async def test_a_missed_clock_is_an_entry_of_the_ledger_once(world):
    case = await world.case_on(await world.post(await world.member()), category="terrorism")
    world.later(hours=1, seconds=1)
    await world.carrying.record_breaches(now=world.now)
    await world.carrying.record_breaches(now=world.now)
    breaches = [entry for entry in await entries_of(world, case) if entry.type is EntryType.BREACH]
    assert [breach.legal_class for breach in breaches] == ["own"]
    view = await world.desk.decide(await world.person(), case, choice("no_violation", ground=None))
    assert view.decision.state is DecisionState.CARRIED_OUT
    assert len([e for e in await entries_of(world, case) if e.type is EntryType.BREACH]) == 1


async def test_a_held_post_is_released_or_removed(world):
    for measure, state in (("release_post", "published"), ("remove_post", "removed")):
        author = await world.member()
        post = await world.post(author, state="held", text="mungkin")
        async with world.database.transaction() as conn:
            case = await world.automatic.record_held(
                conn,
                target_kind="post",
                target=post,
                author=author,
                verdict=held(),
                content={"text": "mungkin"},
                now=world.now,
            )
        view = await world.desk.access_case(await world.person(), case)
        assert "no_violation" not in view.measures_open
        decided = await world.desk.decide(await world.person(), case, choice(measure))
        await world.carry_out(decided.decision.id)
        assert await world.state_of(post) == state
        kinds = [item.kind for item in (await world.office.inbox(author)).items]
        assert kinds == [("released" if measure == "release_post" else "statement"), "held"]


async def test_a_notice_joins_the_case_and_its_notifier_is_answered(world):
    post = await world.post(await world.member())
    reporter = await world.member()
    filing = Filing(
        category="harassment",
        target_uri=f"https://chat.example/c/{(await channel_name(world, post))}/{post}",
        explanation="Menghina tetangga saya.",
        name="Warga Uji",
        email="warga@pos.example",
        good_faith=True,
        language="id",
        member=reporter,
    )
    filed = await world.office.file_notice(filing)
    again = await world.office.file_notice(filing)
    assert again.notice.case == filed.notice.case
    assert (await world.office.follow_notice(filed.notice.id, key=filed.access_key)).outcome is None
    view = await world.desk.decide(
        await world.person(), filed.notice.case, choice("no_violation", ground=None)
    )
    assert view.decision.effect_at == world.now
    followed = await world.office.follow_notice(filed.notice.id, key=filed.access_key)
    assert followed.outcome == "no_violation"
    assert {item.kind for item in (await world.office.inbox(reporter)).items} == {"notice_outcome"}
    fresh = await world.office.file_notice(filing)  # the case is closed: a new look
    assert fresh.notice.case != filed.notice.case


async def test_a_disclosure_concerns_an_account_and_its_words_stay_in_the_vault(world):
    accused = await world.member()
    name = (await world.row(members, accused)).name
    filing = Filing(
        category="harassment",
        target_uri=f"@{name}:chat.example",
        explanation="Mengancam saya di obrolan pribadi.",
        name="Warga Uji",
        email="warga@pos.example",
        good_faith=True,
        language="id",
        disclosure=(Disclosed(sender=f"@{name}:chat.example", text=SECRET),),
    )
    filed = await world.office.file_notice(filing)
    row = await world.row(notices, filed.notice.id)
    assert row.disclosed == 1
    assert SECRET not in str(row)
    person = await world.person()
    view = await world.desk.access_case(person, filed.notice.case)
    assert {measure.value for measure in view.measures_open} == {
        "suspend_posting",
        "suspend_account",
        "no_violation",
    }
    decided = await world.desk.decide(person, view.case.id, choice("suspend_account"))
    await world.desk.approve(await world.person(), decided.decision.id, Consent.APPROVE)
    await world.carry_out(decided.decision.id)
    assert world.locked == [name]
    assert (await world.row(members, accused)).suspended_at == world.now


async def test_a_lawful_silence_delays_the_authors_notice(world):
    author = await world.member()
    post = await world.post(author)
    async with world.database.transaction() as conn:
        opened = await world.book.open_or_join(
            conn,
            target_kind="post",
            target=post,
            category="harassment",
            source="submission",
            jurisdiction="ID",
            now=world.now,
            silent_until=world.now.replace(year=world.now.year + 1),
        )
    view = await world.desk.decide(await world.person(), opened.id, choice("remove_post"))
    await world.carry_out(view.decision.id)
    assert not (await world.office.inbox(author)).items
    await world.carrying.tell_silenced(now=world.now)
    assert not (await world.office.inbox(author)).items
    world.later(days=366)
    await world.carrying.tell_silenced(now=world.now)
    await world.carrying.tell_silenced(now=world.now)
    assert [item.kind for item in (await world.office.inbox(author)).items] == ["statement"]


async def test_a_report_of_what_is_gone_is_answered_at_once(world):
    _, post, case, _, _ = await removed(world)
    async with world.database.transaction() as conn:
        opened = await world.book.open_or_join(
            conn,
            target_kind="post",
            target=post,
            category="harassment",
            source="submission",
            jurisdiction="ID",
            now=world.now,
        )
    assert (opened.id, opened.joined, opened.effect_at) == (case, True, world.now)


async def test_a_closed_channel_opens_again_on_appeal(world):
    owner = await world.member()
    channel = await world.channel(owner)
    async with world.database.transaction() as conn:
        opened = await world.book.open_or_join(
            conn,
            target_kind="channel",
            target=channel,
            category="harassment",
            source="notice",
            jurisdiction=None,
            now=world.now,
        )
    view = await world.desk.decide(await world.person(), opened.id, choice("close_channel"))
    await world.desk.approve(await world.person(), view.decision.id, Consent.APPROVE)
    await world.carry_out(view.decision.id)
    assert (await world.row(channels, channel)).state == "closed"
    appeal = await world.office.appeal(
        await statement_of(world, channel), Reader(member=owner), "Kanal belajar."
    )
    answer = await world.desk.review(
        await world.person(), appeal.id, Review(outcome=AppealOutcome.REVERSED, reasons="Benar.")
    )
    await world.carry_out(answer.decision.id)
    assert (await world.row(channels, channel)).state == "open"


async def test_rested_cases_close_and_say_how_long_their_chain_is(world):
    _, _, case, _, _ = await removed(world)
    await world.carrying.close_rested(now=world.now)
    assert (await world.row(cases, case)).state == "decided"
    world.later(days=184)
    await world.carrying.close_rested(now=world.now)
    assert (await world.row(cases, case)).state == "closed"
    last = (await entries_of(world, case))[-1]
    assert (last.type, last.count) == (EntryType.CLOSING, 3)


async def test_the_effect_is_not_confirmed_before_readers_see_it(world):
    author = await world.member()
    post = await world.post(author)
    case = await world.case_on(post)
    view = await world.desk.decide(await world.person(), case, choice("remove_post"))

    class StillThere(Exception):
        pass

    class Stubborn(type(world)):
        async def read_publicly(self, place):
            raise StillThere

    stubborn = Stubborn(**vars(world))
    with pytest.raises(StillThere):
        await stubborn.carry_out(view.decision.id)
    row = await world.row(decisions, view.decision.id)
    assert (row.state, row.effect_at) == ("carrying_out", None)
    assert not (await world.office.inbox(author)).items
    world.later(seconds=3)
    assert view.decision.id in await world.carry_out.left_over()
    await world.carry_out(view.decision.id)
    assert (await world.row(decisions, view.decision.id)).effect_at == world.now


async def channel_name(world, post) -> str:
    row = await world.row(posts, post)
    return (await world.row(channels, row.channel_id)).name
