"""The sentences of official notices, in both languages."""

from __future__ import annotations

from jaga.cases.appeal import AppealOutcome
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


RESTORED_TITLE = Text(id="Banding Anda dikabulkan", en="Your appeal was granted")
RESTORED_BODY = Text(
    id="Orang lain memeriksa keputusan itu dan membatalkannya. Yang diambil sudah kembali seperti semula. Alasannya: "
    "{reasons}",
    en="Somebody else reviewed the decision and reversed it. What was taken is back as it was. Their reasons: {reasons}",
)
PARTLY_TITLE = Text(id="Banding Anda dikabulkan sebagian", en="Your appeal was granted in part")
PARTLY_BODY = Text(
    id="Orang lain memeriksa keputusan itu dan membatalkan sebagian. Alasannya: {reasons}",
    en="Somebody else reviewed the decision and reversed part of it. Their reasons: {reasons}",
)
UPHELD_TITLE = Text(id="Banding Anda ditolak", en="Your appeal was not granted")
UPHELD_BODY = Text(
    id="Orang lain memeriksa keputusan itu dan mempertahankannya. Alasannya: {reasons} Penyelesaian di luar "
    "pengadilan dan jalur pengadilan tetap terbuka.",
    en="Somebody else reviewed the decision and it stands. Their reasons: {reasons} Out-of-court settlement and the "
    "courts stay open to you.",
)
_ANSWERS = {
    AppealOutcome.REVERSED: (RESTORED_TITLE, RESTORED_BODY),
    AppealOutcome.PARTLY: (PARTLY_TITLE, PARTLY_BODY),
    AppealOutcome.UPHELD: (UPHELD_TITLE, UPHELD_BODY),
}


def appeal_answer(outcome: AppealOutcome, reasons: str) -> tuple[Text, Text]:
    title, body = _ANSWERS[outcome]
    return title, body.format(reasons=reasons)


NOTICE_TITLE = Text(id="Laporan Anda sudah dijawab", en="Your notice has been answered")
NOTICE_ACTIONED = Text(
    id="Seorang petugas memeriksa laporan Anda dan mengambil tindakan. Terima kasih.",
    en="A person looked at your notice and took a measure. Thank you.",
)
NOTICE_NO_VIOLATION = Text(
    id="Seorang petugas memeriksa laporan Anda dan tidak menemukan pelanggaran. Anda dapat membawa perkara ini ke "
    "penyelesaian di luar pengadilan atau ke pengadilan.",
    en="A person looked at your notice and found no violation. Out-of-court settlement and the courts are open to you.",
)


def notice_answer(outcome: str) -> Text:
    return NOTICE_ACTIONED if outcome == "actioned" else NOTICE_NO_VIOLATION
