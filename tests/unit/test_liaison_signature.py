"""Signed requests: what the signature must cover, and how each way of getting it wrong is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from jaga.core.errors import JagaError
from jaga.core.ids import OfficerId
from jaga.liaison.errors import (
    DigestMismatch,
    DigestMissing,
    KeyUnknown,
    SignatureDuplicated,
    SignatureIncomplete,
    SignatureInvalid,
    SignatureMalformed,
    SignatureMissing,
    SignatureStale,
)
from jaga.liaison.signature import (
    RequestHead,
    addresses_of,
    read_claim,
    sign_request,
    verify_digest,
    verify_fresh,
    verify_signature,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL = "https://chat.example/liaison/v1/submissions"
BODY = b'{"kind": "notice"}'
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
OFFICER = OfficerId.new()


def signed(method="POST", url=URL, body=BODY, key=KEY, key_id=OFFICER, now=NOW, nonce="nonce-0001"):
    return sign_request(
        method=method, url=url, body=body, key_id=key_id, private_key=key, nonce=nonce, now=now
    )


def head(headers, method="POST", url=URL):
    lines = headers.items() if isinstance(headers, dict) else headers
    return RequestHead(method=method, addresses=(url,), headers=tuple(lines))


def test_a_signed_request_verifies_and_can_be_verified_again_from_what_is_kept():
    request = head(signed())
    claim = read_claim(request)
    kept = verify_signature(request, claim, PUBLIC)
    verify_fresh(claim, NOW)
    verify_digest(kept.content_digest, BODY)
    again = RequestHead(
        method=kept.method,
        addresses=(kept.address,),
        headers=(
            ("signature-input", kept.signature_input),
            ("signature", kept.signature),
            ("content-digest", kept.content_digest),
        ),
    )
    assert verify_signature(again, read_claim(again), PUBLIC).claim.key_id == OFFICER


def test_a_request_without_a_body_needs_no_digest_and_any_other_does():
    headers = signed(method="GET", body=None)
    claim = read_claim(head(headers, method="GET"))
    assert verify_signature(head(headers, method="GET"), claim, PUBLIC)
    with pytest.raises(SignatureIncomplete, match="content-digest"):
        read_claim(head(signed(body=None)))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda lines: [line for line in lines if line[0] != "Signature"], SignatureMissing),
        (lambda lines: [line for line in lines if line[0] != "Signature-Input"], SignatureMissing),
        (lambda lines: [*lines, lines[-1]], SignatureDuplicated),
        (lambda lines: [(name, f"{value}, {value}" if name == "Signature" else value) for name, value in lines], SignatureDuplicated),
        (lambda lines: [(name, value.replace("officer=", "other=") if name == "Signature" else value) for name, value in lines], SignatureMalformed),
        (lambda lines: [(name, "()" if name == "Signature-Input" else value) for name, value in lines], SignatureMalformed),
        (lambda lines: [(name, "officer=1" if name == "Signature-Input" else value) for name, value in lines], SignatureMalformed),
        (lambda lines: [(name, value + "x" * 5000 if name == "Signature-Input" else value) for name, value in lines], SignatureMalformed),
        (lambda lines: [(name, value.replace('"@method" ', "")) for name, value in lines], SignatureIncomplete),
        (lambda lines: [(name, value.replace('nonce="nonce-0001";', "")) for name, value in lines], SignatureIncomplete),
        (lambda lines: [(name, value.replace("nonce-0001", "short")) for name, value in lines], SignatureMalformed),
        (lambda lines: [(name, value.replace("ed25519", "rsa-v1_5-sha256")) for name, value in lines], SignatureMalformed),
        (lambda lines: [(name, value.replace("jaga-liaison", "elsewhere")) for name, value in lines], SignatureMalformed),
        (lambda lines: [(name, value.replace(f'keyid="{OFFICER}"', 'keyid="somebody"')) for name, value in lines], KeyUnknown),
        (lambda lines: [(name, value.replace("created=", "created=99999999")) for name, value in lines], SignatureMalformed),
    ],
)  # fmt: skip
def test_each_way_to_spoil_the_signature_headers_has_its_own_error(change, error):
    with pytest.raises(error):
        read_claim(head(change(list(signed().items()))))


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda: head(signed(), method="PUT"),
        lambda: head(signed(), url=URL + "/other"),
        lambda: head(signed(url="https://other.example/liaison/v1/submissions")),
        lambda: head(signed(key=Ed25519PrivateKey.generate())),
        lambda: head({**signed(), "Content-Digest": signed(body=b"other")["Content-Digest"]}),
        lambda: head({**signed(), "Signature": "officer=:AAAA:"}),
    ],
)
def test_a_signature_is_good_for_exactly_its_request_and_key(spoiled):
    request = spoiled()
    with pytest.raises(SignatureInvalid):
        verify_signature(request, read_claim(request), PUBLIC)


def test_a_clock_may_be_off_by_five_minutes_either_way_and_not_more():
    for off in (timedelta(minutes=5), timedelta(minutes=-5)):
        claim = read_claim(head(signed(now=NOW + off)))
        verify_fresh(claim, NOW)
        beyond = read_claim(head(signed(now=NOW + off * 1.01)))
        with pytest.raises(SignatureStale):
            verify_fresh(beyond, NOW)


def test_the_body_must_be_the_one_that_was_signed_for():
    digest = signed()["Content-Digest"]
    with pytest.raises(DigestMismatch):
        verify_digest(digest, BODY + b" ")
    for unreadable in (None, "", "md5=:AAAA:", "sha-256=x", f"{digest}, {digest}"):
        with pytest.raises(DigestMissing):
            verify_digest(unreadable, BODY)


def test_only_the_public_address_and_this_machine_count_as_the_target():
    found = addresses_of(
        public_url="https://chat.example/", server_name="chat.example", host="127.0.0.1:8420", target="/x?y=1"
    )
    assert found == (
        "https://chat.example/x?y=1",
        "http://127.0.0.1:8420/x?y=1",
        "https://127.0.0.1:8420/x?y=1",
    )
    for foreign in (
        "other.example",
        "chat.example.evil.example",
        "10.0.0.1",
        "user@localhost",
        "[::2]",
        "x y",
    ):
        assert addresses_of(
            public_url="https://chat.example", server_name="chat.example", host=foreign, target="/"
        ) == ("https://chat.example/",)


def test_random_headers_never_raise_anything_but_typed_errors():
    headers = signed()
    for position in range(len(headers["Signature-Input"])):
        broken = headers["Signature-Input"][:position] + "\u00e9" + headers["Signature-Input"][position + 1 :]
        request = head({**headers, "Signature-Input": broken})
        with pytest.raises(JagaError):
            verify_signature(request, read_claim(request), PUBLIC)
