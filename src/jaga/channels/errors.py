"""Why the open side says no: a stable code, a sentence in both languages, what to do."""

from __future__ import annotations

from jaga.core.errors import (
    Conflict,
    Gone,
    MalformedInput,
    NotAllowed,
    NotFound,
    TooLarge,
    TooMany,
    Unavailable,
)
from jaga.core.text import Text


class ChannelUnknown(NotFound):
    code = "channel_unknown"
    text = Text(id="Kanal ini tidak ada.", en="There is no such channel.")


class PostUnknown(NotFound):
    code = "post_unknown"
    text = Text(id="Kiriman ini tidak ada.", en="There is no such post.")


class MediaUnknown(NotFound):
    code = "media_unknown"
    text = Text(id="Berkas ini tidak ada.", en="There is no such file.")


class MemberUnknown(NotFound):
    code = "member_unknown"
    text = Text(id="Anggota ini tidak ada.", en="There is no such member.")


class WrongState(Conflict):
    code = "wrong_state"
    text = Text(
        id="Tidak dapat dilakukan sekarang: keadaannya {state}.",
        en="This cannot be done now: its state is {state}.",
    )


class NameTaken(Conflict):
    code = "name_taken"
    text = Text(
        id="Nama @{name} sudah dipakai. Pilih nama lain.",
        en="The name @{name} is taken. Choose another.",
    )


class IdempotencyKeyReused(Conflict):
    code = "idempotency_key_reused"
    text = Text(
        id="Kunci ini sudah dipakai untuk permintaan lain. Buat kunci baru.",
        en="This key was already used for another request. Make a new key.",
    )


class BadChannelName(MalformedInput):
    code = "bad_channel_name"
    text = Text(
        id="Nama kanal terdiri atas 3 sampai 32 huruf kecil, angka, atau garis bawah, dan bukan kata khusus.",
        en="A channel's name is 3 to 32 lower-case letters, digits or underscores, and not a reserved word.",
    )


class BadField(MalformedInput):
    code = "bad_field"
    text = Text(id="Isian {field} tidak sah: {why.id}", en="The field {field} is not valid: {why.en}")


class BadEntity(MalformedInput):
    code = "bad_entity"
    text = Text(
        id="Format teks ke-{index} tidak sah: {why.id}",
        en="Entity {index} is not valid: {why.en}",
    )


class EmptyPost(MalformedInput):
    code = "empty_post"
    text = Text(id="Kiriman ini kosong.", en="This post is empty.")


class TextTooLong(TooLarge):
    code = "text_too_long"
    text = Text(
        id="Teks terlalu panjang: {length} karakter, batasnya {limit}.",
        en="The text is too long: {length} characters, the limit is {limit}.",
    )


class MediaTooLarge(TooLarge):
    code = "media_too_large"
    text = Text(
        id="Berkas terlalu besar. Batasnya {limit} bita.",
        en="The file is too large. The limit is {limit} bytes.",
    )


class MayNotPost(NotAllowed):
    code = "may_not_post"
    text = Text(
        id="Di kanal ini hanya pemilik dan editor yang dapat mengirim. Anda dapat berkomentar.",
        en="In this channel only the owner and editors post. You can comment.",
    )


class MayNotChange(NotAllowed):
    code = "may_not_change"
    text = Text(id="Hanya {who.id} yang dapat melakukan ini.", en="Only {who.en} can do this.")


class PostingSuspended(NotAllowed):
    code = "posting_suspended"
    text = Text(
        id="Anda tidak dapat mengirim sampai {day.id}. Alasannya ada di pemberitahuan Anda.",
        en="You cannot post until {day.en}. The reasons are in your notices.",
    )


class TooManyPosts(TooMany):
    code = "too_many_posts"


class AccountSuspended(NotAllowed):
    code = "account_suspended"
    text = Text(
        id="Akun Anda ditangguhkan. Alasannya ada di pemberitahuan Anda.",
        en="Your account is suspended. The reasons are in your notices.",
    )


class TooManyChannels(NotAllowed):
    code = "too_many_channels"
    text = Text(
        id="Anda sudah memiliki {limit} kanal, batasnya.", en="You own {limit} channels already, the limit."
    )


class EmptyUpload(MalformedInput):
    code = "empty_upload"
    text = Text(id="Berkas ini kosong.", en="This file is empty.")


class PostGone(Gone):
    code = "post_removed"
    text = Text(id="Kiriman ini dihapus oleh sebuah keputusan.", en="This post was removed by a decision.")


class MediaPutAway(Gone):
    code = "media_put_away"
    text = Text(
        id="Berkas ini milik kiriman yang dihapus, ditolak, atau sedang diperiksa, dan disimpan terenkripsi sebagai "
        "bukti. Untuk memakainya di kiriman lain, unggah lagi.",
        en="This file belongs to a post that was removed, refused or is being reviewed, and is kept encrypted as "
        "evidence. To use it in another post, upload it again.",
    )


class MediaMoved(Unavailable):
    code = "media_moved"
    text = Text(
        id="Berkas yang sama baru saja dipindahkan. Unggah sekali lagi.",
        en="The same file was put away at this very moment. Upload it once more.",
    )
