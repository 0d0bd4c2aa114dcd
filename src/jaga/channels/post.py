"""A post: text with entities and media. A comment is a post below another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast, get_args

from jaga.channels.entities import Entity, formatted, parse_entities
from jaga.channels.errors import BadField, EmptyPost, TextTooLong
from jaga.channels.wording import clean_file_name, is_blank
from jaga.core.ids import ChannelId, MediaId, PostId
from jaga.core.text import Text

State = Literal["published", "held", "refused", "withheld", "removed", "restored", "deleted"]
AttachmentKind = Literal["photo", "video", "animation", "audio", "voice", "document"]

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MOST_MEDIA = 10
_FITTING: dict[str, tuple[AttachmentKind, ...]] = {
    "image": ("photo", "animation"),
    "video": ("video", "animation"),
    "audio": ("audio", "voice"),
}
_WRONG_MEDIA = Text(
    id="harus berupa daftar paling banyak 10 berkas.", en="it must be a list of at most 10 files."
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as a post shows it."""

    id: MediaId
    kind: AttachmentKind
    file_name: str
    mime: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    thumbnail: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "file_name": self.file_name,
            "mime": self.mime,
            "size": self.size,
            "sha256": self.sha256,
            "width": self.width,
            "height": self.height,
            "thumbnail": self.thumbnail,
        }

    @classmethod
    def stored(cls, shape: Mapping[str, Any]) -> Attachment:
        return cls(**{**shape, "id": MediaId(shape["id"])})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that a draft asks for: uploaded before, by the same member."""

    id: MediaId
    kind: AttachmentKind | None = None
    file_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to publish, already in its normal form: `Draft.of` is the way to make one."""

    text: str
    entities: tuple[Entity, ...] = ()
    media: tuple[Wanted, ...] = ()
    reply_to: PostId | None = None
    album: str | None = None
    source: Mapping[str, Any] | None = None
    """Where an imported post comes from; `source_key` is unique in its channel, so that nothing is taken over twice."""
    source_key: str | None = None
    written_at: datetime | None = None
    """When an imported post was first published elsewhere."""

    @classmethod
    def of(
        cls, text: str, entities: Sequence[Entity] = (), media: Sequence[Wanted] = (), **more: Any
    ) -> Draft:
        """Raises `EmptyPost`, `TextTooLong`, `BadEntity`, `BadField`."""
        if len(text) > 4 * LONGEST_TEXT:  # before any work is spent on it
            raise TextTooLong(length=len(text), limit=LONGEST_TEXT)
        text, found = formatted(text, entities)
        limit = LONGEST_CAPTION if media else LONGEST_TEXT
        if len(text) > limit:
            raise TextTooLong(length=len(text), limit=limit)
        if is_blank(text) and not media:
            raise EmptyPost
        if len({wanted.id for wanted in media}) != len(media) or len(media) > MOST_MEDIA:
            raise BadField(field="media", why=_WRONG_MEDIA)
        return cls(text=text, entities=found, media=tuple(media), **more)

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> Draft:
        """The body of a request: `text`, `entities`, `media`, `reply_to`."""
        text, reply_to = body.get("text", ""), body.get("reply_to")
        if not isinstance(text, str):
            raise BadField(field="text", why=Text(id="harus berupa teks.", en="it must be text."))
        if reply_to is not None and not isinstance(reply_to, str):
            raise BadField(field="reply_to", why=Text(id="harus berupa teks.", en="it must be text."))
        return cls.of(
            text,
            parse_entities(body.get("entities") or []),
            parse_media(body.get("media") or []),
            reply_to=None if reply_to is None else PostId.parse(reply_to),
        )

    def as_request(self) -> dict[str, Any]:
        """What tells one request from another under the same idempotency key."""
        return {
            "text": self.text,
            "entities": [entity.as_dict() for entity in self.entities],
            "media": [[wanted.id, wanted.kind, wanted.file_name] for wanted in self.media],
            "reply_to": self.reply_to,
            "album": self.album,
            "source_key": self.source_key,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """As anyone may read it: comes only out of the view `readable_posts`, or back to its author."""

    id: PostId
    channel_id: ChannelId
    channel: str
    number: int
    author: str | None
    """The writer's name in groups and below posts; a channel's own posts speak for the channel."""
    text: str
    entities: tuple[Entity, ...]
    media: tuple[Attachment, ...]
    state: State
    version: int
    created_at: datetime
    published_at: datetime | None
    edited_at: datetime | None = None
    pinned_at: datetime | None = None
    reply_to: PostId | None = None
    comment_on: PostId | None = None
    comments: int = 0
    album: str | None = None
    source: Mapping[str, Any] | None = None


def parse_media(shapes: object) -> tuple[Wanted, ...]:
    """`["med_…", {"id": "med_…", "kind": "photo", "file_name": "a.jpg"}]`, read strictly."""
    if not isinstance(shapes, list) or len(shapes) > MOST_MEDIA:
        raise BadField(field="media", why=_WRONG_MEDIA)
    return tuple(_wanted(shape) for shape in shapes)


def shown_as(wanted: AttachmentKind | None, mime: str) -> AttachmentKind:
    """How a file is shown: as the sender wants where its bytes allow it, as what they are otherwise."""
    fitting = _FITTING.get(mime.partition("/")[0], ("document",))
    if mime == "image/gif":
        fitting = ("animation", "photo")
    return wanted if wanted == "document" or wanted in fitting else fitting[0]


def _wanted(shape: object) -> Wanted:
    if isinstance(shape, str):
        return Wanted(MediaId.parse(shape))
    if not isinstance(shape, Mapping) or not isinstance(shape.get("id"), str):
        raise BadField(field="media", why=_WRONG_MEDIA)
    kind, name = shape.get("kind"), shape.get("file_name", "")
    if (kind is not None and kind not in get_args(AttachmentKind)) or not isinstance(name, str):
        raise BadField(field="media", why=_WRONG_MEDIA)
    return Wanted(MediaId.parse(shape["id"]), cast("AttachmentKind | None", kind), clean_file_name(name))
