"""The people of the desk and what each role may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jaga.cases.errors import OutOfCountry, OutOfRole
from jaga.core.ids import StaffId
from jaga.core.text import Language


class Role(StrEnum):
    MODERATOR = "moderator"
    SENIOR = "senior"
    REPRESENTATIVE = "representative"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Right(StrEnum):
    """What somebody may do at the desk. Reading is its own right: a record is never open to everybody."""

    READ = "read"
    OPEN_EVIDENCE = "open_evidence"
    DECIDE = "decide"
    APPROVE = "approve"
    REVIEW_APPEAL = "review_appeal"
    KEEP_BANKS = "keep_banks"
    ONBOARD = "onboard"


_WORK = frozenset(
    {Right.READ, Right.OPEN_EVIDENCE, Right.DECIDE, Right.APPROVE, Right.REVIEW_APPEAL, Right.KEEP_BANKS}
)
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.MODERATOR: _WORK,
    Role.SENIOR: _WORK | {Right.ONBOARD},
    Role.REPRESENTATIVE: _WORK - {Right.KEEP_BANKS} | {Right.ONBOARD},
    # Reads everything, evidence included (with a purpose, logged), and changes nothing.
    Role.AUDITOR: frozenset({Right.READ, Right.OPEN_EVIDENCE}),
    # Keeps the machines running; has no business in cases.
    Role.OPERATOR: frozenset({Right.ONBOARD}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    id: StaffId
    name: str
    email: str
    role: Role
    country: str | None = None
    language: Language = "id"

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]


def require(staff: Staff, right: Right, *, jurisdiction: str | None = None) -> None:
    """Raises `OutOfRole`, or `OutOfCountry` when a representative acts on another country's case."""
    if not staff.may(right):
        raise OutOfRole(role=staff.role.value)
    if staff.role is Role.REPRESENTATIVE and right is not Right.READ and jurisdiction != staff.country:
        raise OutOfCountry
