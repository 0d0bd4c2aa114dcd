"""What the worker can do: each module's `register(queue, services)` puts its tasks into the queue."""

from __future__ import annotations

import importlib
import pkgutil

from jaga.app.queue import Queue
from jaga.web.services import Services


def register_all(queue: Queue, services: Services) -> None:
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name).register(queue, services)
