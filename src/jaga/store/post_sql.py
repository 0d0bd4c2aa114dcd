"""The statements by which posts are written. Publishing is one of them: one round trip, one commit."""

from __future__ import annotations

from sqlalchemy import text

from jaga.store.post_rows import quick_statement
from jaga.store.put_away import SHOWN
from jaga.store.quick import quick

# Each of these two stands for one request or for all that came while the last was under way (`core.gather`). What is
# asked comes as one JSON list: one parameter is several times cheaper, at both ends, than an array a column.
ENTRANCES = quick_statement("""
    SELECT q.ordinality, {CHANNEL}, me.name AS member, me.posting_suspended_until, me.suspended_at, r.role,
        k.request_sha256, k.outcome, k.answer
    FROM ROWS FROM (json_to_recordset(CAST(:asked AS json)) AS (channel text, member text, actor text, key text))
        WITH ORDINALITY AS q
    JOIN channels c ON c.name = q.channel AND c.state = 'open'
    JOIN members me ON me.id = q.member
    LEFT JOIN channel_roles r ON r.channel_id = c.id AND r.member_id = me.id
    LEFT JOIN idempotency_keys k ON k.actor = q.actor AND k.key = q.key
""")
# A key that was answered keeps its answer, also when the post below which the comment stands has gone since.
ENTRANCE_BELOW = quick_statement("""
    SELECT {CHANNEL}, me.name AS member, me.posting_suspended_until, me.suspended_at, r.role,
        k.request_sha256, k.outcome, k.answer, v.id IS NOT NULL AND v.comment_on IS NULL AS readable
    FROM posts p JOIN channels c ON c.id = p.channel_id LEFT JOIN readable_posts v ON v.id = p.id
    JOIN members me ON me.id = :member
    LEFT JOIN channel_roles r ON r.channel_id = c.id AND r.member_id = me.id
    LEFT JOIN idempotency_keys k ON k.actor = :actor AND k.key = :key
    WHERE p.id = :post
""")
EDITING = quick_statement("""
    SELECT {POST}, p.author_id, {CHANNEL}, me.name AS member, me.posting_suspended_until, me.suspended_at, r.role
    FROM posts p {POST_JOINS} JOIN members me ON me.id = :member
    LEFT JOIN channel_roles r ON r.channel_id = c.id AND r.member_id = me.id
    WHERE p.id = :post AND c.state = 'open'
""")
POST_AS_WRITTEN = quick_statement("SELECT {POST} FROM posts p {POST_JOINS} WHERE p.id = :post")
REPLY_TARGET = quick("SELECT 1 FROM readable_posts WHERE id = :post AND channel_id = :channel")
OF_SOURCE = quick("SELECT id FROM posts WHERE channel_id = :channel AND source_key = :key")
UPLOADS = quick(f"""
    SELECT f.id, encode(f.sha256, 'hex') AS sha256, f.size, f.mime, f.width, f.height, f.unscannable,
        f.thumbnail_sha256 IS NOT NULL AS thumbnail, f.put_away_at IS NOT NULL AND NOT {SHOWN} AS put_away
    FROM media f
    WHERE f.id = ANY(:media) AND (f.member_id = :member OR EXISTS (
        SELECT 1 FROM posts p WHERE p.id = :of AND p.media @> jsonb_build_array(jsonb_build_object('id', f.id))))
""")  # noqa: S608 - our own words only
# One statement, so one round trip and one commit. The channels' rows give the numbers; they are locked in one order, so
# that two processes never wait for each other.
PUBLISH = quick("""
    WITH new AS MATERIALIZED (
        SELECT *, row_number() OVER (PARTITION BY channel ORDER BY ordinality) AS nth
        FROM ROWS FROM (json_to_recordset(CAST(:news AS json)) AS (
            channel text, id text, author text, bot text, comment_on text, reply_to text, text text, entities jsonb,
            media jsonb, album text, source jsonb, source_key text, created_at timestamptz, now timestamptz, actor text,
            key text, request_sha256 text
        )) WITH ORDINALITY AS n
    ), locked AS MATERIALIZED (
        SELECT id FROM channels WHERE id IN (SELECT channel FROM new) AND state = 'open' ORDER BY id FOR UPDATE
    ), numbered AS (
        UPDATE channels c SET posts_count = c.posts_count + g.posts, version = c.version + g.posts
        FROM locked, (SELECT channel, count(*) AS posts FROM new GROUP BY channel) g
        WHERE c.id = locked.id AND g.channel = c.id
        RETURNING c.id, c.posts_count - g.posts AS before
    ), k AS (
        INSERT INTO idempotency_keys (actor, key, request_sha256, outcome, answer, created_at)
        SELECT new.actor, new.key, decode(new.request_sha256, 'base64'), 'published', jsonb_build_object('id', new.id), new.now
        FROM new JOIN numbered ON numbered.id = new.channel WHERE new.key IS NOT NULL
    ), p AS (
        INSERT INTO posts (id, channel_id, number, author_id, bot_id, comment_on, reply_to, text, entities, media, album,
            state, source, source_key, created_at, published_at)
        SELECT new.id, new.channel, numbered.before + new.nth, new.author, new.bot, new.comment_on, new.reply_to,
            new.text, new.entities, new.media, new.album, 'published', new.source, new.source_key, new.created_at,
            new.now
        FROM new JOIN numbered ON numbered.id = new.channel
        RETURNING id, number
    ), e AS (
        INSERT INTO feed_events (channel_id, post_id, kind, at)
        SELECT new.channel, new.id, 'post', new.now FROM new JOIN numbered ON numbered.id = new.channel
        ORDER BY new.ordinality
    )
    SELECT id, number FROM p
""")
# The key comes first: of two that are the same, the second waits here and does nothing else.
CLAIM = text("""
    INSERT INTO idempotency_keys (actor, key, request_sha256, outcome, answer, created_at)
    VALUES (:actor, :key, :request_sha256, :outcome, '{}', :now)
""")
REMEMBER = text("""
    UPDATE idempotency_keys SET answer = CAST(:answer AS jsonb) WHERE actor = :actor AND key = :key
""")
NEXT_NUMBER = text("""
    UPDATE channels SET posts_count = posts_count + 1 WHERE id = :channel AND state = 'open' RETURNING posts_count
""")
INSERT = text("""
    INSERT INTO posts (id, channel_id, number, author_id, bot_id, comment_on, reply_to, text, entities, media,
        album, state, source, source_key, created_at)
    VALUES (:id, :channel, :number, :author, :bot, :comment_on, :reply_to, :text, CAST(:entities AS jsonb),
        CAST(:media AS jsonb), :album, :state, CAST(:source AS jsonb), :source_key, :created_at)
""")
RAISE_VERSION = text("""
    UPDATE channels SET version = version + 1 WHERE id = :channel AND state = 'open' RETURNING version
""")
REVISE = text("""
    WITH old AS (
        SELECT id, version, text, entities, media, COALESCE(edited_at, published_at, created_at) AS written_at
        FROM posts WHERE id = :id AND version = :version AND state IN ('published', 'restored') FOR UPDATE
    ), kept AS (
        INSERT INTO post_versions (post_id, version, text, entities, media, written_at)
        SELECT id, version, text, entities, media, written_at FROM old
    )
    UPDATE posts SET text = :text, entities = CAST(:entities AS jsonb), media = CAST(:media AS jsonb),
        version = posts.version + 1, edited_at = :now, state = COALESCE(CAST(:state AS text), posts.state)
    FROM old WHERE posts.id = old.id RETURNING posts.version
""")
