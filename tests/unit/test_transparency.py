"""Public numbers: counted from ledger entries alone, the same by quarter and by country."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from litestar.testing import AsyncTestClient
from tests.helpers.web import services_with

from jaga.app.sop_files import load_sop
from jaga.core.ids import CaseId
from jaga.ledger.checkpoint import Checkpoint
from jaga.ledger.entry import Entry, EntryType
from jaga.ledger.tile import bundle_of
from jaga.transparency.counting import Counting
from jaga.transparency.tally import Scope, Tallies, quarter, weeks_until
from jaga.web.app import create_app

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def entry(**fields):
    return Entry.of(**{"at": AT, "category": "terrorism", **fields}).entry


def an_order_and_what_came_of_it():
    case = CaseId.new()
    order = {"case": case, "jurisdiction": "ID", "legal_class": "id_mr5", "action": "removal_order"}
    yield entry(type=EntryType.SUBMISSION, outcome="queued", deadline_at=AT + timedelta(hours=4), **order)
    yield entry(type=EntryType.DECISION, case=case, actor_class="staff", action="remove_post")
    yield entry(
        type=EntryType.EFFECT,
        case=case,
        at=AT + timedelta(minutes=42),
        action="remove_post+suspend_posting",
        deadline_at=AT + timedelta(hours=4),
    )
    yield entry(type=EntryType.STATEMENT, case=case)
    yield entry(type=EntryType.APPEAL, case=case)
    yield entry(type=EntryType.APPEAL_DECISION, case=case, outcome="reversed")


def a_data_request():
    yield entry(
        type=EntryType.REFUSAL,
        jurisdiction="EU",
        legal_class="eu_dsa9",
        action="data_request",
        outcome="NO_SUCH_DATA",
        at=datetime(2026, 9, 30, tzinfo=UTC),
    )


def tallied(entries) -> Tallies:
    tallies = Tallies()
    for one in entries:
        tallies.add(one)
    return tallies


def test_an_order_counts_once_with_its_time_to_effect():
    tally = tallied(an_order_and_what_came_of_it()).of()
    assert (tally.orders, tally.in_time, tally.late) == (1, 1, 0)
    assert tally.median_to_effect == timedelta(minutes=42)
    assert dict(tally.measures) == {"remove_post": 1, "suspend_posting": 1}
    assert (tally.appeals, tally.appeals_granted, tally.appeals_decided) == (1, 1, 1)
    assert tally.weeks["2026-11-23", "order"] == 1


def test_a_request_for_private_data_counts_as_refused_by_type_and_never_as_answered():
    tally = tallied(a_data_request()).of()
    assert tally.data_requests == 1
    assert dict(tally.data_refusals) == dict(tally.refusals) == {"NO_SUCH_DATA": 1}


def test_a_request_turned_away_at_the_door_is_no_submission():
    tally = tallied([entry(type=EntryType.REFUSAL, category=None, outcome="replayed")]).of()
    assert dict(tally.turned_away) == {"replayed": 1}
    assert not tally.submissions


def test_refused_and_held_posts_are_told_apart_from_what_people_decide():
    tally = tallied(
        [
            entry(type=EntryType.DECISION, actor_class="rule", action="refuse_publication"),
            entry(type=EntryType.DECISION, actor_class="rule", action="hold"),
            entry(type=EntryType.DECISION, actor_class="staff", action="release_post"),
        ]
    ).of()
    assert [dict(c) for c in (tally.refused_posts, tally.held_posts, tally.decisions)] == [
        {"terrorism": 1}
    ] * 3


def test_quarters_and_countries_add_up_to_the_whole():
    tallies = tallied([*an_order_and_what_came_of_it(), *a_data_request()])
    assert tallies.periods == ["2026-Q4", "2026-Q3"]
    assert tallies.jurisdictions == ["EU", "ID"]
    assert sum(tallies.of(Scope(period)).entries for period in tallies.periods) == tallies.of().entries == 7
    indonesia = tallies.of(Scope("2026-Q4", "ID"))
    assert (indonesia.orders, indonesia.statements, indonesia.appeals) == (1, 1, 1)
    assert tallies.of(Scope("1999-Q1")).entries == 0


def test_weeks_begin_on_monday_and_quarters_follow_the_calendar():
    assert weeks_until(AT, 2) == ["2026-11-16", "2026-11-23"]
    assert quarter(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-Q1"


class GrowingLedger:
    """A public ledger of these leaves, signed by nobody: counting reads, others verify."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []

    async def checkpoint(self) -> str:
        text = Checkpoint("a.example/ledger", len(self.leaves), bytes(32)).text()
        return f"{text}\n— a.example/ledger {base64.b64encode(bytes(68)).decode()}\n"

    async def bundle(self, path) -> bytes:
        start = path.number * 256
        return bundle_of(self.leaves[start : start + path.width])


@pytest.fixture
def ledger():
    return GrowingLedger()


async def test_counting_follows_the_ledger_bundle_by_bundle_and_counts_nothing_twice(ledger):
    counting = Counting(ledger)
    for _ in range(3):
        ledger.leaves += [entry(type=EntryType.NOTICE, at=AT).to_bytes()] * 200
        tallies, head = await counting.numbers()
        assert tallies.of().notices == head.size == len(ledger.leaves)


async def test_the_page_and_its_data_show_the_same_numbers(ledger):
    ledger.leaves = [one.to_bytes() for one in (*an_order_and_what_came_of_it(), *a_data_request())]
    services = services_with(counting=Counting(ledger), sop=load_sop(("id", "eu")))
    async with AsyncTestClient(create_app(services)) as client:
        data = (await client.get("/transparency.json")).json()
        assert data["data_requests"] == {
            "received": 1,
            "answered_with_data": 0,
            "refused": {"NO_SUCH_DATA": 1},
        }
        assert data["counted_at"]["ledger_size"] == 7
        accepted = await client.get("/transparency", headers={"Accept": "application/json"})
        assert accepted.json() == data
        page = await client.get("/transparency", headers={"Accept": "text/html"})
        assert "42 mnt" in page.text
        report = (await client.get("/transparency/reports/2026-Q4.json?country=ID")).json()
        assert report["submissions"]["by_kind"] == {"removal_order": 1}
        assert (await client.get("/transparency/reports/2026-Q4")).status_code == 200
        assert (await client.get("/transparency/reports/2026-Q9")).status_code == 404


async def test_the_sop_can_be_read_pointed_into_and_taken_as_data():
    async with AsyncTestClient(create_app(services_with(sop=load_sop(("id", "eu"))))) as client:
        page = await client.get("/transparency/sop?lang=en")
        assert 'id="T-2"' in page.text
        assert "24 h" in page.text
        data = (await client.get("/transparency/sop.json")).json()
        assert data["version"] == load_sop(("id", "eu")).version
        assert {clause["id"] for clause in data["categories"][0]["clauses"]} >= {"T-1", "T-2"}
