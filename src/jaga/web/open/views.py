"""Posts as the templates want them: days, pictures apart from files, answers with what they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from jaga.channels.channel import Channel
from jaga.channels.markup import render_html
from jaga.channels.post import Attachment, Post
from jaga.channels.reading import Excerpt, Gone
from jaga.core.ids import PostId
from jaga.core.text import Text
from jaga.web.services import Services

_PICTURES = ("photo", "animation")
_PLAYED = ("video", "audio", "voice")


@dataclass(frozen=True, slots=True)
class PostView:
    post: Post
    html: Markup
    pictures: tuple[Attachment, ...]
    played: tuple[Attachment, ...]
    files: tuple[Attachment, ...]
    answers: Excerpt | None
    """What this post is a reply to."""

    @property
    def at(self) -> datetime:
        return self.post.created_at

    @property
    def came_from(self) -> str | None:
        """Where it stood first, as the export says; its date is the export's word too."""
        return came_from(self.post)


@dataclass(frozen=True, slots=True)
class GoneView:
    """A card in the place of a post that a decision took away."""

    gone: Gone
    category: Text | None

    @property
    def at(self) -> datetime | None:
        return self.gone.removed_at


@dataclass(frozen=True, slots=True)
class ChannelView:
    channel: Channel
    picture: str | None

    @property
    def is_group(self) -> bool:
        return self.channel.kind == "group"


def came_from(post: Post) -> str | None:
    source = None if post.source is None else post.source.get("from")
    return None if source is None else {"telegram": "Telegram"}.get(str(source), str(source))


def post_view(post: Post, excerpts: Mapping[PostId, Excerpt]) -> PostView:
    pictures = tuple(file for file in post.media if file.kind in _PICTURES and file.thumbnail)
    played = tuple(file for file in post.media if file.kind in _PLAYED)
    return PostView(
        post=post,
        html=Markup(render_html(post.text, post.entities)),  # noqa: S704 - this is the one place that escapes
        pictures=pictures,
        played=played,
        files=tuple(file for file in post.media if file not in pictures and file not in played),
        answers=None if post.reply_to is None else excerpts.get(post.reply_to),
    )


def gone_view(gone: Gone, services: Services) -> GoneView:
    return GoneView(gone, None if gone.category is None else services.open_side.category_title(gone.category))


def channel_view(channel: Channel) -> ChannelView:
    picture = None if channel.picture is None else f"/api/v1/media/{channel.picture}/thumbnail"
    return ChannelView(channel, picture)


async def views_of(services: Services, posts: Sequence[Post]) -> list[PostView]:
    wanted = [post.reply_to for post in posts if post.reply_to is not None]
    excerpts = await services.open_side.library.excerpts(wanted)
    return [post_view(post, excerpts) for post in posts]


def with_gone(posts: Sequence[PostView], gone: Sequence[GoneView]) -> list[tuple[str, PostView | GoneView]]:
    """Both in one list, newest first, each with its kind."""
    rows: list[tuple[int, str, PostView | GoneView]] = [
        *((view.post.number, "post", view) for view in posts),
        *((view.gone.number, "gone", view) for view in gone),
    ]
    return [(kind, view) for _, kind, view in sorted(rows, key=lambda row: -row[0])]
