"""`jaga backup` and `jaga restore`: safe-keeping."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jaga.app.commands.common import DataOption, JsonOption, emit, told_in_one_sentence

if TYPE_CHECKING:  # so that --help stays quick
    from jaga.app.backup import Kept


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    directory: Annotated[Path, typer.Argument(help="A new directory, which then holds everything.")],
    data: DataOption,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Keep everything in one directory: databases, files, secrets. Jaga may go on running meanwhile."""
    from jaga.app.backup import make_backup
    from jaga.app.installation import Installation
    from jaga.core.clock import utc_now

    with told_in_one_sentence():
        kept = make_backup(Installation.open(data), directory, now=utc_now(), tell=_tell)
    emit(
        _as_dict(kept), as_json=as_json, human=f"{_in_words(kept)} Whoever has it has every secret: guard it."
    )


def restore(
    directory: Annotated[Path, typer.Argument(help="A directory that `jaga backup` filled.")],
    data: DataOption,
    as_json: JsonOption = False,  # noqa: FBT002 - a command line's flag
) -> None:
    """Bring a backup into a new data directory; nothing is written unless every file is as it was kept."""
    from jaga.app.backup import restore_backup

    with told_in_one_sentence():
        kept = restore_backup(directory, data, tell=_tell)
    emit(_as_dict(kept), as_json=as_json, human=f"{_in_words(kept)} Start it with: jaga up --data {data}")


def _tell(step: str) -> None:
    print(f"  {step} ...", file=sys.stderr, flush=True)


def _as_dict(kept: Kept) -> dict[str, object]:
    return {"id": str(kept.path), "files": kept.files, "bytes": kept.size}


def _in_words(kept: Kept) -> str:
    return f"{kept.path}: {kept.files} files, {kept.size / 1e6:,.1f} MB."
