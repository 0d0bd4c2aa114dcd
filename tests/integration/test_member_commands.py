"""The operator's commands, and sessions with a real homeserver."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import text
from tests.helpers.members import PASSWORD
from tests.helpers.postgres import superuser
from tests.helpers.stack import Failed

from jaga.homeserver.accounts import SignInTooOften


def fresh(name):
    return f"{name}-{uuid.uuid4().hex[:8]}"


async def test_an_account_opened_by_the_operator_can_sign_in_and_has_an_id(door):
    name = fresh("sri")
    added = door.stack.cli("member", "add", name, "--password-stdin", input=f"{PASSWORD}\n")
    assert added["user_id"] == f"@{name}:{door.server_name}"
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": name},
        "password": PASSWORD,
    }
    status, answer = await door.call("POST", "/_matrix/client/v3/login", json=body)
    assert (status, answer["user_id"]) == (200, added["user_id"])
    issued = door.stack.cli("token", "issue", "--member", name, "--ttl", "1h")
    assert issued["id"] == added["id"]
    status, answer = await door.call("GET", "/api/v1/session", token=issued["token"])
    assert (status, answer["member"]["id"]) == (200, added["id"])


@pytest.mark.parametrize(
    ("arguments", "stdin", "sentence"),
    [
        (("member", "add", "Wulan!", "--password-stdin"), PASSWORD, "account name has"),
        (("member", "add", "pendek", "--password-stdin"), "x", "password has 8"),
        (("member", "add", "kosong", "--password-stdin"), "", "password has 8"),
        (("token", "issue", "--member", "tidak-ada"), None, "no such member"),
    ],
)
def test_a_refused_command_says_why_in_one_sentence(door, arguments, stdin, sentence):
    with pytest.raises(Failed, match=sentence) as refused:
        door.stack.cli(*arguments, input=stdin)
    assert refused.value.status == 1
    assert "\n" not in refused.value.sentence


@pytest.mark.parametrize(
    "arguments", [("token", "issue"), ("token", "issue", "--member", "x", "--ttl", "1y")]
)
def test_wrong_usage_ends_with_2(door, arguments):
    with pytest.raises(Failed) as refused:
        door.stack.cli(*arguments)
    assert refused.value.status == 2


def test_an_account_is_opened_once(door):
    name = fresh("budi")
    door.stack.cli("member", "add", name, "--password-stdin", input=PASSWORD)
    with pytest.raises(Failed, match="There is an account"):
        door.stack.cli("member", "add", name, "--password-stdin", input="another-password")


async def test_an_openid_token_opens_a_session_once_it_is_real(door):
    wulan = await door.person("wulan")
    proof = await wulan.openid_token()
    status, answer = await door.call("POST", "/api/v1/session", json={"matrix_openid": proof})
    assert status == 201, answer
    assert answer["member"]["user_id"] == wulan.user_id
    status, shown = await door.call("GET", "/api/v1/session", token=answer["token"])
    assert (status, shown["member"]) == (200, answer["member"])
    with superuser(door.server, "jaga") as connection:
        rows = connection.execute("SELECT sessions::text FROM sessions").fetchall()
    assert not any(answer["token"] in row[0] for row in rows)
    forged = proof | {"access_token": "A" * 24}
    status, answer = await door.call("POST", "/api/v1/session", json={"matrix_openid": forged})
    assert (status, answer["code"]) == (401, "proof_refused")


async def test_a_matrix_access_token_is_no_session_here_and_a_session_is_none_there(door):
    wulan = await door.person("wulan")
    assert (await door.call("GET", "/api/v1/session", token=wulan.token))[0] == 401
    status, answer = await door.call(
        "POST", "/api/v1/session", json={"matrix_openid": await wulan.openid_token()}
    )
    assert status == 201
    assert (await door.call("GET", "/_matrix/client/v3/account/whoami", token=answer["token"]))[0] == 401


async def test_a_locked_account_can_do_nothing_until_it_is_unlocked(door):
    wulan = await door.person("wulan")
    room = await wulan.room()
    await door.keeper.lock(wulan.name)
    status, answer = await wulan.call("GET", "sync")
    assert (status, answer["errcode"]) == (401, "M_USER_LOCKED")
    assert (await wulan.post(f"rooms/{room}/leave"))[0] == 401
    # The password is still known to be theirs, so that they can read why and appeal.
    assert await door.sign_ins.user_of_password(wulan.name, PASSWORD) == wulan.user_id
    assert await door.sign_ins.user_of_password(wulan.name, "salah-sekali") is None
    await door.keeper.unlock(wulan.name)
    assert (await wulan.call("GET", "joined_rooms"))[1] == {"joined_rooms": [room]}


async def test_signing_in_on_the_web_leaves_no_device_behind(door):
    wulan = await door.person("wulan")
    before = (await wulan.call("GET", "devices"))[1]["devices"]
    assert await door.sign_ins.user_of_password(wulan.name, PASSWORD) == wulan.user_id
    assert (await wulan.call("GET", "devices"))[1]["devices"] == before


async def test_two_first_sign_ins_at_once_make_one_member(database):
    import asyncio

    from jaga.core.clock import utc_now
    from jaga.store.members import Members

    members, name = Members(database), fresh("kembar")
    found = await asyncio.gather(*(members.find_or_add(name, now=utc_now()) for _ in range(8)))
    assert len({member.id for member in found}) == 1
    async with database.reading() as connection:
        assert (
            await connection.scalar(text("SELECT count(*) FROM members WHERE name = :name"), {"name": name})
            == 1
        )


async def test_guessing_a_password_is_slowed_down_for_the_account(door):
    wulan = await door.person("wulan")

    async def guess():
        for number in range(15):
            assert await door.sign_ins.user_of_password(wulan.name, f"tebakan-{number}") is None

    with pytest.raises(SignInTooOften):
        await guess()
