"""A channel, or a public group: what it is, what it may be called, who may do what in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast, get_args

from jaga.channels.errors import BadChannelName, BadField, MayNotChange, MayNotPost
from jaga.channels.wording import clean, clean_line, is_blank
from jaga.core.errors import JagaError
from jaga.core.ids import ChannelId, MediaId
from jaga.core.text import LANGUAGES, Language, Text

Kind = Literal["channel", "group"]
Role = Literal["owner", "editor"]
# What the directory offers by name; a channel may say something else, as long as it is one plain word.
CATEGORIES = {
    "community": Text(id="Warga", en="Community"),
    "news": Text(id="Berita", en="News"),
    "public_service": Text(id="Layanan publik", en="Public service"),
    "education": Text(id="Pendidikan", en="Education"),
    "business": Text(id="Usaha", en="Business"),
    "culture": Text(id="Budaya", en="Culture"),
    "religion": Text(id="Agama", en="Religion"),
    "other": Text(id="Lainnya", en="Other"),
}
_CATEGORY = re.compile(r"[a-z][a-z0-9_]{1,31}")

# Words that would read as the platform speaking, or that stand in our own addresses.
RESERVED = frozenset(
    [
        "admin",
        "administrator",
        "api",
        "bot",
        "bots",
        "channel",
        "channels",
        "desk",
        "feed",
        "group",
        "groups",
        "help",
        "home",
        "inbox",
        "jaga",
        "ledger",
        "line",
        "login",
        "media",
        "moderator",
        "moderators",
        "new",
        "notice",
        "notices",
        "official",
        "operator",
        "post",
        "posts",
        "resmi",
        "search",
        "security",
        "settings",
        "sop",
        "staff",
        "static",
        "statement",
        "statements",
        "support",
        "system",
        "transparency",
        "www",
    ]
)
_NAME = re.compile(r"[a-z0-9_]{3,32}")
_LONGEST = {"title": 128, "about": 1024}
_NOT_TEXT = Text(id="harus berupa teks.", en="it must be text.")
_EMPTY = Text(id="tidak boleh kosong.", en="it must not be empty.")
_NOT_LISTED = Text(id="bukan salah satu pilihan.", en="it is not one of the choices.")
_NOT_A_WORD = Text(
    id="harus satu kata huruf kecil, seperti news.", en="it must be one lower-case word, such as news."
)
_TOO_LONG = Text(id="terlalu panjang.", en="it is too long.")
_EDITORS = Text(id="pemilik dan editor", en="the owner and editors")
_OWNER = Text(id="pemilik", en="the owner")
_AUTHOR = Text(id="penulis", en="the author")


@dataclass(frozen=True, slots=True)
class Channel:
    """As anyone may see it."""

    id: ChannelId
    number: int
    name: str
    title: str
    about: str
    kind: Kind
    language: str
    category: str
    picture: MediaId | None
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDraft:
    """A channel that is to be; every field in its normal form."""

    name: str
    title: str
    about: str
    kind: Kind
    language: Language
    category: str

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> ChannelDraft:
        """Raises `BadChannelName` or `BadField`."""
        return cls(
            name=parse_name(body.get("name")),
            title=parse_line("title", body.get("title")),
            about=parse_about(body.get("about", "")),
            kind=cast("Kind", _one_of("kind", body.get("kind", "channel"), get_args(Kind))),
            language=cast("Language", _one_of("language", body.get("language", "id"), LANGUAGES)),
            category=_category(body.get("category", "community")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChange:
    """What a PATCH changes; `None` leaves it as it is, an empty `picture` takes it away."""

    title: str | None = None
    about: str | None = None
    language: str | None = None
    category: str | None = None
    picture: str | None = None

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> ChannelChange:
        unknown = set(body) - {"title", "about", "language", "category", "picture"}
        if unknown:
            raise BadField(field=min(unknown), why=Text(id="tidak dapat diubah.", en="it cannot be changed."))
        language, category, picture = body.get("language"), body.get("category"), body.get("picture", None)
        return cls(
            title=parse_line("title", body["title"]) if "title" in body else None,
            about=parse_about(body["about"]) if "about" in body else None,
            language=None if language is None else _one_of("language", language, LANGUAGES),
            category=None if category is None else _category(category),
            picture=_picture(picture) if "picture" in body else None,
        )

    def values(self) -> dict[str, str | None]:
        """The columns that change."""
        fields = {
            "title": self.title,
            "about": self.about,
            "language": self.language,
            "category": self.category,
        }
        changed: dict[str, str | None] = {name: value for name, value in fields.items() if value is not None}
        if self.picture is not None:
            changed["picture"] = self.picture or None
        return changed


def parse_name(name: object) -> str:
    """A name that a new channel may take."""
    if not isinstance(name, str) or not is_name(name) or name in RESERVED or not name.strip("_0123456789"):
        raise BadChannelName
    return name


def is_name(name: str) -> bool:
    """Whether a channel of this name can exist at all: a cheap first look at an address."""
    return _NAME.fullmatch(name) is not None


def parse_line(field: str, value: object) -> str:
    line = clean_line(_text(field, value))
    if is_blank(line):
        raise BadField(field=field, why=_EMPTY)
    if len(line) > _LONGEST[field]:
        raise BadField(field=field, why=_TOO_LONG)
    return line


def parse_about(value: object) -> str:
    about = clean(_text("about", value)).strip()
    if len(about) > _LONGEST["about"]:
        raise BadField(field="about", why=_TOO_LONG)
    return about


def require_poster(kind: Kind, role: Role | None) -> None:
    """In a channel its owner and editors post; in a public group any member does. Raises `MayNotPost`."""
    if kind == "channel" and role is None:
        raise MayNotPost


def require_author(*, is_author: bool, kind: Kind, role: Role | None, top_level: bool) -> None:
    """What a channel says, its owner and editors change together; all else only its author. Raises `MayNotChange`."""
    together = kind == "channel" and top_level and role is not None
    if not is_author and not together:
        raise MayNotChange(who=_AUTHOR)


def require_remover(*, is_author: bool, role: Role | None) -> None:
    """Authors delete what they wrote; owner and editors keep their own place tidy."""
    if not is_author and role is None:
        raise MayNotChange(who=_EDITORS)


def require_editor(role: Role | None) -> None:
    if role is None:
        raise MayNotChange(who=_EDITORS)


def may(require: Callable[..., None], *given: Any) -> bool:
    """Whether one of the `require_` functions lets it pass."""
    try:
        require(*given)
    except JagaError:
        return False
    return True


def require_owner(role: Role | None) -> None:
    if role != "owner":
        raise MayNotChange(who=_OWNER)


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadField(field=field, why=_NOT_TEXT)
    return value


def _one_of(field: str, value: object, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise BadField(field=field, why=_NOT_LISTED)
    return str(value)


def _category(value: object) -> str:
    if not isinstance(value, str) or not _CATEGORY.fullmatch(value):
        raise BadField(field="category", why=_NOT_A_WORD)
    return value


def _picture(value: object) -> str:
    return "" if value is None else MediaId.parse(_text("picture", value))
