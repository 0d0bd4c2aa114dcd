"""One line of a term bank: what is listed, why, and what happens to content that carries it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from jaga.core.errors import MalformedInput
from jaga.core.ids import BankEntryId
from jaga.core.text import LANGUAGES, Text
from jaga.detect.fold import as_seen, as_written
from jaga.detect.links import parse_link
from jaga.detect.verdict import Outcome

LONGEST_TERM = 200
LONGEST_NOTE = 2_000
_SHORTEST = 2
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CATEGORY = re.compile(r"[a-z][a-z0-9_]{0,63}")


class Kind(StrEnum):
    TERM = "term"
    """A word or phrase, found through every disguise `jaga.detect.fold` knows."""
    LINK = "link"
    """A host (with everything below it), or a host and the beginning of a path."""
    FILE = "file"
    """The SHA-256 of a file's bytes."""
    PATTERN = "pattern"
    IMAGE = "image"


_NOT_YET = frozenset({Kind.PATTERN, Kind.IMAGE})


class BadEntry(MalformedInput):
    """The entry cannot be taken; `reason` says why, in English, for the person who keeps the bank."""

    code = "bad_bank_entry"
    text = Text(id="Entri bank ditolak: {reason}.", en="Bank entry refused: {reason}.")


class KindNotSupported(BadEntry):
    """Refused rather than stored and never applied."""

    code = "bank_kind_not_supported"


@dataclass(frozen=True, slots=True)
class Wording:
    """An entry as someone asks for it, checked and in its one spelling; not yet in the bank."""

    kind: Kind
    term: str
    category: str
    outcome: Outcome
    language: str | None = None
    source: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[Kind, str, str]:
        """What may be in force only once."""
        return self.kind, self.term, self.category


@dataclass(frozen=True, slots=True)
class Entry:
    """What the detector needs to know of an entry in force."""

    id: BankEntryId
    kind: Kind
    term: str
    category: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry in force, as those who keep the bank see it."""

    id: BankEntryId
    wording: Wording
    added_by: str
    added_at: datetime


def parse_wording(
    *,
    kind: str,
    term: str,
    category: str,
    outcome: str,
    language: str | None = None,
    source: str = "",
    note: str = "",
) -> Wording:
    """Raises `BadEntry` with the first thing that is wrong."""
    kind_ = _one_of(Kind, kind, "kind")
    if kind_ in _NOT_YET:
        raise KindNotSupported(reason=f'entries of kind "{kind_}" cannot be applied yet')
    if not _CATEGORY.fullmatch(category):
        raise BadEntry(
            reason=f'category "{category[:80]}" is not a short lower-case name such as "terrorism"'
        )
    if language and language not in LANGUAGES:
        raise BadEntry(reason=f'language "{language[:20]}" is none of {", ".join(LANGUAGES)}')
    if len(source) > LONGEST_NOTE or len(note) > LONGEST_NOTE:
        raise BadEntry(reason=f"source and note may have {LONGEST_NOTE} characters each")
    return Wording(
        kind=kind_,
        term=_parse_term(kind_, term),
        category=category,
        outcome=_one_of(Outcome, outcome, "outcome"),
        language=language or None,
        source=source,
        note=note,
    )


_Choice = TypeVar("_Choice", bound=StrEnum)


def _one_of(choices: type[_Choice], value: str, name: str) -> _Choice:
    try:
        return choices(value)
    except ValueError:
        raise BadEntry(reason=f'{name} "{value[:40]}" is none of {", ".join(choices)}') from None


def _parse_term(kind: Kind, term: str) -> str:
    """The one spelling under which the term is stored: what was typed, without outer and doubled spaces."""
    term = " ".join(term.split())
    if not term or "\x00" in term:
        raise BadEntry(reason="the term is empty")
    if len(term) > LONGEST_TERM:
        raise BadEntry(reason=f"a term may have {LONGEST_TERM} characters")
    match kind:
        case Kind.FILE:
            return _parse_digest(term)
        case Kind.LINK:
            if parse_link(term) is None:
                raise BadEntry(reason=f'"{term[:80]}" is neither a host nor a host with a path')
            return term
        case _:
            return _parse_word(term)


def _parse_digest(term: str) -> str:
    if not _SHA256.fullmatch(term.lower()):
        raise BadEntry(reason="a file is named by its SHA-256: 64 hexadecimal digits")
    return term.lower()


def _parse_word(term: str) -> str:
    seen = as_seen(term).text
    if not seen:
        raise BadEntry(reason="nothing of the term can be seen")
    if len(seen) < _SHORTEST and as_written(term).text.isascii():
        raise BadEntry(reason="a single Latin letter, digit or sign would match too much")
    return term
