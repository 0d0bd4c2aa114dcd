"""The Matrix routes of the front door, as data. What is not in this table does not exist outside.

A row says how a request is recognized (methods, and a path whose `{parts}` are described in `PARTS`) and what becomes
of it: `Pass` it to the sealed side, or `Refuse` it with a reason. The first row that fits decides. Paths are compared
after percent-decoding each segment once, and only a canonical form of a recognized path is ever passed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from jaga.core.text import Text

JSON_LIMIT = 8_000_000
"""Bytes of a JSON body; the largest honest ones are batches of backed-up room keys."""


class Because(Enum):
    """Why a route of the Matrix API is closed; the name is the stable code in `org.jaga.code`."""

    NO_ADMIN_API = Text(
        id="Antarmuka administrasi tidak dapat dicapai dari luar.",
        en="The administration API cannot be reached from outside.",
    )
    NO_PUBLIC_ROOMS = Text(
        id="Ruang di sini selalu tersegel. Untuk umum ada kanal; lihat /api/v1/channels.",
        en="Rooms are always sealed here. For the public there are channels; see /api/v1/channels.",
    )
    NO_ALIASES = Text(
        id="Ruang tersegel tidak punya alamat; anggotanya diundang.",
        en="Sealed rooms have no addresses; their members are invited.",
    )
    NO_REGISTRATION = Text(
        id="Akun dibuka di /app/ atau lewat /api/v1/accounts bila pendaftaran terbuka, kalau tidak oleh pengelola.",
        en="Accounts are opened at /app/ or by /api/v1/accounts where registration is open, else by the operator.",
    )
    NO_SEARCH = Text(
        id="Server tidak dapat mencari di percakapan tersegel; klien Anda bisa.",
        en="The server cannot search sealed rooms; your client can.",
    )
    NO_CONTACT_DETAILS = Text(
        id="Surel dan nomor telepon tidak disimpan di sini.",
        en="E-mail addresses and phone numbers are not kept here.",
    )
    NO_PROFILE_FIELDS = Text(
        id="Profil hanya memuat nama; gambar dan isian lain diperiksa di sisi terbuka.",
        en="A profile holds a name only; pictures and other fields go through the open side's check.",
    )
    NO_DELAYED_EVENTS = Text(
        id="Peristiwa tertunda akan disimpan terbuka, jadi tidak diterima.",
        en="Delayed events would be stored in clear, so they are not taken.",
    )
    NO_CLEAR_TO_DEVICE = Text(
        id="Pesan antarperangkat harus terenkripsi (m.room.encrypted).",
        en="Messages to devices must be encrypted (m.room.encrypted).",
    )
    NO_UPGRADE = Text(
        id="Ruang tersegel tidak dapat diganti; buat ruang baru dan undang anggotanya.",
        en="Sealed rooms are not upgraded in place; create a new room and invite its members.",
    )
    NO_REPORT_HERE = Text(
        id="Server tidak dapat membaca yang Anda laporkan. Pakailah formulir laporan: /api/v1/notice-form.",
        en="The server cannot read what you report. Use the notice form: /api/v1/notice-form.",
    )
    NO_PREVIEWS = Text(
        id="Pratinjau tautan akan memberi tahu server apa yang Anda baca.",
        en="Link previews would tell the server what you read.",
    )
    NO_PRESENCE = Text(
        id="Server tidak mencatat siapa yang sedang daring.",
        en="The server does not keep who is online.",
    )
    NO_PUSH = Text(
        id="Pemberitahuan lewat pihak ketiga belum tersedia.",
        en="Notifications through third parties are not available.",
    )


@dataclass(frozen=True, slots=True)
class Pass:
    """To the sealed side, streamed both ways."""

    body_limit: int | None = JSON_LIMIT
    """Most bytes of a body; `None` stands for the configured limit of media."""

    content_type: str | None = None
    """What the body is called, whatever the client called it."""

    without: frozenset[str] = frozenset()
    """Query parameters that are not passed on."""


@dataclass(frozen=True, slots=True)
class PassName(Pass):
    """To the sealed side, after the name in the body has been checked as everything public is."""


@dataclass(frozen=True, slots=True)
class PassSignIn(Pass):
    """To the sealed side, but only so often from one place: Synapse sees no addresses, so it cannot count by them."""


@dataclass(frozen=True, slots=True)
class Refuse:
    because: Because


@dataclass(frozen=True, slots=True)
class Row:
    methods: tuple[str, ...]
    """No methods: all of them."""

    path: str
    then: Pass | Refuse


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
    "media": r"[A-Za-z0-9_-]{1,255}",
    "session": r"[A-Za-z0-9+/=_-]{1,255}",
    "to_device": r"m\.room\.encrypted|m\.dummy|m\.room_key_request|(?:m|org\.matrix)\.room_key\.withheld|"
    r"m\.secret\.request|m\.key\.verification\.(?:request|ready|start|accept|key|mac|done|cancel)",
    "push_kind": r"override|underride|sender|room|content",
    "membership": r"invite|join|leave|forget|kick|ban|unban",
    "receipt": r"m\.read|m\.read\.private|m\.fully_read",
}
"""What a `{part}` of a path may be. `{rest}` stands for any further segments, also none."""

C = "/_matrix/client"
V3 = f"{C}/{{api}}"
V1 = f"{C}/{{v1}}"
ROOM = f"{V3}/rooms/{{room}}"
USER = f"{V3}/user/{{user}}"
M = "/_matrix/media"
GET, PUT, POST, DELETE = ("GET",), ("PUT",), ("POST",), ("DELETE",)
ANY: tuple[str, ...] = ()

# `filename` would be stored in clear beside the ciphertext, and the type would tell what the ciphertext is.
UPLOAD = Pass(body_limit=None, content_type="application/octet-stream", without=frozenset({"filename"}))


def passing(methods: tuple[str, ...], *paths: str) -> tuple[Row, ...]:
    return tuple(Row(methods, path, Pass()) for path in paths)


def refusing(because: Because, *paths: str, methods: tuple[str, ...] = ANY) -> tuple[Row, ...]:
    return tuple(Row(methods, path, Refuse(because)) for path in paths)


ROUTES: tuple[Row, ...] = (
    # Closed, each for its reason. Before all else, so that no wider row below opens one of them.
    *refusing(Because.NO_ADMIN_API, "/_synapse/{rest}", f"{V3}/admin/{{rest}}", f"{C}/v1/admin/{{rest}}"),
    *refusing(
        Because.NO_PUBLIC_ROOMS,
        f"{V3}/publicRooms",
        f"{V3}/directory/list/{{rest}}",
        f"{V3}/rooms/{{room}}/initialSync",
        f"{C}/v1/room_summary/{{rest}}",
        f"{C}/unstable/im.nheko.summary/{{rest}}",
    ),
    *refusing(Because.NO_ALIASES, f"{V3}/directory/room/{{rest}}", f"{ROOM}/aliases"),
    *refusing(
        Because.NO_REGISTRATION,
        f"{V3}/register/{{rest}}",
        f"{C}/v1/register/{{rest}}",
    ),
    *refusing(Because.NO_SEARCH, f"{V3}/search"),
    *refusing(
        Because.NO_CONTACT_DETAILS,
        f"{V3}/account/3pid/{{rest}}",
        f"{V3}/account/password/email/{{rest}}",
        f"{V3}/account/password/msisdn/{{rest}}",
        f"{ROOM}/invite/3pid",
    ),
    *refusing(
        Because.NO_DELAYED_EVENTS,
        f"{C}/unstable/org.matrix.msc4140/{{rest}}",
        f"{C}/v1/delayed_events/{{rest}}",
    ),
    *refusing(Because.NO_UPGRADE, f"{ROOM}/upgrade"),
    *refusing(
        Because.NO_REPORT_HERE,
        f"{ROOM}/report",
        f"{ROOM}/report/{{id}}",
        f"{V3}/users/{{user}}/report",
    ),
    *refusing(Because.NO_PREVIEWS, f"{M}/{{word}}/preview_url", f"{C}/v1/media/preview_url"),
    *refusing(Because.NO_PRESENCE, f"{V3}/presence/{{rest}}"),
    *refusing(Because.NO_PUSH, f"{V3}/pushers/set"),
    # Sign-in and account.
    *passing(GET, f"{C}/versions", f"{V3}/login", f"{V3}/capabilities", f"{V3}/account/whoami"),
    Row(POST, f"{V3}/login", PassSignIn()),
    *passing(
        POST,
        *(f"{V3}/{name}" for name in ("logout", "logout/all", "refresh")),
        f"{C}/v1/refresh",
        *(f"{V3}/account/{name}" for name in ("password", "deactivate")),
        f"{USER}/openid/request_token",
    ),
    # Synchronization.
    *passing(GET, f"{V3}/sync", f"{V3}/notifications", f"{USER}/filter/{{id}}", f"{V3}/pushers"),
    *passing(POST, f"{USER}/filter", f"{C}/unstable/org.matrix.simplified_msc3575/sync"),
    # Rooms.
    *passing(POST, f"{V3}/createRoom", f"{V3}/join/{{room}}", f"{V3}/knock/{{room}}"),
    *refusing(Because.NO_ALIASES, f"{V3}/join/{{id}}", f"{V3}/knock/{{id}}"),
    *passing(POST, f"{ROOM}/{{membership}}", f"{ROOM}/receipt/{{receipt}}/{{event}}", f"{ROOM}/read_markers"),
    *passing(
        GET,
        f"{V3}/joined_rooms",
        *(f"{ROOM}/{name}" for name in ("messages", "members", "joined_members", "state")),
        f"{ROOM}/event/{{event}}",
        f"{ROOM}/context/{{event}}",
        *(f"{V1}/rooms/{{room}}/{name}" for name in ("threads", "timestamp_to_event")),
        f"{V1}/rooms/{{room}}/relations/{{event}}",
        f"{V1}/rooms/{{room}}/relations/{{event}}/{{type}}",
        f"{V1}/rooms/{{room}}/relations/{{event}}/{{type}}/{{type}}",
    ),
    *passing(("GET", "PUT"), f"{ROOM}/state/{{type}}", f"{ROOM}/state/{{type}}/{{state_key}}"),
    *passing(
        PUT,
        f"{ROOM}/send/{{type}}/{{id}}",
        f"{ROOM}/redact/{{event}}/{{id}}",
        f"{ROOM}/typing/{{user}}",
    ),
    # Keys and devices.
    *passing(PUT, f"{V3}/sendToDevice/{{to_device}}/{{id}}"),
    *refusing(Because.NO_CLEAR_TO_DEVICE, f"{V3}/sendToDevice/{{rest}}"),
    *passing(
        POST,
        *(f"{V3}/keys/{name}" for name in ("upload", "query", "claim", "signatures/upload")),
        f"{V3}/keys/device_signing/upload",
        f"{C}/unstable/keys/device_signing/upload",
        f"{C}/unstable/keys/signatures/upload",
        f"{V3}/delete_devices",
    ),
    *passing(GET, f"{V3}/keys/changes", f"{V3}/devices"),
    *passing(("GET", "PUT", "DELETE"), f"{V3}/devices/{{id}}"),
    *passing(("GET", "POST"), f"{V3}/room_keys/version"),
    *passing(
        ("GET", "PUT", "DELETE"),
        f"{V3}/room_keys/version/{{word}}",
        f"{V3}/room_keys/keys",
        f"{V3}/room_keys/keys/{{room}}",
        f"{V3}/room_keys/keys/{{room}}/{{session}}",
    ),
    # People.
    *passing(POST, f"{V3}/user_directory/search"),
    Row(PUT, f"{V3}/profile/{{user}}/displayname", PassName()),
    *passing(
        GET,
        f"{V3}/profile/{{user}}",
        *(f"{V3}/profile/{{user}}/{name}" for name in ("displayname", "avatar_url")),
    ),
    *refusing(
        Because.NO_PROFILE_FIELDS,
        f"{V3}/profile/{{rest}}",
        f"{C}/unstable/uk.tcpip.msc4133/profile/{{rest}}",
    ),
    # A client's own settings.
    *passing(
        ("GET", "PUT"),
        f"{USER}/account_data/{{type}}",
        f"{USER}/rooms/{{room}}/account_data/{{type}}",
    ),
    *passing(GET, f"{USER}/rooms/{{room}}/tags"),
    *passing(("PUT", "DELETE"), f"{USER}/rooms/{{room}}/tags/{{id}}"),
    *passing(GET, f"{V3}/pushrules", f"{V3}/pushrules/{{state_key}}", f"{V3}/pushrules/global/{{state_key}}"),
    *passing(("GET", "PUT", "DELETE"), f"{V3}/pushrules/global/{{push_kind}}/{{id}}"),
    *passing(
        ("GET", "PUT"),
        f"{V3}/pushrules/global/{{push_kind}}/{{id}}/enabled",
        f"{V3}/pushrules/global/{{push_kind}}/{{id}}/actions",
    ),
    *passing(GET, f"{V3}/voip/turnServer"),
    # Media: ciphertext only.
    Row(POST, f"{M}/{{word}}/upload", UPLOAD),
    Row(PUT, f"{M}/{{word}}/upload/{{server}}/{{media}}", UPLOAD),
    *passing(POST, f"{M}/v1/create"),
    *passing(
        GET,
        f"{C}/v1/media/config",
        f"{M}/{{word}}/config",
        f"{C}/v1/media/download/{{server}}/{{media}}",
        f"{C}/v1/media/download/{{server}}/{{media}}/{{id}}",
        f"{C}/v1/media/thumbnail/{{server}}/{{media}}",
    ),
)

# MSC4140: these make an ordinary send a delayed one, whose content is stored before any check.
REFUSED_QUERY: dict[str, Because] = {
    "org.matrix.msc4140.delay": Because.NO_DELAYED_EVENTS,
    "org.matrix.msc4140.parent_delay_id": Because.NO_DELAYED_EVENTS,
    "delay": Because.NO_DELAYED_EVENTS,
    "parent_delay_id": Because.NO_DELAYED_EVENTS,
}
