"""A second Synapse module: it forgets what Synapse writes down for statistics that nobody here makes.

Synapse notes for each day which devices were used, without an end and without a setting. On the sealed side that
would be a diary of everybody's days. The same goes for OpenID tokens that have ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synapse.module_api import ModuleApi

_EVERY_MILLISECONDS = 30_000
_FORGET = (
    "DELETE FROM user_daily_visits",
    # They hold an hour, and Synapse keeps them for ever: when each member came to the open side.
    "DELETE FROM open_id_tokens WHERE ts_valid_until_ms < EXTRACT(EPOCH FROM now()) * 1000",
)


class Forgetting:
    """Empties the tables named above, again and again."""

    def __init__(self, config: Mapping[str, Any], api: ModuleApi) -> None:
        del config
        self._api = api
        api.looping_background_call(self._forget, _EVERY_MILLISECONDS, desc="jaga_forgetting")

    @staticmethod
    def parse_config(config: dict[str, Any]) -> dict[str, Any]:
        if config:
            raise ValueError("there is nothing to set")
        return config

    async def _forget(self) -> None:
        await self._api.run_db_interaction("jaga_forgetting", _delete)


def _delete(transaction: Any) -> None:
    for statement in _FORGET:
        transaction.execute(statement)
