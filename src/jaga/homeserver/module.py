"""The Synapse module: it asks `jaga.sealed` and translates the answer; it keeps nothing and tells nobody."""

from __future__ import annotations

from typing import Any

from synapse.module_api import ModuleApi


class SealedSide:
    """Hangs the guard into Synapse."""

    def __init__(self, config: dict[str, Any], api: ModuleApi) -> None:
        self._room_member_limit: int = config["room_member_limit"]
        self._api = api

    @staticmethod
    def parse_config(config: dict[str, Any]) -> dict[str, Any]:
        return config
