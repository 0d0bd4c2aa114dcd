"""Where an address points is read from its wording; the sealed side is recognized and never looked up."""

from __future__ import annotations

import pytest

from jaga.core.ids import PostId
from jaga.liaison.target import Elsewhere, OpenChannel, OpenPost, SealedSide, place_of

HOSTS = {"chat.example", "127.0.0.1:8420"}
POST = PostId("post_01m84znpgqz9k2rqh8namnvgxf")


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("https://chat.example/c/kabar", OpenChannel("kabar")),
        ("https://chat.example/c/Kabar/", OpenChannel("kabar")),
        ("http://127.0.0.1:8420/c/kabar/17", OpenPost("kabar", 17)),
        (f"https://chat.example/c/kabar/{POST}", OpenPost("kabar", POST)),
        (f"https://CHAT.example/c/kabar/{POST}?utm=1#x", OpenPost("kabar", POST)),
        (f"https://chat.example/api/v1/posts/{POST}", OpenPost(None, POST)),
        ("https://chat.example/api/v1/channels/kabar", OpenChannel("kabar")),
        ("https://chat.example/c/chat/17", OpenPost("chat", 17)),
        ("https://chat.example/c/room/", OpenChannel("room")),
    ],
)
def test_an_open_side_address_names_a_channel_or_a_post(uri, place):
    assert place_of(uri, HOSTS) == place


@pytest.mark.parametrize(
    "uri",
    [
        "https://other.example/c/kabar/17",
        "https://chat.example.other.example/c/kabar",
        "https://chat.example@other.example/c/kabar",
        "https://chat.example/c/",
        "https://chat.example/c/kabar/tujuh",
        "https://chat.example/c/kabar/post_x",
        "https://chat.example/transparency",
        "ftp://chat.example/c/kabar",
        "kabar",
        "https://[::1/c/kabar",
        "https://chat.example/c/kabar/" + "9" * 30,
    ],
)
def test_any_other_address_is_none_of_ours(uri):
    assert place_of(uri, HOSTS) == Elsewhere()


@pytest.mark.parametrize(
    "uri",
    [
        "matrix:roomid/abc:chat.example",
        "matrix:r/kabar:chat.example",
        "matrix:u/siti:chat.example",
        "MATRIX:u/siti:chat.example",
        "mxc://chat.example/abcdef",
        "https://matrix.to/#/!abc:chat.example",
        "https://www.matrix.to/#/%21abc%3Achat.example",
        "https://matrix.to/#/@siti:chat.example",
        "!abc:chat.example",
        "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
        "$event",
        "#kabar:chat.example",
        "@siti:chat.example",
        "https://chat.example/_matrix/client/v3/rooms/x/messages",
        "https://other.example/_matrix/media/v3/download/x/y",
        "https://chat.example/#/room/!abc:chat.example",
        "https://chat.example/%2523/room/%2521abc%253Achat.example",
        "https://chat.example/chat/abc",
        "element://vector/webapp/#/room/!x:y",
    ],
)
def test_every_spelling_of_a_private_place_is_recognized(uri):
    assert place_of(uri, HOSTS) == SealedSide()
