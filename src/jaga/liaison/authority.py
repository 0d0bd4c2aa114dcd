"""Who may write to the direct line: an authority with a mandate, and its officers with one key each."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from jaga.core.errors import Conflict, MalformedInput
from jaga.core.ids import AuthorityId, OfficerId, StaffId
from jaga.core.text import Text
from jaga.liaison.errors import AuthorityNotApproved, AuthoritySuspended, OutOfRemit
from jaga.sop.model import Sop

APPROVALS_NEEDED = 2  # two different people of the platform's staff
_COUNTRY = re.compile(r"[A-Z]{2}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_LONGEST_NAME = 200
_LARGEST_PEM = 4_096


class MalformedAuthority(MalformedInput):
    code = "malformed_authority"
    text = Text(id="{field}: {problem.id}", en="{field}: {problem.en}")


class AlreadyApprovedBySamePerson(Conflict):
    code = "approved_by_same_person"
    text = Text(
        id="Orang ini sudah menyetujui lembaga tersebut. Persetujuan kedua harus dari orang lain.",
        en="This person has approved the authority already. The second approval must be another person's.",
    )


class AlreadyApproved(Conflict):
    code = "authority_already_approved"
    text = Text(id="Lembaga ini sudah disetujui.", en="The authority is approved already.")


class NotSuspendable(Conflict):
    code = "authority_not_open"
    text = Text(
        id="Hanya lembaga yang disetujui dapat ditangguhkan, dan hanya yang ditangguhkan dapat dibuka lagi.",
        en="Only an approved authority can be suspended, and only a suspended one opened again.",
    )


class NotAPublicKey(MalformedInput):
    code = "not_a_public_key"
    text = Text(
        id="Berkas itu bukan kunci publik Ed25519 berbentuk PEM. Buat dengan `jaga line keygen`.",
        en="The file is not an Ed25519 public key in PEM form. Make one with `jaga line keygen`.",
    )


@unique
class AuthorityType(StrEnum):
    MINISTRY = "ministry"
    JUDICIAL = "judicial"
    LAW_ENFORCEMENT = "law_enforcement"
    OTHER = "other"
    TRUSTED_FLAGGER = "trusted_flagger"


@unique
class AuthorityState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    id: AuthorityId
    name: str
    country: str
    type: AuthorityType
    regimes: frozenset[str]
    categories: frozenset[str]
    """Empty where the mandate covers every category of its regimes."""

    two_officers: bool
    """Its own profile demands an authoriser beside the submitting officer (for instance India's rank rule)."""

    state: AuthorityState = AuthorityState.PROPOSED
    approved_by: frozenset[StaffId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """One named person with one key."""

    id: OfficerId
    authority_id: AuthorityId
    name: str
    post: str
    email: str
    public_key: bytes
    """Ed25519, 32 bytes."""

    authoriser: bool
    revoked_at: datetime | None = None


def propose(
    *,
    name: str,
    country: str,
    type: str,
    regimes: Collection[str],
    categories: Collection[str],
    two_officers: bool,
    sop: Sop,
) -> Authority:
    """A proposed authority whose mandate the SOP knows; raises `MalformedAuthority`."""
    _require_line("name", name)
    if not _COUNTRY.fullmatch(country):
        raise _wrong(
            "country", Text(id="harus kode ISO 3166 seperti ID.", en="must be an ISO 3166 code such as ID.")
        )
    if type not in set(AuthorityType):
        raise _wrong("type", _one_of([member.value for member in AuthorityType]))
    if not regimes:
        raise _wrong("regimes", Text(id="harus diisi.", en="must name at least one."))
    for field, words, known in (
        ("regimes", regimes, sop.regimes),
        ("categories", categories, sop.categories),
    ):
        if not set(words) <= known.keys():
            raise _wrong(field, _one_of(known))
    return Authority(
        id=AuthorityId.new(),
        name=name.strip(),
        country=country,
        type=AuthorityType(type),
        regimes=frozenset(regimes),
        categories=frozenset(categories),
        two_officers=two_officers,
    )


def approve(authority: Authority, by: StaffId) -> Authority:
    """The authority with one approval more; the second one opens the line. Raises `AlreadyApproved…`."""
    if (
        authority.state is not AuthorityState.PROPOSED
    ):  # a suspension is lifted by `resume`, not by a third approval
        raise AlreadyApproved
    if by in authority.approved_by:
        raise AlreadyApprovedBySamePerson
    approved_by = authority.approved_by | {by}
    enough = len(approved_by) >= APPROVALS_NEEDED
    return replace(
        authority, approved_by=approved_by, state=AuthorityState.APPROVED if enough else authority.state
    )


def suspend(authority: Authority) -> Authority:
    """The line is closed to all of its officers until `resume`. Raises `NotSuspendable`."""
    return _moved(authority, AuthorityState.APPROVED, to=AuthorityState.SUSPENDED)


def resume(authority: Authority) -> Authority:
    """Its two approvals still stand. Raises `NotSuspendable`."""
    return _moved(authority, AuthorityState.SUSPENDED, to=AuthorityState.APPROVED)


def _moved(authority: Authority, only_from: AuthorityState, *, to: AuthorityState) -> Authority:
    if authority.state is not only_from:
        raise NotSuspendable
    return replace(authority, state=to)


def enroll(
    *, authority: Authority, name: str, post: str, email: str, public_key_pem: bytes, authoriser: bool
) -> Officer:
    """An officer of `authority`; raises `MalformedAuthority` or `NotAPublicKey`."""
    _require_line("name", name)
    _require_line("post", post)
    if not _EMAIL.fullmatch(email):
        raise _wrong("email", Text(id="bukan alamat surel.", en="is no e-mail address."))
    return Officer(
        id=OfficerId.new(),
        authority_id=authority.id,
        name=name.strip(),
        post=post.strip(),
        email=email,
        public_key=parse_public_key(public_key_pem),
        authoriser=authoriser,
    )


def parse_public_key(pem: bytes) -> bytes:
    """The 32 bytes of an Ed25519 public key in PEM form; raises `NotAPublicKey`."""
    if len(pem) > _LARGEST_PEM:
        raise NotAPublicKey
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise NotAPublicKey from None
    if not isinstance(key, Ed25519PublicKey):
        raise NotAPublicKey
    return key.public_bytes_raw()


def require_approved(authority: Authority) -> None:
    """Nothing from this authority is looked at before two people have approved it."""
    if authority.state is AuthorityState.SUSPENDED:
        raise AuthoritySuspended
    if authority.state is not AuthorityState.APPROVED:
        raise AuthorityNotApproved


def require_regime(authority: Authority, regime: str) -> None:
    if regime not in authority.regimes:
        raise OutOfRemit(pointer="/regime", allowed=sorted(authority.regimes))


def require_category(authority: Authority, category: str) -> None:
    if authority.categories and category not in authority.categories:
        raise OutOfRemit(pointer="/category", allowed=sorted(authority.categories))


def _require_line(field: str, value: str) -> None:
    if not value.strip() or len(value) > _LONGEST_NAME or not value.isprintable():
        raise _wrong(
            field,
            Text(id="harus satu baris, 1 sampai 200 huruf.", en="must be one line of 1 to 200 characters."),
        )


def _wrong(field: str, problem: Text) -> MalformedAuthority:
    return MalformedAuthority(field=field, problem=problem)


def _one_of(words: Collection[str]) -> Text:
    known = ", ".join(sorted(words))
    return Text(id=f"harus salah satu dari {known}.", en=f"must be one of {known}.")
