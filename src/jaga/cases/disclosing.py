"""A photo that a participant of a sealed chat decrypted and shows with a notice: looked at before it is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator

from jaga.cases.errors import PictureNotReadable
from jaga.cases.notice import LARGEST_PICTURE, DisclosedPicture
from jaga.channels.media import Uploader
from jaga.core.ids import MemberId
from jaga.detect.media import Picture

_SENT_AS = "image/jpeg"
"""Clients draw the photo anew, so that camera and place stay behind."""


async def look_at(uploader: Uploader, member: MemberId, content: bytes) -> DisclosedPicture:
    """The photo with a thumbnail that our own decoder drew; nothing of it stays with the uploads.

    Raises `PictureNotReadable`, and `TooManyPosts` or `DetectorUnavailable` as an upload does.
    """
    if len(content) > LARGEST_PICTURE:
        raise PictureNotReadable(limit=LARGEST_PICTURE)
    async with uploader.seen_once(member, _stream(content), declared_type=_SENT_AS) as (_, report):
        match report:
            case Picture(mime=mime, thumbnail=thumbnail) if mime == _SENT_AS:
                return DisclosedPicture(content=content, thumbnail=thumbnail)
            case _:
                raise PictureNotReadable(limit=LARGEST_PICTURE)


async def _stream(content: bytes) -> AsyncIterator[bytes]:
    yield content
