"""Why the front door refuses something, in the words that clients show and developers read."""

from __future__ import annotations

from enum import Enum

from jaga.core.text import Text


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
        id="Profil hanya memuat nama dan gambar.",
        en="A profile holds a name and a picture only.",
    )
    NO_UNCHECKED_PICTURE = Text(
        id="Gambar profil terlihat umum: unggah gambarnya lagi lalu pasang dalam sepuluh menit, atau kirim berkasnya ke "
        "POST /_matrix/client/unstable/org.jaga.profile/picture, yang memeriksa dan memasangnya.",
        en="A profile picture is public: upload the picture anew and set it within ten minutes, or send the file to "
        "POST /_matrix/client/unstable/org.jaga.profile/picture, which checks and sets it.",
    )
    NO_DELAYED_EVENTS = Text(
        id="Peristiwa tertunda akan disimpan terbuka, jadi tidak diterima.",
        en="Delayed events would be stored in clear, so they are not taken.",
    )
    NO_CLEAR_TO_DEVICE = Text(
        id="Pesan antarperangkat harus terenkripsi (m.room.encrypted), atau menyangkut kunci dan verifikasi saja.",
        en="Messages to devices must be encrypted (m.room.encrypted), or be about keys and verification only.",
    )
    NO_CLEAR_KEYS = Text(
        id="Permintaan ini hanya boleh memuat kunci, tanda tangan, dan cadangannya.",
        en="This request may carry keys, signatures and their backup only.",
    )
    NO_CLEAR_SETTINGS = Text(
        id="Pengaturan yang dapat dibaca server terbatas; simpan yang lain terenkripsi di org.jaga.secret.*.",
        en="Settings that the server can read are few; keep others encrypted under org.jaga.secret.*.",
    )
    NO_CLEAR_MEDIA = Text(
        id="Berkas ini tidak terenkripsi. Enkripsi dahulu sebagai lampiran Matrix; gambar profil berupa JPEG, PNG, "
        "WEBP, atau GIF, dan berkas untuk kanal dikirim ke /api/v1/media.",
        en="This file is not encrypted. Encrypt it first as a Matrix attachment; profile pictures are JPEG, PNG, WEBP "
        "or GIF, and files for channels go to /api/v1/media.",
    )
    NO_SUCH_FIELD = Text(
        id="Permintaan ini memuat isian yang tidak diterima server ini.",
        en="This request carries a field that this server does not take.",
    )
    NO_PEEKING = Text(
        id="Percakapan dibaca lewat /sync oleh anggotanya; cara lama sudah ditutup.",
        en="Rooms are read through /sync by their members; the older ways are closed.",
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
