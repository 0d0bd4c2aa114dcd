"""What a reader may ask. Nobody needs to say who they are, and nobody is remembered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from jaga.channels.channel import Channel
from jaga.channels.post import Post
from jaga.core.ids import ChannelId, DecisionId, MediaId, MemberId, PostId, StatementId

LARGEST_PAGE = 100
PAGE = 30


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a reply answers, in a line."""

    id: PostId
    number: int
    author: str | None
    text: str
    has_media: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """A post that a decision took away: what everyone may know about it. Nothing of its content is here."""

    id: PostId
    channel: str
    number: int
    removed_at: datetime | None
    decided_by: Literal["rule", "person", "order"] | None
    category: str | None
    decision: DecisionId | None
    statement: StatementId | None
    appeal_until: datetime | None


@dataclass(frozen=True, slots=True)
class File:
    """A file that may be served now."""

    id: MediaId
    sha256: str
    size: int
    mime: str
    thumbnail_sha256: str | None
    file_name: str


@dataclass(frozen=True, slots=True)
class Week:
    """What was written in one week and can be read now. Who reads is not known, so nothing here counts readers."""

    begins: date
    """A Monday, UTC."""
    posts: int
    comments: int


class Library(Protocol):
    """Every answer comes through the view `readable_posts` and from open channels only."""

    async def versions(self, names: Collection[str]) -> Mapping[str, int]: ...

    async def ids(self, names: Collection[str]) -> Mapping[str, ChannelId]: ...

    async def channel(self, name: str) -> Channel | None: ...

    async def directory(
        self, *, q: str, category: str | None, language: str | None, after: str, limit: int
    ) -> list[Channel]:
        """Open channels by name."""
        ...

    async def similar(self, channel: ChannelId, *, limit: int) -> list[Channel]:
        """Open channels of the same category or that speak of themselves in the same words, the nearest first."""
        ...

    async def weeks(self, channel: ChannelId, *, until: datetime, count: int) -> list[Week]:
        """The last `count` weeks, oldest first, empty ones among them."""
        ...

    async def posts(self, channel: ChannelId, *, before: int | None, limit: int) -> list[Post]:
        """Newest first, comments not among them."""
        ...

    async def pinned(self, channel: ChannelId) -> list[Post]: ...

    async def post(self, id: PostId) -> Post | None: ...

    async def post_numbered(self, channel: str, number: int) -> Post | None: ...

    async def comments(self, post: PostId, *, after: int, limit: int) -> list[Post]:
        """Oldest first."""
        ...

    async def excerpts(self, posts: Sequence[PostId]) -> Mapping[PostId, Excerpt]: ...

    async def search(
        self, q: str, *, channel: ChannelId | None, before: str | None, limit: int
    ) -> list[Post]:
        """Posts and comments that hold all the words, newest first; `before` is the last post's id."""
        ...

    async def gone(self, id: PostId) -> Gone | None:
        """None for a post that never could be read, or still can."""
        ...

    async def gone_numbered(self, channel: str, number: int) -> Gone | None: ...

    async def gone_between(self, channel: ChannelId, *, after: int, before: int | None) -> list[Gone]:
        """The newest of a channel's own posts in this span that decisions took away."""
        ...

    async def file(self, id: MediaId, *, uploader: MemberId | None) -> File | None:
        """None unless a readable post or an open channel shows it, or `uploader` put it here. To the uploader, what a
        case took since is `MediaPutAway`.
        """
        ...
