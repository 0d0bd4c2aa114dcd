"""What readers see: open channels, and posts through the view `readable_posts`, by every path."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from jaga.channels.channel import Channel
from jaga.channels.errors import MediaPutAway
from jaga.channels.post import Post
from jaga.channels.reading import Excerpt, File, Gone, Week
from jaga.core.gather import Gathered
from jaga.core.ids import ChannelId, DecisionId, MediaId, MemberId, PostId, StatementId
from jaga.store.database import Database
from jaga.store.post_rows import channel_of, post_of, quick_statement, shown_author
from jaga.store.quick import quick

_EXCERPT = 140

_VERSIONS = quick("SELECT name, version FROM channels WHERE name = ANY(:names) AND state = 'open'")
_IDS = quick("SELECT name, id FROM channels WHERE name = ANY(:names) AND state = 'open'")
_CHANNEL = quick_statement("SELECT {CHANNEL} FROM channels c WHERE c.name = :name AND c.state = 'open'")
_DIRECTORY = quick_statement("""
    SELECT {CHANNEL} FROM channels c
    WHERE c.state = 'open' AND c.name > :after
        AND (:pattern = '' OR lower(c.name || ' ' || c.title || ' ' || c.about) LIKE :pattern)
        AND (CAST(:category AS text) IS NULL OR c.category = :category)
        AND (CAST(:language AS text) IS NULL OR c.language = :language)
    ORDER BY c.name LIMIT :limit
""")
# Words of three letters or fewer are mostly grammar, in both languages.
_SIMILAR = quick_statement("""
    WITH own AS (
        SELECT id, category, language, ARRAY(
            SELECT word FROM unnest(tsvector_to_array(to_tsvector('simple', title || ' ' || about))) word
            WHERE length(word) > 3
        ) AS words FROM channels WHERE id = :channel
    ), near AS (
        SELECT c.id AS near_id, c.category = own.category AS same, c.language = own.language AS speaks, (
            SELECT count(*) FROM unnest(own.words) word
            WHERE word = ANY(tsvector_to_array(to_tsvector('simple', c.title || ' ' || c.about)))
        ) AS shared
        FROM channels c, own WHERE c.state = 'open' AND c.id <> own.id
    )
    SELECT {CHANNEL} FROM near JOIN channels c ON c.id = near_id WHERE same OR shared > 0
    ORDER BY shared + CAST(same AS integer) DESC, speaks DESC, c.version DESC, c.name LIMIT :limit
""")
_WEEKS = quick("""
    SELECT CAST(week AS date) AS begins,
        count(p.id) FILTER (WHERE p.comment_on IS NULL) AS posts,
        count(p.id) FILTER (WHERE p.comment_on IS NOT NULL) AS comments
    FROM generate_series(
        date_trunc('week', CAST(:until AS timestamptz) AT TIME ZONE 'UTC') - (:count - 1) * interval '1 week',
        date_trunc('week', CAST(:until AS timestamptz) AT TIME ZONE 'UTC'), interval '1 week'
    ) week
    LEFT JOIN readable_posts p ON p.channel_id = :channel
        AND p.created_at >= week AT TIME ZONE 'UTC' AND p.created_at < (week + interval '1 week') AT TIME ZONE 'UTC'
    GROUP BY week ORDER BY week
""")
_POSTS = quick_statement("""
    SELECT {POST}, (SELECT count(*) FROM readable_posts k WHERE k.comment_on = p.id) AS comments
    FROM readable_posts p {POST_JOINS}
    WHERE p.channel_id = :channel AND p.comment_on IS NULL
        AND p.number < COALESCE(CAST(:before AS bigint), 9223372036854775807)
    ORDER BY p.number DESC LIMIT :limit
""")
_PINNED = quick_statement("""
    SELECT {POST}, 0 AS comments FROM readable_posts p {POST_JOINS}
    WHERE p.channel_id = :channel AND p.pinned_at IS NOT NULL ORDER BY p.pinned_at DESC LIMIT 5
""")
_POST = quick_statement("""
    SELECT {POST}, (SELECT count(*) FROM readable_posts k WHERE k.comment_on = p.id) AS comments
    FROM readable_posts p {POST_JOINS} WHERE p.id = :id
""")
_NUMBERED = quick_statement("""
    SELECT {POST}, (SELECT count(*) FROM readable_posts k WHERE k.comment_on = p.id) AS comments
    FROM readable_posts p {POST_JOINS} WHERE c.name = :channel AND p.number = :number
""")
_COMMENTS = quick_statement("""
    SELECT {POST}, 0 AS comments FROM readable_posts p {POST_JOINS}
    WHERE p.comment_on = :post AND p.number > :after ORDER BY p.number LIMIT :limit
""")
_EXCERPTS = quick_statement("SELECT {POST} FROM readable_posts p {POST_JOINS} WHERE p.id = ANY(:posts)")
_SEARCH = quick_statement("""
    SELECT {POST}, (SELECT count(*) FROM readable_posts k WHERE k.comment_on = p.id) AS comments
    FROM readable_posts p {POST_JOINS}
    WHERE to_tsvector('simple', p.text) @@ websearch_to_tsquery('simple', :q)
        AND (CAST(:channel AS text) IS NULL OR p.channel_id = :channel)
        AND (CAST(:before AS text) IS NULL OR p.id < :before)
    ORDER BY p.id DESC LIMIT :limit
""")
# Only what was readable once and a decision took away; what was refused or deleted is as if it never had been.
_GONE_FROM = """
    SELECT p.id, c.name AS channel, p.number, d.id AS decision, d.decided_by, d.effect_at, d.decided_at, k.category,
        k.source, s.id AS statement, s.appeal_until
    FROM posts p JOIN channels c ON c.id = p.channel_id AND c.state = 'open'
    LEFT JOIN LATERAL (
        SELECT d.* FROM measures m JOIN decisions d ON d.id = m.decision_id
        WHERE m.target_kind = 'post' AND m.target = p.id AND m.name = 'remove_post' AND m.lifted_at IS NULL
        ORDER BY d.decided_at DESC LIMIT 1
    ) d ON true
    LEFT JOIN cases k ON k.id = d.case_id
    LEFT JOIN statements s ON s.decision_id = d.id AND s.superseded_by IS NULL
    WHERE p.state = 'removed' AND p.published_at IS NOT NULL AND {which}
"""
_GONE = quick(_GONE_FROM.replace("{which}", "p.id = :id"))
_GONE_BETWEEN = quick(
    _GONE_FROM.replace(
        "{which}",
        "p.channel_id = :channel AND p.comment_on IS NULL AND p.number > :after"
        " AND p.number < COALESCE(CAST(:before AS bigint), 9223372036854775807) ORDER BY p.number DESC LIMIT 100",
    )
)
_GONE_NUMBERED = quick(_GONE_FROM.replace("{which}", "c.name = :channel AND p.number = :number"))
_FILE = quick("""
    SELECT f.id, encode(f.sha256, 'hex') AS sha256, f.size, f.mime, encode(f.thumbnail_sha256, 'hex') AS thumbnail_sha256,
        shown.file_name, shown.file_name IS NULL AND pictured.id IS NULL AND f.put_away_at IS NOT NULL AS put_away
    FROM media f
    LEFT JOIN LATERAL (
        SELECT file ->> 'file_name' AS file_name FROM readable_posts p, jsonb_array_elements(p.media) file
        WHERE p.media @> CAST(:shape AS jsonb) AND file ->> 'id' = :id LIMIT 1
    ) shown ON true
    LEFT JOIN LATERAL (SELECT c.id FROM channels c WHERE c.picture = :id AND c.state = 'open' LIMIT 1) pictured ON true
    WHERE f.id = :id AND (shown.file_name IS NOT NULL OR pictured.id IS NOT NULL OR f.member_id = :uploader)
""")


class StoredLibrary:
    """Implements `jaga.channels.reading.Library`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids = Gathered(self._ask_ids, most=1_000)

    async def versions(self, names: Collection[str]) -> Mapping[str, int]:
        return {row.name: row.version for row in await self._all(_VERSIONS, names=list(names))}

    async def ids(self, names: Collection[str]) -> Mapping[str, ChannelId]:
        return await self._ids(names)

    async def _ask_ids(self, asked: Sequence[Collection[str]]) -> Sequence[Mapping[str, ChannelId]]:
        wanted = list({name for names in asked for name in names})
        known = {row.name: ChannelId(row.id) for row in await self._all(_IDS, names=wanted)}
        return [{name: known[name] for name in names if name in known} for names in asked]

    async def channel(self, name: str) -> Channel | None:
        rows = await self._all(_CHANNEL, name=name)
        return channel_of(rows[0]) if rows else None

    async def directory(
        self, *, q: str, category: str | None, language: str | None, after: str, limit: int
    ) -> list[Channel]:
        rows = await self._all(
            _DIRECTORY, pattern=_pattern(q), category=category, language=language, after=after, limit=limit
        )
        return [channel_of(row) for row in rows]

    async def similar(self, channel: ChannelId, *, limit: int) -> list[Channel]:
        return [channel_of(row) for row in await self._all(_SIMILAR, channel=channel, limit=limit)]

    async def weeks(self, channel: ChannelId, *, until: datetime, count: int) -> list[Week]:
        rows = await self._all(_WEEKS, channel=channel, until=until, count=count)
        return [Week(row.begins, row.posts, row.comments) for row in rows]

    async def posts(self, channel: ChannelId, *, before: int | None, limit: int) -> list[Post]:
        return await self._posts(_POSTS, channel=channel, before=before, limit=limit)

    async def pinned(self, channel: ChannelId) -> list[Post]:
        return await self._posts(_PINNED, channel=channel)

    async def post(self, id: PostId) -> Post | None:
        found = await self._posts(_POST, id=id)
        return found[0] if found else None

    async def post_numbered(self, channel: str, number: int) -> Post | None:
        found = await self._posts(_NUMBERED, channel=channel, number=number)
        return found[0] if found else None

    async def comments(self, post: PostId, *, after: int, limit: int) -> list[Post]:
        return await self._posts(_COMMENTS, post=post, after=after, limit=limit)

    async def excerpts(self, posts: Sequence[PostId]) -> Mapping[PostId, Excerpt]:
        if not posts:
            return {}
        return {PostId(row.id): _excerpt(row) for row in await self._all(_EXCERPTS, posts=list(posts))}

    async def search(
        self, q: str, *, channel: ChannelId | None, before: str | None, limit: int
    ) -> list[Post]:
        return await self._posts(_SEARCH, q=q, channel=channel, before=before, limit=limit)

    async def gone(self, id: PostId) -> Gone | None:
        return _first(await self._all(_GONE, id=id))

    async def gone_numbered(self, channel: str, number: int) -> Gone | None:
        return _first(await self._all(_GONE_NUMBERED, channel=channel, number=number))

    async def gone_between(self, channel: ChannelId, *, after: int, before: int | None) -> list[Gone]:
        rows = await self._all(_GONE_BETWEEN, channel=channel, after=after, before=before)
        return [_gone(row) for row in rows]

    async def file(self, id: MediaId, *, uploader: MemberId | None) -> File | None:
        shape = f'[{{"id": "{id}"}}]'
        rows = await self._all(_FILE, id=id, shape=shape, uploader=uploader)
        if not rows:
            return None
        row = rows[0]
        if row.put_away:
            raise MediaPutAway
        return File(
            MediaId(row.id), row.sha256, row.size, row.mime, row.thumbnail_sha256, row.file_name or ""
        )

    async def _posts(self, question: str, **values: Any) -> list[Post]:
        return [post_of(row, comments=row.comments) for row in await self._all(question, **values)]

    async def _all(self, question: str, **values: Any) -> list[Any]:
        return await self._database.quickly(question, **values)


def _pattern(q: str) -> str:
    """`q` anywhere in the text; its own wildcards are only letters."""
    words = q.strip().lower().removeprefix("@")
    for letter in ("\\", "%", "_"):
        words = words.replace(letter, f"\\{letter}")
    return f"%{words}%" if words else ""


def _excerpt(row: Any) -> Excerpt:
    words = " ".join(row.text[: 2 * _EXCERPT].split())
    cut = words if len(words) <= _EXCERPT else f"{words[:_EXCERPT].rstrip()}…"
    author = shown_author(row.author, kind=row.channel_kind, comment_on=row.comment_on)
    return Excerpt(PostId(row.id), row.number, author, cut, bool(row.media))


def _first(rows: Sequence[Any]) -> Gone | None:
    return _gone(rows[0]) if rows else None


def _gone(row: Any) -> Gone:
    return Gone(
        id=PostId(row.id),
        channel=row.channel,
        number=row.number,
        removed_at=row.effect_at or row.decided_at,
        decided_by=_decided_by(row),
        category=row.category,
        decision=None if row.decision is None else DecisionId(row.decision),
        statement=None if row.statement is None else StatementId(row.statement),
        appeal_until=row.appeal_until,
    )


def _decided_by(row: Any) -> Any:
    if row.decision is None:
        return None
    if row.source == "submission":
        return "order"
    return "rule" if row.decided_by == "rule" else "person"
