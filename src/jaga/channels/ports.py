"""What the open side's use-cases need from outside: small doors, implemented by `jaga.store`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from jaga.channels.channel import Channel, ChannelDraft, Role
from jaga.channels.errors import AccountSuspended, PostingSuspended
from jaga.channels.outcome import Held, Refused
from jaga.channels.post import Attachment, Draft, Post
from jaga.core.clock import rfc3339
from jaga.core.ids import BotId, CaseId, ChannelId, MediaId, MemberId, PostId, StatementId
from jaga.core.text import Language, Text, written_day
from jaga.detect.media import MediaState
from jaga.detect.verdict import Hold, Refuse

Transaction_contra = TypeVar("Transaction_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member, or a bot in the name of the member it belongs to."""

    member_id: MemberId
    language: Language = "id"
    bot_id: BotId | None = None

    @property
    def key(self) -> str:
        """Whose idempotency keys and whose rate these are."""
        return self.bot_id or self.member_id


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member is in one channel, and whether they may write at all."""

    name: str
    role: Role | None
    posting_suspended_until: datetime | None
    suspended: bool

    def require_voice(self, now: datetime) -> None:
        """Raises `AccountSuspended` or `PostingSuspended`."""
        if self.suspended:
            raise AccountSuspended
        if self.posting_suspended_until is not None and self.posting_suspended_until > now:
            until = self.posting_suspended_until
            raise PostingSuspended(until=rfc3339(until), day=_day(until, now))


_NO_END = timedelta(days=50 * 365)
"""Whoever may not post for longer than this was told no end."""

_FURTHER_NOTICE = Text(id="ada pemberitahuan lebih lanjut", en="further notice")


def _day(until: datetime, now: datetime) -> Text:
    return _FURTHER_NOTICE if until - now > _NO_END else written_day(until)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered earlier under the same idempotency key."""

    request_sha256: bytes
    outcome: str
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entrance:
    """All that must be known before somebody may write in a channel, read at once."""

    channel: Channel
    standing: Standing
    answered: Answered | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that the member uploaded before, or that stands in the post already."""

    attachment: Attachment
    state: MediaState


@dataclass(frozen=True, slots=True)
class Request:
    """An idempotency key with the digest of what it stands for."""

    key: str
    sha256: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """A post on its way into the store."""

    id: PostId
    actor: Actor
    author: str
    channel: Channel
    draft: Draft
    media: tuple[Attachment, ...]
    comment_on: PostId | None
    request: Request | None
    now: datetime

    def content(self) -> dict[str, Any]:
        """As a case keeps it (encrypted); `jaga.store.post_states.publish_refused` takes it back."""
        return content_of(self.draft, self.media)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A new version of a post on its way into the store."""

    actor: Actor
    post: Post
    draft: Draft
    media: tuple[Attachment, ...]
    now: datetime

    def content(self) -> dict[str, Any]:
        return content_of(self.draft, self.media)


@dataclass(frozen=True, slots=True)
class Editing:
    """A post with all that must be known before somebody may change it."""

    post: Post
    author_id: MemberId
    channel: Channel
    standing: Standing


class KeyTaken(Exception):
    """The same idempotency key was used a moment ago: what was answered then stands."""


class SourceTaken(Exception):
    """The import took this post over already."""


class PostStore(Protocol):
    """Posts, as writers see them. Every `save_*` is one transaction and durable when it returns."""

    async def entrance(self, actor: Actor, channel: str, *, key: str | None) -> Entrance:
        """Raises `ChannelUnknown`."""
        ...

    async def entrance_below(self, actor: Actor, post: PostId, *, key: str | None) -> Entrance:
        """To the channel of a post that can be read and commented on. Raises `PostUnknown`."""
        ...

    async def editing(self, actor: Actor, post: PostId) -> Editing:
        """Raises `PostUnknown`."""
        ...

    async def uploads(self, member: MemberId, media: Sequence[MediaId], *, of: PostId | None) -> list[Upload]:
        """In the order asked; raises `MediaUnknown` unless the member uploaded each, or `of` shows it already, and
        `MediaPutAway` for what a case took.
        """
        ...

    async def require_reply_target(self, channel: ChannelId, post: PostId) -> None:
        """Raises `PostUnknown` unless `post` can be read in this channel."""
        ...

    async def save_published(self, new: NewPost) -> Post:
        """Raises `KeyTaken`, `SourceTaken`, or `ChannelUnknown` when it was closed meanwhile."""
        ...

    async def save_held(self, new: NewPost, verdict: Hold) -> Held: ...

    async def save_refused(self, new: NewPost, verdict: Refuse) -> Refused: ...

    async def save_revision(self, revision: Revision) -> Post:
        """Raises `WrongState` when the post changed meanwhile."""
        ...

    async def save_held_revision(self, revision: Revision, verdict: Hold) -> Held:
        """The post is out of sight with its new content until a person decides."""
        ...

    async def save_refused_revision(self, revision: Revision, verdict: Refuse) -> Refused:
        """The post stays as it was."""
        ...

    async def post_as_written(self, post: PostId) -> Post:
        """A post back to its author, whatever became of it. Raises `PostUnknown`."""
        ...

    async def post_of_source(self, channel: ChannelId, source_key: str) -> PostId: ...

    async def delete(self, editing: Editing, now: datetime) -> None: ...

    async def pin(self, editing: Editing, at: datetime | None, now: datetime) -> None:
        """`at` is when it was pinned; `None` takes the pin away."""
        ...


class ChannelStore(Protocol):
    """Channels, as their owners see them."""

    async def standing(self, actor: Actor, channel: str) -> Entrance:
        """Raises `ChannelUnknown`."""
        ...

    async def owned(self, member: MemberId) -> int: ...

    async def run_by(self, member: MemberId) -> list[tuple[Channel, Role]]:
        """Open channels of which the member is owner or editor, by title."""
        ...

    async def writer(self, actor: Actor) -> Standing:
        """The member outside of any channel. Raises `MemberUnknown`."""
        ...

    async def save_new(self, id: ChannelId, actor: Actor, draft: ChannelDraft, now: datetime) -> Channel:
        """Raises `NameTaken`."""
        ...

    async def save_new_held(
        self, id: ChannelId, actor: Actor, draft: ChannelDraft, verdict: Hold, now: datetime
    ) -> Held: ...

    async def record_refused(
        self, id: ChannelId, actor: Actor, content: Mapping[str, Any], verdict: Refuse, now: datetime
    ) -> Refused:
        """A refused new channel leaves no channel; a refused change leaves it as it was."""
        ...

    async def save_change(self, id: ChannelId, values: Mapping[str, Any], now: datetime) -> Channel: ...

    async def save_change_held(
        self, id: ChannelId, actor: Actor, values: Mapping[str, Any], verdict: Hold, now: datetime
    ) -> Held: ...

    async def roles(self, id: ChannelId) -> list[tuple[str, Role]]: ...

    async def appoint(self, id: ChannelId, member: str, now: datetime) -> None:
        """Make the member of this name an editor. Raises `MemberUnknown`."""
        ...

    async def dismiss(self, id: ChannelId, member: str, now: datetime) -> None: ...


class Tidy(Protocol):
    """Let go of what has served its time."""

    async def __call__(self, now: datetime) -> None: ...

    async def soon(self, now: datetime) -> None:
        """What serves some minutes only."""
        ...


class RecordRefused(Protocol[Transaction_contra]):
    """Case, decision by rule, statement of reasons, evidence and ledger entries of a refusal, in one transaction."""

    async def __call__(
        self,
        conn: Transaction_contra,
        *,
        target_kind: str,
        target: str,
        author: MemberId,
        language: Language,
        verdict: Refuse,
        content: Mapping[str, object],
        now: datetime,
        channel: ChannelId | None = None,
    ) -> StatementId: ...


class RecordHeld(Protocol[Transaction_contra]):
    """A case that waits for a person."""

    async def __call__(
        self,
        conn: Transaction_contra,
        *,
        target_kind: str,
        target: str,
        author: MemberId,
        verdict: Hold,
        content: Mapping[str, object],
        now: datetime,
    ) -> CaseId: ...


def content_of(draft: Draft, media: Sequence[Attachment]) -> dict[str, Any]:
    return {
        "text": draft.text,
        "entities": [entity.as_dict() for entity in draft.entities],
        "media": [attachment.as_dict() for attachment in media],
    }
