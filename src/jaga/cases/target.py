"""What a case is about, and whom it concerns. A target is always on the open side, or an account."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jaga.core.ids import ChannelId, Id, MemberId, PostId


class TargetKind(StrEnum):
    POST = "post"
    CHANNEL = "channel"
    MEMBER = "member"
    NONE = "none"
    """A refused submission: it is recorded, and concerns nothing that we hold."""


@dataclass(frozen=True, slots=True)
class Target:
    """A post, a channel or an account. There is no kind for a sealed room, so no case can be about one."""

    kind: TargetKind
    id: str

    @classmethod
    def post(cls, id: PostId) -> Target:
        return cls(TargetKind.POST, id)

    @classmethod
    def channel(cls, id: ChannelId) -> Target:
        return cls(TargetKind.CHANNEL, id)

    @classmethod
    def member(cls, id: MemberId) -> Target:
        return cls(TargetKind.MEMBER, id)

    @classmethod
    def nothing(cls, ref: Id) -> Target:
        return cls(TargetKind.NONE, ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Who stands behind a target: the author of the post, its channel, the channel's owner."""

    author: MemberId | None = None
    channel: ChannelId | None = None
    owner: MemberId | None = None
