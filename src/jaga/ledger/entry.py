"""What one leaf says: an act of moderation in public words, and commitments to its personal fields.

    draft = Entry.of(type=EntryType.SUBMISSION, at=now, case=case.id, jurisdiction="ID", category="terrorism",
                     legal_class="id_mr5", outcome="queued", personal={"officer": officer.id, "target": uri})
    await outbox.append(connection, draft, ref=submission.id)

Plain fields are classes, counts and instants: they take no sentences, so that nothing personal can slip in. Whatever
concerns a person (who, which address, which words) goes into `personal` and leaves only a commitment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import Any, Required, Self, TypedDict, Unpack

from jaga.core.canonical import canonical_json
from jaga.core.clock import rfc3339
from jaga.core.ids import CaseId, Id, MalformedId
from jaga.ledger.commitment import Opening

VERSION = 1
LARGEST_ENTRY = 65_535  # tlog-tiles: the length before an entry is a uint16

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:()+-]{0,119}")
_JURISDICTION = re.compile(r"[A-Z]{2}|ALL_EU|GLOBAL")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_COMMITMENT = re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")  # 32 bytes, canonical base64
_KEYS = {
    "type": "type",
    "case": "case",
    "seq": "seq",
    "jurisdiction": "jur",
    "category": "cat",
    "authority": "authority",
    "actor_class": "actor_class",
    "legal_class": "legal_class",
    "action": "action",
    "outcome": "outcome",
    "subject": "subject",
    "count": "count",
}
_WORDS = ("category", "authority", "actor_class", "legal_class", "action", "outcome", "subject")


class MalformedEntry(ValueError):
    """The entry says something that a ledger entry cannot say."""


class EntryId(Id):
    """One entry, from the moment its act was recorded; its leaf index follows with integration."""

    prefix = "ent"


@unique
class EntryType(StrEnum):
    """Which act an entry records. A new act is a new name; no name ever changes its meaning."""

    SUBMISSION = "submission"
    CLARIFICATION = "clarification"
    REPLY = "reply"
    NOTICE = "notice"
    REFUSAL = "refusal"
    DECISION = "decision"
    APPROVAL = "approval"
    EFFECT = "effect"
    STATEMENT = "statement"
    FEEDBACK = "feedback"
    APPEAL = "appeal"
    APPEAL_DECISION = "appeal_decision"
    BREACH = "breach"
    CLOSING = "closing"
    RESTRICTED = "restricted"
    REVEAL = "reveal"
    SOP_VERSION = "sop_version"
    BANK_CHANGE = "bank_change"
    AUTHORITY = "authority"
    OFFICER = "officer"
    REPRESENTATIVE = "representative"
    STAFF = "staff"
    OUTAGE = "outage"
    ERASURE = "erasure"


class PublicFields(TypedDict, total=False):
    """What `Entry.of` takes beside `personal`; see the fields of `Entry`."""

    type: Required[EntryType]
    at: Required[datetime]
    case: CaseId | None
    jurisdiction: str | None
    category: str | None
    authority: str | None
    actor_class: str | None
    legal_class: str | None
    deadline_at: datetime | None
    action: str | None
    outcome: str | None
    subject: str | None
    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One leaf. Whatever constructs it, it is valid or `MalformedEntry` is raised."""

    type: EntryType
    at: datetime
    case: CaseId | None = None
    seq: int | None = None
    """Position in the case's chain, from 1: a missing step is visible. Given by the outbox."""
    jurisdiction: str | None = None
    category: str | None = None
    authority: str | None = None
    actor_class: str | None = None
    legal_class: str | None = None
    deadline_at: datetime | None = None
    action: str | None = None
    outcome: str | None = None
    subject: str | None = None
    """A public thing that the act concerns: a version's digest, an entry's id. Never a person."""
    count: int | None = None
    """How many: the length of a case's chain at its closing, the size of a bank after a change."""
    commitments: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in _WORDS:
            _require(name, getattr(self, name), _WORD)
        _require("jurisdiction", self.jurisdiction, _JURISDICTION)
        for name, commitment in self.commitments.items():
            _require("personal", name, _FIELD)
            _require(name, commitment, _COMMITMENT)
        for name in ("at", "deadline_at"):
            instant = getattr(self, name)
            if instant is not None and instant.tzinfo is None:
                raise MalformedEntry(f"{name} has no time zone")
        for name in ("seq", "count"):
            number = getattr(self, name)
            if number is not None and (type(number) is not int or number < 0):
                raise MalformedEntry(f"{name} is no count")

    @classmethod
    def of(cls, *, personal: Mapping[str, str | None] | None = None, **public: Unpack[PublicFields]) -> Draft:
        """An entry about `public` words, with a fresh salted commitment for each value in `personal` that is set."""
        openings = tuple(
            Opening.fresh(name, _text(name, value))
            for name, value in sorted((personal or {}).items())
            if value is not None
        )
        commitments = {opening.field: opening.commitment() for opening in openings}
        return Draft(cls(commitments=commitments, **public), openings)

    @classmethod
    def parse(cls, leaf: bytes) -> Self:
        """The entry that `leaf` spells; raises `MalformedEntry` unless these are its canonical bytes."""
        try:
            values = json.loads(leaf)
            entry = cls(**_fields_of(values))
            canonical = entry.to_bytes()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, MalformedId) as error:
            raise MalformedEntry(f"not a ledger entry: {error}") from None
        if canonical != leaf:
            raise MalformedEntry("not the canonical form of a ledger entry")
        return entry

    def to_bytes(self) -> bytes:
        """The leaf: canonical JSON of the fields that are set. Raises `MalformedEntry` beyond `LARGEST_ENTRY`."""
        values: dict[str, Any] = {"v": VERSION, "ts": rfc3339(self.at)}
        values |= {key: getattr(self, name) for name, key in _KEYS.items() if getattr(self, name) is not None}
        if self.deadline_at is not None:
            values["deadline"] = rfc3339(self.deadline_at)
        if self.commitments:
            values["c"] = dict(self.commitments)
        leaf = canonical_json(values)
        if len(leaf) > LARGEST_ENTRY:
            raise MalformedEntry(f"longer than {LARGEST_ENTRY} bytes")
        return leaf


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry on its way into the ledger, with what opens its commitments."""

    entry: Entry
    openings: tuple[Opening, ...] = ()

    def numbered(self, seq: int) -> Draft:
        """The same, as step `seq` of its case's chain."""
        return replace(self, entry=replace(self.entry, seq=seq))


def _require(name: str, value: str | None, form: re.Pattern[str]) -> None:
    if value is not None and not form.fullmatch(value):
        raise MalformedEntry(f"{name} is no plain word: personal or free text belongs into `personal`")


def _text(name: str, value: str) -> str:
    """Hostile input may hold halves of surrogate pairs or NUL, which neither UTF-8 nor PostgreSQL can keep."""
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise MalformedEntry(f"{name} is not text")
    return value


def _fields_of(values: dict[str, Any]) -> dict[str, Any]:
    if values.pop("v") != VERSION:
        raise MalformedEntry("unknown version")
    fields: dict[str, Any] = {
        "at": _instant(values.pop("ts")),
        "type": EntryType(values.pop("type")),
        "commitments": values.pop("c", {}),
    }
    if "deadline" in values:
        fields["deadline_at"] = _instant(values.pop("deadline"))
    if "case" in values:
        fields["case"] = CaseId.parse(values.pop("case"))
    names = {key: name for name, key in _KEYS.items()}
    return fields | {names[key]: value for key, value in values.items()}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
