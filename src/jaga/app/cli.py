"""The command line: each area brings its own commands from `jaga.app.commands`."""

from __future__ import annotations

import importlib
import pkgutil

import typer

import jaga.app.commands

app = typer.Typer(
    name="jaga",
    help="Private chats are sealed, public channels are guarded, and both can be checked.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def root() -> None:
    """Private chats are sealed, public channels are guarded, and both can be checked."""


def _register() -> None:
    """Every module of `jaga.app.commands` with a function `register` adds its commands."""
    for module in pkgutil.iter_modules(jaga.app.commands.__path__, "jaga.app.commands."):
        register = getattr(importlib.import_module(module.name), "register", None)
        if register is not None:
            register(app)


def main() -> None:
    _register()
    app()
