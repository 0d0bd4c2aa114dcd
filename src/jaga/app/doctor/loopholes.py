"""Every known way to carry clear text through a private chat or to open one, as requests of an ordinary member.

Each must be refused with the code beside it. `{room}` is a sealed room of the member's, `{event}` one of its events,
`{me}` the member, `{other}` another one in the same room, `{server}` the server's name, `{id}` fresh each time.
Data alone: tests and `jaga doctor` send the same requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jaga.core.text import Text

V3 = "/_matrix/client/v3"
_ROOM = f"{V3}/rooms/{{room}}"
_SEALED = "ORG.JAGA.SEALED_"
MARK = "zqkabo temui aku di pasar"
"""What would be read on the server if one of these went through."""


@dataclass(frozen=True, slots=True)
class Loophole:
    name: str
    title: Text
    method: str
    path: str
    body: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    """The errcode of the guard, or `org.jaga.code` of the front door."""


def _send(name: str, title: Text, kind: str, body: Mapping[str, Any], code: str) -> Loophole:
    return Loophole(f"send-{name}", title, "PUT", f"{_ROOM}/send/{kind}/{{id}}", body, code)


def _state(name: str, title: Text, kind: str, body: Mapping[str, Any], code: str, key: str = "") -> Loophole:
    return Loophole(f"state-{name}", title, "PUT", f"{_ROOM}/state/{kind}/{key}", body, code)


def _route(
    name: str, title: Text, method: str, path: str, code: str, body: Mapping[str, Any] | None = None
) -> Loophole:
    return Loophole(f"route-{name}", title, method, path, body or {}, code)


_MEGOLM = "m.megolm.v1.aes-sha2"

ON_THE_TIMELINE = (
    _send(
        "text",
        Text(id="Pesan terbuka", en="A message in clear"),
        "m.room.message",
        {"msgtype": "m.text", "body": MARK},
        f"{_SEALED}PLAINTEXT",
    ),
    _send(
        "sticker",
        Text(id="Stiker terbuka", en="A sticker in clear"),
        "m.sticker",
        {"body": MARK, "url": "mxc://{server}/zqkabo", "info": {}},
        f"{_SEALED}PLAINTEXT",
    ),
    _send(
        "poll",
        Text(id="Jajak pendapat terbuka", en="A poll in clear"),
        "m.poll.start",
        {"m.poll": {"question": {"m.text": [{"body": MARK}]}}},
        f"{_SEALED}PLAINTEXT",
    ),
    _send(
        "unknown",
        Text(id="Peristiwa buatan sendiri", en="An event of one's own type"),
        "org.example.note",
        {"note": MARK},
        f"{_SEALED}PLAINTEXT",
    ),
    _send(
        "fake-ciphertext",
        Text(id="Teks terbuka berlabel terenkripsi", en="Clear text labeled as encrypted"),
        "m.room.encrypted",
        {"algorithm": _MEGOLM, "ciphertext": MARK, "session_id": "zqkabo"},
        f"{_SEALED}CIPHERTEXT",
    ),
    _send(
        "beside-ciphertext",
        Text(id="Teks menyertai pesan terenkripsi", en="Text beside an encrypted message"),
        "m.room.encrypted",
        {"algorithm": _MEGOLM, "ciphertext": "AwgAEhBhYWFh", "session_id": "zqkabo", "body": MARK},
        f"{_SEALED}CIPHERTEXT",
    ),
    _send(
        "reaction",
        Text(id="Teks sebagai reaksi", en="Text as a reaction"),
        "m.reaction",
        {"m.relates_to": {"rel_type": "m.annotation", "event_id": "{event}", "key": MARK}},
        f"{_SEALED}SHAPE",
    ),
    Loophole(
        "redaction-reason",
        Text(id="Alasan penghapusan", en="A reason for a deletion"),
        "PUT",
        f"{_ROOM}/redact/{{event}}/{{id}}",
        {"reason": MARK},
        f"{_SEALED}SHAPE",
    ),
)

IN_THE_STATE = (
    _state(
        "name", Text(id="Nama ruang", en="A room's name"), "m.room.name", {"name": MARK}, f"{_SEALED}STATE"
    ),
    _state(
        "topic",
        Text(id="Topik ruang", en="A room's topic"),
        "m.room.topic",
        {"topic": MARK},
        f"{_SEALED}STATE",
    ),
    _state(
        "avatar",
        Text(id="Gambar ruang", en="A room's picture"),
        "m.room.avatar",
        {"url": "mxc://{server}/zqkabo"},
        f"{_SEALED}STATE",
    ),
    _state(
        "message",
        Text(id="Pesan sebagai keadaan", en="A message as state"),
        "m.room.message",
        {"msgtype": "m.text", "body": MARK},
        f"{_SEALED}STATE",
    ),
    _state(
        "unknown",
        Text(id="Keadaan buatan sendiri", en="State of one's own type"),
        "org.example.note",
        {"note": MARK},
        f"{_SEALED}STATE",
        key="zqkabo",
    ),
    _state(
        "encryption-off",
        Text(id="Enkripsi dimatikan", en="Encryption turned off"),
        "m.room.encryption",
        {},
        f"{_SEALED}ENCRYPTION",
    ),
    _state(
        "encryption-weak",
        Text(id="Enkripsi diganti", en="Encryption replaced"),
        "m.room.encryption",
        {"algorithm": "org.none"},
        f"{_SEALED}ENCRYPTION",
    ),
    _state(
        "public",
        Text(id="Ruang dibuka untuk umum", en="A room opened to the public"),
        "m.room.join_rules",
        {"join_rule": "public"},
        f"{_SEALED}OPEN",
    ),
    _state(
        "world-readable",
        Text(id="Riwayat dibuka untuk umum", en="History opened to the public"),
        "m.room.history_visibility",
        {"history_visibility": "world_readable"},
        f"{_SEALED}OPEN",
    ),
    _state(
        "guests",
        Text(id="Tamu diizinkan", en="Guests let in"),
        "m.room.guest_access",
        {"guest_access": "can_join"},
        f"{_SEALED}OPEN",
    ),
    _state(
        "alias",
        Text(id="Alamat di keadaan", en="An alias in the state"),
        "m.room.canonical_alias",
        {"alias": "#zqkabo:{server}"},
        f"{_SEALED}OPEN",
    ),
    _state(
        "tombstone",
        Text(id="Ruang diganti", en="A room replaced"),
        "m.room.tombstone",
        {"body": MARK, "replacement_room": "!zqkabo:{server}"},
        f"{_SEALED}UPGRADE",
    ),
    _state(
        "power",
        Text(id="Teks di tingkat kuasa", en="Text in the power levels"),
        "m.room.power_levels",
        {"users": {"{me}": 100}, "note": MARK},
        f"{_SEALED}SHAPE",
    ),
    _state(
        "pinned",
        Text(id="Teks sebagai sematan", en="Text as a pin"),
        "m.room.pinned_events",
        {"pinned": [MARK]},
        f"{_SEALED}SHAPE",
    ),
)

OF_MEMBERS = tuple(
    Loophole(
        f"reason-{verb}",
        Text(id=f"Alasan pada {verb}", en=f"A reason with {verb}"),
        "POST",
        f"{_ROOM}/{verb}",
        {"user_id": "{other}", "reason": MARK},
        f"{_SEALED}SHAPE",
    )
    for verb in ("kick", "ban")
)

ROUTES = (
    _route("admin", Text(id="Antarmuka administrasi", en="The administration API"), "GET",
           "/_synapse/admin/v2/users", "NO_ADMIN_API"),
    _route("whois", Text(id="Jejak alamat anggota", en="Members' addresses"), "GET",
           f"{V3}/admin/whois/{{other}}", "NO_ADMIN_API"),
    _route("public-rooms", Text(id="Daftar ruang umum", en="The list of public rooms"), "GET",
           f"{V3}/publicRooms", "NO_PUBLIC_ROOMS"),
    _route("publish", Text(id="Ruang dimasukkan ke daftar", en="A room put on that list"), "PUT",
           f"{V3}/directory/list/room/{{room}}", "NO_PUBLIC_ROOMS", {"visibility": "public"}),
    _route("alias", Text(id="Alamat ruang", en="An alias of a room"), "PUT",
           f"{V3}/directory/room/%23zqkabo%3A{{server}}", "NO_ALIASES", {"room_id": "{room}"}),
    _route("register", Text(id="Pendaftaran lewat Matrix", en="Registration through Matrix"), "POST",
           f"{V3}/register", "NO_REGISTRATION", {"username": "zqkabo"}),
    _route("guest", Text(id="Akun tamu", en="A guest's account"), "POST",
           f"{V3}/register?kind=guest", "NO_REGISTRATION"),
    _route("search", Text(id="Pencarian di server", en="Search on the server"), "POST",
           f"{V3}/search", "NO_SEARCH", {"search_categories": {"room_events": {"search_term": MARK}}}),
    _route("contact", Text(id="Surel dan telepon", en="E-mail and phone"), "GET",
           f"{V3}/account/3pid", "NO_CONTACT_DETAILS"),
    _route("delayed", Text(id="Pesan tertunda", en="A delayed message"), "PUT",
           f"{_ROOM}/send/m.room.message/{{id}}?org.matrix.msc4140.delay=60000", "NO_DELAYED_EVENTS",
           {"msgtype": "m.text", "body": MARK}),
    _route("upgrade", Text(id="Peningkatan ruang", en="A room's upgrade"), "POST",
           f"{_ROOM}/upgrade", "NO_UPGRADE", {"new_version": "11"}),
    _route("report", Text(id="Laporan kepada homeserver", en="A report to the homeserver"), "POST",
           f"{_ROOM}/report/{{event}}", "NO_REPORT_HERE", {"reason": MARK}),
    _route("preview", Text(id="Pratinjau tautan", en="A link's preview"), "GET",
           "/_matrix/client/v1/media/preview_url?url=http://zqkabo.example/", "NO_PREVIEWS"),
    _route("presence", Text(id="Status kehadiran", en="A presence status"), "PUT",
           f"{V3}/presence/{{me}}/status", "NO_PRESENCE", {"presence": "online", "status_msg": MARK}),
    _route("push", Text(id="Pemberitahuan lewat pihak ketiga", en="A third party's notifications"), "POST",
           f"{V3}/pushers/set", "NO_PUSH", {"kind": "http", "app_id": "zqkabo"}),
    _route("to-device", Text(id="Pesan terbuka ke perangkat", en="A message to devices in clear"), "PUT",
           f"{V3}/sendToDevice/org.example.note/{{id}}", "NO_CLEAR_TO_DEVICE",
           {"messages": {"{other}": {"*": {"note": MARK}}}}),
    _route("profile-field", Text(id="Isian profil bebas", en="A profile field of one's own"), "PUT",
           f"{V3}/profile/{{me}}/org.example.note", "NO_PROFILE_FIELDS", {"org.example.note": MARK}),
    _route("invite-3pid", Text(id="Undangan lewat surel", en="An invitation by e-mail"), "POST",
           f"{V3}/createRoom", f"{_SEALED}INVITATION",
           {"invite_3pid": [{"medium": "email", "address": "x@zqkabo.example", "id_server": "z", "id_access_token": "t"}]}),
)  # fmt: skip

LOOPHOLES: tuple[Loophole, ...] = (*ON_THE_TIMELINE, *IN_THE_STATE, *OF_MEMBERS, *ROUTES)

WISHES: tuple[tuple[str, Text, Mapping[str, Any]], ...] = (
    (
        "create-public",
        Text(id="Ruang yang dibuat terbuka", en="A room created open"),
        {"preset": "public_chat", "visibility": "public", "room_alias_name": "zqkabo-{id}"},
    ),
    (
        "create-clear",
        Text(id="Ruang yang dibuat tanpa enkripsi", en="A room created without encryption"),
        {
            "preset": "private_chat",
            "initial_state": [
                {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "org.none"}},
                {"type": "m.room.topic", "state_key": "", "content": {"topic": MARK}},
                {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "public"}},
            ],
        },
    ),
)
"""Wishes for an open room. Each gives a sealed one or a refusal."""


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """`value` with every `{name}` in its texts and keys replaced."""
    match value:
        case str():
            for name, meant in names.items():
                value = value.replace(f"{{{name}}}", meant)
            return value
        case dict():
            return {filled(key, names): filled(each, names) for key, each in value.items()}
        case list():
            return [filled(each, names) for each in value]
        case _:
            return value
