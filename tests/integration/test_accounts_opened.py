"""What the front door holds opens ordinary accounts on Synapse's socket, and nothing more; from outside nobody reaches it."""

from __future__ import annotations

import uuid

import pytest
from tests.helpers.members import PASSWORD
from tests.helpers.postgres import superuser

from jaga.homeserver.accounts import AccountExists, BadPassword
from jaga.homeserver.names import JOINING_TOKEN, OPEN_ACCOUNT


@pytest.fixture
def token(door) -> str:
    return (door.installation.data.secrets / JOINING_TOKEN).read_text()


@pytest.fixture
def name() -> str:
    return f"zqkabo-{uuid.uuid4().hex[:8]}"


def account(door, name: str) -> tuple | None:
    with superuser(door.server, "synapse") as connection:
        found = connection.execute(
            "SELECT admin, is_guest FROM users WHERE name = %s", [f"@{name}:{door.server_name}"]
        )
        return found.fetchone()


async def test_it_opens_an_account_that_can_sign_in_and_administers_nothing(door, name):
    await door.accounts.register(name, PASSWORD, display_name="Zqkabo")
    assert account(door, name) == (0, 0)
    assert await door.sign_ins.user_of_password(name, PASSWORD) == f"@{name}:{door.server_name}"
    with pytest.raises(AccountExists):
        await door.accounts.register(name, PASSWORD)
    with pytest.raises(BadPassword):
        await door.accounts.register(f"{name}-2", "pendek")


async def test_a_wish_to_administer_changes_nothing(door, token, name):
    body = {"name": name, "password": PASSWORD, "display_name": name, "admin": True, "user_type": "bot"}
    status, _ = await door.accounts._call("POST", OPEN_ACCOUNT, token=token, body=body)
    assert status == 200
    assert account(door, name) == (0, 0)


@pytest.mark.parametrize("wrong", ["", "salah", "x" * 64])
async def test_without_the_token_nothing_is_opened(door, name, wrong):
    body = {"name": name, "password": PASSWORD, "display_name": name}
    status, answer = await door.accounts._call("POST", OPEN_ACCOUNT, token=wrong, body=body)
    assert (status, answer["errcode"]) == (403, "M_FORBIDDEN")
    assert account(door, name) is None


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"name": "zq kabo", "password": PASSWORD, "display_name": "x"}, "M_INVALID_USERNAME"),
        ({"name": 1, "password": PASSWORD, "display_name": "x"}, "M_BAD_JSON"),
        ({"name": "zqkabo"}, "M_BAD_JSON"),
    ],
)
async def test_what_is_no_account_is_refused(door, token, body, errcode):
    status, answer = await door.accounts._call("POST", OPEN_ACCOUNT, token=token, body=body)
    assert (status, answer["errcode"]) == (400, errcode)


async def test_nobody_reaches_it_through_the_front_door_even_with_the_token(door, token, name):
    body = {"name": name, "password": PASSWORD, "display_name": name}
    for path in (
        OPEN_ACCOUNT,
        f"/_matrix/client/versions/../../..{OPEN_ACCOUNT}",
        f"/_synapse{OPEN_ACCOUNT}",
    ):
        status, _ = await door.call("POST", path, token=token, json=body)
        assert status >= 400, path
    assert account(door, name) is None
