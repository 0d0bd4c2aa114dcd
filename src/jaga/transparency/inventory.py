"""Every field of both databases that says something of people: what, why, how long. One source for all who ask.

The source is `inventory.toml`: explicit names of columns, so that a new column is missing until somebody has said
what it is. `jaga inventory` holds it against the live schemas, and docs/what-we-can-see.md is made of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from typing_extensions import override

from jaga.core.text import Language, Text

Side = Literal["sealed", "open"]
SIDES: tuple[Side, ...] = ("sealed", "open")
_SOURCE = Path(__file__).with_name("inventory.toml")
_PAGE = Path(__file__).with_name("what_we_can_see.md")


@dataclass(frozen=True, slots=True, order=True)
class Column:
    table: str
    name: str

    @override
    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """One kind of knowledge about people, and the columns that hold it."""

    id: str
    side: Side
    what: Text
    why: Text
    kept: Text
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Inventory:
    data: tuple[Datum, ...]
    empty: frozenset[str]
    """Tables that Synapse brings for what is switched off here; nothing is ever in them."""

    machinery: Mapping[Side, frozenset[Column]]
    """Columns that say nothing of anybody."""

    _empty_columns: frozenset[Column]

    def known(self, side: Side) -> frozenset[Column]:
        of_people = {column for datum in self.of(side) for column in datum.columns}
        return self.machinery[side] | of_people | (self._empty_columns if side == "sealed" else frozenset())

    def of(self, side: Side) -> Iterator[Datum]:
        return (datum for datum in self.data if datum.side == side)

    def unexplained(self, side: Side, live: Iterable[Column]) -> list[Column]:
        """Columns that exist and that nobody has said anything about."""
        return sorted(set(live) - self.known(side))


def load_inventory(path: Path = _SOURCE) -> Inventory:
    """Raises `ValueError` when a column is explained twice."""
    content = tomllib.loads(path.read_text("utf-8"))
    inventory = Inventory(
        data=tuple(_datum(each) for each in content["data"]),
        empty=frozenset(content["empty"]),
        machinery={side: frozenset(_columns(content["machinery"][side])) for side in SIDES},
        _empty_columns=frozenset(_columns(content["empty"])),
    )
    for side in SIDES:
        _require_once(inventory, side)
    return inventory


def _datum(each: Mapping[str, Any]) -> Datum:
    return Datum(
        id=each["id"],
        side=each["side"],
        what=Text(**each["what"]),
        why=Text(**each["why"]),
        kept=Text(**each["kept"]),
        columns=tuple(_columns(each["fields"])),
    )


def _columns(fields: Mapping[str, str]) -> Iterator[Column]:
    return (Column(table, name) for table, names in fields.items() for name in names.split())


def _require_once(inventory: Inventory, side: Side) -> None:
    seen = set(inventory.machinery[side])
    for datum in inventory.of(side):
        twice = seen.intersection(datum.columns)
        if twice:
            raise ValueError(f"{min(twice)} is explained twice")
        seen.update(datum.columns)


def page(inventory: Inventory) -> str:
    """docs/what-we-can-see.md: what is written by hand, with the tables of both sides in their places."""
    text = _PAGE.read_text("utf-8")
    for side in SIDES:
        text = text.replace(f"<!-- {side} -->\n", table(inventory, side, "en"))
    return text.replace("<!-- empty -->", f"{len(inventory.empty)}")


def table(inventory: Inventory, side: Side, language: Language) -> str:
    """A table in Markdown, one row for each kind of knowledge."""
    head = "| what | why | how long |" if language == "en" else "| apa | untuk apa | berapa lama |"
    rows = (
        f"| {datum.what.in_(language)} | {datum.why.in_(language)} | {datum.kept.in_(language)} |"
        for datum in inventory.of(side)
    )
    return "\n".join([head, "|---|---|---|", *rows]) + "\n"
