"""The direct line over HTTP on a real database: each submission, and each way to get one wrong, has its own answer."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import func, insert, select
from tests.helpers.line import SUBMISSIONS, Pen, nonce, public_pem
from tests.helpers.submissions import attachment, data_request, mr5_order, tco_order
from tests.helpers.web import services_with

from jaga.app.sop_files import load_sop
from jaga.cases.evidence import Vault, new_key_file
from jaga.core.clock import utc_now
from jaga.core.ids import ChannelId, MemberId, PostId, StaffId
from jaga.ledger.note import Signer
from jaga.ledger.receipt import ReceiptInvalid, verify_receipt
from jaga.liaison.authority import enroll, propose
from jaga.liaison.line import LARGEST_BODY, DirectLine
from jaga.store.authorities import add_authority, add_officer, approve_authority, revoke_officer
from jaga.store.cases import CaseBook
from jaga.store.evidence import EvidenceVault
from jaga.store.integrator import Integrator
from jaga.store.ledger import StoredLedger
from jaga.store.liaison import LineRecords
from jaga.store.tables.cases import cases, clocks, evidence, staff
from jaga.store.tables.channels import channels, posts
from jaga.store.tables.ledger import ledger_leaves, ledger_outbox
from jaga.store.tables.liaison import (
    feedback,
    line_refusals,
    nonces,
    replies,
    submission_targets,
    submissions,
)
from jaga.store.tables.members import members
from jaga.web.app import create_app

SIGNER = Signer("chat.example/ledger", b"1" * 32)
BASE = "https://chat.example"
SOP = load_sop(("id", "eu"))
MARKER = "qzxsecretmarker"


@dataclass
class World:
    """One authority with an officer, one channel with posts, and the line."""

    database: object
    client: httpx.AsyncClient
    officer: Pen
    authority: str
    people: list[str]
    member: str
    channel: str
    number: int = 0

    async def post(self) -> str:
        """The address of a fresh post."""
        self.number += 1
        async with self.database.transaction() as connection:
            await connection.execute(
                insert(posts).values(
                    id=PostId.new(), channel_id=self.channel, number=self.number, author_id=self.member,
                    text=f"Kabar {self.number}", state="published", created_at=utc_now(), published_at=utc_now(),
                )
            )  # fmt: skip
        return f"{BASE}/c/kabar/{self.number}"

    async def submit(self, fields, pen=None, **wrong) -> httpx.Response:
        return await self.client.send((pen or self.officer).post(self.client, SUBMISSIONS, fields, **wrong))

    async def get(self, path, pen=None) -> httpx.Response:
        return await self.client.send((pen or self.officer).get(self.client, f"{SUBMISSIONS}/{path}"))

    async def reply(self, id, fields) -> httpx.Response:
        return await self.client.send(self.officer.post(self.client, f"{SUBMISSIONS}/{id}/replies", fields))

    async def enrolled(self, *, approved=2, pen=None, revoked=False, authoriser=False, **mandate) -> Pen:
        """An officer of a new authority."""
        values = {
            "name": "Dinas Contoh",
            "country": "ID",
            "type": "ministry",
            "regimes": ["id_mr5", "eu_tco"],
        }
        authority = propose(**{"categories": [], "two_officers": False, **values, **mandate}, sop=SOP)
        return await self.staffed(authority, approved=approved, revoked=revoked, authoriser=authoriser)

    async def staffed(self, authority, *, approved=2, revoked=False, authoriser=False) -> Pen:
        pen = Pen("")
        officer = enroll(
            authority=authority, name="Sari Contoh", post="Analis", email="sari@contoh.example",
            public_key_pem=public_pem(pen.key), authoriser=authoriser,
        )  # fmt: skip
        async with self.database.transaction() as connection:
            await add_authority(connection, authority, at=utc_now())
            for person in self.people[:approved]:
                await approve_authority(connection, authority.id, StaffId(person), at=utc_now())
            await add_officer(connection, officer, at=utc_now())
            if revoked:
                await revoke_officer(connection, officer.id, at=utc_now())
        pen.key_id = officer.id
        self.authority = authority.id
        return pen

    async def rows(self) -> dict[str, int]:
        """How many rows every table has that a submission may touch."""
        tables = (
            submissions, submission_targets, replies, feedback, cases, clocks, evidence, nonces,
            ledger_outbox, ledger_leaves,
        )  # fmt: skip
        async with self.database.reading() as connection:
            counts = {
                table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
                for table in tables
            }
        counts["ledger"] = counts.pop("ledger_outbox") + counts.pop("ledger_leaves")
        return counts


@pytest.fixture(scope="module")
async def world(database):
    integrator = Integrator(database, SIGNER)
    await integrator.open()
    book = CaseBook(SOP, EvidenceVault(vault=Vault.parse(new_key_file()), kept=SOP.evidence_kept))
    ledger = StoredLedger(database, integrator)
    line = DirectLine(
        records=LineRecords(database, book), receipts=ledger, sop=SOP, clock=utc_now,
        public_url=BASE, server_name="chat.example",
    )  # fmt: skip
    people = [StaffId.new(), StaffId.new()]
    member, channel = MemberId.new(), ChannelId.new()
    async with database.transaction() as connection:
        for person in people:
            await connection.execute(
                insert(staff).values(
                    id=person, name=f"Rina {person[-3:]}", email=f"{person}@jaga.example", role="senior",
                    created_at=utc_now(),
                )
            )  # fmt: skip
        await connection.execute(insert(members).values(id=member, name="budi", created_at=utc_now()))
        await connection.execute(
            insert(channels).values(
                id=channel, name="kabar", title="Kabar", kind="channel", language="id", category="news",
                owner_id=member, created_at=utc_now(),
            )
        )  # fmt: skip
    app = create_app(services_with(line=line, ledger=ledger, public_url=BASE))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        world = World(database, client, Pen(""), "", people, member, channel)
        world.officer = await world.enrolled()
        yield world


def proven(receipt: str):
    return verify_receipt(receipt, [SIGNER.verifier])


def spelled(at: str) -> datetime:
    return datetime.fromisoformat(at)


# --- the good way ---


async def test_an_urgent_order_gets_a_receipt_a_case_and_a_clock_of_four_hours(world):
    uri = await world.post()
    before = utc_now()
    answer = await world.submit(mr5_order(uri))
    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert body["state"] == "queued"
    assert body["id"].startswith("sub_")
    assert body["case"].startswith("case_")
    assert body["targets"] == [{"uri": uri, "outcome": "found", "case": body["case"]}]
    (clock,) = body["clocks"]
    assert clock["name"] == "mr5_urgent"
    assert before <= spelled(clock["started_at"]) <= utc_now()
    assert spelled(clock["due_at"]) - spelled(clock["started_at"]) == timedelta(hours=4)
    told = proven(body["receipt"])
    assert told.entry.type == "submission"
    assert told.entry.case == body["case"]
    assert (told.entry.legal_class, told.entry.outcome) == ("id_mr5", "queued")
    assert told.opened["submission"] == body["id"]
    assert told.opened["target"] == uri
    assert told.opened["external_ref"] == "B-123/CONTOH/2026"
    assert uri not in told.entry.to_bytes().decode()
    with pytest.raises(ReceiptInvalid):
        proven(body["receipt"].replace("index ", "index 1"))


async def test_the_officer_follows_it_and_another_authority_finds_nothing(world):
    submitted = (await world.submit(mr5_order(await world.post()))).json()
    status = await world.get(submitted["id"])
    assert status.status_code == 200
    body = status.json()
    assert {name: body[name] for name in ("id", "case", "state", "clocks")} == {
        name: submitted[name] for name in ("id", "case", "state", "clocks")
    }
    assert (body["external_ref"], body["category"]) == ("B-123/CONTOH/2026", "terrorism")
    stranger = await world.enrolled()
    refused = await world.get(submitted["id"], pen=stranger)
    unknown = await world.get("sub_" + "0" * 26, pen=stranger)
    malformed = await world.get("nothing", pen=stranger)
    assert refused.status_code == 404
    assert refused.json() == unknown.json() == malformed.json()
    assert refused.json()["code"] == "submission_not_found"
    early = await world.get(f"{submitted['id']}/feedback")
    assert (early.status_code, early.json()["code"]) == (404, "feedback_not_ready")


async def test_the_same_bytes_are_one_submission_and_other_bytes_another(world):
    fields = mr5_order(await world.post())
    first, again = await world.submit(fields), await world.submit(fields)
    assert first.json() == again.json()
    other = await world.submit(fields | {"external_ref": "B-124/CONTOH/2026"})
    assert other.json()["id"] != first.json()["id"]
    assert other.json()["case"] == first.json()["case"]


async def test_two_authorities_join_one_case_each_with_its_own_clock(world):
    uri = await world.post()
    other = await world.enrolled()
    urgent = (await world.submit(mr5_order(uri))).json()
    european = (await world.submit(tco_order(uri), pen=other)).json()
    assert urgent["case"] == european["case"]
    assert [clock["name"] for clock in european["clocks"]] == ["tco_remove"]
    async with world.database.reading() as connection:
        due = await connection.execute(
            select(clocks.c.name).where(clocks.c.case_id == urgent["case"]).order_by(clocks.c.due_at)
        )
        names = due.scalars().all()
    assert set(names) == {"tco_remove", "own", "mr5_urgent"}
    assert names[-1] == "mr5_urgent"


async def test_a_flag_runs_on_the_platforms_own_promise(world):
    flagger = await world.enrolled(type="trusted_flagger")
    flag = mr5_order(await world.post(), kind="flag", attachments=..., legal_basis=..., urgency=...)
    body = (await world.submit(flag, pen=flagger)).json()
    assert (body["state"], [clock["name"] for clock in body["clocks"]]) == ("queued", ["own"])


async def test_nothing_of_the_papers_stands_in_clear_in_the_database(world):
    fields = mr5_order(await world.post(), reasons=f"Alasan {MARKER}.")
    fields["attachments"] = [attachment(content=MARKER.encode())]
    assert (await world.submit(fields)).status_code == 202
    async with world.database.reading() as connection:
        bodies = (await connection.execute(select(submissions.c.body))).scalars().all()
        kept = (await connection.execute(select(evidence.c.ciphertext))).scalars().all()
        leaves = (await connection.execute(select(ledger_leaves.c.leaf))).scalars().all()
    assert all(MARKER.encode() not in raw for raw in (*bodies, *kept, *leaves))


# --- clarification ---


async def test_a_missing_item_is_named_and_the_clock_starts_with_the_reply(world):
    answer = await world.submit(mr5_order(await world.post(), legal_basis=..., reasons=...))
    assert answer.status_code == 202
    body = answer.json()
    assert (body["state"], body["clocks"]) == ("clarification", [])
    assert [missing["item"] for missing in body["missing"]] == ["legal_analysis"]
    assert set(body["missing"][0]["text"]) == {"id", "en"}
    assert proven(body["receipt"]).entry.outcome == "clarification"

    partly = await world.reply(body["id"], {"reasons": "Ajakan bergabung dengan zqkabo."})
    assert [missing["item"] for missing in partly.json()["missing"]] == ["legal_analysis"]
    before = utc_now()
    whole = await world.reply(body["id"], {"legal_basis": [{"law": "MR 5/2020", "article": "14(3)"}]})
    done = whole.json()
    assert whole.status_code == 202
    assert (done["id"], done["case"], done["state"]) == (body["id"], body["case"], "queued")
    assert "missing" not in done
    assert spelled(done["clocks"][0]["started_at"]) >= before
    assert proven(done["receipt"]).entry.type == "reply"
    again = await world.reply(body["id"], {"legal_basis": [{"law": "MR 5/2020", "article": "14(3)"}]})
    assert again.json() == done
    late = await world.reply(body["id"], {"text": "Tambahan."})
    assert (late.status_code, late.json()["code"]) == (409, "reply_not_awaited")


async def test_a_link_to_nothing_is_asked_for_again_and_a_reply_may_replace_it(world):
    answer = (await world.submit(mr5_order(f"{BASE}/c/kabar/99999"))).json()
    assert answer["state"] == "clarification"
    assert [(missing["item"], missing["uri"]) for missing in answer["missing"]] == [
        ("valid_link", f"{BASE}/c/kabar/99999")
    ]
    uri = await world.post()
    done = (await world.reply(answer["id"], {"targets": [{"uri": uri}]})).json()
    assert done["state"] == "queued"
    assert done["targets"][0]["uri"] == uri
    async with world.database.reading() as connection:
        old = (
            await connection.execute(select(cases.c.state).where(cases.c.id == answer["case"]))
        ).scalar_one()
    assert old == "closed"


async def test_an_european_order_with_a_wrong_link_gets_annex_iii_at_once(world):
    answer = (await world.submit(tco_order(f"{BASE}/c/tiada"))).json()
    assert answer["state"] == "clarification"
    form = (await world.get(f"{answer['id']}/feedback")).json()
    assert form["form"] == "annex_iii"
    assert form["section_b"]["reason"] == "insufficient_information"
    assert proven(form["receipt"]).opened["body_sha256"] == form["sha256"]


# --- the sealed side, and requests for data ---


async def test_the_sealed_side_is_answered_alike_whether_or_not_it_exists(world):
    answers = [
        (await world.submit(mr5_order(uri))).json()
        for uri in (
            "matrix:roomid/ada:chat.example",
            "https://matrix.to/#/!tiada:chat.example",
            f"{BASE}/_matrix/client/v3/rooms/x",
        )
    ]
    for answer in answers:
        assert answer["state"] == "refused"
        assert answer["clocks"] == []
        assert answer["refusal"]["code"] == "PRIVATE_SPACE"
        assert proven(answer["receipt"]).entry.outcome == "PRIVATE_SPACE"
    texts = {json.dumps(answer["refusal"]) for answer in answers}
    assert len(texts) == 1
    assert len({tuple(answer) for answer in answers}) == 1
    formal = (await world.get(f"{answers[0]['id']}/feedback")).json()
    assert (formal["form"], formal["outcome"]) == ("id_mr5", "private_space")
    european = (await world.submit(tco_order("!a:b"))).json()
    annex = (await world.get(f"{european['id']}/feedback")).json()
    assert annex["form"] == "annex_iii"


async def test_a_request_for_messages_is_refused_recorded_and_proven(world):
    answer = await world.submit(data_request(f"{BASE}/c/kabar"))
    body = answer.json()
    assert (answer.status_code, body["state"]) == (202, "refused")
    assert body["refusal"]["code"] == "E2EE_TECHNICALLY_IMPOSSIBLE"
    told = proven(body["receipt"]).entry
    assert (told.type, told.action, told.outcome) == (
        "refusal",
        "data_request",
        "E2EE_TECHNICALLY_IMPOSSIBLE",
    )
    outside = await world.submit(
        data_request(f"{BASE}/c/kabar", regime="zz_any", requested_data=["identity"])
    )
    assert outside.json()["refusal"]["code"] == "NOT_COMPETENT"


# --- the wrong ways ---


async def test_each_bad_signature_has_its_own_code_and_leaves_nothing_behind(world):
    fields = mr5_order(await world.post())
    client, officer = world.client, world.officer
    plain = client.build_request("POST", SUBMISSIONS, content=json.dumps(fields).encode())
    twice = officer.post(client, SUBMISSIONS, fields)
    twice.headers = httpx.Headers([*twice.headers.raw, (b"Signature", twice.headers["signature"].encode())])
    other_body = officer.post(client, SUBMISSIONS, fields)
    other_body.stream, other_body._content = httpx.ByteStream(b"{}"), b"{}"
    other_body.headers["content-length"] = "2"
    revoked = await world.enrolled(revoked=True)
    waiting = await world.enrolled(approved=1)
    requests = {
        "signature_missing": plain,
        "signature_duplicated": twice,
        "signature_invalid": Pen(officer.key_id).post(client, SUBMISSIONS, fields),
        "signature_incomplete": officer.post(client, SUBMISSIONS, fields, components=("@method",)),
        "signature_malformed": officer.post(client, SUBMISSIONS, fields, tag="other"),
        "signature_stale": officer.post(client, SUBMISSIONS, fields, off=timedelta(minutes=-6)),
        "key_unknown": Pen("off_" + "0" * 26).post(client, SUBMISSIONS, fields),
        "key_revoked": revoked.post(client, SUBMISSIONS, fields),
        "authority_not_approved": waiting.post(client, SUBMISSIONS, fields),
        "digest_mismatch": other_body,
    }
    await world.submit(fields)  # so that the refusals of today have their ledger entries already
    for request in requests.values():
        await client.send(request)
    before = await world.rows()
    for code, request in requests.items():
        answer = await client.send(request)
        assert answer.json()["code"] == code
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.status_code in (400, 401, 403)
        assert "Traceback" not in answer.text
    assert await world.rows() == before


async def test_a_clock_five_minutes_off_either_way_is_stale(world):
    fields = mr5_order(await world.post())
    for off in (timedelta(minutes=5, seconds=2), timedelta(minutes=-5, seconds=-2)):
        answer = await world.submit(fields, off=off)
        assert (answer.status_code, answer.json()["code"]) == (401, "signature_stale")
    assert (await world.submit(fields, off=timedelta(minutes=-4))).status_code == 202


async def test_a_nonce_works_once_and_its_replay_is_on_record(world):
    once, pen = nonce(), await world.enrolled()
    request = pen.post(world.client, SUBMISSIONS, mr5_order(await world.post()), nonce=once)
    assert (await world.client.send(request)).status_code == 202
    before = await world.rows()
    replayed = await world.client.send(request)
    assert (replayed.status_code, replayed.json()["code"]) == (401, "nonce_replayed")
    status = pen.get(world.client, f"{SUBMISSIONS}/sub_{'0' * 26}", nonce=once)
    assert (await world.client.send(status)).json()["code"] == "nonce_replayed"
    after = await world.rows()
    assert after == before | {"ledger": before["ledger"] + 1}
    async with world.database.reading() as connection:
        counted = await connection.execute(
            select(line_refusals.c.count).where(
                line_refusals.c.code == "nonce_replayed", line_refusals.c.officer_id == pen.key_id
            )
        )
        assert counted.scalar_one() == 2


async def test_of_many_at_once_with_one_nonce_one_gets_in_and_with_the_same_bytes_one_is_recorded(world):
    once = nonce()
    orders = [mr5_order(await world.post(), external_ref=f"N-{number}") for number in range(6)]
    racing = await asyncio.gather(*(world.submit(fields, nonce=once) for fields in orders))
    assert sorted(answer.status_code for answer in racing) == [202, 401, 401, 401, 401, 401]
    fields = mr5_order(await world.post(), external_ref="N-same")
    same = await asyncio.gather(*(world.submit(fields) for _ in range(6)))
    assert len({answer.json()["id"] for answer in same}) == 1
    assert {answer.status_code for answer in same} == {202}


async def test_long_lists_in_opposite_order_do_not_wait_for_each_other_for_ever(world):
    uris = [await world.post() for _ in range(8)]
    answers = await asyncio.gather(
        *(
            world.submit(mr5_order(*order, external_ref=f"L-{number}"))
            for number, order in enumerate((uris, uris[::-1], uris[4:] + uris[:4]))
        )
    )
    assert {answer.status_code for answer in answers} == {202}
    assert [target["uri"] for target in answers[1].json()["targets"]] == uris[::-1]


async def test_each_step_outside_the_mandate_is_refused_and_nothing_is_kept(world):
    uri = await world.post()
    narrow = await world.enrolled(regimes=["id_mr5"], categories=["terrorism"])
    flagger = await world.enrolled(type="trusted_flagger")
    strict = await world.enrolled(two_officers=True)
    before = await world.rows()
    for pen, fields, code in (
        (narrow, tco_order(uri), "out_of_remit"),
        (narrow, mr5_order(uri, category="harassment"), "out_of_remit"),
        (flagger, mr5_order(uri), "out_of_remit"),
        (strict, mr5_order(uri), "authoriser_needed"),
        (strict, mr5_order(uri, authoriser=narrow.key_id), "authoriser_unknown"),
        (narrow, mr5_order(uri, officer=flagger.key_id), "officer_mismatch"),
    ):
        answer = await world.submit(fields, pen=pen)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert await world.rows() == before


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b"{", "malformed_json", None),
        (b"\xff\xfe", "malformed_json", None),
        (b'{"kind": "notice", "kind": "flag"}', "malformed_json", None),
        (b"[" * 200_000, "malformed_json", None),
        (b'{"a": ' + b"9" * 10_000 + b"}", "malformed_json", None),
        (mr5_order("x", kind="decree"), "malformed_submission", "/kind"),
        (mr5_order("x", issued_at="kemarin"), "malformed_submission", "/issued_at"),
        (mr5_order("x", nondisclosre={}), "malformed_submission", "/nondisclosre"),
        (mr5_order("x", targets=[{"uri": "a b"}]), "malformed_submission", "/targets/0/uri"),
        (mr5_order("x", category="weather"), "malformed_submission", "/category"),
        (mr5_order("x", regime="id_none"), "regime_unknown", None),
        (mr5_order("x", nondisclosure={"until": "2199-01-01T00:00:00Z"}), "nondisclosure_too_long", "/nondisclosure/until"),
    ],
)  # fmt: skip
async def test_malformed_content_is_answered_by_field_and_reason(world, body, code, pointer):
    before = await world.rows()
    answer = await world.submit(body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json().get("pointer") == pointer
    assert "Traceback" not in answer.text
    assert await world.rows() == before


async def test_a_body_beyond_the_limit_is_refused_unread(world):
    async def endless():
        while True:
            yield b" " * 100_000

    announced = world.client.build_request("POST", SUBMISSIONS, headers={"content-length": "50000000"})
    answer = await world.client.send(announced)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    sneaky = world.officer.post(world.client, SUBMISSIONS, b"{}")
    del sneaky.headers["content-length"]
    sneaky.stream = httpx._content.AsyncIteratorByteStream(endless())
    answer = await world.client.send(sneaky)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert str(LARGEST_BODY) in answer.json()["detail"]


async def test_problems_are_told_in_both_languages(world):
    request = Pen("off_" + "0" * 26).post(world.client, SUBMISSIONS, {})
    for language, word in (("id", "terdaftar"), ("en", "enrolled")):
        request.headers["accept-language"] = language
        assert word in (await world.client.send(request)).json()["detail"]


async def test_a_gag_keeps_the_author_uninformed_until_it_ends(world):
    until = datetime.now(UTC) + timedelta(weeks=2)
    answer = await world.submit(
        mr5_order(await world.post(), nondisclosure={"until": until.isoformat(), "basis": "TCO 11(3)"})
    )
    assert answer.status_code == 202
    async with world.database.reading() as connection:
        silent = await connection.execute(
            select(cases.c.silent_until).where(cases.c.id == answer.json()["case"])
        )
        assert silent.scalar_one() == until
