"""The formal answer to an authority, in the form that its own law prescribes.

TCO Annex II says what was removed and when; Annex III says why an order was not carried out; MR 5/2020 and DSA Art. 9
have no printed form, so theirs says the same things field by field.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Any, Final

from jaga.core.clock import rfc3339
from jaga.core.ids import FeedbackId
from jaga.core.text import Text
from jaga.liaison.authority import Authority
from jaga.liaison.record import Feedback, Filed
from jaga.liaison.refusal import REFUSALS
from jaga.sop.model import Regime, Sop

ANNEX_II, ANNEX_III = "annex_ii", "annex_iii"


@unique
class Outcome(StrEnum):
    """What became of one target, or of the whole submission."""

    REMOVED = "removed"
    RESTRICTED = "restricted"
    RESTORED = "restored"
    NO_VIOLATION = "no_violation"
    ALREADY_REMOVED = "already_removed"
    INVALID_LINK = "invalid_link"
    PRIVATE_SPACE = "private_space"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    IMPOSSIBLE = "impossible"


@unique
class NotExecuted(StrEnum):
    """TCO Annex III, section B."""

    FORCE_MAJEURE = "force_majeure"
    MANIFEST_ERRORS = "manifest_errors"
    INSUFFICIENT_INFORMATION = "insufficient_information"


EFFECTIVE = frozenset({Outcome.REMOVED, Outcome.RESTRICTED, Outcome.ALREADY_REMOVED})
_GROUNDS_NOT_EXECUTED: Final = {
    Outcome.INVALID_LINK: NotExecuted.INSUFFICIENT_INFORMATION,
    Outcome.INCOMPLETE: NotExecuted.INSUFFICIENT_INFORMATION,
    # No room of the sealed side can be reached by anyone but its participants: impossible in fact, for technical
    # reasons, and for ever (Art. 3(7)).
    Outcome.PRIVATE_SPACE: NotExecuted.FORCE_MAJEURE,
    Outcome.IMPOSSIBLE: NotExecuted.FORCE_MAJEURE,
}
_TEXTS: Final = {
    Outcome.REMOVED: Text(id="Dihapus dari semua jalur baca.", en="Removed from every read path."),
    Outcome.RESTRICTED: Text(
        id="Tindakan dijalankan terhadap akun.", en="A measure was taken on the account."
    ),
    Outcome.RESTORED: Text(
        id="Tindakan dibatalkan setelah banding; konten dipulihkan.",
        en="The measure was reversed on appeal; the content is restored.",
    ),
    Outcome.NO_VIOLATION: Text(
        id="Setelah diperiksa, konten tidak melanggar SOP maupun dasar hukum yang disebut.",
        en="On review the content violates neither the SOP nor the legal basis given.",
    ),
    Outcome.ALREADY_REMOVED: Text(
        id="Sudah tidak dapat dibaca siapa pun sebelum berkas ini diterima.",
        en="Nobody could read it any more when this submission was received.",
    ),
    Outcome.INVALID_LINK: Text(
        id="Tautan tidak menunjuk ke kiriman atau kanal publik mana pun.",
        en="The link does not point to any public post or channel.",
    ),
    Outcome.INCOMPLETE: Text(id="Berkas belum lengkap.", en="The submission is incomplete."),
    Outcome.IMPOSSIBLE: Text(
        id="Tidak dapat dijalankan karena keadaan di luar kuasa kami.",
        en="It cannot be carried out for reasons beyond our control.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetResult:
    """What became of one target."""

    uri: str
    outcome: Outcome
    effect_at: datetime | None = None
    measures: tuple[str, ...] = ()
    ground: str | None = None
    """The SOP's clause."""


_REMOVES = frozenset({"remove_post", "close_channel", "refuse_publication"})
_RESTORES = frozenset({"restore_post", "reopen_channel", "publish_refused"})


def outcome_of(acts: Collection[str]) -> Outcome:
    """What a decision's acts mean to the authority that pointed at the target."""
    if _REMOVES.intersection(acts):
        return Outcome.REMOVED
    if _RESTORES.intersection(acts):
        return Outcome.RESTORED
    if {"suspend_posting", "suspend_account"}.intersection(acts):
        return Outcome.RESTRICTED
    return Outcome.NO_VIOLATION


@dataclass(frozen=True, slots=True)
class Provider:
    """Who answers: the platform, as the form names it."""

    name: str
    contact: str


def compose(
    filed: Filed,
    authority: Authority,
    results: Sequence[TargetResult],
    *,
    sop: Sop,
    provider: Provider,
    occasion: str,
    now: datetime,
) -> Feedback:
    """The answer about `results`, in the regime's form."""
    overall = overall_outcome(filed, results)
    form = form_of(sop.regimes.get(filed.regime), overall)
    feedback_id = FeedbackId.new()
    body: dict[str, Any] = {
        "id": feedback_id,
        "form": form,
        "submission": filed.id,
        "external_ref": filed.external_ref,
        "kind": filed.kind.value,
        "regime": filed.regime,
        "authority": {"id": authority.id, "name": authority.name},
        "provider": {"name": provider.name, "contact": provider.contact},
        "received_at": rfc3339(filed.received_at),
        "issued_at": rfc3339(now),
        "outcome": overall.value,
        "text": _text_of(filed, overall).as_dict(),
        "effect_at": _instant(_last_effect(results)),
        "targets": [_target(result, sop) for result in results],
        **_refusal(filed),
        **_annex(form, filed, overall, results, provider),
    }
    return Feedback(
        id=feedback_id, submission_id=filed.id, occasion=occasion, form=form, body=body, issued_at=now
    )


def overall_outcome(filed: Filed, results: Sequence[TargetResult]) -> Outcome:
    """One word for the whole: what took effect counts before what did not."""
    if filed.refusal is not None:
        private = filed.refusal.value == Outcome.PRIVATE_SPACE.value.upper()
        return Outcome.PRIVATE_SPACE if private else Outcome.REFUSED
    if filed.missing:
        links_only = all(missing.uri is not None for missing in filed.missing)
        return Outcome.INVALID_LINK if links_only else Outcome.INCOMPLETE
    for outcome in Outcome:  # in the order of their definition
        if any(result.outcome is outcome for result in results):
            return outcome
    return Outcome.IMPOSSIBLE


def form_of(regime: Regime | None, overall: Outcome) -> str:
    """Annex III answers an order under the TCO that was not carried out; every other form serves both."""
    form = regime.feedback if regime is not None else "refusal"
    return ANNEX_III if form == ANNEX_II and overall not in EFFECTIVE else form


def _annex(
    form: str, filed: Filed, overall: Outcome, results: Sequence[TargetResult], provider: Provider
) -> Mapping[str, object]:
    if form not in (ANNEX_II, ANNEX_III):
        return {}
    section_b: dict[str, object] = (
        {"measure": "removed", "at": _instant(_last_effect(results) or filed.received_at)}
        if form == ANNEX_II
        else {
            "reason": _GROUNDS_NOT_EXECUTED.get(overall, NotExecuted.MANIFEST_ERRORS).value,
            "explanation": _text_of(filed, overall).as_dict(),
            "missing": [missing.item for missing in filed.missing],
        }
    )
    return {
        "section_a": {"addressee": provider.name, "order_reference": filed.external_ref},
        "section_b": section_b,
        "section_c": {"provider": provider.name, "contact": provider.contact},
    }


def _refusal(filed: Filed) -> Mapping[str, object]:
    if filed.refusal is None:
        return {}
    return {"refusal": {"code": filed.refusal.value, "text": REFUSALS[filed.refusal].as_dict()}}


def _text_of(filed: Filed, overall: Outcome) -> Text:
    return REFUSALS[filed.refusal] if filed.refusal is not None else _TEXTS[overall]


def _target(result: TargetResult, sop: Sop) -> dict[str, object]:
    body: dict[str, object] = {
        "uri": result.uri,
        "outcome": result.outcome.value,
        "effect_at": _instant(result.effect_at),
        "measures": list(result.measures),
    }
    found = sop.clause(result.ground) if result.ground is not None else None
    if found is not None:
        _, clause = found
        body["ground"] = {
            "id": clause.id,
            "title": clause.title.as_dict(),
            "legal_ground": clause.legal_ground,
        }
    return body


def _last_effect(results: Sequence[TargetResult]) -> datetime | None:
    return max((result.effect_at for result in results if result.effect_at is not None), default=None)


def _instant(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)
