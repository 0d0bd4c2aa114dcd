"""The sentences of official notices, in both languages."""

from __future__ import annotations

from jaga.cases.decision import Decision
from jaga.cases.measure import Act
from jaga.cases.statement import Statement
from jaga.core.text import Text

HELD_TITLE = Text(id="Sedang diperiksa", en="Being checked")
HELD_BODY = Text(
    id="Kiriman Anda belum tampil. Seorang petugas sedang memeriksanya; Anda akan diberi tahu hasilnya.",
    en="Your post is not shown yet. A person is checking it; you will be told the outcome.",
)
RELEASED_TITLE = Text(id="Sudah diterbitkan", en="Published now")
RELEASED_BODY = Text(
    id="Seorang petugas memeriksa kiriman Anda dan menerbitkannya.",
    en="A person checked your post and published it.",
)
_TITLES: dict[Act, Text] = {
    Act.REFUSE_PUBLICATION: Text(id="Tidak diterbitkan", en="Not published"),
    Act.REMOVE_POST: Text(id="Kiriman Anda dihapus", en="Your post was removed"),
    Act.CLOSE_CHANNEL: Text(id="Kanal Anda ditutup", en="Your channel was closed"),
    Act.SUSPEND_POSTING: Text(
        id="Anda tidak dapat mengirim untuk sementara", en="You cannot post for a while"
    ),
    Act.SUSPEND_ACCOUNT: Text(id="Akun Anda ditangguhkan", en="Your account was suspended"),
}
_ANY = Text(id="Keputusan tentang Anda", en="A decision that concerns you")


def statement_title(decision: Decision) -> Text:
    """The title of a statement's notice: the first of its restrictions."""
    return next((_TITLES[measure.act] for measure in decision.measures if measure.act in _TITLES), _ANY)


def statement_body(statement: Statement) -> Text:
    plain = statement.body["plain"]
    return Text(id=" ".join(plain["id"]), en=" ".join(plain["en"]))
