"""How staff come in: enrolment once, password and code, locks that tell nothing, cookies that need our own pages."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from litestar.testing import AsyncTestClient
from sqlalchemy import select
from tests.helpers.web import services_with

from jaga.cases.entrance import Entrance, Failures, after_failure
from jaga.cases.errors import (
    EnrolmentOver,
    SignInLocked,
    SignInRefused,
    StaffExists,
    UnknownStaff,
    WeakPassword,
    WrongCode,
)
from jaga.cases.staff import Role
from jaga.channels.sessions import NoSession
from jaga.store.members import Sessions
from jaga.store.staff import StoredStaff
from jaga.store.tables.cases import staff as staff_table
from jaga.store.tables.members import sessions
from jaga.web.app import create_app

PASSWORD = "lima kata yang panjang sekali"
_names = iter(range(1, 1_000))


@pytest.fixture
def entrance(world) -> Entrance:
    return Entrance(
        directory=StoredStaff(world.database),
        sessions=Sessions(world.database),
        vault=world.vault,
        clock=world.clock,
        server_name="chat.example",
    )


def code_of(secret: str, world) -> str:
    return pyotp.TOTP(secret).at(int(world.now.timestamp()))


async def enrolled(entrance, world, role: Role = Role.MODERATOR):
    """A person who has enrolled, with the secret of their code app."""
    number = next(_names)
    person, token = await entrance.add(f"Orang {number}", f"orang{number}@desk.example", role)
    secret = (await entrance.enrolment(token)).secret
    await entrance.enrol(token, password=PASSWORD, code=code_of(secret, world))
    return person, secret


async def test_a_link_enrols_one_person_once(entrance, world):
    person, token = await entrance.add("Dewi", "Dewi@Desk.Example", Role.SENIOR)
    shown = await entrance.enrolment(token)
    assert shown.staff == person
    assert (await entrance.enrolment(token)).secret == shown.secret  # a reload changes nothing
    code = code_of(shown.secret, world)
    for password in ("pendek", "x" * 201, "kata dewi@desk.example kata"):
        with pytest.raises(WeakPassword):
            await entrance.enrol(token, password=password, code=code)
    with pytest.raises(WrongCode):
        await entrance.enrol(token, password=PASSWORD, code="000000" if code != "000000" else "111111")
    session = await entrance.enrol(token, password=PASSWORD, code=code)
    assert (await entrance.staff_of(session.token)).email == "dewi@desk.example"
    for attempt in (entrance.enrolment(token), entrance.enrol(token, password=PASSWORD, code=code)):
        with pytest.raises(EnrolmentOver):
            await attempt


async def test_a_link_ends_after_three_days(entrance, world):
    _, token = await entrance.add("Eka", "eka@desk.example", Role.MODERATOR)
    world.later(hours=72, seconds=1)
    with pytest.raises(EnrolmentOver):
        await entrance.enrolment(token)


async def test_an_address_belongs_to_one_person(entrance):
    await entrance.add("Fajar", "fajar@desk.example", Role.MODERATOR)
    with pytest.raises(StaffExists):
        await entrance.add("Fajar Kedua", "FAJAR@desk.example", Role.SENIOR)
    with pytest.raises(UnknownStaff):
        await entrance.named("Tidak Ada")


async def test_a_code_works_once_and_every_mistake_gets_the_same_answer(entrance, world):
    person, secret = await enrolled(entrance, world)
    with pytest.raises(SignInRefused):  # the code of the enrolment is used up
        await entrance.sign_in(person.email, PASSWORD, code_of(secret, world))
    world.later(seconds=30)
    code = code_of(secret, world)
    answers = []
    for email, password, attempt in (
        (person.email, "salah sama sekali", code),
        (person.email, PASSWORD, "12345"),
        ("tiada@desk.example", PASSWORD, code),
    ):
        with pytest.raises(SignInRefused) as refused:
            await entrance.sign_in(email, password, attempt)
        answers.append(str(refused.value))
    assert len(set(answers)) == 1
    session = await entrance.sign_in(person.email.upper(), PASSWORD, code)
    assert (await entrance.staff_of(session.token)).id == person.id
    with pytest.raises(SignInRefused):
        await entrance.sign_in(person.email, PASSWORD, code)


@pytest.mark.parametrize("email", ["known", "tiada@desk.example"])
async def test_too_many_attempts_lock_known_and_unknown_addresses_alike(entrance, world, email):
    person, secret = await enrolled(entrance, world)
    address = person.email if email == "known" else f"{next(_names)}{email}"
    for _ in range(5):
        with pytest.raises(SignInRefused):
            await entrance.sign_in(address, "salah sama sekali", "000000")
    world.later(seconds=30)
    with pytest.raises(SignInLocked) as locked:
        await entrance.sign_in(address, PASSWORD, code_of(secret, world))
    assert 0 < locked.value.fields["seconds"] <= 60
    world.later(seconds=60)
    if email == "known":
        await entrance.sign_in(address, PASSWORD, code_of(secret, world))


def test_locks_grow_and_end(world):
    failures, spans = Failures(), []
    for _ in range(14):
        failures = after_failure(failures, world.now)
        spans.append(failures.locked_until and failures.locked_until - world.now)
    assert spans[:4] == [None] * 4
    assert spans[4:7] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert spans[-1] == timedelta(minutes=15)


async def test_sessions_end_with_their_time_the_person_or_a_new_enrolment(entrance, world):
    person, secret = await enrolled(entrance, world)
    world.later(seconds=30)
    short = await entrance.begin(person, lasting=timedelta(minutes=5))
    whole = await entrance.sign_in(person.email, PASSWORD, code_of(secret, world))
    world.later(minutes=5)
    with pytest.raises(NoSession):
        await entrance.staff_of(short.token)
    await entrance.staff_of(whole.token)
    await entrance.end(whole.token)
    with pytest.raises(NoSession):
        await entrance.staff_of(whole.token)
    again = await entrance.begin(person)
    _, token = await entrance.renew(person.email)
    with pytest.raises(NoSession):
        await entrance.staff_of(again.token)
    with pytest.raises(SignInRefused):
        await entrance.sign_in(person.email, PASSWORD, code_of(secret, world))
    assert (await entrance.enrolment(token)).secret != secret
    disabled, _ = await enrolled(entrance, world)
    open_session = await entrance.begin(disabled)
    await world.change(staff_table, disabled.id, disabled_at=world.now)
    with pytest.raises(NoSession):
        await entrance.staff_of(open_session.token)


async def test_nothing_that_signs_in_is_stored_as_it_is(entrance, world):
    person, secret = await enrolled(entrance, world)
    session = await entrance.begin(person)
    row = await world.row(staff_table, person.id)
    assert secret.encode() not in row.totp_secret
    assert PASSWORD not in row.password_hash
    stored = await world.rows(select(sessions.c.token_hash).where(sessions.c.subject == person.id))
    assert session.token.text.encode() not in {one.token_hash for one in stored}


@pytest.fixture
async def client(world, entrance):
    services = services_with(
        clock=world.clock, server_name="chat.example", public_url="https://chat.example",
        entrance=entrance, desk=world.desk, office=world.office, sop=world.sop,
    )  # fmt: skip
    async with AsyncTestClient(create_app(services), base_url="https://chat.example") as client:
        yield client


async def test_a_cookie_needs_our_own_page_and_its_token(client, entrance, world):
    person, secret = await enrolled(entrance, world)
    world.later(seconds=30)
    signed_in = await client.post(
        "/desk/api/v1/session",
        json={"email": person.email, "password": PASSWORD, "code": code_of(secret, world)},
    )
    assert signed_in.status_code == 201, signed_in.text
    cookie = signed_in.headers["set-cookie"].lower()
    for part in ("httponly", "secure", "samesite=strict", "path=/desk"):
        assert part in cookie
    csrf = signed_in.json()["csrf"]
    shown = await client.get("/desk/api/v1/session")
    assert shown.json()["staff"]["role"] == "moderator"
    assert shown.json()["csrf"] == csrf
    case = await world.case_on(await world.post(await world.member()))
    path = f"/desk/api/v1/cases/{case}/decisions"
    body = {"ground": "H-1", "measures": [{"name": "remove_post"}], "facts": "Menyerang."}
    ours = {"Sec-Fetch-Site": "same-origin"}
    refusals = {
        "foreign_origin": {"Sec-Fetch-Site": "cross-site", "X-CSRF-Token": csrf},
        "form_expired": ours,
    }
    for code, headers in refusals.items():
        refused = await client.post(path, json=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, code)
    wrong = await client.post(path, json=body, headers=ours | {"X-CSRF-Token": csrf[:-1] + "x"})
    assert wrong.json()["code"] == "form_expired"
    done = await client.post(path, json=body, headers=ours | {"X-CSRF-Token": csrf})
    assert done.status_code == 201, done.text
    left = await client.delete("/desk/api/v1/session", headers=ours | {"X-CSRF-Token": csrf})
    assert left.status_code == 204
    assert (await client.get("/desk/api/v1/cases")).status_code == 401


async def test_the_api_turns_malformed_requests_away_in_problem_documents(client, entrance, world):
    person, _ = await enrolled(entrance, world)
    token = (await entrance.begin(person)).token.text
    bearer = {"Authorization": f"Bearer {token}"}
    case = await world.case_on(await world.post(await world.member()))
    path = f"/desk/api/v1/cases/{case}/decisions"
    whole = {"ground": "H-1", "measures": [{"name": "remove_post"}], "facts": "Menyerang."}
    for body, code in (
        (whole | {"measures": []}, "bad_request"),
        (whole | {"measures": [{"name": "shout"}]}, "bad_request"),
        (whole | {"extra": 1}, "bad_request"),
        (whole | {"facts": ""}, "facts_missing"),
        (whole | {"ground": "T-1"}, "ground_does_not_fit"),
    ):
        answer = await client.post(path, json=body, headers=bearer)
        assert (answer.status_code, answer.json()["code"]) == (400, code), body
        assert answer.headers["content-type"].startswith("application/problem+json")
    stale = await client.post(path, json=whole, headers=bearer | {"If-Match": '"99"'})
    assert (stale.status_code, stale.json()["code"]) == (409, "case_changed")
    odd = await client.post(path, json=whole, headers=bearer | {"If-Match": "banana"})
    assert (odd.status_code, odd.json()["code"]) == (400, "malformed_version")
    for missing in ("case_0", f"case_{'0' * 26}"):
        assert (await client.get(f"/desk/api/v1/cases/{missing}", headers=bearer)).status_code in (400, 404)
    assert (await client.get("/desk/api/v1/cases?next=x", headers=bearer)).json()[
        "code"
    ] == "malformed_cursor"
    assert (await client.get("/desk/api/v1/cases")).status_code == 401


async def test_a_members_token_opens_nothing_at_the_desk(client, entrance, world):
    member = await world.member()
    token = (await entrance.begin(await world.person())).token
    async with world.database.transaction() as conn:
        await conn.execute(
            sessions.update().where(sessions.c.token_hash == token.hash).values(subject=member)
        )
    answer = await client.get("/desk/api/v1/cases", headers={"Authorization": f"Bearer {token.text}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "no_session")
