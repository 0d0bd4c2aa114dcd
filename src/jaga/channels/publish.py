"""The one way into the open side, for people, bots and imports: new posts, comments, edits.

authenticate (the caller did) → rate → check, whole → one transaction: the post, or a case with its decision and
statement → followers are told. A check that gives no answer raises `DetectorUnavailable` and nothing is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import assert_never

from jaga.channels.channel import require_author, require_poster
from jaga.channels.content import post_content
from jaga.channels.errors import IdempotencyKeyReused, WrongState
from jaga.channels.outcome import Held, Outcome, Published, Refused
from jaga.channels.ports import (
    Actor,
    Answered,
    Editing,
    Entrance,
    KeyTaken,
    NewPost,
    PostStore,
    Request,
    Revision,
    SourceTaken,
    Upload,
)
from jaga.channels.post import Attachment, Draft, Post, Wanted, shown_as
from jaga.channels.rates import Rate
from jaga.core.canonical import canonical_json
from jaga.core.clock import Clock
from jaga.core.ids import CaseId, PostId, StatementId
from jaga.detect.media import MediaState
from jaga.detect.ports import Check
from jaga.detect.verdict import Allow, Hold, Refuse, Verdict

VISIBLE = ("published", "restored")


class Publisher:
    def __init__(
        self, *, posts: PostStore, check: Check, rate: Rate, clock: Clock, wake: Callable[[], None]
    ) -> None:
        """`wake` tells the feed that something was published; it must not wait."""
        self._posts = posts
        self._check = check
        self._rate = rate
        self._clock = clock
        self._wake = wake

    async def post(
        self, actor: Actor, channel: str, draft: Draft, *, key: str | None = None
    ) -> Outcome[Post]:
        """Raises `ChannelUnknown`, `MayNotPost`, and all that `_publish` raises."""
        request = _request(key, f"post {channel}", draft)
        entrance = await self._posts.entrance(actor, channel, key=key)
        if entrance.answered is not None:
            return await self._again(request, entrance.answered)
        require_poster(entrance.channel.kind, entrance.standing.role)
        return await self._publish(actor, entrance, draft, request, comment_on=None)

    async def comment(
        self, actor: Actor, post: PostId, draft: Draft, *, key: str | None = None
    ) -> Outcome[Post]:
        """Anyone signed in may comment on a post that can be read. Raises `PostUnknown`."""
        request = _request(key, f"comment {post}", draft)
        entrance = await self._posts.entrance_below(actor, post, key=key)
        if entrance.answered is not None:
            return await self._again(request, entrance.answered)
        return await self._publish(actor, entrance, draft, request, comment_on=post)

    async def edit(self, actor: Actor, post: PostId, draft: Draft) -> Outcome[Post]:
        """An edit that is refused leaves the post as it was. Raises `PostUnknown`, `MayNotChange`, `WrongState`."""
        editing = await self._posts.editing(actor, post)
        now = self._clock()
        editing.standing.require_voice(now)
        require_editing(actor, editing)
        self._rate.spend(actor.key)
        uploads = await self._uploads(actor, draft, of=post)
        media = _attachments(draft.media, uploads)
        revision = Revision(actor=actor, post=editing.post, draft=draft, media=media, now=now)
        if (draft.text, draft.entities, media) == (
            editing.post.text,
            editing.post.entities,
            editing.post.media,
        ):
            return Published(editing.post)
        verdict = await self._verdict(draft, media, uploads)
        return await self._save_revision(revision, verdict)

    async def _publish(
        self,
        actor: Actor,
        entrance: Entrance,
        draft: Draft,
        request: Request | None,
        *,
        comment_on: PostId | None,
    ) -> Outcome[Post]:
        """Raises `PostingSuspended`, `TooManyPosts`, `MediaUnknown`, `PostUnknown`, `DetectorUnavailable`."""
        now = self._clock()
        entrance.standing.require_voice(now)
        self._rate.spend(actor.key)
        if draft.reply_to is not None:
            await self._posts.require_reply_target(entrance.channel.id, draft.reply_to)
        uploads = await self._uploads(actor, draft, of=None)
        new = NewPost(
            id=PostId.new(),
            actor=actor,
            author=entrance.standing.name,
            channel=entrance.channel,
            draft=draft,
            media=_attachments(draft.media, uploads),
            comment_on=comment_on,
            request=request,
            now=now,
        )
        verdict = await self._verdict(draft, new.media, uploads)
        try:
            return await self._save(new, verdict)
        except KeyTaken:
            return await self._settled(actor, entrance, request, comment_on)
        except SourceTaken:
            taken = await self._posts.post_of_source(entrance.channel.id, draft.source_key or "")
            return Published(await self._posts.post_as_written(taken))

    async def _save(self, new: NewPost, verdict: Verdict) -> Outcome[Post]:
        match verdict:
            case Allow():
                published = Published(await self._posts.save_published(new))
                self._wake()
                return published
            case Hold():
                return await self._posts.save_held(new, verdict)
            case Refuse():
                return await self._posts.save_refused(new, verdict)
            case _:
                assert_never(verdict)

    async def _save_revision(self, revision: Revision, verdict: Verdict) -> Outcome[Post]:
        match verdict:
            case Allow():
                published = Published(await self._posts.save_revision(revision))
                self._wake()
                return published
            case Hold():
                held = await self._posts.save_held_revision(revision, verdict)
                self._wake()
                return held
            case Refuse():
                return await self._posts.save_refused_revision(revision, verdict)
            case _:
                assert_never(verdict)

    async def _verdict(self, draft: Draft, media: Sequence[Attachment], uploads: Sequence[Upload]) -> Verdict:
        states: dict[str, MediaState] = {upload.attachment.id: upload.state for upload in uploads}
        return await self._check(post_content(draft.text, draft.entities, media, states))

    async def _uploads(self, actor: Actor, draft: Draft, *, of: PostId | None) -> list[Upload]:
        if not draft.media:
            return []
        return await self._posts.uploads(actor.member_id, [wanted.id for wanted in draft.media], of=of)

    async def _settled(
        self, actor: Actor, entrance: Entrance, request: Request | None, comment_on: PostId | None
    ) -> Outcome[Post]:
        """Another request with the same key was first: its answer is ours."""
        assert request is not None
        if comment_on is None:
            entrance = await self._posts.entrance(actor, entrance.channel.name, key=request.key)
        else:
            entrance = await self._posts.entrance_below(actor, comment_on, key=request.key)
        assert entrance.answered is not None
        return await self._again(request, entrance.answered)

    async def _again(self, request: Request | None, answered: Answered) -> Outcome[Post]:
        """The answer given before. The post is shown as it is today: what was removed meanwhile stays removed."""
        if request is None or request.sha256 != answered.request_sha256:
            raise IdempotencyKeyReused
        post = PostId(answered.answer["id"])
        match answered.outcome:
            case "held":
                return Held(post, CaseId(answered.answer["case"]))
            case "refused":
                return Refused(
                    post, StatementId(answered.answer["statement"]), str(answered.answer["category"])
                )
            case _:
                return Published(await self._posts.post_as_written(post))


def require_editing(actor: Actor, editing: Editing) -> None:
    """Raises `MayNotChange`, or `WrongState` for what nobody can see at the moment."""
    require_author(
        is_author=editing.author_id == actor.member_id,
        kind=editing.channel.kind,
        role=editing.standing.role,
        top_level=editing.post.comment_on is None,
    )
    if editing.post.state not in VISIBLE:
        raise WrongState(state=editing.post.state)


def _attachments(wanted: Sequence[Wanted], uploads: Sequence[Upload]) -> tuple[Attachment, ...]:
    """Each file as the post shows it: what it is comes from its bytes, its name from the sender."""
    return tuple(
        Attachment(
            id=upload.attachment.id,
            kind=shown_as(one.kind, upload.attachment.mime),
            file_name=one.file_name or upload.attachment.file_name,
            mime=upload.attachment.mime,
            size=upload.attachment.size,
            sha256=upload.attachment.sha256,
            width=upload.attachment.width,
            height=upload.attachment.height,
            thumbnail=upload.attachment.thumbnail,
        )
        for one, upload in zip(wanted, uploads, strict=True)
    )


def _request(key: str | None, target: str, draft: Draft) -> Request | None:
    if key is None:
        return None
    body = canonical_json({"target": target, **draft.as_request()})
    return Request(key, hashlib.sha256(body).digest())
