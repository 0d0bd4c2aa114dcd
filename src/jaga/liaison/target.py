"""Where a target's address points, read from its wording alone.

Addresses of the sealed side are recognized here and go no further: nothing is looked up for them, so the answer and
its timing are the same whether or not such a room, event or account exists.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from jaga.core.ids import MalformedId, PostId

_CHANNEL = r"(?P<channel>[A-Za-z0-9_]{1,64})"
_POST = r"(?P<post>post_[0-9a-z]{26}|[0-9]{1,18})"
_PATHS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"/c/{_CHANNEL}/?",
        rf"/c/{_CHANNEL}/{_POST}/?",
        rf"/api/v1/channels/{_CHANNEL}/?",
        rf"/api/v1/posts/{_POST}/?",
    )
)
# Matrix names rooms `!…`, events `$…`, aliases `#…:…`, accounts `@…:…`; its links are `matrix:`, `mxc:` and matrix.to.
_SEALED = re.compile(
    r"^(?:matrix|mxc|element|io\.element\.\w+):"
    r"|^[!$]"
    r"|^[#@][^/]*:"
    r"|(?:^|[/.@])matrix\.to(?:[:/#?]|$)"
    r"|/_matrix(?:/|$)"
    r"|[/#=&?]![^/]+"
    r"|^\w+://[^/]+/(?:#/?)?(?:room|chat|user)/"
)


@dataclass(frozen=True, slots=True)
class SealedSide:
    """A private chat, a room, an event or an account of the sealed side; existing or not, nobody looks."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """No address of the open side: another host, another page, or no address at all."""


@dataclass(frozen=True, slots=True)
class OpenChannel:
    name: str


@dataclass(frozen=True, slots=True)
class OpenPost:
    """A post by its id, or by its number in a channel."""

    channel: str | None
    post: PostId | int


OpenPlace = OpenChannel | OpenPost
Place = OpenPlace | SealedSide | Elsewhere


def place_of(uri: str, hosts: Collection[str]) -> Place:
    """Where `uri` points; `hosts` are the names (with port) under which this server is reached."""
    if is_sealed(uri):
        return SealedSide()
    try:
        parts = urlsplit(uri)
    except ValueError:
        return Elsewhere()
    if parts.scheme not in ("http", "https") or parts.netloc.lower() not in hosts:
        return Elsewhere()
    return _open_place(parts.path)


def is_sealed(uri: str) -> bool:
    """Whether `uri` names something of the sealed side, however it is percent-encoded."""
    for _ in range(3):
        if _SEALED.search(uri.strip().lower()):
            return True
        plain = unquote(uri)
        if plain == uri:
            return False
        uri = plain
    return bool(_SEALED.search(uri.strip().lower()))


def _open_place(path: str) -> OpenPlace | Elsewhere:
    found = next((match for pattern in _PATHS if (match := pattern.fullmatch(path))), None)
    if found is None:
        return Elsewhere()
    groups = found.groupdict()
    if "post" not in groups:
        return OpenChannel(groups["channel"].lower())
    channel, post = groups.get("channel"), groups["post"]
    if post.isdigit():
        return OpenPost(channel.lower(), int(post)) if channel else Elsewhere()
    try:
        return OpenPost(channel.lower() if channel else None, PostId.parse(post))
    except MalformedId:
        return Elsewhere()
