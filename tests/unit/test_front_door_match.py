"""The route table: what passes, what is refused, and that no way of writing an address gets around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers.routes import EXAMPLES, PASSED, REFUSED, disguises_of

from jaga.web.front_door_match import Closed, Passed, RouteTable, TooLong, Unknown, WrongMethod, segments_of
from jaga.web.front_door_reasons import Because
from jaga.web.front_door_routes import REFUSED_QUERY, ROUTES
from jaga.web.front_door_rows import PARTS, Pass, PassChecked, PassPictureChoice, Refuse

TABLE = RouteTable(ROUTES)
METHODS = ("GET", "PUT", "POST", "DELETE")


def match(method, path, query=b""):
    return TABLE.match(method, path.encode(), query)


def ids(cases):
    return [f"{method} {path}" for method, path, _ in cases]


def test_every_part_of_a_path_has_an_example():
    assert set(EXAMPLES) == {*PARTS, "rest"}


@pytest.mark.parametrize(("method", "path", "row"), PASSED, ids=ids(PASSED))
def test_a_listed_route_passes_and_is_passed_on_as_it_means(method, path, row):
    outcome = match(method, path)
    assert isinstance(outcome, Passed)
    assert outcome.then == row.then
    if row.then.instead is None:
        assert segments_of(outcome.path.encode()) == segments_of(path.encode())
        assert match(method, outcome.path) == outcome
    else:
        assert outcome.path == path.replace(*row.then.instead)


@pytest.mark.parametrize(("_", "path", "row"), REFUSED, ids=ids(REFUSED))
def test_a_closed_route_is_refused_for_its_reason_by_every_method(_, path, row):
    for method in row.methods or METHODS:
        assert match(method, path) == Closed(row.then.because)


@pytest.mark.parametrize("because", Because)
def test_every_reason_is_given_somewhere_and_speaks_both_languages(because):
    used = {
        row.then.because for row in ROUTES if isinstance(row.then, Refuse | PassChecked | PassPictureChoice)
    }
    assert because in used | set(REFUSED_QUERY.values()) | {
        Because.NO_CLEAR_MEDIA
    }  # by what an upload contains
    assert because.value.id != because.value.en


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "path",
    [
        "/_matrix",
        "/_matrix/",
        "/_matrix/client",
        "/_matrix/client/v3",
        "/_matrix/client/v4/sync",
        "/_matrix/client/v3/login/sso/redirect",
        "/_matrix/client/v1/login/get_token",
        "/_matrix/client/v3/admin2/whois",
        "/_matrix/client/v3/rooms/!a:b/send/m.room.message",
        "/_matrix/client/v3/rooms/notaroom/messages",
        "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device",
        "/_matrix/federation/v1/version",
        "/_matrix/federation/v1/openid/userinfo",
        "/_matrix/federation/v2/send_join/!a:b/$c",
        "/_matrix/key/v2/server",
        "/_matrix/media/v3/download/jaga.localhost/abc",
        "/_matrix/media/v3/thumbnail/jaga.localhost/abc",
        "/_matrix/static/client/login",
        "/_matrix/consent",
        "/_matrix/app/v1/ping",
        "/_matrix/client/v3/auth/m.login.dummy/fallback/web",
    ],
)
def test_what_is_not_listed_does_not_exist(method, path):
    assert isinstance(match(method, path), Unknown)


@pytest.mark.parametrize(("_", "path", "row"), REFUSED, ids=ids(REFUSED))
def test_no_disguise_of_a_closed_route_passes(_, path, row):
    for disguised in disguises_of(path):
        bare, _, query = disguised.partition("?")
        for method in row.methods or METHODS:
            outcome = TABLE.match(method, bare.encode("latin-1", "replace"), query.encode())
            assert not isinstance(outcome, Passed), (method, disguised)


@pytest.mark.parametrize("name", REFUSED_QUERY)
def test_a_send_that_asks_for_a_delay_is_refused(name):
    path = f"/_matrix/client/v3/rooms/{EXAMPLES['room']}/send/m.room.encrypted/1"
    assert match("PUT", path, f"{name}=1000".encode()) == Closed(Because.NO_DELAYED_EVENTS)
    encoded = "".join(f"%{ord(letter):02X}" for letter in name)
    assert match("PUT", path, f"x=1&{encoded}=1000".encode()) == Closed(Because.NO_DELAYED_EVENTS)


@pytest.mark.parametrize(
    "kind", ["m.room.message", "org.example.note", "m.call.invite", "m.room.encrypted%20", "x"]
)
def test_a_clear_message_to_a_device_is_refused(kind):
    outcome = match("PUT", f"/_matrix/client/v3/sendToDevice/{kind}/1")
    assert isinstance(outcome, Closed | Unknown)


def test_a_wrong_method_is_told_which_are_right():
    assert match("DELETE", "/_matrix/client/v3/sync") == WrongMethod(("GET",))


def test_a_token_in_the_address_moves_out_of_it():
    outcome = match("GET", "/_matrix/client/v3/sync", b"since=s1&access_token=syt_secret&timeout=0")
    assert isinstance(outcome, Passed)
    assert (outcome.token, outcome.query) == ("syt_secret", "since=s1&timeout=0")


def test_the_name_of_an_uploaded_file_is_left_out_and_so_is_its_type():
    outcome = match("POST", "/_matrix/media/v3/upload", b"filename=rapat%20rahasia.pdf")
    assert isinstance(outcome, Passed)
    assert outcome.query == ""
    assert outcome.then.content_type == "application/octet-stream"


def test_what_a_client_asks_for_arrives_unchanged():
    query = b"filter=%7B%22room%22%3A%7B%7D%7D&set_presence=offline&empty="
    outcome = match("GET", "/_matrix/client/v3/sync", query)
    assert isinstance(outcome, Passed)
    assert outcome.query.encode() == query


@pytest.mark.parametrize("query", [b"a=%ff", b"&".join([b"a=1"] * 200), b"\xff"])
def test_a_query_that_nobody_honest_writes_is_not_passed_on(query):
    assert isinstance(match("GET", "/_matrix/client/v3/sync", query), Unknown)


def test_an_endless_address_is_refused():
    assert isinstance(match("GET", "/_matrix/client/v3/sync", b"a=" + b"x" * 20_000), TooLong)
    assert isinstance(match("GET", "/_matrix/client/v3/" + "x" * 5_000), TooLong)


PIECES = st.sampled_from(
    ["/", "//", "..", ".", "%2e", "%2f", "%5c", ";", "%00", "%25", "_matrix", "_synapse", "client", "v3", "admin",
     "publicRooms", "sync", "rooms", EXAMPLES["room"], "state", "upgrade", "register", "profile", "%72egister", "x"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14), st.sampled_from(METHODS))
def test_whatever_passes_means_the_same_before_and_after(pieces, method):
    raw = ("/" + "/".join(pieces)).encode()
    outcome = TABLE.match(method, raw, b"")
    if isinstance(outcome, Passed):
        assert TABLE.match(method, outcome.path.encode(), b"") == outcome
        assert ".." not in outcome.path.split("/")
        assert isinstance(outcome.then, Pass)


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_answered(raw):
    TABLE.match("GET", b"/" + raw, raw)


def test_whatever_ends_the_access_of_devices_ends_the_members_sessions_too():
    ending = {
        ("POST", "/_matrix/client/v3/logout/all"),
        ("POST", "/_matrix/client/v3/account/password"),
        ("POST", "/_matrix/client/v3/account/deactivate"),
        ("POST", "/_matrix/client/v3/delete_devices"),
        ("DELETE", "/_matrix/client/v3/devices/ABC"),
    }
    found = {(method, path): match(method, path).then.signs_out for method, path in ending}
    assert set(found.values()) == {True}
    assert sum(row.then.signs_out for row in ROUTES if isinstance(row.then, Pass)) == len(ending)
    assert not match(
        "POST", "/_matrix/client/v3/logout"
    ).then.signs_out  # one device, which gives its own back
