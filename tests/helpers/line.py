"""An officer with a key, who signs by RFC 9421 as any authority's own software would: with the library, not with our client."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

from tests.helpers.stack import Stack

SUBMISSIONS = "/liaison/v1/submissions"


def nonce() -> str:
    return secrets.token_urlsafe(18)


def public_pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass
class Pen(HTTPSignatureKeyResolver):
    """Signs httpx requests; each argument of `sign` is something a test may want to get wrong."""

    key_id: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self.key

    def sign(
        self,
        request: httpx.Request,
        *,
        nonce: str | None = None,
        off: timedelta = timedelta(),
        components: tuple[str, ...] = ("@method", "@target-uri"),
        tag: str | None = None,
    ) -> httpx.Request:
        HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=self).sign(
            request,
            key_id=self.key_id,
            created=datetime.now(UTC) + off,
            nonce=nonce or secrets.token_urlsafe(18),
            tag=tag,
            covered_component_ids=components,
            body=request.content if request.method == "POST" else None,
        )
        return request

    def post(self, client: Any, path: str, body: Any, **wrong: Any) -> httpx.Request:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = client.build_request(
            "POST", path, content=content, headers={"content-type": "application/json"}
        )
        return self.sign(request, **wrong)

    def get(self, client: Any, path: str, **wrong: Any) -> httpx.Request:
        return self.sign(client.build_request("GET", path), **wrong)


def enrolled(stack: Stack, people: list[str], directory: Path, name: str, country: str, regime: str) -> Pen:
    """An officer of an authority that `people` of the desk have approved."""
    pen = Pen("")
    (directory / "officer.pub").write_bytes(public_pem(pen.key))
    authority = stack.cli(
        "authority", "add", name, "--country", country, "--type", "ministry", "--regimes", regime
    )["id"]
    for person in people:
        stack.cli("authority", "approve", authority, "--by", person)
    person = ("--name", "Sari Contoh", "--post", "Analis", "--email", "sari@contoh.example")
    pen.key_id = stack.cli(
        "officer", "add", "--authority", authority, *person, "--key", str(directory / "officer.pub")
    )["id"]
    return pen
