"""What every command shares: `--data`, `--json`, how it prints and how it fails."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec

import typer

from jaga.app.config import data_dir_of_environment
from jaga.core.errors import JagaError, Unavailable
from jaga.core.text import Text

if TYPE_CHECKING:  # so that --help stays quick
    from jaga.app.installation import Installation
    from jaga.store.database import Database

DataOption = Annotated[
    Path,
    typer.Option("--data", default_factory=lambda: Path(data_dir_of_environment()), help="Data directory."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout.")]


def emit(value: dict[str, Any] | list[Any], *, as_json: bool, human: str) -> None:
    """Print `value` as one line of JSON, or the sentence meant for people."""
    print(json.dumps(value, ensure_ascii=False) if as_json else human)


def fail(message: str) -> NoReturn:
    """One clear sentence on stderr, exit status 1."""
    print(message, file=sys.stderr)
    raise typer.Exit(1)


@contextmanager
def told_in_one_sentence() -> Iterator[None]:
    """A refusal inside becomes that sentence on stderr, and exit status 1."""
    try:
        yield
    except JagaError as error:
        fail(error.message("en"))


class NotRunning(Unavailable):
    code = "not_running"
    text = Text(
        id="Jaga di {path} sedang tidak berjalan; jalankan dengan jaga up.",
        en="Jaga in {path} is not running; start it with jaga up.",
    )


@asynccontextmanager
async def opened(data: Path) -> AsyncIterator[tuple[Installation, Database]]:
    """The running installation in `data` and its database, for commands. Raises `NoInstallation`, `NotRunning`."""
    from jaga.app.installation import Installation
    from jaga.app.wire_members import opened_database

    installation = Installation.open(data)
    async with opened_database(installation) as database:
        if not await database.answers():
            raise NotRunning(path=str(data))
        yield installation, database


P = ParamSpec("P")


def command(run: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make an asynchronous function a command; a refusal becomes one sentence and exit status 1.

    Its answer is all that stdout gets: logs stay out of it.
    """

    @wraps(run)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        from jaga.app.logs import keep_logs_out

        keep_logs_out()
        with told_in_one_sentence():
            asyncio.run(run(*args, **kwargs))

    return wrapper
