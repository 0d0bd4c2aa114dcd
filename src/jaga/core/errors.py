"""The family of refusals that may reach a person.

JagaError
├── MalformedInput     the request cannot be understood
├── NotAuthenticated   we do not know who asks
├── NotAllowed         we know, and the answer is no
├── NotFound           there is no such thing, or none for you
├── Gone               there was such a thing
├── Conflict           the state does not allow it now
├── TooLarge           more than we take
├── TooMany            too often
└── Unavailable        try again later

A concrete error says what happened and what to do, in both languages, without detail from inside. The kind is all
that `jaga.web.problems` needs to choose a status; the `code` is stable and is what clients act on.
"""

from __future__ import annotations

from typing import ClassVar

from jaga.core.text import Language, Text


class JagaError(Exception):
    """A refusal with a stable `code`, a safe bilingual `text`, and public `fields`."""

    code: ClassVar[str] = "error"
    text: ClassVar[Text] = Text(id="Terjadi kesalahan.", en="Something went wrong.")

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.message("en"))

    def message(self, language: Language) -> str:
        return self.text.format(**self.fields).in_(language)


class MalformedInput(JagaError):
    code = "malformed"
    text = Text(id="Permintaan tidak dapat dipahami.", en="The request cannot be understood.")


class NotAuthenticated(JagaError):
    code = "not_authenticated"
    text = Text(id="Masuk dahulu, lalu coba lagi.", en="Sign in first, then try again.")


class NotAllowed(JagaError):
    code = "not_allowed"
    text = Text(id="Anda tidak berwenang melakukan ini.", en="You are not allowed to do this.")


class NotFound(JagaError):
    code = "not_found"
    text = Text(id="Tidak ditemukan.", en="Not found.")


class Gone(JagaError):
    code = "gone"
    text = Text(id="Ini sudah tidak ada lagi.", en="This is not here any more.")


class Conflict(JagaError):
    code = "conflict"
    text = Text(
        id="Keadaannya sudah berubah. Muat ulang, lalu coba lagi.",
        en="The state has changed meanwhile. Reload and try again.",
    )


class TooLarge(JagaError):
    code = "too_large"
    text = Text(id="Terlalu besar. Batasnya {limit}.", en="Too large. The limit is {limit}.")


class TooMany(JagaError):
    code = "too_many"
    text = Text(
        id="Terlalu sering. Coba lagi dalam {seconds} detik.", en="Too often. Try again in {seconds} seconds."
    )


class Unavailable(JagaError):
    code = "unavailable"
    text = Text(
        id="Layanan sedang tidak tersedia. Coba lagi sebentar lagi.",
        en="The service is not available at the moment. Try again shortly.",
    )
