"""The route table against Synapse's own list: no route of the installed version goes unmentioned.

When this fails after an upgrade of Synapse, there is a new route: read what it does, and give it a row.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.routes import EXAMPLES, PASSED
from tests.helpers.synapse_routes import synapse_routes

from jaga.web.front_door_match import Closed, Passed, RouteTable, Unknown
from jaga.web.front_door_routes import ROUTES
from jaga.web.front_door_rows import Absent, PassPicture, Row

TABLE = RouteTable(ROUTES)
# The same table, in which what we do without is told apart from what nobody has looked at.
MARKED = RouteTable(
    Row(row.methods, row.path, _then) if isinstance(row.then, Absent) else row
    for row in ROUTES
    for _then in [next(other.then for other in ROUTES if other.path == "/_synapse/{rest}")]
)
SYNAPSE = synapse_routes()
OLD_NAMES = re.compile(
    r"\((?:api/v1\|)?r0\|v3(?:\|unstable)?\)|\(v3\|unstable\)|\(v1\|unstable\)|\(r0\|v3\|v1\)"
)
GROUPS = {
    "room_id": EXAMPLES["room"],
    "room_identifier": EXAMPLES["room"],
    "event_id": EXAMPLES["event"],
    "parent_id": EXAMPLES["event"],
    "user_id": EXAMPLES["user"],
    "target_user_id": EXAMPLES["user"],
    "event_type": "m.room.encrypted",
    "account_data_type": "m.direct",
    "tag": "m.favourite",
    "message_type": "m.room.encrypted",
    "receipt_type": "m.read",
    "membership_action": "kick",
    "path": f"pushrules/global/override/{EXAMPLES['room']}",
    "server_name": "jaga.localhost",
    "media_id": "AbCdEfGh",
    "room_alias": "#x:y",
    "stagetype": "m.login.dummy",
}  # fmt: skip


def examples_of(pattern):
    """One address without, and one with, what the pattern lets one leave out; by the newest name of the API."""
    written = OLD_NAMES.sub(
        lambda found: "v1" if "v1|u" in found[0] else "v3", pattern.removeprefix("^").removesuffix("$")
    )
    written = written.replace("\\.", ".").replace("\\", "")
    whole = re.sub(r"\(\?P<field_name>(displayname|avatar_url)\)", r"\1", written)
    for optional in ("", None):
        address = whole
        while found := re.search(r"\((/[^()]*(?:\([^()]*\)[^()]*)*)\)\?", address):
            address = address.replace(found[0], found[1] if optional is None else "")
        yield re.sub(
            r"\(\?P<(\w+)>(?:\[[^\]]*\][*+]|[^()]*)\)", lambda found: GROUPS.get(found[1], "abc"), address
        )


ALL = [(route, address) for route in SYNAPSE for address in dict.fromkeys(examples_of(route.pattern.pattern))]


@pytest.mark.parametrize(
    ("route", "address"), ALL, ids=[f"{route.method} {address}" for route, address in ALL]
)
def test_every_route_of_synapse_is_allowed_refused_or_known_to_be_absent(route, address):
    assert route.pattern.match(address), "the example does not fit its own pattern"
    outcome = MARKED.match(route.method, address.replace("#", "%23").encode(), b"")
    assert isinstance(outcome, Passed | Closed), f"{route.method} {route.pattern.pattern} has no row"


def servlet_of(method, path):
    return next((route for route in SYNAPSE if route.method == method and route.pattern.match(path)), None)


@pytest.mark.parametrize(
    ("method", "path", "row"), PASSED, ids=[f"{method} {path}" for method, path, _ in PASSED]
)
def test_every_allowed_route_exists_in_synapse(method, path, row):
    outcome = TABLE.match(method, path.encode(), b"")
    assert isinstance(outcome, Passed)
    ours = isinstance(row.then, PassPicture)  # made of three requests of the door's own
    assert ours or servlet_of(method, outcome.path) is not None


# One row of ours stands for two servlets of Synapse's: forgetting a room is no membership.
MEANT = {
    (row.path, servlet_of(method, TABLE.match(method, address.encode(), b"").path))
    for method, path, row in PASSED
    for address in {path, path.replace("/kick", "/forget")}
}


@st.composite
def addresses(draw):
    """An address that Synapse would take for one of its routes, by any name of the API, and any method."""
    route, example = draw(st.sampled_from(ALL))
    alphabet = st.characters(min_codepoint=33, max_codepoint=126)
    anything = st.from_regex(route.pattern, fullmatch=True, alphabet=alphabet)
    name = st.sampled_from(["/v3/", "/r0/", "/v1/", "/unstable/", "/api/v1/"])
    text = draw(anything | st.just(example) | name.map(lambda other: example.replace("/v3/", other, 1)))
    return draw(st.sampled_from([route.method] * 4 + ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"])), text


@settings(max_examples=400)
@given(addresses())
def test_whatever_synapse_would_answer_reaches_only_what_a_row_means(drawn):
    method, address = drawn
    outcome = TABLE.match(method, address.partition("?")[0].encode(), b"")
    if isinstance(outcome, Passed):
        assert (outcome.then, servlet_of(method, outcome.path)) in {
            (row.then, servlet) for row in ROUTES for path, servlet in MEANT if path == row.path
        }


def test_a_route_that_nobody_has_looked_at_does_not_exist():
    """The control of the first test: what is in no row is unknown there."""
    assert isinstance(MARKED.match("GET", b"/_matrix/client/v3/zqkabo", b""), Unknown)
    assert isinstance(MARKED.match("PUT", b"/_matrix/client/unstable/org.matrix.msc9999/note", b""), Unknown)
