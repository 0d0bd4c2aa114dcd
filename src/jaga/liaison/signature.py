"""Signed requests (RFC 9421): one Ed25519 signature over method, target, content digest, time, nonce and key id.

The order of the checks keeps strangers cheap: headers are read, the key is looked up, the signature is verified, and
only then is a body received and compared with the digest that the signature covers.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException
from typing_extensions import override

from jaga.core.clock import rfc3339
from jaga.core.ids import MalformedId, OfficerId
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

SKEW = timedelta(minutes=5)
TAG = "jaga-liaison"
LABEL = "officer"

_LONGEST_HEADER = 4_000
_NONCE = re.compile(r"[A-Za-z0-9_\-+/=.~]{8,128}")
_HOST = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?::[0-9]{1,5})?")
_DIGESTS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
_PARAMETERS = {"created", "expires", "nonce", "keyid", "alg", "tag"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHead:
    """What arrives before the body. Header names as sent; repeated headers stay apart."""

    method: str
    addresses: tuple[str, ...]
    """The absolute addresses under which this request may have been signed; see `addresses_of`."""

    headers: tuple[tuple[str, str], ...]

    def lines(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the signature headers say of themselves; nothing of it is proven yet."""

    key_id: OfficerId
    created_at: datetime
    expires_at: datetime | None
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A verified signature: what is needed to verify it again years later."""

    claim: Claim
    method: str
    address: str
    signature_input: str
    signature: str
    content_digest: str | None


def addresses_of(*, public_url: str, server_name: str, host: str, target: str) -> tuple[str, ...]:
    """The addresses that a request for `target` (path and query) may have been signed for.

    Behind a proxy only the configured public address counts. The Host that the request came with counts too, but only
    when it names this very machine or server: a request signed for another service must not be replayed here.
    """
    bases = [public_url.rstrip("/")] if public_url else []
    if _HOST.fullmatch(host) and _is_ours(host, server_name):
        bases += [f"http://{host}", f"https://{host}"]
    return tuple(dict.fromkeys(base + target for base in bases))


def _is_ours(host: str, server_name: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    if name in ("localhost", urlsplit(f"//{server_name}").hostname):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


# --- verifying -----------------------------------------------------------------------------------------------------


def read_claim(head: RequestHead) -> Claim:
    """The one signature's claim about itself. Raises `SignatureMissing`, `…Duplicated`, `…Malformed`, `…Incomplete`."""
    components, parameters = _only_signature(head)
    required = ["@method", "@target-uri", "content-digest"]
    if head.method == "GET":  # nothing is sent, so there is nothing to digest
        required.remove("content-digest")
    missing = [name for name in required if (name, {}) not in components]
    missing += [name for name in ("created", "nonce", "keyid") if name not in parameters]
    if missing:
        raise SignatureIncomplete(missing=", ".join(missing))
    if parameters.keys() - _PARAMETERS:
        raise SignatureMalformed(part="Signature-Input")
    for name, expected in (("alg", "ed25519"), ("tag", TAG)):
        if parameters.get(name, expected) != expected:
            raise SignatureMalformed(part=name)
    return _claim_of(parameters)


def _only_signature(head: RequestHead) -> tuple[list[Any], dict[str, Any]]:
    inputs, signatures = head.lines("signature-input"), head.lines("signature")
    if not inputs or not signatures:
        raise SignatureMissing
    if len(inputs) > 1 or len(signatures) > 1:
        raise SignatureDuplicated
    described, signed = _dictionary(inputs[0], "Signature-Input"), _dictionary(signatures[0], "Signature")
    if len(described) > 1 or len(signed) > 1:
        raise SignatureDuplicated
    if described.keys() != signed.keys():
        raise SignatureMalformed(part="Signature")
    ((value, parameters),) = described.values()
    if not isinstance(value, list):
        raise SignatureMalformed(part="Signature-Input")
    return value, parameters


def _dictionary(text: str, part: str) -> dict[str, Any]:
    if len(text) > _LONGEST_HEADER:
        raise SignatureMalformed(part=part)

    def twice(key: str, context: str) -> None:
        raise (
            SignatureDuplicated if context == "dictionary" else SignatureMalformed(part=f"{part}: {key[:40]}")
        )

    try:
        parsed = http_sf.parse(text.encode("ascii"), tltype="dictionary", on_duplicate_key=twice)
    except (ValueError, TypeError, IndexError, KeyError):
        raise SignatureMalformed(part=part) from None
    if not isinstance(parsed, dict) or not parsed:
        raise SignatureMalformed(part=part)
    return parsed


def _claim_of(parameters: dict[str, Any]) -> Claim:
    nonce, key_id = parameters["nonce"], parameters["keyid"]
    if not isinstance(nonce, str) or not _NONCE.fullmatch(nonce):
        raise SignatureMalformed(part="nonce")
    if not isinstance(key_id, str):
        raise SignatureMalformed(part="keyid")
    try:
        officer_id = OfficerId.parse(key_id)
    except MalformedId:
        raise KeyUnknown from None
    expires = parameters.get("expires")
    return Claim(
        key_id=officer_id,
        created_at=_instant(parameters["created"], "created"),
        expires_at=None if expires is None else _instant(expires, "expires"),
        nonce=nonce,
    )


def _instant(seconds: object, part: str) -> datetime:
    if type(seconds) is not int:
        raise SignatureMalformed(part=part)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise SignatureMalformed(part=part) from None


def verify_signature(head: RequestHead, claim: Claim, public_key: bytes) -> Signature:
    """The signature, verified under one of the addresses it may be for; raises `SignatureInvalid`."""
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_OneKey(public_key))
    for address in head.addresses:
        try:
            verifier.verify(_Message(head.method, address, head.headers), max_age=None)
        except HTTPMessageSignaturesException:
            continue
        return Signature(
            claim=claim,
            method=head.method,
            address=address,
            signature_input=head.lines("signature-input")[0],
            signature=head.lines("signature")[0],
            content_digest=", ".join(head.lines("content-digest")) or None,
        )
    raise SignatureInvalid


def verify_fresh(claim: Claim, now: datetime) -> None:
    """The signature was made within `SKEW` of now and has not run out; raises `SignatureStale`."""
    expired = claim.expires_at is not None and now > claim.expires_at
    if abs(now - claim.created_at) > SKEW or expired:
        raise SignatureStale(minutes=int(SKEW.total_seconds() // 60), now=rfc3339(now))


def verify_digest(content_digest: str | None, body: bytes) -> None:
    """The body is the one that the signed header describes; raises `DigestMissing` or `DigestMismatch`."""
    try:
        members = _dictionary(content_digest or "", "Content-Digest")
    except (SignatureMalformed, SignatureDuplicated):
        raise DigestMissing from None
    for algorithm, (digest, _) in members.items():
        if algorithm not in _DIGESTS or not isinstance(digest, bytes):
            raise DigestMissing
        if not hmac.compare_digest(_DIGESTS[algorithm](body).digest(), digest):
            raise DigestMismatch


class _Verifier(HTTPMessageVerifier):
    @override
    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Left to `verify_fresh`: time is an argument, and a stale signature is told apart from a wrong one."""


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, public_key: bytes) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(public_key)

    @override
    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        return self._key


# --- signing: the officer's side ------------------------------------------------------------------------------------


def sign_request(
    *,
    method: str,
    url: str,
    body: bytes | None,
    key_id: str,
    private_key: Ed25519PrivateKey,
    nonce: str,
    now: datetime,
) -> dict[str, str]:
    """The headers that make this request a signed one."""
    message = _Message(method, url, ())
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_OwnKey(private_key))
    signer.sign(
        message,
        key_id=key_id,
        created=now,
        nonce=nonce,
        label=LABEL,
        tag=TAG,
        covered_component_ids=("@method", "@target-uri"),
        body=body,
    )
    return dict(message.headers)


class _OwnKey(HTTPSignatureKeyResolver):
    def __init__(self, private_key: Ed25519PrivateKey) -> None:
        self._key = private_key

    @override
    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self._key


class _Message:
    """A request as `http_message_signatures` wants to see it."""

    def __init__(self, method: str, url: str, headers: Sequence[tuple[str, str]]) -> None:
        self.method = method
        self.url = url
        self.headers = _Headers(headers)


class _Headers(dict[str, str]):
    """Header lines as `http_message_signatures` wants to see them: repeated ones joined in their order."""

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in lines:
            key = name.lower()
            self[key] = f"{self[key]}, {value}" if key in self else value
