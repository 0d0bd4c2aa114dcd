"""From TOML documents to a `Sop`. A mistake is named by file, key and reason; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from jaga.core.errors import MalformedInput
from jaga.core.text import Text
from jaga.sop.model import (
    Automation,
    Category,
    Clause,
    ClockRule,
    Measure,
    Regime,
    RequiredItem,
    Requirement,
    Sop,
    Urgency,
)

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_CLAUSE_ID = re.compile(r"[A-Z]{1,3}-\d{1,3}")

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class SopError(MalformedInput):
    code = "sop_error"
    text = Text(id="{file}: {key}: {reason}", en="{file}: {key}: {reason}")


@dataclass(frozen=True, slots=True)
class Table:
    """A TOML table that knows where it stands, so that every complaint can say so."""

    file: str
    path: str
    values: Mapping[str, Any]

    def wrong(self, key: str, reason: str) -> SopError:
        return SopError(file=self.file, key=f"{self.path}.{key}" if self.path else key, reason=reason)

    def take(self, key: str, kind: type[T]) -> T:
        value = self.values.get(key)
        if value is None:
            raise self.wrong(key, "is missing")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(key, f"must be {kind.__name__}, not {type(value).__name__}")
        return value

    def table(self, key: str) -> Table:
        return Table(self.file, f"{self.path}.{key}" if self.path else key, self.take(key, dict))

    def tables(self, key: str) -> dict[str, Table]:
        """A table of tables, by name."""
        outer = self.table(key)
        for name in outer.values:
            if not _NAME.fullmatch(name):
                raise outer.wrong(name, "must be a name of lower-case letters, digits and _")
        return {name: outer.table(name) for name in outer.values}

    def rows(self, key: str) -> list[Table]:
        """An array of tables."""
        rows = self.take(key, list)
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                raise self.wrong(f"{key}[{number}]", "must be a table")
        return [Table(self.file, f"{self.path}.{key}[{number}]", row) for number, row in enumerate(rows)]

    def text(self, key: str) -> Text:
        """`{id = "…", en = "…"}`, both filled."""
        both = self.table(key)
        texts = {language: both.take(language, str).strip() for language in ("id", "en")}
        for language, words in texts.items():
            if not words:
                raise both.wrong(language, "is empty")
        both.only("id", "en")
        return Text(**texts)

    def names(self, key: str) -> tuple[str, ...]:
        values = self.take(key, list)
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key, "must be a list of names")
        return tuple(values)

    def one_of(self, key: str, choices: type[E]) -> E:
        return self.choice(key, self.take(key, str), choices)

    def choice(self, key: str, word: str, choices: type[E]) -> E:
        try:
            return choices(word)
        except ValueError:
            raise self.wrong(key, f"must be one of {', '.join(choices)}, not {word}") from None

    def duration(self, key: str) -> timedelta:
        """An ISO 8601 duration in days, hours and minutes."""
        found = _DURATION.fullmatch(self.take(key, str))
        days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
        length = timedelta(days=days, hours=hours, minutes=minutes)
        if not length:
            raise self.wrong(key, "must be a duration such as PT4H or P7D")
        return length

    def only(self, *keys: str) -> None:
        for key in self.values:
            if key not in keys:
                raise self.wrong(key, f"is unknown; known are {', '.join(keys)}")


def merge(base: Mapping[str, Any], supplement: Mapping[str, Any]) -> dict[str, Any]:
    """A country's supplement on the base: tables are joined, everything else is replaced."""
    merged = dict(base)
    for key, value in supplement.items():
        below = merged.get(key)
        merged[key] = (
            merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
        )
    return merged


def parse_sop(documents: Mapping[str, Mapping[str, Any]]) -> Sop:
    """The SOP that these documents say together, the base first. Raises `SopError`."""
    together: dict[str, Any] = {"categories": {}, "regimes": {}}
    for file, document in documents.items():
        _parse_parts(Table(file, "", document))
        together = merge(together, document)
    return _whole(Table(", ".join(documents), "", together))


def _parse_parts(document: Table) -> None:
    """Complain with the file's own name while it is still known; unfinished tables are the whole's matter."""
    document.only("sop", "categories", "regimes")
    for key, parse in (("categories", parse_category), ("regimes", parse_regime)):
        if key in document.values:
            _try_complete(document.tables(key), parse)


def _try_complete(tables: Mapping[str, Table], parse: Callable[[str, Table], object]) -> None:
    for name, table in tables.items():
        if "title" in table.values:  # a supplement that only changes a value has none
            parse(name, table)


def _whole(document: Table) -> Sop:
    head = document.table("sop")
    head.only("version", "title", "introduction", "appeal_window", "evidence_kept")
    sop = Sop(
        version=head.take("version", str),
        title=head.text("title"),
        introduction=head.text("introduction"),
        appeal_window=head.duration("appeal_window"),
        evidence_kept=head.duration("evidence_kept"),
        categories={
            name: parse_category(name, table) for name, table in document.tables("categories").items()
        },
        regimes={name: parse_regime(name, table) for name, table in document.tables("regimes").items()},
    )
    _check_together(document, sop)
    return sop


def _check_together(document: Table, sop: Sop) -> None:
    if not sop.categories:
        raise document.wrong("categories", "is empty")
    seen: dict[str, str] = {}
    for category in sop.categories.values():
        for clause in category.clauses:
            if clause.id in seen:
                raise document.wrong(
                    f"categories.{category.name}.clauses", f"{clause.id} stands in {seen[clause.id]} already"
                )
            seen[clause.id] = category.name
    for regime in sop.regimes.values():
        for name in regime.urgent_categories:
            if name not in sop.categories:
                raise document.wrong(f"regimes.{regime.name}.urgent_categories", f"{name} is no category")


def parse_category(name: str, table: Table) -> Category:
    table.only(
        "title", "own_target", "automation", "exemption_check", "anonymous_notices", "clauses", "approvals",
        "suspension", "tdb_category", "tdb_keyword",
    )  # fmt: skip
    clauses = tuple(_clause(row) for row in table.rows("clauses"))
    if not clauses:
        raise table.wrong("clauses", "needs at least one")
    return Category(
        name=name,
        title=table.text("title"),
        own_clock=ClockRule(name="own", length=table.duration("own_target"), basis="own"),
        automation=table.one_of("automation", Automation),
        exemption_check=table.take("exemption_check", bool),
        anonymous_notices=table.take("anonymous_notices", bool),
        clauses=clauses,
        approvals=_approvals(table.table("approvals")),
        suspension=table.duration("suspension"),
        tdb_category=table.take("tdb_category", str),
        tdb_keyword=table.take("tdb_keyword", str),
    )


def _clause(row: Table) -> Clause:
    row.only("id", "title", "text", "illegal", "legal_ground")
    clause_id = row.take("id", str)
    if not _CLAUSE_ID.fullmatch(clause_id):
        raise row.wrong("id", "must be like T-2")
    return Clause(
        id=clause_id,
        title=row.text("title"),
        text=row.text("text"),
        illegal=row.take("illegal", bool),
        legal_ground=row.take("legal_ground", str),
    )


def _approvals(table: Table) -> dict[Measure, int]:
    approvals = {table.choice(name, name, Measure): table.take(name, int) for name in table.values}
    for measure, count in approvals.items():
        if not 0 <= count <= 5:
            raise table.wrong(measure, "must be from 0 to 5 people other than the decider")
    if Measure.NO_VIOLATION not in approvals:
        raise table.wrong(Measure.NO_VIOLATION, "is missing: every case may end without a violation")
    return approvals


def parse_regime(name: str, table: Table) -> Regime:
    table.only("title", "jurisdiction", "kinds", "clocks", "urgent_categories", "requirements", "feedback")
    clocks = {
        table.choice("clocks", key, Urgency): _clock(row) for key, row in table.tables("clocks").items()
    }
    if Urgency.NORMAL not in clocks:
        raise table.wrong("clocks.normal", "is missing")
    return Regime(
        name=name,
        title=table.text("title"),
        jurisdiction=table.take("jurisdiction", str),
        kinds=table.names("kinds"),
        clocks=clocks,
        urgent_categories=table.names("urgent_categories"),
        requirements=tuple(
            Requirement(item=row.one_of("item", RequiredItem), text=row.text("text"))
            for row in table.rows("requirements")
        ),
        feedback=table.take("feedback", str),
    )


def _clock(table: Table) -> ClockRule:
    table.only("name", "length", "basis")
    return ClockRule(
        name=table.take("name", str), length=table.duration("length"), basis=table.take("basis", str)
    )
