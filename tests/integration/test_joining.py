"""Joining without e-mail or phone, on the running stack, whose registration is open."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.channels import fresh
from tests.helpers.joining import PASSWORD, application, solved
from tests.helpers.members import CLIENT_API
from tests.helpers.traces import traces_of

from jaga.app import wire
from jaga.channels.joining import (
    InvitationUnknown,
    Joining,
    NameReserved,
    ProofUsed,
    RegistrationClosed,
)
from jaga.channels.profile import NameRefused
from jaga.channels.proof_of_work import ProofExpired, ProofWrong
from jaga.channels.registration import Registration
from jaga.core.clock import utc_now
from jaga.homeserver.accounts import AccountExists, BadPassword
from jaga.store.database import Database


@pytest.fixture
async def joining(door):
    """What the running web process has, on the same database, detector and homeserver; its proofs are quickly found."""
    database = Database(door.server.url(), pool_size=4)
    real = wire.joining(door.installation, database)
    yield replace(real, proofs=replace(real.proofs, derivations=range(1, 4)))
    await database.close()


async def _proof(joining: Joining):
    return solved(await joining.challenge())


async def test_a_name_a_password_and_a_proof_make_an_account_that_signs_in_anywhere(door):
    _, place = await door.call("GET", "/api/v1/accounts")
    assert place == {"registration": "open", "server_name": door.server_name, "needs_invitation": False}
    status, challenge = await door.call("GET", "/api/v1/accounts/challenge")
    assert status == 200
    name = fresh("melati")
    body = application(name, solved(challenge), display_name="  Ibu   Melati ")
    status, account = await door.call("POST", "/api/v1/accounts", json=body)
    assert (status, account) == (201, {"user_id": f"@{name}:{door.server_name}", "name": name})

    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": name},
        "password": PASSWORD,
    }
    status, signed_in = await door.call("POST", f"{CLIENT_API}/login", json=login)
    assert status == 200, signed_in
    _, profile = await door.call(
        "GET", f"{CLIENT_API}/profile/{account['user_id']}", token=signed_in["access_token"]
    )
    assert profile["displayname"] == "Ibu Melati"

    body["name"] = fresh("kenanga")
    status, again = await door.call("POST", "/api/v1/accounts", json=body)
    assert (status, again["code"]) == (409, "proof_used")
    assert traces_of([PASSWORD], door.server, []) == []


async def test_a_proof_counts_once_even_for_many_at_the_same_moment(joining):
    proof = await _proof(joining)
    tries = [joining.join(application(fresh("serentak"), proof)) for _ in range(6)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Member", *["ProofUsed"] * 5]


async def test_a_wrong_proof_opens_nothing_and_another_can_still_be_brought(joining):
    proof, other = await _proof(joining), await joining.challenge()
    name = fresh("keliru")
    solution = proof["solution"]
    wrong = [
        {**proof, "solution": {**solution, "derivedKey": "00" * 32}},
        {**proof, "challenge": other},
        {**proof, "challenge": {**proof["challenge"], "signature": "0" * 64}},
        {**proof, "challenge": {"parameters": {**proof["challenge"]["parameters"], "cost": 1}}},
        {"challenge": proof["challenge"]},
        "bukan base64",
        None,
        [],
        {"challenge": {"parameters": {"data": [[]] * 100}}, "solution": {}},
    ]
    for each in wrong:
        with pytest.raises(ProofWrong):
            await joining.join(application(name, each))
    assert (await joining.join(application(name, proof))).name == name


async def test_an_expired_challenge_is_refused_by_name(joining):
    earlier = replace(joining, clock=lambda: utc_now() - timedelta(minutes=11))
    with pytest.raises(ProofExpired):
        await joining.join(application(fresh("telat"), await _proof(earlier)))


async def test_names_are_checked_before_the_proof_is_spent(joining, listed):
    proof, name = await _proof(joining), fresh("bunga")
    refusals = [
        (application(f"{listed}_{name}", proof), NameRefused),
        (application(name, proof, display_name=f"Ibu {listed}"), NameRefused),
        (application("admin", proof), NameReserved),
        (application("jaga-resmi", proof), NameReserved),
        (application(name, proof) | {"password": "pendek"}, BadPassword),
    ]
    for body, refusal in refusals:
        with pytest.raises(refusal):
            await joining.join(body)
    assert (await joining.join(application(name, proof))).display_name == name


@pytest.mark.parametrize("field", ["name", "password", "display_name"])
async def test_a_field_that_is_no_text_is_named(door, field):
    status, answer = await door.call("POST", "/api/v1/accounts", json=application("seruni", "") | {field: 7})
    assert (status, answer["code"], answer["field"]) == (400, "bad_field", field)


async def test_closed_means_closed(joining):
    closed = replace(joining, registration=Registration.CLOSED)
    with pytest.raises(RegistrationClosed):
        await closed.challenge()
    with pytest.raises(RegistrationClosed):
        await closed.join(application(fresh("tertutup"), await _proof(joining)))


async def test_an_invitation_opens_as_many_accounts_as_it_says(joining, door):
    invited = replace(joining, registration=Registration.INVITATION)
    code = door.stack.cli("member", "invite", "--uses", "2")["code"]
    proofs = [await _proof(joining) for _ in range(2)]
    for none in (None, "", "abcd", "aaaa-bbbb-cccc-dddd", ["aaaabbbbccccdddd"]):
        with pytest.raises(InvitationUnknown):
            await invited.join(application(fresh("tamu"), proofs[0], invitation=none))
    taken = (await joining.join(application(fresh("ada"), await _proof(joining)))).name
    with pytest.raises(AccountExists):
        await invited.join(application(taken, proofs[0], invitation=code))
    with pytest.raises(ProofUsed):
        await invited.join(application(fresh("tamu"), proofs[0], invitation=code))

    both = [application(fresh("tamu"), proofs[1], invitation=code.upper())]
    both += [application(fresh("tamu"), await _proof(joining), invitation=code) for _ in range(2)]
    outcomes = await asyncio.gather(*(invited.join(body) for body in both), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["InvitationUnknown", "Member", "Member"]


async def test_who_was_interrupted_after_the_invitation_goes_on_with_the_same_name(joining, door):
    code = door.stack.cli("member", "invite")["code"]
    name = fresh("terputus")
    invited = replace(joining, registration=Registration.INVITATION, accounts=_Interrupted())
    with pytest.raises(ConnectionAbortedError):
        await invited.join(application(name, await _proof(joining), invitation=code))
    invited = replace(joining, registration=Registration.INVITATION)
    with pytest.raises(InvitationUnknown):
        await invited.join(application(fresh("lain"), await _proof(joining), invitation=code))
    assert (await invited.join(application(name, await _proof(joining), invitation=code))).name == name


class _Interrupted:
    """A process that dies between the two databases."""

    def check_password(self, password):
        pass

    async def register(self, name, password, *, display_name=None):
        raise ConnectionAbortedError
