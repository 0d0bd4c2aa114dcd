"""Every table of the database `jaga`, gathered so that one `metadata` knows them all."""

from __future__ import annotations

import importlib
import pkgutil

from jaga.store.tables.base import metadata

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(_module.name)

__all__ = ["metadata"]
