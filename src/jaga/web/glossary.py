"""The words that people read for the values that tables and APIs carry: one word for one thing, on every page."""

from __future__ import annotations

from jaga.core.text import Text

MEASURES = {
    "remove_post": Text(id="Hapus kiriman", en="Remove the post"),
    "release_post": Text(id="Terbitkan kiriman", en="Release the post"),
    "close_channel": Text(id="Tutup kanal", en="Close the channel"),
    "suspend_posting": Text(id="Tangguhkan hak menerbitkan", en="Suspend posting"),
    "suspend_account": Text(id="Tangguhkan akun", en="Suspend the account"),
    "no_violation": Text(id="Bukan pelanggaran", en="No violation"),
    "refuse_publication": Text(id="Tolak penerbitan", en="Refuse publication"),
    "restore_post": Text(id="Pulihkan kiriman", en="Restore the post"),
    "reopen_channel": Text(id="Buka kembali kanal", en="Reopen the channel"),
    "publish_refused": Text(id="Terbitkan yang tadinya ditolak", en="Publish what was refused"),
    "resume_posting": Text(id="Izinkan menerbitkan lagi", en="Allow posting again"),
    "resume_account": Text(id="Pulihkan akun", en="Restore the account"),
    "uphold": Text(id="Putusan tetap", en="The decision stands"),
}
REACHES = {
    "remove_post": Text(
        id="Hilang dari semua jalur baca dalam satu detik; dapat dipulihkan lewat banding.",
        en="Gone from every read path within a second; an appeal can bring it back.",
    ),
    "release_post": Text(
        id="Terbit di kanal seperti ditulis; pengikut langsung melihatnya.",
        en="Published in the channel as written; followers see it at once.",
    ),
    "close_channel": Text(
        id="Seluruh kanal tak terbaca dan tak dapat ditulisi lagi. Obrolan tersegel tidak terpengaruh.",
        en="The whole channel can no longer be read or written. Sealed chats are not affected.",
    ),
    "suspend_posting": Text(
        id="Penulis tidak dapat menerbitkan di mana pun selama waktu itu. Membaca dan obrolan tersegel tetap bisa.",
        en="The author cannot publish anywhere for that time. Reading and sealed chats stay open.",
    ),
    "suspend_account": Text(
        id="Akun terkunci: tidak dapat masuk dan tidak dapat menerbitkan.",
        en="The account is locked: no sign-in, no publishing.",
    ),
    "no_violation": Text(
        id="Tidak ada yang berubah; pelapor diberi tahu.", en="Nothing changes; those who reported are told."
    ),
    "uphold": Text(
        id="Semua tetap seperti diputuskan; penulis menerima alasan Anda.",
        en="Everything stays as decided; the author gets your reasons.",
    ),
    "restore_post": Text(
        id="Kiriman kembali di tempatnya, dengan riwayat, komentar, dan alamatnya.",
        en="The post is back in its place, with its history, comments and address.",
    ),
    "publish_refused": Text(
        id="Kiriman yang ditolak terbit seperti ditulis.", en="The refused post is published as written."
    ),
    "reopen_channel": Text(
        id="Kanal dapat dibaca dan ditulisi lagi.", en="The channel can be read and written again."
    ),
    "resume_posting": Text(id="Penulis dapat menerbitkan lagi.", en="The author can publish again."),
    "resume_account": Text(id="Akun dapat dipakai lagi.", en="The account can be used again."),
}
CASE_STATES = {
    "queued": Text(id="Dalam antrean", en="Queued"),
    "in_review": Text(id="Sedang ditinjau", en="In review"),
    "awaiting_clarification": Text(id="Menunggu penjelasan", en="Awaiting clarification"),
    "needs_approval": Text(id="Menunggu persetujuan", en="Needs approval"),
    "carrying_out": Text(id="Sedang dilaksanakan", en="Being carried out"),
    "carried_out": Text(id="Sudah dilaksanakan", en="Carried out"),
    "decided": Text(id="Diputuskan", en="Decided"),
    "appealed": Text(id="Dibanding", en="Appealed"),
    "refused": Text(id="Ditolak", en="Refused"),
    "rejected": Text(id="Tidak disetujui", en="Rejected"),
    "superseded": Text(id="Digantikan", en="Superseded"),
    "closed": Text(id="Ditutup", en="Closed"),
}
SUBMISSION_STATES = {
    "queued": Text(id="Dalam antrean", en="Queued"),
    "clarification": Text(id="Perlu dilengkapi", en="To be completed"),
    "refused": Text(id="Ditolak", en="Refused"),
    "in_review": Text(id="Sedang ditinjau", en="In review"),
    "actioned": Text(id="Dilaksanakan", en="Carried out"),
    "no_action": Text(id="Tanpa tindakan", en="No action"),
    "impossible": Text(id="Tidak dapat dilaksanakan", en="Impossible to carry out"),
    "feedback_sent": Text(id="Sudah dijawab", en="Answered"),
}
SUBMISSION_KINDS = {
    "notice": Text(id="Pemberitahuan", en="Notice"),
    "flag": Text(id="Laporan tepercaya", en="Trusted flag"),
    "trusted_flag": Text(id="Laporan tepercaya", en="Trusted flag"),
    "referral": Text(id="Rujukan", en="Referral"),
    "removal_order": Text(id="Perintah penghapusan", en="Removal order"),
    "data_request": Text(id="Permintaan data", en="Data request"),
    "preservation_request": Text(id="Permintaan pengamanan bukti", en="Preservation request"),
}
SOURCES = {
    "refused_post": Text(id="Kiriman ditolak", en="Refused post"),
    "held_post": Text(id="Kiriman ditahan", en="Held post"),
    "notice": Text(id="Laporan", en="Notice"),
    "submission": Text(id="Saluran langsung", en="Direct line"),
}
TARGETS = {
    "post": Text(id="kiriman", en="post"),
    "comment": Text(id="komentar", en="comment"),
    "channel": Text(id="kanal", en="channel"),
    "member": Text(id="akun", en="account"),
    "none": Text(id="tanpa sasaran", en="no target"),
}
ROLES = {
    "moderator": Text(id="moderator", en="moderator"),
    "senior": Text(id="moderator senior", en="senior moderator"),
    "representative": Text(id="perwakilan setempat", en="local representative"),
    "auditor": Text(id="auditor", en="auditor"),
    "operator": Text(id="operator", en="operator"),
}
OUTCOMES = {
    "upheld": Text(id="Putusan tetap", en="Decision upheld"),
    "reversed": Text(id="Putusan dibatalkan", en="Decision reversed"),
    "partly": Text(id="Putusan dibatalkan sebagian", en="Decision reversed in part"),
    "approve": Text(id="menyetujui", en="approved"),
    "reject": Text(id="tidak menyetujui", en="rejected"),
    "refuse": Text(id="tolak", en="refuse"),
    "hold": Text(id="tahan untuk diperiksa orang", en="hold for a person"),
    "flag": Text(id="tandai", en="flag"),
    "never": Text(id="tidak pernah", en="never"),
}
AUTOMATION = {
    "refuse": Text(
        id="Istilah atau berkas yang terdaftar ditolak otomatis sebelum terbit.",
        en="Listed terms and files are refused automatically, before publication.",
    ),
    "hold": Text(
        id="Temuan mesin hanya menahan kiriman; orang yang memutuskan.",
        en="A machine’s finding only holds the post; a person decides.",
    ),
    "never": Text(
        id="Mesin tidak pernah memutuskan di kategori ini.", en="Machines never decide in this category."
    ),
    "fully_automated": Text(id="sepenuhnya otomatis", en="fully automated"),
    "partially_automated": Text(
        id="ditemukan mesin, diputuskan orang", en="found by a machine, decided by a person"
    ),
    "not_automated": Text(id="oleh orang", en="by people"),
}
URGENCIES = {
    "normal": Text(id="biasa", en="normal"),
    "urgent": Text(id="mendesak", en="urgent"),
    "emergency_life": Text(id="ancaman jiwa", en="threat to life"),
}
CLOCKS = {
    "own": Text(id="target kami", en="our target"),
    "mr5_urgent": Text(id="MR5 mendesak", en="MR5 urgent"),
    "mr5_normal": Text(id="MR5", en="MR5"),
    "tco_remove": Text(id="TCO", en="TCO"),
    "dsa9_effect": Text(id="DSA Pasal 9", en="DSA Art. 9"),
}
REFUSALS = {
    "PRIVATE_SPACE": Text(id="Ruang pribadi", en="Private space"),
    "NO_SUCH_DATA": Text(id="Datanya tidak ada", en="No such data"),
    "E2EE_TECHNICALLY_IMPOSSIBLE": Text(id="Terenkripsi dari ujung ke ujung", en="End-to-end encrypted"),
    "NO_LEGAL_BASIS": Text(id="Tanpa dasar hukum", en="No legal basis"),
    "NOT_COMPETENT": Text(id="Tidak berwenang", en="Not competent"),
    "UNAUTHENTICATED": Text(id="Pengirim tidak terbukti", en="Sender not authenticated"),
    "OVERBROAD": Text(id="Terlalu luas", en="Overbroad"),
    "WRONG_CHANNEL": Text(id="Jalur keliru", en="Wrong channel"),
    "BACKDOOR_OR_KEY_DEMAND": Text(
        id="Permintaan pintu belakang atau kunci", en="Demand for a backdoor or keys"
    ),
    "DEFECTIVE_FORM": Text(id="Bentuk tidak lengkap", en="Defective form"),
}

FOUND = {
    "SOURCE_VOLUNTARY": Text(
        id="oleh kami sendiri, dengan daftar yang berlaku", en="by ourselves, with the lists in force"
    ),
    "SOURCE_ARTICLE_16": Text(id="karena laporan seseorang", en="because somebody reported it"),
    "SOURCE_TRUSTED_FLAGGER": Text(
        id="karena laporan pelapor tepercaya", en="because a trusted flagger reported it"
    ),
    "ORDER": Text(id="karena permintaan lembaga berwenang", en="because an authority asked for it"),
}
TERRITORIES = {
    "GLOBAL": Text(id="di mana pun", en="everywhere"),
    "ALL_EU": Text(id="seluruh Uni Eropa", en="the whole European Union"),
}

RULES = {
    "term": Text(id="kata atau frasa", en="word or phrase"),
    "link": Text(id="alamat", en="address"),
    "file": Text(id="berkas", en="file"),
    "pattern": Text(id="pola", en="pattern"),
    "image": Text(id="gambar", en="image"),
    "unscannable": Text(id="media yang tak dapat dibaca", en="media that could not be read"),
}
EVIDENCE = {
    "content": Text(id="isi seperti ditulis", en="the content as written"),
    "attachment": Text(id="lampiran", en="attachment"),
    "disclosure": Text(
        id="pesan yang diungkapkan peserta (tidak dapat dipastikan)",
        en="messages disclosed by a participant (cannot be verified)",
    ),
}
NOTICE_OUTCOMES = {
    "actioned": Text(id="Kami mengambil tindakan", en="We took a measure"),
    "no_violation": Text(id="Kami tidak menemukan pelanggaran", en="We found no violation"),
}
TARGET_OUTCOMES = {
    "found": Text(id="ditemukan", en="found"),
    "unknown": Text(id="tidak ada kiriman atau kanal di alamat ini", en="no post or channel at this address"),
    "private_space": Text(
        id="tersegel: obrolan pribadi, tidak dapat dibuka siapa pun selain pesertanya",
        en="sealed: a private chat, which nobody but its participants can open",
    ),
    "already_removed": Text(id="sudah dihapus", en="removed already"),
}
POST_STATES = {
    "published": Text(id="tampil", en="published"),
    "held": Text(id="ditahan", en="held"),
    "refused": Text(id="ditolak", en="refused"),
    "withheld": Text(id="ditahan di sebagian negara", en="withheld in some countries"),
    "removed": Text(id="dihapus", en="removed"),
    "restored": Text(id="dipulihkan", en="restored"),
    "deleted": Text(id="dihapus penulisnya", en="deleted by its author"),
    "open": Text(id="terbuka", en="open"),
    "closed": Text(id="ditutup", en="closed"),
}

_KINDS = {
    "rule": RULES,
    "evidence": EVIDENCE,
    "post_state": POST_STATES,
    "target_outcome": TARGET_OUTCOMES,
    "notice_outcome": NOTICE_OUTCOMES,
    "found": FOUND,
    "territory": TERRITORIES,
    "measure": MEASURES,
    "reach": REACHES,
    "state": CASE_STATES,
    "submission_state": SUBMISSION_STATES,
    "kind": SUBMISSION_KINDS,
    "source": SOURCES,
    "target": TARGETS,
    "role": ROLES,
    "outcome": OUTCOMES,
    "automation": AUTOMATION,
    "urgency": URGENCIES,
    "clock": CLOCKS,
    "refusal": REFUSALS,
}


def word(value: object, kind: str) -> Text:
    """What to call `value`; an unknown one is shown as it stands, which is honest and never empty."""
    plain = str(getattr(value, "value", value))
    return _KINDS[kind].get(plain) or Text(id=plain, en=plain)
