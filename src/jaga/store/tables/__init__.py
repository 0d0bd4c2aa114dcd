"""Every table of the database `jaga`, gathered so that one `metadata` knows them all."""

from __future__ import annotations

import importlib
import pkgutil

from jaga.store.tables.base import metadata

_modules = [importlib.import_module(module.name) for module in pkgutil.iter_modules(__path__, f"{__name__}.")]


def statements() -> list[str]:
    """What is no table: each module's `STATEMENTS` (views, triggers), to run once the tables stand."""
    return [statement for module in _modules for statement in getattr(module, "STATEMENTS", ())]


__all__ = ["metadata", "statements"]
