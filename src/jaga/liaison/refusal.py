"""Typed refusals: of what lies on the sealed side, and of every request for private data.

Nothing here asks what data exists. What is requested decides the reason, and no outcome of this module is a yes.
"""

from __future__ import annotations

import re
from enum import StrEnum, unique
from typing import Final

from jaga.core.text import Text
from jaga.liaison.authority import Authority, AuthorityType
from jaga.liaison.submission import Kind, RequestedData, Submission
from jaga.liaison.target import is_sealed
from jaga.sop.model import Sop

MANY_TARGETS = 10  # a data request for more people than this is a dragnet


@unique
class RefusalCode(StrEnum):
    PRIVATE_SPACE = "PRIVATE_SPACE"
    NO_SUCH_DATA = "NO_SUCH_DATA"
    E2EE_TECHNICALLY_IMPOSSIBLE = "E2EE_TECHNICALLY_IMPOSSIBLE"
    BACKDOOR_OR_KEY_DEMAND = "BACKDOOR_OR_KEY_DEMAND"
    NO_LEGAL_BASIS = "NO_LEGAL_BASIS"
    NOT_COMPETENT = "NOT_COMPETENT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    OVERBROAD = "OVERBROAD"
    WRONG_CHANNEL = "WRONG_CHANNEL"
    DEFECTIVE_FORM = "DEFECTIVE_FORM"


REFUSALS: Final = {
    RefusalCode.PRIVATE_SPACE: Text(
        id="Alamat ini menunjuk ke obrolan pribadi, yang terenkripsi ujung ke ujung: isinya tidak dapat dibaca, "
        "dipindai, atau dihapus oleh siapa pun selain pesertanya, termasuk kami. Yang dapat Anda ajukan: tautan ke "
        "kiriman atau kanal publik; peserta obrolan juga dapat mengungkapkan sendiri pesan yang mereka terima.",
        en="This address points to a private chat, which is end-to-end encrypted: nobody but its participants can read, "
        "scan or remove what is in it, and neither can we. What you can submit: the link of a public post or channel; "
        "a participant may also disclose messages that they received.",
    ),
    RefusalCode.NO_SUCH_DATA: Text(
        id="Data yang diminta tidak ada pada kami: layanan ini tidak mengumpulkannya. Daftar lengkap data yang ada "
        "tersedia di halaman transparansi.",
        en="The data requested does not exist here: the service does not collect it. The complete list of what exists "
        "is on the transparency page.",
    ),
    RefusalCode.E2EE_TECHNICALLY_IMPOSSIBLE: Text(
        id="Isi obrolan pribadi terenkripsi ujung ke ujung. Kami tidak memegang kuncinya, sehingga tidak dapat "
        "menyerahkannya kepada siapa pun. Yang dapat Anda ajukan: laporan atas konten di kanal publik.",
        en="The content of private chats is end-to-end encrypted. We do not hold the keys and cannot hand it to anyone. "
        "What you can submit: a report of content in a public channel.",
    ),
    RefusalCode.BACKDOOR_OR_KEY_DEMAND: Text(
        id="Permintaan untuk menyerahkan kunci, melemahkan enkripsi, menambah anggota tersembunyi, atau mencatat pesan "
        "yang akan datang ditolak. Tidak ada peran di pihak kami yang dapat menyetujuinya.",
        en="Demands to hand over keys, weaken encryption, add a hidden member or log future messages are refused. "
        "No role on our side can approve one.",
    ),
    RefusalCode.NO_LEGAL_BASIS: Text(
        id="Permintaan ini tidak menyebut dasar hukum yang memberi wewenang untuk meminta data.",
        en="The request names no legal basis that empowers anyone to ask for data.",
    ),
    RefusalCode.NOT_COMPETENT: Text(
        id="Lembaga Anda tidak berwenang meminta data menurut mandat yang terdaftar pada kami.",
        en="Under the mandate enrolled with us, your authority is not competent to request data.",
    ),
    RefusalCode.UNAUTHENTICATED: Text(
        id="Pengirim permintaan ini tidak dapat dibuktikan. Gunakan kunci petugas yang terdaftar.",
        en="It could not be proven who sent this request. Use an enrolled officer's key.",
    ),
    RefusalCode.OVERBROAD: Text(
        id="Permintaan ini tidak menyebut orang tertentu atau mencakup terlalu banyak orang.",
        en="The request names no particular person, or covers too many people.",
    ),
    RefusalCode.WRONG_CHANNEL: Text(
        id="Permintaan lintas negara harus melalui bantuan hukum timbal balik atau perintah alat bukti elektronik.",
        en="A request across borders has to come by mutual legal assistance or as an electronic evidence order.",
    ),
    RefusalCode.DEFECTIVE_FORM: Text(
        id="Permintaan ini tidak menyebut data apa yang diminta.",
        en="The request does not say which data it asks for.",
    ),
}

_DEMANDS = frozenset(
    {
        RequestedData.KEYS,
        RequestedData.WEAKER_ENCRYPTION,
        RequestedData.HIDDEN_MEMBER,
        RequestedData.FUTURE_LOGGING,
    }
)
# Where the request does not use our words, its own decide. Both languages; a wrong guess changes the reason given,
# never the answer.
_DEMAND_WORDS = re.compile(
    r"\b(decrypt\w*|private keys?|encryption keys?|back ?doors?|weaken\w*|wire ?tap\w*|intercept\w*|hidden member|"
    r"future messages|dekripsi|kunci (enkripsi|privat|dekripsi)|pintu belakang|lemahkan|melemahkan|sadap\w*|"
    r"penyadapan|menyadap|anggota tersembunyi|pesan (yang )?(akan datang|mendatang))\b",
    re.IGNORECASE,
)
_CONTENT_WORDS = re.compile(
    r"\b(messages?|chats?|conversations?|message content|correspondence|pesan(-pesan)?|obrolan|percakapan|isi (pesan|chat)|"
    r"korespondensi)\b",
    re.IGNORECASE,
)


def classify_data_request(submission: Submission, authority: Authority, sop: Sop) -> RefusalCode:
    """Why this request for private data is refused: what cannot be comes first, then what is wrong with the form."""
    words = submission.reasons
    requested = set(submission.requested_data)
    if requested & _DEMANDS or (not requested and _DEMAND_WORDS.search(words)):
        return RefusalCode.BACKDOOR_OR_KEY_DEMAND
    sealed = any(is_sealed(target.uri) for target in submission.targets)
    named = RequestedData.MESSAGE_CONTENT in requested or (not requested and _CONTENT_WORDS.search(words))
    if named or sealed:
        return RefusalCode.E2EE_TECHNICALLY_IMPOSSIBLE
    return _formal_defect(submission, authority, sop) or RefusalCode.NO_SUCH_DATA


def _formal_defect(submission: Submission, authority: Authority, sop: Sop) -> RefusalCode | None:
    regime = sop.regimes.get(submission.regime)
    if authority.type is AuthorityType.TRUSTED_FLAGGER or submission.regime not in authority.regimes:
        return RefusalCode.NOT_COMPETENT
    if regime is None or Kind.DATA_REQUEST not in regime.kinds or not submission.legal_basis:
        return RefusalCode.NO_LEGAL_BASIS
    if regime.jurisdiction not in ("EU", authority.country):
        return RefusalCode.WRONG_CHANNEL
    if not submission.targets or len(submission.targets) > MANY_TARGETS:
        return RefusalCode.OVERBROAD
    if not submission.requested_data and not submission.reasons.strip():
        return RefusalCode.DEFECTIVE_FORM
    return None
