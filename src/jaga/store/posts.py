"""Posts as writers meet them: one question before, one transaction after the check."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import IntegrityError as DriverIntegrityError
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from jaga.channels.channel import is_name
from jaga.channels.errors import ChannelUnknown, MediaPutAway, MediaUnknown, PostUnknown, WrongState
from jaga.channels.outcome import Held, Refused
from jaga.channels.ports import (
    Actor,
    Answered,
    Editing,
    Entrance,
    KeyTaken,
    NewPost,
    RecordHeld,
    RecordRefused,
    Revision,
    SourceTaken,
    Standing,
    Upload,
)
from jaga.channels.post import Attachment, Post
from jaga.core.gather import Gathered
from jaga.core.ids import ChannelId, MediaId, MemberId, PostId
from jaga.detect.media import MediaState
from jaga.detect.verdict import Hold, Refuse
from jaga.store import post_sql
from jaga.store.database import Database
from jaga.store.post_rows import channel_of, post_of, shown_author
from jaga.store.post_states import announce
from jaga.store.quick import records
from jaga.store.tables.channels import posts


class StoredPosts:
    """Implements `jaga.channels.ports.PostStore`."""

    def __init__(
        self,
        database: Database,
        *,
        record_refused: RecordRefused[AsyncConnection],
        record_held: RecordHeld[AsyncConnection],
    ) -> None:
        self._database = database
        self._record_refused = record_refused
        self._record_held = record_held
        self._entrances = Gathered(self._ask_entrances)
        self._publishing = Gathered(self._publish_all)

    async def entrance(self, actor: Actor, channel: str, *, key: str | None) -> Entrance:
        # A name that is none is not asked for among other people's.
        found = await self._entrances((actor, channel, key)) if is_name(channel) else None
        if found is None:
            raise ChannelUnknown
        return found

    async def entrance_below(self, actor: Actor, post: PostId, *, key: str | None) -> Entrance:
        row = await self._one(
            post_sql.ENTRANCE_BELOW, post=post, member=actor.member_id, actor=actor.key, key=key
        )
        if row is None or not (row.readable or row.outcome):
            raise PostUnknown
        return _entrance(row)

    async def editing(self, actor: Actor, post: PostId) -> Editing:
        row = await self._one(post_sql.EDITING, post=post, member=actor.member_id)
        if row is None:
            raise PostUnknown
        return Editing(post_of(row), MemberId(row.author_id), channel_of(row), _standing(row))

    async def uploads(self, member: MemberId, media: Sequence[MediaId], *, of: PostId | None) -> list[Upload]:
        rows = await self._database.quickly(post_sql.UPLOADS, media=list(media), member=member, of=of)
        found = {row.id: _upload(row) for row in rows}
        if len(found) < len(set(media)):
            raise MediaUnknown
        if any(row.put_away for row in rows):
            raise MediaPutAway
        return [found[one] for one in media]

    async def require_reply_target(self, channel: ChannelId, post: PostId) -> None:
        if await self._one(post_sql.REPLY_TARGET, post=post, channel=channel) is None:
            raise PostUnknown

    async def save_published(self, new: NewPost) -> Post:
        return _published(new, await self._publishing(new))

    async def save_held(self, new: NewPost, verdict: Hold) -> Held:
        async with self._database.transaction() as connection:
            await _claim(connection, new, "held")
            await _insert(connection, new, _values(new), state="held")
            case = await self._record_held(
                connection,
                target_kind="post",
                target=new.id,
                author=new.actor.member_id,
                verdict=verdict,
                content=new.content(),
                now=new.now,
            )
            await _remember(connection, new, {"id": new.id, "case": case})
        return Held(new.id, case)

    async def save_refused(self, new: NewPost, verdict: Refuse) -> Refused:
        """The row keeps nothing of what was refused: that lives in the evidence alone."""
        empty = {"text": "", "entities": "[]", "media": "[]", "source": None}
        category = verdict.signals[0].category
        async with self._database.transaction() as connection:
            await _claim(connection, new, "refused")
            await _insert(connection, new, {**_values(new), **empty}, state="refused")
            statement = await self._record_refused(
                connection,
                target_kind="post",
                target=new.id,
                author=new.actor.member_id,
                language=new.actor.language,
                verdict=verdict,
                content=new.content(),
                now=new.now,
                channel=new.channel.id,
            )
            answer = {"id": new.id, "statement": statement, "category": category}
            await _remember(connection, new, answer)
        return Refused(new.id, statement, category)

    async def save_revision(self, revision: Revision) -> Post:
        async with self._database.transaction() as connection:
            await _revise(connection, revision, state=None)
            await announce(connection, revision.post.channel_id, revision.post.id, "edit", revision.now)
        return await self.post_as_written(revision.post.id)

    async def save_held_revision(self, revision: Revision, verdict: Hold) -> Held:
        post = revision.post
        async with self._database.transaction() as connection:
            await _revise(connection, revision, state="held")
            await announce(connection, post.channel_id, post.id, "removed", revision.now)
            case = await self._record_held(
                connection,
                target_kind="post",
                target=post.id,
                author=revision.actor.member_id,
                verdict=verdict,
                content=revision.content(),
                now=revision.now,
            )
        return Held(post.id, case)

    async def save_refused_revision(self, revision: Revision, verdict: Refuse) -> Refused:
        async with self._database.transaction() as connection:
            statement = await self._record_refused(
                connection,
                target_kind="post",
                target=revision.post.id,
                author=revision.actor.member_id,
                language=revision.actor.language,
                verdict=verdict,
                content=revision.content(),
                now=revision.now,
                channel=revision.post.channel_id,
            )
        return Refused(revision.post.id, statement, verdict.signals[0].category)

    async def post_as_written(self, post: PostId) -> Post:
        """Content leaves with the post: of a removed one only the frame is here."""
        row = await self._one(post_sql.POST_AS_WRITTEN, post=post)
        if row is None:
            raise PostUnknown
        return post_of(row)

    async def post_of_source(self, channel: ChannelId, source_key: str) -> PostId:
        row = await self._one(post_sql.OF_SOURCE, channel=channel, key=source_key)
        if row is None:
            raise PostUnknown
        return PostId(row.id)

    async def delete(self, editing: Editing, now: datetime) -> None:
        await self._set(
            editing, now, {"state": "deleted", "pinned_at": None, "deleted_at": now}, event="deleted"
        )

    async def pin(self, editing: Editing, at: datetime | None, now: datetime) -> None:
        await self._set(editing, now, {"pinned_at": at}, event="edit")

    async def _ask_entrances(
        self, asked: Sequence[tuple[Actor, str, str | None]]
    ) -> Sequence[Entrance | None]:
        questions = records(
            [
                {"channel": channel, "member": actor.member_id, "actor": actor.key, "key": key}
                for actor, channel, key in asked
            ]
        )
        rows = await self._database.quickly(post_sql.ENTRANCES, asked=questions)
        found = {row.ordinality: _entrance(row) for row in rows}
        return [found.get(place) for place in range(1, len(asked) + 1)]

    async def _publish_all(self, news: Sequence[NewPost]) -> Sequence[int | Exception]:
        """Each post's number. When one of several cannot be stored, each is tried alone, so that it spoils none."""
        try:
            return await self._publish_together(news)
        except DriverIntegrityError as error:
            if len(news) == 1:
                return [_taken(error)]
        return [number for new in news for number in await self._publish_all([new])]

    async def _publish_together(self, news: Sequence[NewPost]) -> Sequence[int | Exception]:
        rows = await self._database.quickly(post_sql.PUBLISH, news=records([_record(new) for new in news]))
        numbers = {row.id: row.number for row in rows}
        return [numbers.get(new.id) or ChannelUnknown() for new in news]

    async def _set(self, editing: Editing, now: datetime, values: dict[str, Any], *, event: str) -> None:
        post = editing.post
        async with self._database.transaction() as connection:
            await _raise_version(connection, post.channel_id)
            changed = await connection.execute(
                update(posts).where(posts.c.id == post.id, posts.c.state == post.state).values(values)
            )
            if changed.rowcount != 1:
                raise WrongState(state="changed")
            if post.state != "held":  # nobody saw it, so nobody is told
                await announce(connection, post.channel_id, post.id, event, now)

    async def _one(self, question: str, **values: Any) -> Any:
        rows = await self._database.quickly(question, **values)
        return rows[0] if rows else None


async def _insert(connection: AsyncConnection, new: NewPost, values: dict[str, Any], *, state: str) -> None:
    numbered = (await connection.execute(post_sql.NEXT_NUMBER, {"channel": new.channel.id})).one_or_none()
    if numbered is None:
        raise ChannelUnknown
    try:
        await connection.execute(
            post_sql.INSERT,
            {**values, "channel": new.channel.id, "number": numbered.posts_count, "state": state},
        )
    except IntegrityError as error:
        raise _taken(error) from None


async def _claim(connection: AsyncConnection, new: NewPost, outcome: str) -> None:
    if new.request is None:
        return
    try:
        await connection.execute(post_sql.CLAIM, {**_request(new), "outcome": outcome, "now": new.now})
    except IntegrityError as error:
        raise _taken(error) from None


async def _remember(connection: AsyncConnection, new: NewPost, answer: dict[str, Any]) -> None:
    if new.request is not None:
        await connection.execute(
            post_sql.REMEMBER, {"actor": new.actor.key, "key": new.request.key, "answer": json.dumps(answer)}
        )


async def _revise(connection: AsyncConnection, revision: Revision, *, state: str | None) -> None:
    await _raise_version(connection, revision.post.channel_id)
    content = revision.content()
    revised = await connection.execute(
        post_sql.REVISE,
        {
            "id": revision.post.id,
            "version": revision.post.version,
            "text": content["text"],
            "entities": json.dumps(content["entities"]),
            "media": json.dumps(content["media"]),
            "now": revision.now,
            "state": state,
        },
    )
    if revised.one_or_none() is None:
        raise WrongState(state="changed")


async def _raise_version(connection: AsyncConnection, channel: ChannelId) -> None:
    if (await connection.execute(post_sql.RAISE_VERSION, {"channel": channel})).one_or_none() is None:
        raise ChannelUnknown


def _entrance(row: Any) -> Entrance:
    answered = None if row.outcome is None else Answered(row.request_sha256, row.outcome, row.answer)
    return Entrance(channel_of(row), _standing(row), answered)


def _standing(row: Any) -> Standing:
    return Standing(row.member, row.role, row.posting_suspended_until, row.suspended_at is not None)


def _upload(row: Any) -> Upload:
    attachment = Attachment(
        id=MediaId(row.id),
        kind="document",
        file_name="",
        mime=row.mime,
        size=row.size,
        sha256=row.sha256,
        width=row.width,
        height=row.height,
        thumbnail=row.thumbnail,
    )
    if row.unscannable is not None:
        return Upload(attachment, MediaState.UNDECODABLE)
    return Upload(attachment, MediaState.DECODED if row.width is not None else MediaState.OPAQUE)


def _record(new: NewPost) -> dict[str, Any]:
    content = new.content()
    return {
        "channel": new.channel.id,
        "id": new.id,
        "author": new.actor.member_id,
        "bot": new.actor.bot_id,
        "comment_on": new.comment_on,
        "reply_to": new.draft.reply_to,
        "text": content["text"],
        "entities": content["entities"],
        "media": content["media"],
        "album": new.draft.album,
        "source": new.draft.source and dict(new.draft.source),
        "source_key": new.draft.source_key,
        "created_at": new.draft.written_at or new.now,
        "now": new.now,
        **_request(new),
    }


def _values(new: NewPost) -> dict[str, Any]:
    """The record of a post that is written alone."""
    record = _record(new)
    return {
        **record,
        "entities": json.dumps(record["entities"]),
        "media": json.dumps(record["media"]),
        "source": record["source"] and json.dumps(record["source"]),
    }


def _request(new: NewPost) -> dict[str, Any]:
    request = new.request
    return {
        "actor": new.actor.key,
        "key": request and request.key,
        "request_sha256": request and request.sha256,
    }


def _published(new: NewPost, number: int) -> Post:
    """What was written, without reading it again."""
    return Post(
        id=new.id,
        channel_id=new.channel.id,
        channel=new.channel.name,
        number=number,
        author=shown_author(new.author, kind=new.channel.kind, comment_on=new.comment_on),
        text=new.draft.text,
        entities=new.draft.entities,
        media=new.media,
        state="published",
        version=1,
        created_at=new.draft.written_at or new.now,
        published_at=new.now,
        reply_to=new.draft.reply_to,
        comment_on=new.comment_on,
        album=new.draft.album,
        source=new.draft.source,
    )


def _taken(error: Exception) -> Exception:
    """Which of the unique keys was there before; anything else is no refusal but a fault."""
    cause = error.orig if isinstance(error, IntegrityError) else error
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", "")
    if constraint == "pk_idempotency_keys":
        return KeyTaken()
    if constraint == "uq_posts_channel_id_source_key":
        return SourceTaken()
    return error
