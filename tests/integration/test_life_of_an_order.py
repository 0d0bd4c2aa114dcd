"""An order's whole way through the running stack: signed, decided, carried out, answered in its law's own form."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.helpers.line import SUBMISSIONS, Pen, enrolled
from tests.helpers.stack import Failed, Stack, eventually
from tests.helpers.submissions import data_request, mr5_order, tco_order

from jaga.ledger.note import Verifier
from jaga.ledger.receipt import Proven, verify_receipt
from jaga.transparency.tally import quarter

CHANNEL = "warta_tatanan"
REPORT = ("report", "transparency", "--period")


@dataclass
class Town:
    """A publisher, two moderators, two authorities with an officer each."""

    stack: Stack
    http: httpx.Client
    author: dict[str, str]
    desk: list[dict[str, str]]
    ministry: Pen
    european: Pen
    vkey: str

    def publish(self, text: str) -> dict[str, Any]:
        answer = self.http.post(f"/api/v1/channels/{CHANNEL}/posts", json={"text": text}, headers=self.author)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def address(self, post: dict[str, Any]) -> str:
        return f"{self.stack.url}/c/{CHANNEL}/{post['id']}"

    def submit(self, fields: dict[str, Any], pen: Pen | None = None) -> dict[str, Any]:
        answer = self.http.send((pen or self.ministry).post(self.http, SUBMISSIONS, fields))
        assert answer.status_code == 202, answer.text
        return answer.json()

    def line(self, path: str, pen: Pen | None = None) -> httpx.Response:
        return self.http.send((pen or self.ministry).get(self.http, f"{SUBMISSIONS}/{path}"))

    def feedback(self, submission: dict[str, Any], pen: Pen | None = None) -> dict[str, Any]:
        def fetched():
            answer = self.line(f"{submission['id']}/feedback", pen)
            return answer.status_code == 200 and answer.json()

        return eventually(fetched)

    def decide(self, case: str, measure: str, ground: str | None = "T-2") -> dict[str, Any]:
        """Two people see to it, where the SOP wants two; the decision once its effect is confirmed."""
        body = {"measures": [{"name": measure}], "facts": "Ajakan bergabung dengan zqkabo."}
        body |= {"ground": ground} if ground else {}
        answer = self.http.post(f"/desk/api/v1/cases/{case}/decisions", json=body, headers=self.desk[0])
        assert answer.status_code == 201, answer.text
        decision = answer.json()
        if decision["state"] == "needs_approval":
            path = f"/desk/api/v1/decisions/{decision['id']}/approvals"
            same = self.http.post(path, json={"outcome": "approve"}, headers=self.desk[0])
            assert same.status_code in (403, 409)
            other = self.http.post(path, json={"outcome": "approve"}, headers=self.desk[1])
            assert other.status_code == 201, other.text
        path = f"/desk/api/v1/decisions/{decision['id']}"
        return eventually(
            lambda: (view := self.http.get(path, headers=self.desk[0]).json())["effect_at"] and view
        )

    def inbox(self) -> str:
        return self.http.get("/api/v1/inbox", headers=self.author).text

    def proven(self, receipt: str) -> Proven:
        return verify_receipt(receipt, [Verifier.parse(self.vkey)])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory):
    stack.cli("member", "add", "tatanan", "--password-stdin", input="rahasia-kampung\n")
    author = bearer(stack.cli("token", "issue", "--member", "tatanan", "--ttl", "1h")["token"])
    people = ["rina.tatanan", "bayu.tatanan"]
    for name in people:
        stack.cli("staff", "add", name, "--email", f"{name}@jaga.example", "--role", "senior")
    desk = [bearer(stack.cli("token", "issue", "--staff", name, "--ttl", "1h")["token"]) for name in people]
    with httpx.Client(base_url=stack.url, timeout=30) as http:
        made = http.post(
            "/api/v1/channels",
            json={"name": CHANNEL, "title": "Warta", "about": "", "kind": "channel", "language": "id", "category": "news"},
            headers=author,
        )  # fmt: skip
        assert made.status_code == 201, made.text
        keys = tmp_path_factory.mktemp("keys")
        yield Town(
            stack, http, author, desk,
            ministry=enrolled(stack, people, keys, "Kementerian Contoh", "ID", "id_mr5"),
            european=enrolled(stack, people, keys, "Behörde Beispiel", "DE", "eu_tco"),
            vkey=http.get("/.well-known/jaga/ledger.vkey").text.strip(),
        )  # fmt: skip


def test_an_urgent_order_is_decided_by_two_carried_out_everywhere_and_answered_with_the_exact_time(town):
    post = town.publish("Kabar yang akan dihapus zqtatanan.")
    address = town.address(post)
    assert town.http.get(address).status_code == 200
    seen = Follower(town)
    submitted = town.submit(mr5_order(address))
    assert [clock["name"] for clock in submitted["clocks"]] == ["mr5_urgent"]
    assert town.line(f"{submitted['id']}/feedback").json()["code"] == "feedback_not_ready"

    case = town.http.get(f"/desk/api/v1/cases/{submitted['case']}", headers=town.desk[0]).json()
    assert {"mr5_urgent", "own"} <= {clock["name"] for clock in case["clocks"]}
    decision = town.decide(submitted["case"], "remove_post")

    for path in (f"/c/{CHANNEL}", f"/api/v1/channels/{CHANNEL}/posts", f"/c/{CHANNEL}/feed.json"):
        assert "zqtatanan" not in town.http.get(path).text
    assert town.http.get(address).status_code in (404, 410)
    assert seen.event("removed", post["id"])

    answer = town.feedback(submitted)
    assert (answer["form"], answer["outcome"]) == ("id_mr5", "removed")
    exact = datetime.fromisoformat(decision["effect_at"])
    assert datetime.fromisoformat(answer["effect_at"]) == exact
    assert answer["targets"][0]["measures"] == ["remove_post"]
    assert answer["targets"][0]["ground"]["id"] == "T-2"
    told = town.proven(answer["receipt"])
    assert (told.entry.type, told.entry.case) == ("feedback", submitted["case"])
    assert told.opened["body_sha256"] == answer["sha256"]

    status = town.line(submitted["id"]).json()
    assert status["state"] == "feedback_sent"
    assert datetime.fromisoformat(status["clocks"][0]["stopped_at"]) == exact
    assert "missed_at" not in status["clocks"][0]
    eventually(lambda: "statement" in town.inbox())


def test_two_laws_on_one_post_are_one_action_and_two_answers(town):
    address = town.address(town.publish("Kabar untuk dua hukum."))
    here = town.submit(mr5_order(address, external_ref="B-2"))
    there = town.submit(tco_order(address), town.european)
    assert here["case"] == there["case"]
    assert there["clocks"][0]["name"] == "tco_remove"
    decision = town.decide(here["case"], "remove_post")
    assert town.feedback(here)["form"] == "id_mr5"
    annex = town.feedback(there, town.european)
    assert annex["form"] == "annex_ii"
    assert annex["section_b"]["measure"] == "removed"
    assert datetime.fromisoformat(annex["section_b"]["at"]) == datetime.fromisoformat(decision["effect_at"])

    late = town.submit(mr5_order(address, external_ref="B-3"))
    assert (late["state"], late["targets"][0]["outcome"]) == ("feedback_sent", "already_removed")
    again = town.feedback(late)
    assert again["outcome"] == "already_removed"
    assert datetime.fromisoformat(again["effect_at"]) == datetime.fromisoformat(decision["effect_at"])


def test_where_nothing_is_wrong_the_authority_is_told_so_in_its_own_form(town):
    address = town.address(town.publish("Jadwal ronda malam ini."))
    here = town.submit(mr5_order(address, external_ref="B-4"))
    there = town.submit(tco_order(address, external_ref="TCO-4"), town.european)
    town.decide(here["case"], "no_violation", ground=None)
    assert town.feedback(here)["outcome"] == "no_violation"
    annex = town.feedback(there, town.european)
    assert (annex["form"], annex["section_b"]["reason"]) == ("annex_iii", "manifest_errors")
    assert town.http.get(address).status_code == 200


def test_under_a_lawful_gag_the_author_hears_nothing_yet(town):
    post = town.publish("Kabar yang diam.")
    until = (datetime.now(UTC) + timedelta(weeks=1)).isoformat()
    submitted = town.submit(
        mr5_order(
            town.address(post), external_ref="B-5", nondisclosure={"until": until, "basis": "Pasal 11(3)"}
        )
    )
    before = town.inbox()
    town.decide(submitted["case"], "remove_post")
    town.feedback(submitted)
    assert town.inbox() == before


def test_a_request_for_messages_is_counted_in_public(town):
    def count() -> int:
        numbers = town.http.get("/transparency", headers={"accept": "application/json"}).json()
        return json.dumps(numbers).count("E2EE_TECHNICALLY_IMPOSSIBLE")

    refused = town.submit(data_request(town.stack.url, external_ref="D-1"))
    assert refused["refusal"]["code"] == "E2EE_TECHNICALLY_IMPOSSIBLE"
    assert eventually(count)
    period = quarter(datetime.now(UTC))
    reported = town.stack.cli(*REPORT, period, "--country", "ID")
    assert reported["data_requests"]["refused"]["E2EE_TECHNICALLY_IMPOSSIBLE"] >= 1
    assert reported["data_requests"]["answered_with_data"] == 0
    with pytest.raises(Failed, match="2026-Q4"):
        town.stack.cli(*REPORT, "2026-Q9")


def test_no_submission_is_lost_or_doubled_while_processes_are_killed(town):
    posts = [town.address(town.publish(f"Kabar {number}.")) for number in range(3)]
    orders = [mr5_order(posts[number % 3], external_ref=f"K-{number}") for number in range(20)]
    answers: list[dict[str, Any]] = []

    def send_all() -> None:
        for fields in orders:
            sent = eventually(lambda fields=fields: town.submit(fields), seconds=60)
            answers.append(sent)

    sender = threading.Thread(target=send_all)
    sender.start()
    for name in ("web", "worker", "postgres"):
        town.stack.replace(name)
    sender.join(120)
    assert len({answer["id"] for answer in answers}) == len(orders)
    assert len({answer["case"] for answer in answers}) == 3
    for fields, answer in zip(orders, answers, strict=True):
        assert town.submit(fields)["id"] == answer["id"]
        assert town.proven(answer["receipt"]).opened["submission"] == answer["id"]


class Follower:
    """Reads the channel's feed in the background."""

    def __init__(self, town: Town) -> None:
        self._lines: list[str] = []
        self._url = f"{town.stack.url}/api/v1/feed?channels={CHANNEL}"
        self._connected = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        assert self._connected.wait(10)

    def _read(self) -> None:
        with (
            contextlib.suppress(httpx.TransportError),  # the town may be gone before its follower
            httpx.stream("GET", self._url, timeout=60) as stream,
        ):
            self._connected.set()
            for line in stream.iter_lines():
                self._lines.append(line)

    def event(self, kind: str, post: str) -> bool:
        def arrived() -> bool:
            text = "\n".join(self._lines)
            return any(f"event: {kind}" in part and post in part for part in text.split("\n\n"))

        return bool(eventually(arrived))
