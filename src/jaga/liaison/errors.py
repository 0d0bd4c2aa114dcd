"""Every way in which the direct line turns a request away. The codes are stable: officers' software acts on them."""

from __future__ import annotations

from jaga.core.errors import Conflict, MalformedInput, NotAllowed, NotAuthenticated, NotFound
from jaga.core.text import Text

# --- the signature (RFC 9421) and the key ------------------------------------------------------------------------


class SignatureMissing(NotAuthenticated):
    code = "signature_missing"
    text = Text(
        id="Permintaan ini tidak bertanda tangan. Kirim header Signature dan Signature-Input (RFC 9421).",
        en="The request is not signed. Send the headers Signature and Signature-Input (RFC 9421).",
    )


class SignatureDuplicated(NotAuthenticated):
    code = "signature_duplicated"
    text = Text(
        id="Permintaan memuat lebih dari satu tanda tangan. Kirim tepat satu.",
        en="The request carries more than one signature. Send exactly one.",
    )


class SignatureMalformed(NotAuthenticated):
    code = "signature_malformed"
    text = Text(
        id="Header tanda tangan tidak dapat dibaca menurut RFC 9421: {part}.",
        en="The signature headers cannot be read as RFC 9421 says: {part}.",
    )


class SignatureIncomplete(NotAuthenticated):
    code = "signature_incomplete"
    text = Text(
        id="Tanda tangan harus mencakup {missing}.",
        en="The signature must cover {missing}.",
    )


class SignatureInvalid(NotAuthenticated):
    code = "signature_invalid"
    text = Text(
        id="Tanda tangan tidak cocok dengan permintaan ini dan kunci petugas.",
        en="The signature does not match this request and the officer's key.",
    )


class SignatureStale(NotAuthenticated):
    code = "signature_stale"
    text = Text(
        id="Waktu tanda tangan meleset lebih dari {minutes} menit dari jam kami ({now}). Periksa jam komputer Anda.",
        en="The signature's time is more than {minutes} minutes off our clock ({now}). Check your computer's clock.",
    )


class KeyUnknown(NotAuthenticated):
    code = "key_unknown"
    text = Text(
        id="Pengenal kunci ini tidak terdaftar pada saluran langsung.",
        en="This key id is not enrolled on the direct line.",
    )


class KeyRevoked(NotAuthenticated):
    code = "key_revoked"
    text = Text(
        id="Kunci petugas ini telah dicabut. Hubungi perwakilan kami untuk mendaftarkan kunci baru.",
        en="This officer's key was revoked. Contact our representative to enrol a new one.",
    )


class NonceReplayed(NotAuthenticated):
    code = "nonce_replayed"
    text = Text(
        id="Nonce ini sudah pernah dipakai; tanda tangan hanya berlaku sekali. Tanda tangani ulang dengan nonce baru.",
        en="This nonce was used before; a signature is good for one request. Sign again with a new nonce.",
    )


class DigestMissing(MalformedInput):
    code = "digest_missing"
    text = Text(
        id="Header Content-Digest tidak ada atau tidak dapat dibaca (RFC 9530, sha-256 atau sha-512).",
        en="The header Content-Digest is missing or cannot be read (RFC 9530, sha-256 or sha-512).",
    )


class DigestMismatch(MalformedInput):
    code = "digest_mismatch"
    text = Text(
        id="Isi yang diterima tidak cocok dengan Content-Digest yang ditandatangani.",
        en="The content received does not match the signed Content-Digest.",
    )


# --- the mandate ---------------------------------------------------------------------------------------------------


class AuthorityNotApproved(NotAllowed):
    code = "authority_not_approved"
    text = Text(
        id="Lembaga Anda belum disetujui oleh dua orang dari pihak kami. Hubungi perwakilan kami.",
        en="Your authority has not been approved by two of our people yet. Contact our representative.",
    )


class AuthoritySuspended(NotAllowed):
    code = "authority_suspended"
    text = Text(
        id="Akses lembaga Anda sedang ditangguhkan. Hubungi perwakilan kami.",
        en="Your authority's access is suspended. Contact our representative.",
    )


class OutOfRemit(NotAllowed):
    code = "out_of_remit"
    text = Text(
        id="Isi {pointer} berada di luar mandat lembaga Anda yang terdaftar.",
        en="What {pointer} says lies outside your authority's enrolled mandate.",
    )


class KindNotOffered(NotAllowed):
    code = "kind_not_offered"
    text = Text(
        id="Rezim {regime} tidak mengenal jenis {kind}.",
        en="The regime {regime} has no submission of kind {kind}.",
    )


class OfficerMismatch(NotAllowed):
    code = "officer_mismatch"
    text = Text(
        id="Petugas dalam berkas bukan pemilik kunci yang menandatangani.",
        en="The officer named in the submission is not the one whose key signed it.",
    )


class AuthoriserNeeded(NotAllowed):
    code = "authoriser_needed"
    text = Text(
        id="Profil lembaga Anda menuntut pemberi wewenang yang bukan petugas pengirim.",
        en="Your authority's profile demands an authoriser who is not the submitting officer.",
    )


class AuthoriserUnknown(NotAllowed):
    code = "authoriser_unknown"
    text = Text(
        id="Pemberi wewenang bukan petugas lembaga Anda yang terdaftar untuk itu.",
        en="The authoriser is not an officer of your authority enrolled as one.",
    )


# --- the content ---------------------------------------------------------------------------------------------------


class MalformedJson(MalformedInput):
    code = "malformed_json"
    text = Text(
        id="Isi permintaan bukan JSON yang sah: {problem.id}",
        en="The body is not valid JSON: {problem.en}",
    )


class MalformedSubmission(MalformedInput):
    """A field says something it cannot say; `pointer` is a JSON pointer (RFC 6901), `reason` a stable word."""

    code = "malformed_submission"
    text = Text(id='Isian "{pointer}": {problem.id}', en='Field "{pointer}": {problem.en}')


class RegimeUnknown(MalformedInput):
    code = "regime_unknown"
    text = Text(
        id="SOP kami tidak memuat rezim {regime}. Yang ada: {known}.",
        en="Our SOP has no regime {regime}. It has: {known}.",
    )


class NondisclosureTooLong(MalformedInput):
    code = "nondisclosure_too_long"
    text = Text(
        id="Larangan pemberitahuan paling lama enam minggu sejak perintah (TCO Pasal 11(3)), yaitu sampai {latest}.",
        en="A non-disclosure may last six weeks from the order at most (TCO Art. 11(3)), that is until {latest}.",
    )


class SubmissionNotFound(NotFound):
    """Unknown and another authority's look alike."""

    code = "submission_not_found"
    text = Text(
        id="Tidak ada berkas dengan pengenal ini pada lembaga Anda.",
        en="Your authority has no submission with this id.",
    )


class FeedbackNotReady(NotFound):
    code = "feedback_not_ready"
    text = Text(
        id="Jawaban resmi belum ada: tindakan belum dipastikan pada semua jalur baca.",
        en="There is no feedback yet: the effect is not confirmed on every read path.",
    )


class ReplyNotAwaited(Conflict):
    code = "reply_not_awaited"
    text = Text(
        id="Berkas ini tidak sedang menunggu klarifikasi (keadaannya {state}).",
        en="This submission is not waiting for a clarification (its state is {state}).",
    )
