"""Which public paths are read after a measure, and what each answer proves."""

from __future__ import annotations

import pytest

from jaga.app.config import Config
from jaga.app.reading_back import Answer, ReadBack, paths_of
from jaga.app.reading_feed import Said, as_expected
from jaga.cases.places import ChannelPlace, MediaPlace, PostPlace
from jaga.core.ids import ChannelId, MediaId, PostId

POST = PostId.new()


def post(**values) -> PostPlace:
    known = {
        "id": POST, "number": 7, "channel": "kabar", "comment_on": None, "readable": False,
        "channel_open": True, "text": "Kabar: pasar buka lagi hari ini, ya!",
    }  # fmt: skip
    return PostPlace(**(known | values))


def expectations(place) -> dict:
    return {path.path: path.as_expected for path in paths_of(place)}


def test_a_removed_post_is_looked_for_wherever_it_could_be_read():
    paths = expectations(post())
    for start in (
        f"/api/v1/posts/{POST}",
        f"/c/kabar/{POST}",
        "/c/kabar/7",
        "/c/kabar?before=8",
        "/c/kabar/feed.atom",
        "/c/kabar/feed.json",
        "/api/v1/channels/kabar/posts?before=8&limit=1",
        "/api/v1/posts?q=Kabar%20pasar%20buka%20lagi%20hari&channel=kabar",
    ):
        assert start in paths


@pytest.mark.parametrize(
    ("status", "proven"), [(404, True), (410, True), (200, False), (304, False), (429, False), (503, False)]
)
def test_only_a_plain_no_proves_that_a_post_is_gone(status, proven):
    assert expectations(post())[f"/c/kabar/{POST}"](Answer(status, "")) is proven


def test_a_list_proves_it_by_not_naming_the_post():
    listed = expectations(post())["/c/kabar/feed.json"]
    assert listed(Answer(200, "{}"))
    assert listed(Answer(404, ""))
    assert not listed(Answer(200, f'{{"id": "{POST}"}}'))
    assert not listed(Answer(500, ""))


def test_a_restored_post_must_be_found():
    paths = expectations(post(readable=True))
    assert paths[f"/api/v1/posts/{POST}"](Answer(200, ""))
    assert not paths[f"/api/v1/posts/{POST}"](Answer(404, ""))
    listed = paths["/api/v1/channels/kabar/posts?before=8&limit=1"]
    assert listed(Answer(200, f'{{"items": [{{"id": "{POST}"}}], "next": null}}'))
    assert not listed(Answer(200, f'{{"items": [], "removed": [{{"id": "{POST}"}}]}}'))
    assert not listed(Answer(200, ""))


def test_the_card_of_a_removal_in_a_list_is_not_the_post():
    listed = expectations(post())["/api/v1/channels/kabar/posts?before=8&limit=1"]
    assert listed(Answer(200, f'{{"items": [], "removed": [{{"id": "{POST}"}}]}}'))
    assert listed(Answer(404, "{}"))
    assert not listed(Answer(200, f'{{"items": [{{"id": "{POST}"}}], "removed": []}}'))
    for nothing in (Answer(200, ""), Answer(200, "[]"), Answer(500, "{}")):
        assert not listed(nothing)


def test_a_comment_is_looked_for_below_its_post():
    parent = PostId.new()
    assert f"/api/v1/posts/{parent}/comments?after=6&limit=1" in expectations(post(comment_on=parent))


def test_channels_and_files_have_their_own_paths():
    closed = expectations(ChannelPlace(id=ChannelId.new(), name="kabar", readable=False))
    assert not closed["/api/v1/channels?q=kabar"](Answer(200, '{"name": "kabar"}'))
    assert closed["/c/kabar"](Answer(404, ""))
    media = MediaId.new()
    shown = expectations(MediaPlace(id=media, readable=True))
    assert shown[f"/api/v1/media/{media}"](Answer(200, ""))


@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("127.0.0.1", "http://127.0.0.1:8420"),
        ("0.0.0.0", "http://127.0.0.1:8420"),
        ("::", "http://[::1]:8420"),
    ],
)
def test_reading_starts_at_the_front_door_whatever_it_listens_on(host, base):
    read = ReadBack.of(Config(host=host, port=8420, public_url="https://chat.example"))
    assert (read.base, read.host) == (base, "chat.example")


@pytest.mark.parametrize(
    ("event", "data", "readable", "expected"),
    [
        ("removed", {"id": POST}, False, True),
        ("removed", {"id": POST, "text": "Kabar"}, False, False),
        ("post", {"id": POST, "text": "Kabar"}, False, False),
        ("restored", {"id": POST, "text": "Kabar"}, True, True),
        ("removed", {"id": POST}, True, False),
    ],
)
def test_a_follower_who_comes_back_is_told_what_everybody_finds(event, data, readable, expected):
    assert as_expected(Said(event, data), post(readable=readable)) is expected
