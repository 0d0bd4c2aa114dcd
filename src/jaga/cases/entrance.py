"""How staff come in: enrolment by a link that works once, then password and one-time code, or a bearer token."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol, TypeVar

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from jaga.cases.errors import (
    EnrolmentOver,
    SignInLocked,
    SignInRefused,
    UnknownStaff,
    WeakPassword,
    WrongCode,
)
from jaga.cases.evidence import Sealed, Vault
from jaga.cases.staff import Role, Staff
from jaga.channels.sessions import NoSession, SessionStore, SessionToken
from jaga.core.clock import Clock
from jaga.core.ids import StaffId
from jaga.core.text import Language

_T = TypeVar("_T")

ENROLMENT_LASTS = timedelta(hours=72)
SESSION_LASTS = timedelta(hours=12)
_STEP = 30  # seconds, RFC 6238
_DRIFT = (0, -1, 1)
_FREE_ATTEMPTS = 5
_LONGEST_LOCK = timedelta(minutes=15)
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 12, 200

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A staff person with what proves that it is them."""

    staff: Staff
    password_hash: str | None = field(repr=False)
    totp: Sealed | None = field(repr=False)
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Failures:
    """What went wrong for one address since the last sign-in that succeeded."""

    count: int = 0
    locked_until: datetime | None = None


class StaffDirectory(Protocol):
    async def add(
        self, staff: Staff, *, totp: Sealed, enrolment: bytes, until: datetime, now: datetime
    ) -> None:
        """Raises `StaffExists`."""
        ...

    async def renew_enrolment(self, id: StaffId, *, totp: Sealed, enrolment: bytes, until: datetime) -> None:
        """A fresh link; password, code and every session of before are void."""
        ...

    async def enrolling(self, enrolment: bytes, *, now: datetime) -> Credentials | None: ...

    async def enrol(self, id: StaffId, *, enrolment: bytes, password_hash: str, step: int) -> bool:
        """Whether this call used the link up; it works once."""
        ...

    async def by_email(self, email: str) -> Credentials | None: ...

    async def named(self, name: str) -> Staff | None:
        """By id, e-mail or name."""
        ...

    async def get(self, id: StaffId) -> Staff | None:
        """Nobody once disabled."""
        ...

    async def use_step(self, id: StaffId, step: int) -> bool:
        """Whether this call is the first to use the code of this step or a later one."""
        ...

    async def failures(self, email: bytes) -> Failures: ...

    async def record_failure(self, email: bytes, failures: Failures, *, now: datetime) -> None: ...

    async def forget_failures(self, email: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the page of an enrolment link shows: the secret for the code app, as text and as `otpauth` address."""

    staff: Staff
    secret: str = field(repr=False)
    otpauth: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffSession:
    token: SessionToken
    staff: Staff
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    directory: StaffDirectory
    sessions: SessionStore
    vault: Vault
    clock: Clock
    server_name: str
    # Hashing takes 64 MiB and a core for a moment; a flood of sign-ins must not take them all.
    _hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2), repr=False)

    async def add(
        self, name: str, email: str, role: Role, *, country: str | None = None, language: Language = "id"
    ) -> tuple[Staff, str]:
        """A new person and the secret of their enrolment link, shown once. Raises `StaffExists`."""
        staff = Staff(
            id=StaffId.new(),
            name=name,
            email=email.strip().lower(),
            role=role,
            country=country,
            language=language,
        )
        token, now = secrets.token_urlsafe(32), self.clock()
        await self.directory.add(
            staff,
            totp=self._new_totp(staff.id),
            enrolment=_digest(token),
            until=now + ENROLMENT_LASTS,
            now=now,
        )
        return staff, token

    async def renew(self, name: str) -> tuple[Staff, str]:
        """A fresh link for somebody who lost theirs, or their phone. Raises `UnknownStaff`."""
        staff = await self.named(name)
        token = secrets.token_urlsafe(32)
        await self.directory.renew_enrolment(
            staff.id,
            totp=self._new_totp(staff.id),
            enrolment=_digest(token),
            until=self.clock() + ENROLMENT_LASTS,
        )
        return staff, token

    async def enrolment(self, token: str) -> Enrolment:
        """Raises `EnrolmentOver`."""
        credentials = await self._enrolling(token)
        secret = self._secret(credentials)
        label = pyotp.TOTP(secret).provisioning_uri(
            name=credentials.staff.email, issuer_name=f"Jaga {self.server_name}"
        )
        return Enrolment(credentials.staff, secret, label)

    async def enrol(self, token: str, *, password: str, code: str) -> StaffSession:
        """Set the password and prove the code app. Raises `EnrolmentOver`, `WeakPassword`, `WrongCode`."""
        credentials = await self._enrolling(token)
        staff = credentials.staff
        check_password(password, staff.email)
        step = matching_step(self._secret(credentials), code, now=self.clock())
        if step is None:
            raise WrongCode
        hashed = await self._in_thread(lambda: _hasher.hash(password))
        if not await self.directory.enrol(
            staff.id, enrolment=_digest(token), password_hash=hashed, step=step
        ):
            raise EnrolmentOver
        return await self.begin(staff)

    async def sign_in(self, email: str, password: str, code: str) -> StaffSession:
        """Raises `SignInRefused` whatever was wrong, or `SignInLocked` after too much of it."""
        now, key = self.clock(), _digest(email.strip().lower())
        failures = await self.directory.failures(key)
        if failures.locked_until is not None and failures.locked_until > now:
            raise SignInLocked(seconds=int((failures.locked_until - now).total_seconds()) + 1)
        credentials = await self.directory.by_email(email.strip().lower())
        staff = await self._proven(credentials, password[:_LONGEST_PASSWORD], code)
        if staff is None:
            await self.directory.record_failure(key, after_failure(failures, now), now=now)
            raise SignInRefused
        await self.directory.forget_failures(key)
        return await self.begin(staff)

    async def begin(self, staff: Staff, *, lasting: timedelta = SESSION_LASTS) -> StaffSession:
        """A session for somebody who is known to be who they are."""
        now, token = self.clock(), SessionToken.new()
        await self.sessions.add(token.hash, subject=staff.id, created_at=now, expires_at=now + lasting)
        return StaffSession(token, staff, now + lasting)

    async def staff_of(self, token: SessionToken) -> Staff:
        """Raises `NoSession`."""
        subject = await self.sessions.subject_of(token.hash, now=self.clock())
        staff = None
        if subject is not None and subject.startswith(f"{StaffId.prefix}_"):
            staff = await self.directory.get(StaffId(subject))
        if staff is None:
            raise NoSession
        return staff

    async def end(self, token: SessionToken) -> None:
        await self.sessions.remove(token.hash)

    async def named(self, name: str) -> Staff:
        """Raises `UnknownStaff`."""
        staff = await self.directory.named(name)
        if staff is None:
            raise UnknownStaff(name=name)
        return staff

    async def _proven(self, credentials: Credentials | None, password: str, code: str) -> Staff | None:
        known = credentials is not None and credentials.password_hash is not None and not credentials.disabled
        hashed = credentials.password_hash if credentials is not None and known else None
        if not await self._in_thread(lambda: _matches(hashed or _nobody(), password)):
            return None
        if credentials is None or not known:
            return None
        step = matching_step(self._secret(credentials), code, now=self.clock())
        # A code works once: whoever looked over a shoulder comes too late.
        if step is None or not await self.directory.use_step(credentials.staff.id, step):
            return None
        return credentials.staff

    async def _enrolling(self, token: str) -> Credentials:
        found = await self.directory.enrolling(_digest(token), now=self.clock())
        if found is None:
            raise EnrolmentOver
        return found

    def _new_totp(self, id: StaffId) -> Sealed:
        return self.vault.seal(pyotp.random_base32().encode(), about=f"totp:{id}")

    def _secret(self, credentials: Credentials) -> str:
        if credentials.totp is None:
            raise EnrolmentOver
        return self.vault.open(credentials.totp, about=f"totp:{credentials.staff.id}").decode()

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        async with self._hashing:
            return await asyncio.to_thread(work)


def check_password(password: str, email: str) -> None:
    """Long enough is what counts (NIST SP 800-63B); raises `WeakPassword`."""
    long_enough = _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD
    if not long_enough or email.lower() in password.lower():
        raise WeakPassword


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """The time step whose code this is: the present one, or a neighbor for clocks that drift."""
    code = code.replace(" ", "")
    current = int(now.timestamp()) // _STEP
    generator = pyotp.TOTP(secret)
    for drift in _DRIFT:
        if hmac.compare_digest(generator.at((current + drift) * _STEP).encode(), code.encode()):
            return current + drift
    return None


def after_failure(before: Failures, now: datetime) -> Failures:
    """Five attempts are free; each further one locks twice as long, at most a quarter of an hour."""
    count = before.count + 1
    if count < _FREE_ATTEMPTS:
        return Failures(count)
    lock = min(timedelta(minutes=2 ** min(count - _FREE_ATTEMPTS, 10)), _LONGEST_LOCK)
    return Failures(count, now + lock)


def csrf_token(session: SessionToken) -> str:
    """What a form or script of ours sends along with a cookie; nobody else can know it."""
    digest = hmac.digest(session.text.encode(), b"csrf", hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@cache
def _nobody() -> str:
    """What an unknown address is checked against, so that it takes as long as a known one."""
    return _hasher.hash(secrets.token_urlsafe(32))


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
