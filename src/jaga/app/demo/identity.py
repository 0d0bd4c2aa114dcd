"""What a member's client sets up once: cross-signing, secret storage, and the backup of room keys.

matrix-nio leaves these to others, so they are made here after the specification ("Cross-signing", "Secret storage",
"Server-side key backups"). With them the recovery key on the sheet opens the member's history on any new device.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Iterator
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nio import AsyncClient
from nio.crypto.sessions import InboundGroupSession
from vodozemac import Curve25519SecretKey, PkEncryption

from jaga.app.demo.recovery import derived, signing_key
from jaga.core.errors import Unavailable
from jaga.core.text import Text

_API = "/_matrix/client/v3"
_STORAGE = "m.secret_storage.v1.aes-hmac-sha2"
_BACKUP = "m.megolm_backup.v1.curve25519-aes-sha2"
_KINDS = ("master", "self_signing", "user_signing")
Json = dict[str, Any]


class DemoRefused(Unavailable):
    code = "demo_refused"
    text = Text(
        id="Anggota demo tidak dapat melanjutkan: server menjawab {status} untuk {path}.",
        en="A member of the demonstration cannot go on: the server answered {status} to {path}.",
    )


class Identity:
    """One member's keys beyond the device's own."""

    def __init__(self, client: AsyncClient, recovery: bytes) -> None:
        self._client, self._recovery = client, recovery
        self._user: str = client.user_id
        self._keys = {kind: signing_key(recovery, kind) for kind in _KINDS}
        self._backup = Curve25519SecretKey.from_bytes(derived(recovery, "backup"))

    async def set_up(self, password: str) -> None:
        """Everything, or what an interrupted attempt left out; done once more, it changes nothing."""
        await self._publish_keys(password)
        await self._sign_device()
        for name, secret in self._secrets():
            await self._store_secret(name, secret)
        await self._say("m.secret_storage.default_key", {"key": self._storage})
        await self._say(f"m.secret_storage.key.{self._storage}", self._check())
        await self._backup_version()

    async def back_up(self) -> None:
        """Every room key that this device has, encrypted for the one who has the recovery key."""
        version, rooms = await self._backup_version(), dict[str, Any]()
        assert self._client.olm is not None
        for session in self._client.olm.inbound_group_store:
            sealed = {
                "first_message_index": session.first_known_index,
                "forwarded_count": 0,
                "is_verified": True,
                "session_data": self._sealed(session),
            }
            rooms.setdefault(session.room_id, {"sessions": {}})["sessions"][session.id] = sealed
        await self._ask("PUT", f"/room_keys/keys?version={version}", {"rooms": rooms})

    def _sealed(self, session: InboundGroupSession) -> Json:
        exported = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "sender_key": session.sender_key,
            "sender_claimed_keys": {"ed25519": session.ed25519},
            "forwarding_curve25519_key_chain": [],
            "session_key": session.export_session(session.first_known_index),
        }
        sealing = PkEncryption.from_key(self._backup.public_key())
        message = sealing.encrypt(json.dumps(exported).encode())
        parts = {"ciphertext": message.ciphertext, "mac": message.mac, "ephemeral": message.ephemeral_key}
        return {name: _base64(value) for name, value in parts.items()}

    async def _publish_keys(self, password: str) -> None:
        body: Json = {f"{kind}_key": self._public(kind) for kind in _KINDS}
        path = "/keys/device_signing/upload"
        status, answer = await self._send("POST", path, body)
        if status == HTTPStatus.UNAUTHORIZED:
            identifier = {"type": "m.id.user", "user": self._user}
            proof = {"type": "m.login.password", "identifier": identifier, "password": password}
            await self._ask("POST", path, {**body, "auth": {**proof, "session": answer.get("session")}})
        elif status != HTTPStatus.OK:
            raise DemoRefused(status=status, path=path)

    def _public(self, kind: str) -> Json:
        public = _public_of(self._keys[kind])
        key: Json = {"user_id": self._user, "usage": [kind], "keys": {f"ed25519:{public}": public}}
        return key if kind == "master" else self._signed(key, "master")

    async def _sign_device(self) -> None:
        device: str = self._client.device_id
        found = await self._ask("POST", "/keys/query", {"device_keys": {self._user: [device]}})
        keys = found["device_keys"][self._user][device]
        signed = {self._user: {device: self._signed(keys, "self_signing")}}
        await self._ask("POST", "/keys/signatures/upload", signed)

    def _signed(self, thing: Json, kind: str) -> Json:
        bare = {name: value for name, value in thing.items() if name not in {"signatures", "unsigned"}}
        key = self._keys[kind]
        signature = {f"ed25519:{_public_of(key)}": _base64(key.sign(_canonical(bare)))}
        return {**bare, "signatures": {self._user: signature}}

    def _secrets(self) -> Iterator[tuple[str, bytes]]:
        for kind, key in self._keys.items():
            yield f"m.cross_signing.{kind}", key.private_bytes_raw()
        yield "m.megolm_backup.v1", self._backup.to_bytes()

    @property
    def _storage(self) -> str:
        """The id of the key of the secret storage, which is the recovery key."""
        return sha256(derived(self._recovery, "storage id")).hexdigest()[:32]

    def _check(self) -> Json:
        """By it a client knows the recovery key for the right one."""
        locked = _locked(self._recovery, "", bytes(32))
        return {"algorithm": _STORAGE, "iv": locked["iv"], "mac": locked["mac"]}

    async def _store_secret(self, name: str, secret: bytes) -> None:
        locked = _locked(self._recovery, name, _base64(secret).encode())
        await self._say(name, {"encrypted": {self._storage: locked}})

    async def _backup_version(self) -> str:
        status, found = await self._send("GET", "/room_keys/version")
        public = self._backup.public_key().to_base64()
        if status == HTTPStatus.OK and found["auth_data"]["public_key"] == public:
            return str(found["version"])
        made = {"algorithm": _BACKUP, "auth_data": self._signed({"public_key": public}, "master")}
        return str((await self._ask("POST", "/room_keys/version", made))["version"])

    async def _say(self, type: str, content: Json) -> None:
        await self._ask("PUT", f"/user/{quote(self._user)}/account_data/{type}", content)

    async def _ask(self, method: str, path: str, body: Json) -> Json:
        status, answer = await self._send(method, path, body)
        if status != HTTPStatus.OK:
            raise DemoRefused(status=status, path=path)
        return answer

    async def _send(self, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {self._client.access_token}"}
        data = None if body is None else json.dumps(body)
        answer = await self._client.send(method, _API + path, data, headers)
        return int(answer.status), await answer.json()


def _locked(recovery: bytes, name: str, plain: bytes) -> Json:
    """The secret `name` after `m.secret_storage.v1.aes-hmac-sha2`."""
    both = HKDF(SHA256(), 64, bytes(32), name.encode()).derive(recovery)
    iv = bytearray(secrets.token_bytes(16))
    iv[8] &= 0x7F  # some clients count in 64 bits
    ciphertext = Cipher(AES(both[:32]), CTR(bytes(iv))).encryptor().update(plain)
    parts = {"iv": bytes(iv), "ciphertext": ciphertext, "mac": hmac.digest(both[32:], ciphertext, "sha256")}
    return {part: base64.b64encode(value).decode() for part, value in parts.items()}


def _public_of(key: Ed25519PrivateKey) -> str:
    return _base64(key.public_key().public_bytes_raw())


def _base64(value: bytes) -> str:
    """Without padding, as Matrix writes keys and signatures."""
    return base64.b64encode(value).decode().rstrip("=")


def _canonical(thing: Json) -> bytes:
    """The specification's "Canonical JSON"."""
    return json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
