"""Sessions on the open side: who a request comes from.

A member proves their Matrix account once, with an OpenID token or with their password, and gets a token of ours.
Only its hash is kept, so whoever reads the database cannot use it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, Self

from jaga.channels.errors import MemberUnknown
from jaga.channels.member import Member, parse_member_name
from jaga.core.errors import MalformedInput, NotAuthenticated
from jaga.core.text import Text

MEMBER_SESSION = timedelta(days=7)
_LONGEST_TOKEN = 512


class MalformedClaim(MalformedInput):
    code = "malformed_openid_claim"
    text = Text(
        id="Kirim jawaban homeserver Anda atas permintaan token OpenID sebagai matrix_openid.",
        en="Send your homeserver's answer to an OpenID token request as matrix_openid.",
    )


class ForeignServer(NotAuthenticated):
    code = "foreign_server"
    text = Text(
        id="Hanya akun dari {server_name} yang dapat masuk di sini.",
        en="Only accounts of {server_name} can sign in here.",
    )


class ProofRefused(NotAuthenticated):
    code = "proof_refused"
    text = Text(
        id="Token OpenID ini tidak dikenal atau sudah kedaluwarsa; minta yang baru.",
        en="This OpenID token is unknown or has expired; request a new one.",
    )


class WrongPassword(NotAuthenticated):
    code = "wrong_password"
    text = Text(id="Nama akun atau kata sandi salah.", en="The account name or the password is wrong.")


class NoSession(NotAuthenticated):
    code = "no_session"
    text = Text(
        id="Sesi ini tidak ada atau sudah berakhir; masuk lagi.",
        en="There is no such session, or it has ended; sign in again.",
    )


@dataclass(frozen=True, slots=True)
class OpenIdClaim:
    """A Matrix OpenID token, as a client got it from its homeserver."""

    access_token: str

    @classmethod
    def parse(cls, body: object, *, server_name: str) -> Self:
        """Raises `MalformedClaim`, or `ForeignServer` for any server but ours: nobody else is ever asked."""
        match body:
            case {"access_token": str(token), "matrix_server_name": str(server)} if (
                0 < len(token) <= _LONGEST_TOKEN and token.isascii() and token.isprintable()
            ):
                if server != server_name:
                    raise ForeignServer(server_name=server_name)
                return cls(token)
            case _:
                raise MalformedClaim


@dataclass(frozen=True, slots=True)
class SessionToken:
    """The bearer's half of a session. `text` is shown once."""

    text: str

    @classmethod
    def new(cls) -> Self:
        return cls(f"jst_{secrets.token_urlsafe(32)}")

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.text.encode("utf-8", "surrogateescape")).digest()


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: SessionToken
    member: Member
    expires_at: datetime


class Homeserver(Protocol):
    """The sealed side's word on who somebody is; all that the open side ever asks it."""

    async def user_of_openid_token(self, access_token: str) -> str | None:
        """The user id that the token was issued to, while it is valid."""

    async def user_of_password(self, name: str, password: str) -> str | None:
        """The user id of the account, when the password is its own; also while the account is locked."""


class MemberStore(Protocol):
    async def find_or_add(self, name: str, *, now: datetime) -> Member: ...

    async def find(self, name: str) -> Member | None: ...

    async def of_session(self, token_hash: bytes, *, now: datetime) -> Member | None:
        """The member of a session that lasts: asked with every request, so in one question."""
        ...


class SessionStore(Protocol):
    async def add(
        self, token_hash: bytes, *, subject: str, created_at: datetime, expires_at: datetime
    ) -> None: ...

    async def subject_of(self, token_hash: bytes, *, now: datetime) -> str | None:
        """A member's or staff person's id, while the session lasts."""

    async def remove(self, token_hash: bytes) -> None: ...

    async def remove_all(self, subject: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSessions:
    """Opens, recognizes and ends the sessions of members."""

    server_name: str
    homeserver: Homeserver
    members: MemberStore
    sessions: SessionStore

    async def open(self, claim: OpenIdClaim, *, now: datetime) -> SignedIn:
        """Raises `ProofRefused`, `ForeignServer`."""
        user_id = await self.homeserver.user_of_openid_token(claim.access_token)
        if user_id is None:
            raise ProofRefused
        return await self._begin(user_id, now=now)

    async def sign_in(self, name: str, password: str, *, now: datetime) -> SignedIn:
        """Raises `BadMemberName`, `WrongPassword`. A suspended member may: they read their notices and appeal."""
        user_id = await self.homeserver.user_of_password(parse_member_name(name), password)
        if user_id is None:
            raise WrongPassword
        return await self._begin(user_id, now=now)

    async def issue(self, name: str, *, ttl: timedelta, now: datetime) -> SignedIn:
        """A session without proof, for the operator at the command line. Raises `MemberUnknown`."""
        member = await self.members.find(name)
        if member is None:
            raise MemberUnknown
        return await self._store(member, now=now, ttl=ttl)

    async def member_of(self, token: SessionToken, *, now: datetime) -> Member:
        """Raises `NoSession`."""
        member = await self.members.of_session(token.hash, now=now)
        if member is None:
            raise NoSession
        return member

    async def end(self, token: SessionToken) -> None:
        await self.sessions.remove(token.hash)

    async def end_all(self, name: str) -> None:
        """Of the member of that name, if there is one; a suspended one keeps theirs, to read what was decided."""
        member = await self.members.find(name)
        if member is not None:
            await self.sessions.remove_all(member.id)

    async def _begin(self, user_id: str, *, now: datetime) -> SignedIn:
        name, _, server = user_id.removeprefix("@").partition(":")
        if server != self.server_name:
            raise ForeignServer(server_name=self.server_name)
        return await self._store(await self.members.find_or_add(name, now=now), now=now, ttl=MEMBER_SESSION)

    async def _store(self, member: Member, *, now: datetime, ttl: timedelta) -> SignedIn:
        token, expires_at = SessionToken.new(), now + ttl
        await self.sessions.add(token.hash, subject=member.id, created_at=now, expires_at=expires_at)
        return SignedIn(token, member, expires_at)


def bearer_of(header: str | None) -> SessionToken | None:
    """The token in an `Authorization: Bearer …` header (RFC 6750 2.1)."""
    scheme, _, text = (header or "").partition(" ")
    return SessionToken(text.strip()) if scheme.lower() == "bearer" and text.strip() else None


def as_public(member: Member, *, server_name: str) -> Mapping[str, object]:
    """A member as they themselves see them over the API."""
    return {
        "id": member.id,
        "name": member.name,
        "user_id": f"@{member.name}:{server_name}",
        "display_name": member.display_name or member.name,
        "language": member.language,
        "suspended": member.suspended_at is not None,
    }
