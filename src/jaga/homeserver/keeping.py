"""A Synapse module for files: how much one member may store, and that nobody's forgotten uploads stay.

Synapse has a limit of its own, but looks at it only after the file lies on the disk, and leaves it there. Files are
ciphertext, and which message shows one the server cannot know; what it knows is whether anybody ever fetched it.
All it counts stands in Synapse's database, but for the uploads under way; one process alone takes files, the main one.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from synapse.module_api import ModuleApi
from synapse.module_api.errors import SynapseError
from synapse.util.async_helpers import Linearizer

from jaga.core.text import Text
from jaga.homeserver.under_way import Begun, bytes_under_way, still_begun

SETTINGS = ("daily_bytes", "kept_bytes", "unfetched_days")
_EVERY = timedelta(hours=1)
_SOON = timedelta(seconds=5)
_AT_ONCE = 500
_A_DAY = timedelta(days=1)

# One statement, so that a file which is just being stored counts once: as stored, or as under way.
_STORED = """
    SELECT CASE WHEN media_length = ANY(?) THEN media_length END AS asked, count(*), COALESCE(SUM(media_length), 0),
        COALESCE(SUM(media_length) FILTER (WHERE created_ts > ?), 0)
    FROM local_media_repository WHERE user_id = ? GROUP BY asked
"""
# Profile pictures alone have a type (the front door takes it from all else): one that no profile shows any more goes
# on the next day, fetched or not.
_UNWANTED = """
    SELECT media_id FROM local_media_repository m
    WHERE (created_ts < ? AND COALESCE(last_access_ts, 0) = 0 OR created_ts < ? AND media_type = 'image/webp')
        AND (CAST(? AS TEXT) IS NULL OR user_id = ?)
        AND NOT EXISTS (SELECT 1 FROM profiles p WHERE p.avatar_url = ? || m.media_id)
    LIMIT ?
"""
_TOO_MUCH_TODAY = Text(
    id="Unggahan Anda hari ini sudah mencapai batas; coba lagi besok.",
    en="Your uploads of one day have reached their limit; try again tomorrow.",
)
_TOO_MUCH = Text(
    id="Berkas Anda di server ini sudah mencapai batas.",
    en="Your files on this server have reached their limit.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What one member may store, and how long a file that nobody fetches is kept."""

    daily_bytes: int
    kept_bytes: int
    unfetched_days: int


class MediaKeeping:
    """Counts before a file is stored; lets go of unwanted ones at each upload of their owner, soon after the start, and every hour."""

    def __init__(self, config: Keeping, api: ModuleApi) -> None:
        self._config = config
        self._api = api
        self._prefix = f"mxc://{api.server_name}/"
        self._begun: dict[str, list[Begun]] = {}
        self._server = api._hs  # noqa: SLF001 - the module API has no way to let go of a file
        self._one_by_one = Linearizer(name="jaga_media_keeping", clock=self._server.get_clock())
        api.register_media_repository_callbacks(
            is_user_allowed_to_upload_media_of_size=self.is_user_allowed_to_upload_media_of_size
        )
        if self._server.config.media.can_load_media_repo:
            # The loop waits first; a server that is started again every hour would never come to it.
            api.delayed_background_call(_SOON.total_seconds() * 1000, self.let_go, desc="jaga_media_keeping")
            api.looping_background_call(self.let_go, _EVERY.total_seconds() * 1000, desc="jaga_media_keeping")

    @staticmethod
    def parse_config(config: Mapping[str, Any]) -> Keeping:
        if set(config) != set(SETTINGS) or any(type(config[name]) is not int for name in SETTINGS):
            raise ValueError(f"whole numbers are needed for {', '.join(SETTINGS)}, and for nothing else")
        return Keeping(**config)

    async def is_user_allowed_to_upload_media_of_size(self, user_id: str, size: int) -> bool:
        """Asked before anything is stored. Raises `SynapseError` with what to do, since a bare "no" says nothing."""
        async with self._one_by_one.queue(user_id):
            await self.let_go(user_id)
            begun = still_begun(self._begun.pop(user_id, ()), now=time.monotonic())
            if begun:
                self._begun[user_id] = begun
            kept, today, same = await self._stored(user_id, {size, *(each.size for each in begun)})
            waited_for = bytes_under_way(begun, same)
            if kept + waited_for + size > self._config.kept_bytes:
                raise _refusal(_TOO_MUCH)
            if today + waited_for + size > self._config.daily_bytes:
                raise _refusal(_TOO_MUCH_TODAY)
            self._begun[user_id] = [*begun, Begun(size, time.monotonic(), same.get(size, 0))]
            return True

    async def let_go(self, user_id: str | None = None) -> None:
        """Delete what nobody ever fetched in its time, and pictures no longer shown: of one member, or of all."""
        before = _milliseconds_ago(timedelta(days=self._config.unfetched_days))
        parameters = (before, _milliseconds_ago(_A_DAY), user_id, user_id, self._prefix, _AT_ONCE)
        rows = await self._api.run_db_interaction("jaga_media_unwanted", _rows, _UNWANTED, parameters)
        if rows:
            await self._server.get_media_repository().delete_local_media_ids(
                [media_id for (media_id,) in rows]
            )

    async def _stored(self, user_id: str, sizes: Collection[int]) -> tuple[int, int, dict[int, int]]:
        """Bytes kept, those of a day, and how many files there are of each of these sizes."""
        parameters = (list(sizes), _milliseconds_ago(_A_DAY), user_id)
        rows = await self._api.run_db_interaction("jaga_media_stored", _rows, _STORED, parameters)
        same = {int(size): int(count) for size, count, _, _ in rows if size is not None}
        return sum(int(kept) for _, _, kept, _ in rows), sum(int(today) for *_, today in rows), same


def _rows(transaction: Any, statement: str, parameters: tuple[object, ...]) -> list[tuple[Any, ...]]:
    transaction.execute(statement, parameters)
    return list(transaction.fetchall())


def _milliseconds_ago(age: timedelta) -> int:
    return int((time.time() - age.total_seconds()) * 1000)


def _refusal(text: Text) -> SynapseError:
    return SynapseError(
        403, text.en, "ORG.JAGA.MEDIA_QUOTA", additional_fields={"org.jaga.text": text.as_dict()}
    )
