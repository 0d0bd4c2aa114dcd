"""`jaga import telegram`: takes over a channel from Telegram Desktop's export, checked on the way in."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jaga.app.commands.common import DataOption, JsonOption, command, emit, opened

if TYPE_CHECKING:  # so that --help stays quick
    from jaga.channels.take_over import Remark, Tally
    from jaga.channels.telegram_export import Export, ExportedFile

_CHUNK = 65_536
_LARGEST_EXPORT = 2 * 2**30
_HISTORY_PER_MINUTE = 1_000_000  # the operator brings it, so the sender's rate does not apply


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Take over what was published elsewhere.", no_args_is_help=True)
    app.add_typer(group, name="import")
    group.command("telegram")(command(telegram))


async def telegram(
    data: DataOption,
    directory: Annotated[Path, typer.Argument(help="The export's folder, with result.json in it.")],
    channel: Annotated[
        str, typer.Option(help="The channel that takes the posts over; its owner is their author.")
    ],
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Take over a channel's history. Interrupted? Run it again: nothing is doubled."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from jaga.app import open_side as open_sides
    from jaga.channels.ports import Actor
    from jaga.channels.take_over import TakeOver
    from jaga.store.bots import owner_of

    export = _read(directory)
    async with opened(data) as (installation, database):
        open_side = open_sides.open_side(installation, database, posts_per_minute=_HISTORY_PER_MINUTE)
        channel_id, owner = await owner_of(database, channel)
        take_over = TakeOver(
            taker=open_side.taker,
            uploader=open_side.uploader,
            open_file=lambda file: _opened(directory, file),
        )
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task(export.title or directory.name, total=len(export.messages))
            tally = await take_over.run(
                Actor(owner), channel, channel_id, export, done=lambda: progress.advance(bar)
            )
    emit(_summary(tally), as_json=as_json, human=_sentences(tally))


def _read(directory: Path) -> Export:
    from jaga.channels.telegram_export import BadExport, parse_export

    path = directory / "result.json"
    try:
        if path.stat().st_size > _LARGEST_EXPORT:
            raise BadExport(why="result.json is larger than 2 GiB")
        return parse_export(json.loads(path.read_bytes()))
    except FileNotFoundError:
        raise BadExport(why=f"there is no result.json in {directory}") from None
    except (ValueError, RecursionError) as error:
        raise BadExport(why=f"result.json is not JSON ({error})") from None


class _File:
    """A file of the export."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self.name = name
        self.declared_type = mimetypes.guess_type(name)[0] or "application/octet-stream"

    async def chunks(self) -> AsyncIterator[bytes]:
        with self._path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


def _opened(directory: Path, file: ExportedFile) -> _File | None:
    """Only regular files below the export, whatever links stand in it."""
    path = (directory / file.path).resolve()
    if not path.is_relative_to(directory.resolve()) or not path.is_file():
        return None
    return _File(path, file.name)


def _summary(tally: Tally) -> dict[str, Any]:
    return {
        "counts": {str(fate): count for fate, count in sorted(tally.counts.items())},
        "missing_files": tally.missing_files,
        "remarks": [{"number": r.number, "fate": str(r.fate), "about": _about(r)} for r in tally.remarks],
    }


def _about(remark: Remark) -> str:
    return "" if remark.about is None else remark.about.en


def _sentences(tally: Tally) -> str:
    counted = ", ".join(f"{count} {fate.replace('_', ' ')}" for fate, count in sorted(tally.counts.items()))
    lines = [f"Done: {counted or 'nothing to do'}. {tally.missing_files} files were not in the export."]
    lines += [f"  message {r.number}: {r.fate.replace('_', ' ')} ({_about(r)})" for r in tally.remarks]
    return "\n".join(lines)
