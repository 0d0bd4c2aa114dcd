"""Bodies at the front door: honest ones pass as they are, and no text of one's own passes in any place of any."""

from __future__ import annotations

import base64
import copy
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import door_bodies
from tests.helpers.door_bodies import TO_DEVICE, body_of, olm_encrypted, olm_message, to

from jaga.web.front_door_bodies import LONGEST_DEVICE_NAME
from jaga.web.front_door_bodies import TO_DEVICE as SHAPES
from jaga.web.front_door_routes import ROUTES
from jaga.web.front_door_rows import PassChecked
from jaga.web.front_door_shapes import Unfit, fitted

MARK = "rapat zqkabo nanti malam"
CHECKED = [
    (method, row.path, row.then)
    for row in ROUTES
    if isinstance(row.then, PassChecked)
    for method in row.methods
]
# Passwords have to be said, and go into Synapse's hash; a device's name is the one label that others see.
SAID = {"password", "new_password", "display_name", "initial_device_display_name"}


def ids(cases):
    return [f"{method} {path}" for method, path, _ in cases]


def passed(then, body):
    return json.loads(fitted(json.dumps(body).encode(), then.shape))


def spoiled(body, said=False):
    """The body, each time with one text, key or value replaced by the mark, or with one key more."""
    match body:
        case dict():
            if not said:
                yield body | {MARK: MARK}
                yield body | {"body": MARK}
            for key, value in body.items():
                rest = {name: other for name, other in body.items() if name != key}
                yield rest | {MARK: value}
                for one in spoiled(value, key in SAID):
                    yield rest | {key: one}
        case list():
            yield [*body, MARK]
            yield [*body, {MARK: MARK}]
            for at, value in enumerate(body):
                for one in spoiled(value):
                    yield [*body[:at], one, *body[at + 1 :]]
        case _ if not said:
            yield MARK
            yield {"text": MARK}
            yield [MARK]
            yield f"{body} {MARK}"


@pytest.mark.parametrize(("method", "path", "then"), CHECKED, ids=ids(CHECKED))
def test_an_honest_body_passes_as_it_is(method, path, then):
    body = copy.deepcopy(body_of(method, path))
    expected = json.loads(
        json.dumps(body)
        .replace('"User rejected"', '"Cancelled"')
        .replace('"reason": ""', '"reason": "The key was withheld."')
    )
    assert passed(then, body) == expected


@pytest.mark.parametrize(("method", "path", "then"), CHECKED, ids=ids(CHECKED))
def test_no_place_of_a_body_carries_a_text_of_ones_own(method, path, then):
    tried = 0
    for body in spoiled(body_of(method, path)):
        tried += 1
        try:
            outcome = fitted(json.dumps(body).encode(), then.shape)
        except Unfit:
            continue
        assert b"zqkabo" not in outcome, body
    assert tried > 1


def test_every_type_of_message_to_devices_has_an_example():
    assert set(TO_DEVICE) == set(SHAPES)


TEXT = base64.b64encode(b"zqkabo " * 40).decode().rstrip("=")
CIPHERTEXTS = {
    "text in base 64": {door_bodies.KEY: {"type": 1, "body": TEXT}},
    "a first message that is none": {door_bodies.KEY: {"type": 0, "body": olm_message()}},
    "another version": {door_bodies.KEY: {"type": 1, "body": olm_message(version=2)}},
    "no blocks": {door_bodies.KEY: {"type": 1, "body": olm_message(blocks=0)}},
    "something behind the end": {door_bodies.KEY: {"type": 1, "body": olm_message() + "AAAA"}},
    "an unknown kind": {door_bodies.KEY: {"type": 2, "body": olm_message()}},
    "true for one": {door_bodies.KEY: {"type": True, "body": olm_message()}},
    "clear text": {door_bodies.KEY: "zqkabo"},
    "for two keys": {key: {"type": 1, "body": olm_message()} for key in (door_bodies.KEY, "A" * 43)},
    "a key that is a word": {"zqkabo": {"type": 1, "body": olm_message()}},
}


@pytest.mark.parametrize("ciphertext", CIPHERTEXTS.values(), ids=CIPHERTEXTS)
def test_what_is_no_olm_message_does_not_reach_a_device(ciphertext):
    shape = next(then.shape for _, path, then in CHECKED if "sendToDevice/m.room.encrypted/" in path)
    with pytest.raises(Unfit) as fault:
        fitted(json.dumps(to(olm_encrypted(ciphertext=ciphertext))).encode(), shape)
    assert fault.value.where.startswith(".messages.@wulan:jaga.localhost.ABCDEFGHIJ.ciphertext")


def test_matrix_nio_may_verify_in_its_own_spelling():
    accept, cancel = (
        next(then for _, path, then in CHECKED if f"sendToDevice/m.key.verification.{step}/" in path)
        for step in ("accept", "cancel")
    )
    body = to(TO_DEVICE["m.key.verification.accept"] | {"commitment": "bb0b" * 16})
    assert passed(accept, body) == body
    body = to(TO_DEVICE["m.key.verification.cancel"] | {"code": "m.user_error", "reason": "Cancelled"})
    assert passed(cancel, body) == body


def test_an_olm_message_of_an_open_session_passes():
    then = next(then for _, path, then in CHECKED if "sendToDevice/m.room.encrypted/" in path)
    body = to(olm_encrypted(ciphertext={door_bodies.KEY: {"type": 1, "body": olm_message(blocks=300)}}))
    assert passed(then, body) == body


@given(st.binary(max_size=300))
def test_hardly_any_bytes_look_like_an_olm_message(content):
    then = next(then for _, path, then in CHECKED if "sendToDevice/m.room.encrypted/" in path)
    text = base64.b64encode(content).decode().rstrip("=")
    body = to(olm_encrypted(ciphertext={door_bodies.KEY: {"type": 1, "body": text}}))
    try:
        passed(then, body)
    except Unfit:
        return
    # What passes all the same has the frame: nothing of it is free but what a cipher would have written.
    assert content[:3] == b"\x03\x0a\x20"


@pytest.mark.parametrize("content", [b"{", b"nan", b'{"typing": NaN}', b"[" * 60_000, b"\xff", b"1" * 5000])
def test_what_is_no_json_is_no_body(content):
    then = next(then for _, path, then in CHECKED if path.endswith("/typing/{user}"))
    with pytest.raises((ValueError, Unfit)):
        fitted(content, then.shape)


def test_of_two_equal_keys_only_the_one_that_was_looked_at_goes_on():
    then = next(then for _, path, then in CHECKED if path.endswith("/typing/{user}"))
    assert fitted(b'{"typing": "zqkabo", "typing": true}', then.shape) == b'{"typing":true}'


def test_the_name_of_a_device_is_one_short_line():
    then = next(then for method, path, then in CHECKED if (method, path[-13:]) == ("PUT", "/devices/{id}"))
    name = passed(then, {"display_name": "laptop\n\u202e\x00" + "x" * 500})["display_name"]
    assert name == ("laptop" + "x" * 500)[:LONGEST_DEVICE_NAME]


def test_an_honest_batch_for_many_devices_passes_whole():
    then = next(then for _, path, then in CHECKED if "sendToDevice/m.room.encrypted/" in path)
    content = olm_encrypted(ciphertext={door_bodies.KEY: {"type": 1, "body": olm_message(blocks=40)}})
    body = {
        "messages": {
            f"@{os.urandom(6).hex()}:jaga.localhost": {"A": content, "B": content} for _ in range(250)
        }
    }
    assert passed(then, body) == body
    assert len(json.dumps(body)) < (then.body_limit or 0)
