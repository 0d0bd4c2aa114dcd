"""A member's public picture: on the open side an upload like any other, checked before anyone sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, assert_never

from jaga.channels.errors import MediaTooLarge
from jaga.channels.media import Uploader
from jaga.channels.member import Member
from jaga.channels.ports import Actor
from jaga.core.clock import Clock
from jaga.core.errors import MalformedInput, NotAllowed
from jaga.core.ids import MemberId
from jaga.core.text import Text
from jaga.detect.content import Content
from jaga.detect.media import CheckedMedia, MediaState, Picture
from jaga.detect.ports import Check
from jaga.detect.verdict import Allow, Hold, Refuse

LARGEST_PICTURE = 5_000_000
CANDIDATE_KEPT = timedelta(minutes=10)
"""Less than the sealed side keeps an address reserved (`unused_expiration_time`)."""


class NotAPicture(MalformedInput):
    code = "not_a_picture"
    text = Text(
        id="Berkas ini bukan gambar yang dapat dibaca; kirim JPEG, PNG, WEBP, atau GIF.",
        en="This file is no picture that can be read; send JPEG, PNG, WEBP or GIF.",
    )


class PictureRefused(NotAllowed):
    code = "picture_refused"
    text = Text(
        id="Gambar ini tidak dapat dipakai karena terdaftar ({category}). Pilih gambar lain.",
        en="This picture cannot be used, since it is listed ({category}). Choose another.",
    )


class FindMember(Protocol):
    async def find_or_add(self, name: str, *, now: datetime) -> Member: ...


class Candidates(Protocol):
    """Pictures that were uploaded and not yet set, under the address that the sealed side has reserved for each."""

    async def keep(
        self, member: MemberId, uri: str, picture: bytes, *, now: datetime, until: datetime
    ) -> None: ...

    async def find(self, member: MemberId, uri: str, *, now: datetime) -> bytes | None: ...

    async def drop(self, member: MemberId, uri: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPictures:
    uploader: Uploader
    check: Check
    members: FindMember
    candidates: Candidates
    clock: Clock

    async def approve(
        self, localpart: str, stream: AsyncIterator[bytes], *, declared_type: str, declared_size: int | None
    ) -> bytes:
        """The picture as others will see it: a new WEBP of at most 640 pixels, without what the camera wrote into it.

        What was uploaded is kept nowhere. Raises `NotAPicture`, `PictureRefused`, and whatever `Uploader.upload` and
        the detector raise.
        """
        if declared_size is not None and declared_size > LARGEST_PICTURE:
            raise MediaTooLarge(limit=LARGEST_PICTURE)
        member = await self._member(localpart)
        async with self.uploader.looked_into(
            Actor(member.id, member.language),
            _no_larger(stream),
            declared_type=declared_type,
            declared_size=declared_size,
        ) as (sha256, report):
            match report:
                case Picture(thumbnail=thumbnail):
                    await self._require_allowed(sha256)
                    return thumbnail
                case _:
                    raise NotAPicture

    async def hold(self, localpart: str, uri: str, picture: bytes) -> None:
        """Keep an approved picture for its member until it is set, some minutes at most."""
        now = self.clock()
        member = await self._member(localpart)
        await self.candidates.keep(member.id, uri, picture, now=now, until=now + CANDIDATE_KEPT)

    async def held(self, localpart: str, uri: str) -> bytes | None:
        """What this member uploaded under this address a moment ago."""
        return await self.candidates.find((await self._member(localpart)).id, uri, now=self.clock())

    async def settled(self, localpart: str, uri: str) -> None:
        """The picture is set; the sealed side has it now."""
        await self.candidates.drop((await self._member(localpart)).id, uri)

    async def _member(self, localpart: str) -> Member:
        return await self.members.find_or_add(localpart, now=self.clock())

    async def _require_allowed(self, sha256: str) -> None:
        picture = CheckedMedia(sha256, MediaState.DECODED, "profile.picture")
        match await self.check(Content(media=(picture,))):
            case Allow():
                return
            case Hold(signals=signals) | Refuse(signals=signals):
                # As with names: nobody could be asked in the middle of it.
                raise PictureRefused(category=signals[0].category if signals else "-")
            case never:
                assert_never(never)


async def _no_larger(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    size = 0
    async for piece in stream:
        size += len(piece)
        if size > LARGEST_PICTURE:
            raise MediaTooLarge(limit=LARGEST_PICTURE)
        yield piece
