"""`jaga bank add|list|import|export|remove`: keeps the term banks of a running Jaga."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit, opened
from jaga.core.clock import rfc3339, utc_now

if TYPE_CHECKING:
    from jaga.detect.entry import Listed, Wording
    from jaga.store.banks import Banks

OPERATOR = "operator"

KindOption = Annotated[str, typer.Option(help="term, link or file (pattern and image are to come).")]
WantedKind = Annotated[str | None, typer.Option("--kind", help="Only entries of this kind.")]
WantedCategory = Annotated[str | None, typer.Option("--category", help="Only entries of this category.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Term banks: what is listed, and what happens to it.", no_args_is_help=True)
    group.command("add")(command(add))
    group.command("list")(command(list_))
    group.command("import")(command(import_))
    group.command("export")(command(export))
    group.command("remove")(command(remove))
    app.add_typer(group, name="bank")


async def add(
    term: Annotated[str, typer.Argument(help="The word or phrase, address, or SHA-256.")],
    *,
    data: DataOption,
    category: Annotated[str, typer.Option(help="A category of the SOP, as in: terrorism.")],
    outcome: Annotated[str, typer.Option(help="refuse, hold or flag.")],
    kind: KindOption = "term",
    language: Annotated[str | None, typer.Option(help="id or en.")] = None,
    source: Annotated[str, typer.Option(help="Who named it.")] = "",
    note: Annotated[str, typer.Option(help="Why it is listed.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List something; it is in force within a second."""
    from jaga.detect.entry import parse_wording

    wording = parse_wording(
        kind=kind, term=term, category=category, outcome=outcome, language=language, source=source, note=note
    )
    async with _banks(data) as banks:
        id_ = await banks.add(wording, by=OPERATOR, now=utc_now())
    emit(
        {"id": id_, **_words(wording)},
        as_json=as_json,
        human=f"{id_}: {wording.kind} in {wording.category}, {wording.outcome}.",
    )


async def remove(
    entry: Annotated[str, typer.Argument(metavar="ID", help="The entry's id (bnk_…).")],
    data: DataOption,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Take an entry out of force; its record stays."""
    from jaga.core.ids import BankEntryId

    id_ = BankEntryId.parse(entry)
    async with _banks(data) as banks:
        await banks.remove(id_, by=OPERATOR, now=utc_now())
    emit({"id": id_, "removed": True}, as_json=as_json, human=f"{id_} is out of force.")


async def list_(
    data: DataOption,
    kind: WantedKind = None,
    category: WantedCategory = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Show what is in force."""
    entries = await _listed(data, kind, category)
    emit(
        [_record(entry) for entry in entries],
        as_json=as_json,
        human="\n".join(map(_line, entries)) or "Empty.",
    )


async def export(
    data: DataOption,
    file: Annotated[Path | None, typer.Argument(help="Where to write (default: stdout).")] = None,
    format_: Annotated[str, typer.Option("--format", help="csv or jsonl.")] = "csv",
    kind: WantedKind = None,
    category: WantedCategory = None,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Write what is in force as a file that `bank import` reads."""
    from jaga.core.files import write_private
    from jaga.detect.exchange import write_bank

    if format_ not in ("csv", "jsonl"):
        raise typer.BadParameter("csv or jsonl", param_hint="--format")
    entries = await _listed(data, kind, category)
    lines = write_bank((entry.wording for entry in entries), "csv" if format_ == "csv" else "jsonl")
    if file is None:
        sys.stdout.writelines(lines)
        return
    write_private(file, "".join(lines).encode())
    emit(
        {"file": str(file), "entries": len(entries)},
        as_json=as_json,
        human=f"{len(entries)} entries written to {file}.",
    )


async def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or JSON lines.")],
    data: DataOption,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Bring in a file, all of it or nothing. What is in force already is left as it is."""
    from jaga.detect.exchange import BadLine, parse_bank

    try:
        lines = parse_bank(file.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise BadLine(line="?", reason=f"byte {error.start} is not UTF-8") from None
    async with _banks(data) as banks:
        new = await _not_yet_listed(banks, lines)
        with _progress(len(new)) as written:
            ids = await banks.add_all(new, by=OPERATOR, now=utc_now(), progress=written) if new else []
    known = len(lines) - len(new)
    emit(
        {"added": len(new), "known": known, "ids": ids},
        as_json=as_json,
        human=f"{len(new)} entries are in force now, {known} were already.",
    )


async def _not_yet_listed(banks: Banks, lines: Sequence[tuple[int, Wording]]) -> list[Wording]:
    from jaga.detect.exchange import BadLine

    known = await banks.in_force([wording for _, wording in lines])
    for line, wording in lines:
        outcome = known.get(wording.key, wording.outcome)
        if outcome is not wording.outcome:
            raise BadLine(
                line=line, reason=f"this is in force with outcome {outcome}; remove that entry first"
            )
    return [wording for _, wording in lines if wording.key not in known]


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Writing", total=total)
        yield lambda done: bar.update(task, completed=done)


async def _listed(data: Path, kind: str | None, category: str | None) -> list[Listed]:
    from jaga.detect.entry import Kind

    if kind is not None and kind not in set(Kind):
        raise typer.BadParameter(", ".join(Kind), param_hint="--kind")
    async with _banks(data) as banks:
        return await banks.listed(kind=None if kind is None else Kind(kind), category=category)


@asynccontextmanager
async def _banks(data: Path) -> AsyncIterator[Banks]:
    from jaga.store.banks import Banks

    async with opened(data) as (_, database):
        yield Banks(database)


def _words(wording: Wording) -> dict[str, Any]:
    return {
        "kind": wording.kind.value,
        "term": wording.term,
        "category": wording.category,
        "outcome": wording.outcome.value,
        "language": wording.language,
        "source": wording.source,
        "note": wording.note,
    }


def _record(entry: Listed) -> dict[str, Any]:
    return {
        "id": entry.id,
        **_words(entry.wording),
        "added_by": entry.added_by,
        "added_at": rfc3339(entry.added_at),
    }


def _line(entry: Listed) -> str:
    wording = entry.wording
    return f"{entry.id}  {wording.kind:<5} {wording.outcome:<6} {wording.category:<16} {wording.term}"
