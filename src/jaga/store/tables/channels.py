"""The open side: channels, posts (a comment is a post below another), media, bots, feed.

One view, `readable_posts`, decides what a reader may see; every read path uses it.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from jaga.store.tables.base import instant, key, metadata, points_to

channels = Table(
    "channels",
    metadata,
    key(),
    Column(
        "number", BigInteger, Identity(), nullable=False, unique=True
    ),  # the Bot API's chat id is -100…number
    Column("name", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("about", Text, nullable=False, server_default=""),
    Column("kind", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("picture", Text),  # media id
    Column("pending", JSONB),  # a change of title, about text or picture that waits for a person
    points_to("owner_id", "members.id"),
    Column("state", Text, nullable=False, server_default="open"),
    Column("version", BigInteger, nullable=False, server_default="1"),  # grows with every visible change
    Column("posts_count", BigInteger, nullable=False, server_default="0"),  # numbers posts inside the channel
    instant("created_at", required=True),
    CheckConstraint("kind in ('channel', 'group')", name="kind"),
    CheckConstraint("state in ('open', 'closed', 'held')", name="state"),
)

channel_roles = Table(
    "channel_roles",
    metadata,
    points_to("channel_id", "channels.id"),
    points_to("member_id", "members.id"),
    Column("role", Text, nullable=False),
    PrimaryKeyConstraint("channel_id", "member_id"),
    CheckConstraint("role in ('owner', 'editor')", name="role"),
)

bots = Table(
    "bots",
    metadata,
    key(),
    Column(
        "number", BigInteger, Identity(start=100_001), nullable=False, unique=True
    ),  # the Bot API's user id
    points_to("channel_id", "channels.id"),
    Column("name", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    instant("created_at", required=True),
    instant("revoked_at"),
)

media = Table(
    "media",
    metadata,
    key(),
    Column("sha256", LargeBinary, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("mime", Text, nullable=False),  # what the first bytes say, never what the sender says
    Column("width", Integer),
    Column("height", Integer),
    Column("thumbnail_sha256", LargeBinary, index=True),
    Column("unscannable", Text),  # why the decoder could not read it; such media is held, never clean
    points_to("member_id", "members.id"),
    instant("created_at", required=True),
    instant(
        "put_away_at"
    ),  # a case took what showed it: nobody gets it, unless something readable shows it still
)

posts = Table(
    "posts",
    metadata,
    key(),
    points_to("channel_id", "channels.id", index=False),
    Column("number", BigInteger, nullable=False),  # the permalink's and the Bot API's message id, per channel
    points_to("author_id", "members.id"),
    points_to("bot_id", "bots.id", required=False, index=False),
    points_to("comment_on", "posts.id", required=False, index=False),
    points_to("reply_to", "posts.id", required=False, index=False),
    Column("text", Text, nullable=False),
    Column("entities", JSONB, nullable=False, server_default=text("'[]'")),
    Column("media", JSONB, nullable=False, server_default=text("'[]'")),  # [{id, kind, file_name, caption…}]
    Column("album", Text),  # the Bot API's media_group_id
    Column("state", Text, nullable=False),
    Column("state_before_removal", Text),  # what `reversed` restores
    Column("version", Integer, nullable=False, server_default="1"),
    Column("source", JSONB),  # where an imported post came from
    Column("source_key", Text),  # unique per import, so that a resumed import doubles nothing
    instant("created_at", required=True),
    instant("published_at"),
    instant("edited_at"),
    instant("pinned_at"),
    instant("deleted_at"),  # by its author or an editor; the content follows a week later
    UniqueConstraint("channel_id", "number"),
    UniqueConstraint("channel_id", "source_key"),
    CheckConstraint(
        "state in ('published', 'held', 'refused', 'withheld', 'removed', 'restored', 'deleted')",
        name="state",
    ),
    Index(
        "ix_posts_channel_listing",
        "channel_id",
        text("number desc"),
        postgresql_where=text("comment_on is null"),
    ),
    Index(
        "ix_posts_comment_listing", "comment_on", "number", postgresql_where=text("comment_on is not null")
    ),
    Index("ix_posts_pinned", "channel_id", postgresql_where=text("pinned_at is not null")),
    # Which posts show a file: media is served only while one of them can be read.
    Index("ix_posts_media", "media", postgresql_using="gin", postgresql_ops={"media": "jsonb_path_ops"}),
    Index("ix_posts_search", func.to_tsvector(text("'simple'"), text("text")), postgresql_using="gin"),
)

post_versions = Table(
    "post_versions",
    metadata,
    points_to("post_id", "posts.id", index=False),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("entities", JSONB, nullable=False),
    Column("media", JSONB, nullable=False),
    instant("written_at", required=True),
    PrimaryKeyConstraint("post_id", "version"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("actor", Text, nullable=False),  # member or bot id
    Column("key", Text, nullable=False),
    Column("request_sha256", LargeBinary, nullable=False),  # the same key with another body is a conflict
    # published, held, refused; `answer` names what it was about and holds no content, which may be removed later.
    Column("outcome", Text, nullable=False),
    Column("answer", JSONB, nullable=False),
    instant("created_at", required=True, index=True),
    PrimaryKeyConstraint("actor", "key"),
)

feed_events = Table(
    "feed_events",
    metadata,
    Column("seq", BigInteger, Identity(), primary_key=True),
    # The writing transaction: readers only pass events older than every transaction still running, so that a late
    # commit with a small `seq` is never skipped.
    Column("xact", BigInteger, nullable=False, server_default=text("(pg_current_xact_id()::text::bigint)")),
    points_to("channel_id", "channels.id"),
    points_to("post_id", "posts.id", required=False, index=False),  # empty: the whole channel is meant
    Column("kind", Text, nullable=False),
    instant("at", required=True),
    CheckConstraint("kind in ('post', 'edit', 'removed', 'restored', 'deleted')", name="kind"),
    Index("ix_feed_events_order", "xact", "seq"),
)

READABLE_POSTS = """
CREATE OR REPLACE VIEW readable_posts AS
SELECT p.*
FROM posts p
JOIN channels c ON c.id = p.channel_id AND c.state = 'open'
LEFT JOIN posts parent ON parent.id = p.comment_on
WHERE p.state IN ('published', 'restored')
  AND (p.comment_on IS NULL OR parent.state IN ('published', 'restored'))
"""

STATEMENTS = (READABLE_POSTS,)
