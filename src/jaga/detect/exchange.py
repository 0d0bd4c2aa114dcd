"""Banks as files, to bring in and to take out: CSV with a header line, or one JSON object a line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, Literal

from jaga.core.errors import MalformedInput
from jaga.core.text import Text
from jaga.detect.entry import BadEntry, Kind, Wording, parse_wording

Format = Literal["csv", "jsonl"]
COLUMNS = ("kind", "term", "category", "outcome", "language", "source", "note")
_REQUIRED = frozenset({"term", "category", "outcome"})


class BadLine(MalformedInput):
    code = "bad_bank_file"
    text = Text(
        id="Baris {line}: {reason}. Tidak ada yang dimasukkan.",
        en="Line {line}: {reason}. Nothing was brought in.",
    )


def format_of(text: str) -> Format:
    return "jsonl" if text.lstrip().startswith("{") else "csv"


def parse_bank(text: str) -> list[tuple[int, Wording]]:
    """Each entry with the number of its line. Raises `BadLine` for the first that is wrong or stands twice."""
    rows = _json_lines(text) if format_of(text) == "jsonl" else _csv_rows(text)
    seen: dict[tuple[Kind, str, str], int] = {}
    wordings = []
    for line, row in rows:
        wording = _parse_row(line, row)
        if (first := seen.setdefault(wording.key, line)) != line:
            raise BadLine(line=line, reason=f"the same entry stands on line {first}")
        wordings.append((line, wording))
    return wordings


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        _require_columns(reader.fieldnames or ())
        for row in reader:
            if None in row or None in row.values():
                raise BadLine(line=reader.line_num, reason="the number of columns differs from the header's")
            yield reader.line_num, row
    except csv.Error as error:
        raise BadLine(line=reader.reader.line_num, reason=str(error)) from None


def _require_columns(names: Iterable[str]) -> None:
    if missing := sorted(_REQUIRED.difference(names)):
        raise BadLine(line=1, reason=f"the header lacks {', '.join(missing)}; known are {', '.join(COLUMNS)}")
    if unknown := sorted(set(names).difference(COLUMNS)):
        raise BadLine(line=1, reason=f"unknown column {', '.join(unknown)}; known are {', '.join(COLUMNS)}")


def _json_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, written in enumerate(text.splitlines(), 1):
        if not written.strip():
            continue
        try:
            row = json.loads(written)
        except (ValueError, RecursionError):
            raise BadLine(line=line, reason="this is not JSON") from None
        if not isinstance(row, dict) or not _REQUIRED <= row.keys() <= {
            *COLUMNS,
            "id",
            "added_at",
            "added_by",
        }:
            raise BadLine(
                line=line, reason=f"needed are {', '.join(sorted(_REQUIRED))}; known are {', '.join(COLUMNS)}"
            )
        yield line, {name: row[name] for name in COLUMNS if row.get(name) is not None}


def _parse_row(line: int, row: Mapping[str, Any]) -> Wording:
    if not all(isinstance(value, str) for value in row.values()):
        raise BadLine(line=line, reason="every value must be text")
    try:
        return parse_wording(
            **{"kind": "term", **{name: value for name, value in row.items() if value}, **_needed(row)}
        )
    except BadEntry as error:
        raise BadLine(line=line, reason=str(error.fields["reason"])) from None


def _needed(row: Mapping[str, str]) -> dict[str, str]:
    return {name: row[name] for name in _REQUIRED}


def write_bank(wordings: Iterable[Wording], format: Format) -> Iterator[str]:
    """The lines of a file that `parse_bank` reads back."""
    rows = ({name: _text(getattr(wording, name)) for name in COLUMNS} for wording in wordings)
    if format == "jsonl":
        yield from (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return
    yield _csv_line(COLUMNS)
    yield from (_csv_line(row.values()) for row in rows)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _csv_line(values: Iterable[str]) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow(values)
    return out.getvalue()
