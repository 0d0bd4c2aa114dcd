"""What authors and editors do with posts that stand: delete, pin, unpin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jaga.channels.channel import may, require_editor, require_remover
from jaga.channels.errors import PostUnknown, WrongState
from jaga.channels.ports import Actor, Editing, PostStore
from jaga.channels.post import State
from jaga.channels.publish import VISIBLE, require_editing
from jaga.core.clock import Clock
from jaga.core.ids import PostId


@dataclass(frozen=True, slots=True, kw_only=True)
class Powers:
    """What became of a post, and what somebody may do with it now."""

    state: State
    own: bool
    may_edit: bool
    may_delete: bool
    may_pin: bool


class PostKeeper:
    def __init__(self, *, posts: PostStore, clock: Clock, wake: Callable[[], None]) -> None:
        self._posts = posts
        self._clock = clock
        self._wake = wake

    async def delete(self, actor: Actor, post: PostId) -> None:
        """Nobody sees it from now on; deleting twice is done once. Raises `PostUnknown`, `MayNotChange`."""
        editing = await self._posts.editing(actor, post)
        is_author = editing.author_id == actor.member_id
        require_remover(is_author=is_author, role=editing.standing.role)
        if editing.post.state == "deleted":
            return
        if editing.post.state not in (*VISIBLE, "held", "withheld"):
            raise WrongState(state=editing.post.state)
        await self._posts.delete(editing, self._clock())
        self._wake()

    async def powers(self, actor: Actor, post: PostId) -> Powers:
        """For its author and those who run its channel. Raises `PostUnknown`, `MayNotChange` for all others."""
        editing = await self._posts.editing(actor, post)
        own, role = editing.author_id == actor.member_id, editing.standing.role
        require_remover(is_author=own, role=role)
        visible = editing.post.state in VISIBLE
        return Powers(
            state=editing.post.state,
            own=own,
            may_edit=visible and may(require_editing, actor, editing),
            may_delete=visible or editing.post.state == "held",
            may_pin=visible and role is not None and editing.post.comment_on is None,
        )

    async def pin(self, actor: Actor, post: PostId) -> None:
        await self._move_pin(actor, post, pinned=True)

    async def unpin(self, actor: Actor, post: PostId) -> None:
        await self._move_pin(actor, post, pinned=False)

    async def _move_pin(self, actor: Actor, post: PostId, *, pinned: bool) -> None:
        editing = await self._editing_visible(actor, post)
        require_editor(editing.standing.role)
        if (editing.post.pinned_at is not None) == pinned:
            return
        now = self._clock()
        await self._posts.pin(editing, now if pinned else None, now)
        self._wake()

    async def _editing_visible(self, actor: Actor, post: PostId) -> Editing:
        editing = await self._posts.editing(actor, post)
        if editing.post.state not in VISIBLE or editing.post.comment_on is not None:
            raise PostUnknown
        return editing
