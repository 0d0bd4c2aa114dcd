"""What the demonstration's members say to each other in their sealed chats, and what they answer to a visitor."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jaga.app.demo.story import REFUSED_WORD
from jaga.core.text import Language, Text

VISITOR = "sari"
"""As whom a visitor signs in to read the sealed group; her own client leaves when all is told."""

STAYING = ("dewi", "bayu", "raka")
"""Who stays and answers. In a chat with several of them, the first one does."""

GROUP_TITLE = "Panitia Kerja Bakti"


@dataclass(frozen=True, slots=True)
class Say:
    by: str
    text: str
    answers: int | None = None
    """The place in `GROUP` of what this is a reply to."""


@dataclass(frozen=True, slots=True)
class Show:
    by: str
    picture: str
    caption: str


@dataclass(frozen=True, slots=True)
class React:
    by: str
    to: int
    emoji: str


@dataclass(frozen=True, slots=True)
class Edit:
    by: str
    of: int
    text: str


Line = Say | Show | React | Edit

GROUP: tuple[Line, ...] = (
    Say("bayu", "Gerobak sampahnya sudah saya pinjam. Aman untuk Minggu."),
    Say("sari", "Mantap! Berapa orang yang sudah pasti datang?"),
    Say("bayu", "Sebelas. Mbak Dewi masak, jadi kita tidak akan kelaparan."),
    Say("dewi", "Lodeh sepanci besar. Kumpul jam enam, ya."),
    Edit("dewi", 3, "Lodeh sepanci besar. Kumpul jam tujuh, ya."),
    Show("raka", "hills", "Dari bukit tadi pagi. Cuacanya bagus sampai akhir pekan."),
    React("sari", 5, "❤️"),
    React("bayu", 5, "👍"),
    Say("sari", "Terima kasih, Mbak Dewi! Saya bawa teh dan gelas.", answers=3),
    React("dewi", 8, "❤️"),
    Say("raka", "Sampai Minggu jam tujuh!"),
)

WELCOME = Text(
    id="Hai! Tulis apa saja di sini, saya jawab.",
    en="Hi! Write anything here, and I will answer.",
)

ANSWERS = (
    Text(
        id="Halo, senang disapa! Saya warga rekaan: yang menjawab ini program kecil dengan kunci enkripsinya sendiri, "
        "bukan server. Server tahu siapa menulis kepada siapa, kapan, dan seberapa panjang. Isinya tidak bisa dibacanya.",
        en="Hello, nice of you to write! I am invented: what answers here is a small program with encryption keys of its "
        "own, not the server. The server knows who writes to whom, when, and how much. It cannot read what we say.",
    ),
    Text(
        id=f"Coba kata {REFUSED_WORD}. Di kanal kata itu ditolak; di sini tidak ada yang memeriksa, karena obrolan ini "
        "tersegel. Anda juga bisa membalas, memberi reaksi, atau mengirim foto.",
        en=f"Try the word {REFUSED_WORD}. A channel refuses it; here nothing checks what we write, since this chat is "
        "sealed. You can also reply, react, or send a photo.",
    ),
    Text(
        id="Kalau ada yang mengganggu di obrolan tersegel, Anda sendiri yang memilih pesan mana yang dilaporkan. "
        "Hanya itu yang keluar dari obrolan, dan Anda melihatnya sebelum dikirim.",
        en="If somebody bothers you in a sealed chat, you choose which messages to report. Only those leave the chat, "
        "and you see them before they are sent.",
    ),
    Text(
        id="Kalimat saya sudah habis, tapi silakan terus menulis. Di halaman obrolan ini tertulis apa yang bisa dan "
        "tidak bisa dilihat server.",
        en="I have run out of sentences, but do go on. The page about this chat says what the server can and cannot see.",
    ),
)
"""One after the other; the last one again and again."""

PHOTO_ANSWER = Text(
    id="Terima kasih fotonya! Perangkat Anda mengenkripsinya sebelum dikirim; server hanya menyimpan byte acak.",
    en="Thank you for the photo! Your device encrypted it before it was sent; the server keeps random bytes.",
)

_WORDS: tuple[tuple[Language, re.Pattern[str]], ...] = (
    (
        "en",
        re.compile(
            r"(?i)\b(and|are|can|do|hello|hey|hi|how|is|it|my|please|thanks?|the|this|what|who|why|you)\b"
        ),
    ),
    (
        "id",
        re.compile(
            r"(?i)\b(ada|apa|anda|bisa|dan|di|ini|itu|kamu|saya|siapa|terima|tidak|ya|yang|halo|hai)\b"
        ),
    ),
)


def language_of(text: str, otherwise: Language) -> Language:
    """The visitor's, by the little words of what they wrote."""
    return next((language for language, words in _WORDS if words.search(text)), otherwise)


def answer(number: int, language: Language) -> str:
    """The answer to the visitor's message number `number` in a chat, from 0."""
    return ANSWERS[min(number, len(ANSWERS) - 1)].in_(language)
