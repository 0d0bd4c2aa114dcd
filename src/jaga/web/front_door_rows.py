"""What a row of the front door's table is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from jaga.web.front_door_reasons import Because
from jaga.web.front_door_shapes import Shape

JSON_LIMIT = 262_144
"""Bytes of a JSON body that Synapse itself looks through; the largest honest ones are events, of at most 65,536."""

SMALL, LARGE = 65_536, 2_000_000
"""Bytes of a JSON body that is checked here: settings, and batches of keys or of messages to devices."""


@dataclass(frozen=True, slots=True)
class Pass:
    """To the sealed side, streamed both ways."""

    body_limit: int | None = JSON_LIMIT
    """Most bytes of a body; `None` stands for the configured limit of media."""

    content_type: str | None = None
    """What the body is called, whatever the client called it."""

    without: frozenset[str] = frozenset()
    """Query parameters that are not passed on."""

    instead: tuple[str, str] | None = None
    """A segment of the path, and what is passed on in its place."""

    signs_out: bool = False
    """Whether it ends the access of other devices, and so the member's sessions on the open side."""


@dataclass(frozen=True, slots=True)
class PassChecked(Pass):
    """To the sealed side, with a body of this shape; refused otherwise."""

    body_limit: int | None = SMALL
    shape: Shape = field(kw_only=True)
    because: Because = Because.NO_SUCH_FIELD


@dataclass(frozen=True, slots=True)
class PassUpload(Pass):
    """To the sealed side, unless the first bytes show that the file is not encrypted."""


@dataclass(frozen=True, slots=True)
class PassUploadOrPicture(PassUpload):
    """The same; but a picture in clear is taken, checked and held, as one that its member may set on the profile next."""


@dataclass(frozen=True, slots=True)
class PassPictureChoice(Pass):
    """To the sealed side, when the body names a picture that the member uploaded a moment ago, or none."""

    body_limit: int | None = SMALL
    because: Because = Because.NO_UNCHECKED_PICTURE
    """Said of any other address."""


@dataclass(frozen=True, slots=True)
class PassName(Pass):
    """To the sealed side, after the name in the body has been checked as everything public is."""


@dataclass(frozen=True, slots=True)
class PassPicture(Pass):
    """To the sealed side as the member's picture, after it has been checked as everything public is."""


@dataclass(frozen=True, slots=True)
class PassSignIn(PassChecked):
    """To the sealed side, but only so often from one place: Synapse sees no addresses, so it cannot count by them."""


@dataclass(frozen=True, slots=True)
class Refuse:
    because: Because


@dataclass(frozen=True, slots=True)
class Absent:
    """Synapse has it and we do not: 404, from which a client learns that it must do without."""


@dataclass(frozen=True, slots=True)
class Row:
    methods: tuple[str, ...]
    """No methods: all of them."""

    path: str
    then: Pass | Refuse | Absent


PARTS: dict[str, str] = {
    # `v3` is the present name of the API, `r0` what older clients call it.
    "api": r"v3|r0",
    "v1": r"v1|unstable",
    "room": r"![A-Za-z0-9_.:=/+~-]{1,255}",
    "event": r"\$[A-Za-z0-9_-]{43}",
    "user": r"@[a-z0-9._=/+-]{1,200}:[a-z0-9.-]{1,230}(?::[0-9]{1,5})?",
    "type": r"[A-Za-z0-9._-]{1,255}",
    "state_key": r"[!-~]{0,255}",
    "word": r"[A-Za-z0-9_.-]{1,64}",
    "id": r"[!-~]{1,255}",
    "server": r"[a-z0-9.-]{1,230}(?::[0-9]{1,5})?",
    "media_api": r"r0|v1|v3",
    "media": r"[A-Za-z0-9_-]{1,255}",
    "session": r"[A-Za-z0-9+/=_-]{1,255}",
    "transaction": r"[A-Za-z0-9.~_:|=+-]{1,64}",
    "secret_key": r"m\.secret_storage\.key\.[A-Za-z0-9]{1,64}",
    "silenced": r"(?:m|org\.matrix\.msc3890)\.local_notification_settings\.[A-Za-z0-9+/=._~-]{1,64}",
    "jaga_secret": r"org\.jaga\.secret\.[a-z_]{1,32}",
    # A folder's name is for its member alone; it goes, encrypted, into `org.jaga.secret.folders`.
    "tag": r"m\.favourite|m\.lowpriority|org\.jaga\.archive|org\.jaga\.folder\.[0-9]{1,2}",
    "push_kind": r"override|underride|sender|room|content",
    "push_filter": r"override|underride",
    "push_rule": r"\.(?:m|org\.matrix)\.[A-Za-z0-9._]{1,64}",
    "membership": r"invite|join|leave|forget|kick|ban|unban",
    "receipt": r"m\.read|m\.read\.private|m\.fully_read",
}
"""What a `{part}` of a path may be. `{rest}` stands for any further segments, also none."""
