"""The routes that the installed Synapse registers for clients, whatever its configuration says."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

with warnings.catch_warnings():
    # Synapse's libraries warn of each other when they are imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from synapse.rest import CLIENT_SERVLET_FUNCTIONS
    from synapse.rest.client import media
    from synapse.rest.media.media_repository_resource import MediaRepositoryResource


@dataclass(frozen=True)
class SynapseRoute:
    method: str
    pattern: re.Pattern[str]
    servlet: str


class _Listening:
    """Stands where Synapse's HTTP server would, and writes down what it is asked to serve."""

    def __init__(self) -> None:
        self.routes: dict[SynapseRoute, None] = {}

    def register_paths(
        self, method: str, patterns: Iterable[re.Pattern[str]], _callback: object, servlet: str
    ) -> None:
        for pattern in patterns:
            self.routes[SynapseRoute(method, pattern, servlet)] = None


class _Homeserver:
    """A Synapse in which every setting is on, or every one is off: enough for servlets to be built, not to serve."""

    def __init__(self, state: bool) -> None:
        self._state = state

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.__dict__[name] = _Homeserver(self._state)
        return self.__dict__[name]

    def __call__(self, *_given: object, **_more: object) -> _Homeserver:
        return _Homeserver(self._state)

    def __bool__(self) -> bool:
        return self._state

    def __iter__(self) -> Iterator[object]:
        return iter(())


def synapse_routes() -> list[SynapseRoute]:
    """In the order in which Synapse looks them up. Routes behind a setting are there, on or off."""
    listening = _Listening()
    registrations: tuple[Callable[..., None], ...] = (
        *CLIENT_SERVLET_FUNCTIONS,
        media.register_servlets,
        lambda hs, server: MediaRepositoryResource.register_servlets(server, hs),
    )
    for homeserver in (_Homeserver(True), _Homeserver(False)):
        homeserver.config.worker.worker_app = None  # the main process, which serves them all
        for register in registrations:
            register(homeserver, listening)
    return list(listening.routes)
