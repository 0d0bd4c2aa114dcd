"""Why the guard refuses: one error code for each kind, documented in `docs/sealed-side.md`.

The English sentence is written for whoever develops the client and says what to change; `{path}` names the part.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from jaga.core.text import Text


@dataclass(frozen=True, slots=True)
class Reason:
    errcode: str
    text: Text


class Why(Enum):
    """Every kind of refusal."""

    PLAINTEXT = Reason(
        "ORG.JAGA.SEALED_PLAINTEXT",
        Text(
            id="Percakapan ini tersegel: kirim peristiwa {type} terenkripsi, sebagai m.room.encrypted.",
            en="This room is sealed: send {type} encrypted, as m.room.encrypted (Megolm). Nothing was stored.",
        ),
    )
    CIPHERTEXT = Reason(
        "ORG.JAGA.SEALED_CIPHERTEXT",
        Text(
            id="Ini bukan pesan Megolm yang sah; perbaiki {path}.",
            en="This is not a valid Megolm message (m.megolm.v1.aes-sha2, version 3, signed by the key that session_id "
            "is); correct {path}.",
        ),
    )
    DEVICE = Reason(
        "ORG.JAGA.SEALED_DEVICE",
        Text(
            id="{path} harus menyebut perangkat yang mengirimnya.",
            en="{path} must name the device whose access token sends the event, and no other.",
        ),
    )
    SHAPE = Reason(
        "ORG.JAGA.SEALED_SHAPE",
        Text(
            id="Peristiwa {type} hanya boleh membawa isian yang dikenal; hapus atau perbaiki {path}.",
            en="In a sealed room {type} carries only its known fields, without free text; remove or correct {path}.",
        ),
    )
    STATE = Reason(
        "ORG.JAGA.SEALED_STATE",
        Text(
            id="Keadaan {type} akan terbaca oleh server, jadi tidak dapat disimpan di ruang tersegel.",
            en="The server could read {type} state, so a sealed room has none; send it encrypted or leave it out.",
        ),
    )
    ENCRYPTION = Reason(
        "ORG.JAGA.SEALED_ENCRYPTION",
        Text(
            id="Enkripsi ruang ini tidak dapat dimatikan atau diubah.",
            en="The encryption of a room cannot be turned off or changed; leave m.room.encryption as it is.",
        ),
    )
    OPEN = Reason(
        "ORG.JAGA.SEALED_OPEN",
        Text(
            id="Ruang tersegel tidak dapat dibuka untuk umum; untuk itu ada kanal.",
            en="A sealed room is never open: join_rule invite or knock, history invited, joined or shared, no guests, "
            "no alias, no directory. For the public, use a channel.",
        ),
    )
    UPGRADE = Reason(
        "ORG.JAGA.SEALED_UPGRADE",
        Text(
            id="Ruang tersegel tidak dapat diganti; buat ruang baru dan undang anggotanya.",
            en="Sealed rooms are not upgraded in place; create a new room and invite its members.",
        ),
    )
    UNKNOWN_EVENT = Reason(
        "ORG.JAGA.SEALED_UNKNOWN_EVENT",
        Text(
            id="Peristiwa {type} merujuk ke peristiwa yang tidak ada di ruang ini.",
            en="{type} names an event that this room does not have; relate to, pin or redact events of the room only.",
        ),
    )
    UNKNOWN_USER = Reason(
        "ORG.JAGA.SEALED_UNKNOWN_USER",
        Text(
            id="Tidak ada akun dengan nama itu di sini; periksa ejaannya.",
            en="A user id names nobody who has an account here; check its spelling, and leave it out if it is no user.",
        ),
    )
    PROFILE = Reason(
        "ORG.JAGA.SEALED_PROFILE",
        Text(
            id="Nama dan gambar di sebuah ruang adalah nama dan gambar profil; ubahlah di profil.",
            en="displayname and avatar_url of a membership are those of the profile; leave them out, change the profile.",
        ),
    )
    FULL = Reason(
        "ORG.JAGA.SEALED_FULL",
        Text(
            id="Ruang ini sudah penuh. Kelompok yang lebih besar adalah urusan umum; pakailah grup umum.",
            en="This room is full. A larger group is a public matter; use a public group.",
        ),
    )
    INVITATION = Reason(
        "ORG.JAGA.SEALED_INVITATION",
        Text(
            id="Undang orang dengan nama akunnya, bukan dengan surel atau nomor telepon.",
            en="Invite people by their user id; there are no invitations by e-mail or phone.",
        ),
    )
