"""What the worker can do: each module's `register(queue, work)` puts its tasks into the queue."""

from __future__ import annotations

import importlib
import pkgutil

from jaga.app.queue import Queue
from jaga.app.work import Work


def register_all(queue: Queue, work: Work) -> None:
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name).register(queue, work)
