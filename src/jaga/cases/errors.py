"""Refusals of this package; each says what happened and what to do."""

from __future__ import annotations

from jaga.core.errors import Conflict, Gone, MalformedInput, NotAllowed, NotAuthenticated, NotFound, TooMany
from jaga.core.text import Text


class UnknownCase(NotFound):
    code = "unknown_case"
    text = Text(id="Kasus ini tidak ada.", en="There is no such case.")


class UnknownDecision(NotFound):
    code = "unknown_decision"
    text = Text(id="Keputusan ini tidak ada.", en="There is no such decision.")


class UnknownStatement(NotFound):
    code = "unknown_statement"
    text = Text(id="Pernyataan alasan ini tidak ada.", en="There is no such statement of reasons.")


class UnknownAppeal(NotFound):
    code = "unknown_appeal"
    text = Text(id="Banding ini tidak ada.", en="There is no such appeal.")


class UnknownEvidence(NotFound):
    code = "unknown_evidence"
    text = Text(
        id="Bukti ini tidak ada, atau masa simpannya sudah habis.",
        en="There is no such evidence, or its time of keeping is over.",
    )


class EvidencePurged(Gone):
    code = "evidence_purged"
    text = Text(
        id="Masa simpan bukti ini sudah habis; isinya dihapus pada {date.id}. Catatannya di buku besar tetap.",
        en="The time of keeping is over: this evidence was deleted on {date.en}. Its record in the ledger stays.",
    )


class EvidenceNotOpened(NotAllowed):
    code = "evidence_not_opened"
    text = Text(
        id="Buka bukti ini dahulu dan sebutkan keperluannya; berkasnya dapat dilihat selama {minutes} menit sesudahnya.",
        en="Open this evidence first and say what for; its files can be seen for {minutes} minutes after that.",
    )


class UnknownNotice(NotFound):
    code = "unknown_notice"
    text = Text(
        id="Laporan ini tidak ada, atau kuncinya salah.", en="There is no such notice, or the key is wrong."
    )


class UnknownTarget(NotFound):
    code = "unknown_target"
    text = Text(
        id="Alamat ini tidak menunjuk ke kiriman, kanal, atau akun di sini. Salin alamat lengkapnya.",
        en="This address leads to no post, channel or account here. Copy its full address.",
    )


class CaseChanged(Conflict):
    code = "case_changed"
    text = Text(
        id="Orang lain baru saja mengubah kasus ini. Muat ulang, lalu putuskan.",
        en="Somebody else has just changed this case. Reload, then decide.",
    )


class NotPossibleNow(Conflict):
    code = "not_possible_now"
    text = Text(
        id="Dalam keadaan {state} langkah ini tidak mungkin.",
        en="In the state {state} this step is not possible.",
    )


class SamePerson(NotAllowed):
    code = "same_person"
    text = Text(
        id="Anda sudah ikut memutuskan di sini. Orang lain harus melakukannya.",
        en="You have already taken part in this decision. Somebody else must do this.",
    )


class OutOfRole(NotAllowed):
    code = "out_of_role"
    text = Text(id="Peran {role} tidak boleh melakukan ini.", en="The role {role} may not do this.")


class OutOfCountry(NotAllowed):
    code = "out_of_country"
    text = Text(
        id="Perwakilan hanya menangani perkara negaranya sendiri.",
        en="A representative works on the cases of their own country only.",
    )


class GroundDoesNotFit(MalformedInput):
    code = "ground_does_not_fit"
    text = Text(
        id="Klausul {ground} bukan dasar untuk kategori {category}. Pilih salah satu: {fitting}.",
        en="Clause {ground} is no ground for the category {category}. Choose one of {fitting}.",
    )


class MeasureDoesNotFit(MalformedInput):
    code = "measure_does_not_fit"
    text = Text(
        id="Tindakan {measure} tidak tersedia di sini. Tersedia: {fitting}.",
        en="The measure {measure} is not open here. Open are: {fitting}.",
    )


class FactsMissing(MalformedInput):
    code = "facts_missing"
    text = Text(
        id="Tulis faktanya dengan kata-kata sederhana, paling banyak {limit} huruf.",
        en="Write down the facts in plain words, at most {limit} characters.",
    )


class PurposeMissing(MalformedInput):
    code = "purpose_missing"
    text = Text(
        id="Sebutkan untuk apa bukti ini dibuka (paling banyak {limit} huruf).",
        en="Say what this evidence is opened for (at most {limit} characters).",
    )


class AppealClosed(Conflict):
    code = "appeal_closed"
    text = Text(
        id="Batas waktu banding sudah lewat pada {day.id}.", en="The time for an appeal ended on {day.en}."
    )


class AppealExists(Conflict):
    code = "appeal_exists"
    text = Text(
        id="Banding sudah diajukan; hanya satu untuk setiap pernyataan.",
        en="An appeal has been filed already; there is one for each statement.",
    )


class StatementSuperseded(Conflict):
    code = "statement_superseded"
    text = Text(id="Pernyataan ini sudah tidak berlaku.", en="This statement is no longer in force.")


class IncompleteNotice(MalformedInput):
    """`missing` names each field that the law asks for (DSA 16(2)) and that is not there."""

    code = "incomplete_notice"
    text = Text(
        id="Laporan belum lengkap. Yang kurang: {missing}.",
        en="The notice is not complete. Missing: {missing}.",
    )


class PictureNotReadable(MalformedInput):
    code = "picture_not_readable"
    text = Text(
        id="Foto yang Anda ungkap bukan JPEG yang dapat dibaca, atau lebih besar dari {limit} byte. Laporkan tanpa foto itu.",
        en="A photo that you disclose is no readable JPEG, or larger than {limit} bytes. Report without that photo.",
    )


class PicturesNeedAccount(NotAllowed):
    code = "pictures_need_account"
    text = Text(
        id="Foto dari obrolan tersegel hanya dapat diungkap dengan akun Anda. Masuk dulu, lalu laporkan lagi.",
        en="Photos of a sealed chat can only be disclosed with your account. Sign in and report again.",
    )


class DisclosureConcernsAccounts(MalformedInput):
    code = "disclosure_concerns_accounts"
    text = Text(
        id="Pesan yang Anda ungkapkan hanya dapat menyangkut akun pengirimnya, bukan obrolannya.",
        en="Messages that you disclose can only concern the account that sent them, never the chat.",
    )


class SignInRefused(NotAuthenticated):
    """One answer for a wrong name, password or code: nobody learns which."""

    code = "sign_in_refused"
    text = Text(id="Surel, kata sandi, atau kode tidak cocok.", en="E-mail, password or code do not match.")


class SignInLocked(TooMany):
    code = "sign_in_locked"
    text = Text(
        id="Terlalu banyak percobaan. Coba lagi dalam {seconds} detik.",
        en="Too many attempts. Try again in {seconds} seconds.",
    )


class EnrolmentOver(NotFound):
    code = "enrolment_over"
    text = Text(
        id="Tautan pendaftaran ini sudah dipakai atau kedaluwarsa. Minta yang baru pada operator.",
        en="This enrolment link was used already or has expired. Ask the operator for a new one.",
    )


class WeakPassword(MalformedInput):
    code = "weak_password"
    text = Text(
        id="Kata sandi perlu 12 sampai 200 huruf dan tidak boleh memuat surel Anda.",
        en="The password needs 12 to 200 characters and may not contain your e-mail address.",
    )


class WrongCode(MalformedInput):
    code = "wrong_code"
    text = Text(
        id="Kode dari aplikasi tidak cocok. Periksa jam ponsel Anda, lalu coba kode berikutnya.",
        en="The code from the app does not match. Check your phone's clock, then try the next code.",
    )


class StaffExists(Conflict):
    code = "staff_exists"
    text = Text(
        id="Sudah ada petugas dengan surel {email}.", en="There is already staff with the e-mail {email}."
    )


class UnknownStaff(NotFound):
    code = "unknown_staff"
    text = Text(id="Tidak ada petugas bernama {name}.", en="There is no staff called {name}.")
