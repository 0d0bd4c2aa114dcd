"""What every command shares: `--data`, `--json`, how it prints and how it fails."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn, ParamSpec

import typer

from jaga.app.config import data_dir_of_environment
from jaga.core.errors import JagaError

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


P = ParamSpec("P")


def command(run: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Make an asynchronous function a command; a refusal becomes one sentence and exit status 1."""

    @wraps(run)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            asyncio.run(run(*args, **kwargs))
        except JagaError as error:
            fail(error.message("en"))

    return wrapper
