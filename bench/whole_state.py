"""For comparison: the guard as Synapse asks it of itself, with the whole state of the room for every event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synapse.module_api import ModuleApi

from jaga.homeserver.module import SealedSide


class WholeState(SealedSide):
    """As Synapse asks where its way of gathering the state is not the one we know."""

    def __init__(self, config: Mapping[str, Any], api: ModuleApi) -> None:
        super().__init__(config, api)
        del api._callbacks.third_party_event_rules.check_event_allowed  # noqa: SLF001 - the class has its own
