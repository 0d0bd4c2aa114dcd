"""Public places, and what a reader must find there once a measure has taken effect."""

from __future__ import annotations

from dataclasses import dataclass

from jaga.core.errors import Unavailable
from jaga.core.ids import ChannelId, MediaId, PostId
from jaga.core.text import Text


class EffectNotSeen(Unavailable):
    """A public path still, or not yet, shows what it should not, or should."""

    code = "effect_not_seen"
    text = Text(
        id="Jalur {path} belum menunjukkan akibat tindakan.",
        en="The path {path} does not show the effect yet.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPlace:
    """A post in its channel. `readable` is what the one view that decides for every read path says."""

    id: PostId
    number: int
    channel: str
    comment_on: PostId | None
    readable: bool
    channel_open: bool
    text: str = ""
    """What it said: a few words of it are looked for in the search."""

    followed_from: str = ""
    """The `Last-Event-ID` of a follower who misses only the newest event about it; empty when there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPlace:
    id: ChannelId
    name: str
    readable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlace:
    """A file; it may be read while any readable post shows it."""

    id: MediaId
    readable: bool


Place = PostPlace | ChannelPlace | MediaPlace
