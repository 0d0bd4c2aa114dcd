"""What becomes of a submission: decided from values alone, so that the same words always get the same answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Self

from jaga.core.clock import rfc3339
from jaga.core.ids import CaseId
from jaga.core.text import Text
from jaga.liaison.authority import (
    Authority,
    AuthorityType,
    Officer,
    require_category,
    require_regime,
)
from jaga.liaison.errors import (
    AuthoriserNeeded,
    AuthoriserUnknown,
    KindNotOffered,
    NondisclosureTooLong,
    OfficerMismatch,
    OutOfRemit,
    RegimeUnknown,
)
from jaga.liaison.parse import Wrong, malformed
from jaga.liaison.refusal import RefusalCode, classify_data_request
from jaga.liaison.submission import Kind, Submission
from jaga.sop.model import ClockRule, Regime, RequiredItem, Sop

LONGEST_NONDISCLOSURE = timedelta(weeks=6)  # TCO Art. 11(3)
VALID_LINK = "valid_link"
# Binding acts of an authority. A trusted flagger points out, and never orders (DSA Art. 22).
ORDERS = frozenset({Kind.REMOVAL_ORDER, Kind.PRESERVATION_REQUEST})
INVALID_LINK: Final = Text(
    id="Tautan ini tidak menunjuk ke kiriman atau kanal publik mana pun di layanan ini. Kirim tautan yang tepat.",
    en="This link does not point to any public post or channel of this service. Send the exact link.",
)


@unique
class TargetOutcome(StrEnum):
    FOUND = "found"
    UNKNOWN = "unknown"
    PRIVATE_SPACE = "private_space"
    ALREADY_REMOVED = "already_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an open-side address turned out to be."""

    kind: str
    """`post` or `channel`."""

    id: str
    gone: bool = False
    """No reader can see it: removed, deleted or never published, with nothing left to decide."""

    gone_at: datetime | None = None
    """When a measure of ours was confirmed to have taken it away."""

    case_id: CaseId | None = None
    """The case in which that was decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedTarget:
    uri: str
    outcome: TargetOutcome
    subject: Subject | None = None

    @classmethod
    def of(cls, uri: str, subject: Subject | None) -> Self:
        """An open-side address, as the look-up answered it."""
        if subject is None:
            return cls(uri=uri, outcome=TargetOutcome.UNKNOWN)
        outcome = TargetOutcome.ALREADY_REMOVED if subject.gone else TargetOutcome.FOUND
        return cls(uri=uri, outcome=outcome, subject=subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that a reply has to bring."""

    item: str
    text: Text
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    targets: tuple[AssessedTarget, ...]
    clock: ClockRule | None
    """The clock that the regime sets; nothing but an order has one. The case's own clock runs in any event."""


@dataclass(frozen=True, slots=True)
class Clarification:
    targets: tuple[AssessedTarget, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    targets: tuple[AssessedTarget, ...]
    code: RefusalCode


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    targets: tuple[AssessedTarget, ...]


Assessment = Queued | Clarification | Refused | AlreadyDone


# --- may this officer submit this? ----------------------------------------------------------------------------------


def require_mandate(submission: Submission, officer: Officer, authority: Authority, sop: Sop) -> None:
    """The officer signs for themselves and inside the authority's mandate; each breach has its own error.

    A data request is let through whatever the mandate: each one has to be refused by type, recorded and counted.
    """
    if submission.officer not in (None, officer.id):
        raise OfficerMismatch
    if submission.kind is Kind.DATA_REQUEST:
        return
    if submission.regime not in sop.regimes:
        raise RegimeUnknown(regime=submission.regime, known=", ".join(sorted(sop.regimes)))
    require_regime(authority, submission.regime)
    if submission.kind not in sop.regimes[submission.regime].kinds:
        raise KindNotOffered(regime=submission.regime, kind=submission.kind.value)
    if authority.type is AuthorityType.TRUSTED_FLAGGER and submission.kind in ORDERS:
        raise OutOfRemit(pointer="/kind", allowed=sorted(set(Kind) - ORDERS - {Kind.DATA_REQUEST}))
    if submission.category is None or submission.category not in sop.categories:
        raise malformed("/category", Wrong.CHOICE, allowed=sorted(sop.categories))
    require_category(authority, submission.category)


def require_authoriser(
    submission: Submission, officer: Officer, authority: Authority, authoriser: Officer | None
) -> None:
    """Who authorised the act is enrolled for it, and is a second person where the authority's profile says so."""
    if authority.two_officers and submission.authoriser in (None, officer.id):
        raise AuthoriserNeeded
    if submission.authoriser is None:
        return
    known = authoriser is not None and authoriser.authority_id == authority.id
    if not known or authoriser is None or not authoriser.authoriser or authoriser.revoked_at is not None:
        raise AuthoriserUnknown


def require_lawful_nondisclosure(submission: Submission, now: datetime) -> None:
    """TCO Art. 11(3): six weeks at most; a longer one is turned away at once, not shortened in silence."""
    latest = now + LONGEST_NONDISCLOSURE
    if submission.nondisclosure is not None and submission.nondisclosure.until > latest:
        raise NondisclosureTooLong(pointer="/nondisclosure/until", latest=rfc3339(latest))


# --- what becomes of it? --------------------------------------------------------------------------------------------


def assess(
    submission: Submission, *, authority: Authority, targets: Sequence[AssessedTarget], sop: Sop
) -> Assessment:
    """The one decision of the intake; `targets` are the submission's, resolved."""
    together = tuple(targets)
    if submission.kind is Kind.DATA_REQUEST:
        return Refused(together, classify_data_request(submission, authority, sop))
    outcomes = {target.outcome for target in together}
    if outcomes == {TargetOutcome.PRIVATE_SPACE}:
        return Refused(together, RefusalCode.PRIVATE_SPACE)
    regime = sop.regimes[submission.regime]
    missing = _missing_items(submission, regime)
    if TargetOutcome.FOUND not in outcomes and TargetOutcome.ALREADY_REMOVED not in outcomes:
        missing += _invalid_links(together)
    if missing:
        return Clarification(together, missing)
    if TargetOutcome.FOUND not in outcomes:
        return AlreadyDone(together)
    return Queued(together, _clock(submission, regime))


def _missing_items(submission: Submission, regime: Regime) -> tuple[Missing, ...]:
    return tuple(
        Missing(item=requirement.item.value, text=requirement.text)
        for requirement in regime.requirements
        # Papers are asked for orders; whoever only points something out needs no letter for it.
        if submission.kind is Kind.REMOVAL_ORDER or requirement.item is RequiredItem.LINK
        if not submission.brings(requirement.item)
    )


def _invalid_links(targets: Iterable[AssessedTarget]) -> tuple[Missing, ...]:
    return tuple(
        Missing(item=VALID_LINK, text=INVALID_LINK, uri=target.uri)
        for target in targets
        if target.outcome is TargetOutcome.UNKNOWN
    )


def _clock(submission: Submission, regime: Regime) -> ClockRule | None:
    if submission.kind is not Kind.REMOVAL_ORDER:
        return None
    return regime.clock(submission.urgency, submission.category or "")
