"""Who lives in the demonstration, and what they write. Every name, place and harmful word is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from jaga.cases.staff import Role
from jaga.channels.channel import Kind
from jaga.detect.verdict import Outcome

REFUSED_WORD = "zqkabo"
HELD_WORD = "wuntek"


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment below a post."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A post, `ago` before the demonstration begins."""

    by: str
    text: str
    ago: timedelta
    picture: str | None = None
    bold: str = ""
    """Words at the beginning that stand out."""
    pinned: str = ""
    """Any word pins it."""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    title: str
    about: str
    kind: Kind
    category: str
    owner: str
    picture: str
    posts: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    email: str
    role: Role
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    term: str
    category: str
    outcome: Outcome


MEMBERS = ("sari", "bayu", "dewi", "raka")

STAFF = (
    Colleague("Ani Contoh", "ani@jaga.example", Role.SENIOR),
    Colleague("Bima Contoh", "bima@jaga.example", Role.MODERATOR),
    Colleague("Citra Contoh", "citra@jaga.example", Role.REPRESENTATIVE, "ID"),
)

BANK = (
    Listing(REFUSED_WORD, "terrorism", Outcome.REFUSE),
    Listing(HELD_WORD, "harassment", Outcome.HOLD),
)

ORDERED = "Ayo bergabung dengan barisan kami malam ini. Tempat dan sandinya lewat pesan pribadi."
"""The post that the open order is about."""

INSULT = "Si penjual kue di pojok itu otaknya cuma seujung kuku. Ayo ramai-ramai kita usir dia dari pasar."
"""The post that was removed after a notice."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)

PLACES = (
    Place(
        "warta_kampung",
        "Warta Kampung",
        "Kabar dari Kampung Contoh: kerja bakti, ronda, dan yang hilang lalu ketemu.",
        "channel",
        "community",
        "sari",
        "hills",
        (
            Told("sari", "Selamat datang di Warta Kampung. Kabar penting kami pasang di sini.", 9 * _DAY),
            Told(
                "sari",
                "Kerja bakti Minggu ini. Kumpul di balai jam 07.00, bawa sapu dan sarung tangan. "
                "Teh dan pisang goreng disediakan.",
                2 * _DAY,
                picture="hills",
                bold="Kerja bakti Minggu ini.",
                pinned="yes",
                remarks=(
                    Remark("bayu", "Siap. Saya bawa gerobak sampah."),
                    Remark("dewi", "Anak-anak boleh ikut?"),
                    Remark("sari", "Boleh sekali, nanti ada lomba kecil."),
                ),
            ),
            Told(
                "sari",
                "Jadwal ronda malam sudah diperbarui. Tukar giliran lewat komentar, paling lambat Kamis.",
                5 * _HOUR,
                remarks=(Remark("raka", "Saya tukar dengan Pak Bayu, hari Selasa."),),
            ),
            Told(
                "sari",
                "Kucing oranye berkalung biru ditemukan di pos ronda. Pemiliknya silakan datang.",
                _HOUR,
            ),
        ),
    ),
    Place(
        "info_gempa_contoh",
        "Info Gempa Contoh",
        "Getaran di sekitar Pulau Contoh. Latihan saja: semua angka di sini rekaan.",
        "channel",
        "public_service",
        "dewi",
        "waves",
        (
            Told(
                "dewi",
                "M 4,2 · 18 km tenggara Pulau Contoh · kedalaman 10 km · tidak berpotensi tsunami.",
                3 * _DAY,
            ),
            Told(
                "dewi",
                "M 3,1 · 7 km utara Teluk Rekaan · kedalaman 5 km. Terasa ringan di Kampung Contoh.",
                7 * _HOUR,
                picture="waves",
                bold="M 3,1",
                remarks=(Remark("bayu", "Terasa sebentar, lampu gantung bergoyang."),),
            ),
        ),
    ),
    Place(
        "dapur_ibu",
        "Dapur Ibu",
        "Resep rumahan yang tidak pernah gagal, satu setiap pekan.",
        "channel",
        "culture",
        "dewi",
        "bowl",
        (
            Told(
                "dewi",
                "Sayur lodeh ala rumah. Santan terakhir, api kecil, jangan ditinggal. Resep lengkapnya di komentar.",
                _DAY,
                picture="bowl",
                bold="Sayur lodeh ala rumah.",
                remarks=(
                    Remark(
                        "dewi",
                        "Labu siam, kacang panjang, terong, tempe; bumbu halus: bawang, kencur, kemiri.",
                    ),
                    Remark("raka", "Sudah dicoba, habis dalam sekejap."),
                ),
            ),
        ),
    ),
    Place(
        "jual_beli_sore",
        "Jual Beli Sore",
        "Grup publik warga: jual, beli, tukar, dan beri gratis.",
        "group",
        "business",
        "raka",
        "stalls",
        (
            Told(
                "raka",
                "Sepeda anak roda 16, masih bagus, Rp250.000. Ambil di dekat balai.",
                4 * _DAY,
                picture="stalls",
            ),
            Told("bayu", "Dicari: rak buku bekas, tinggi paling banyak 120 cm.", 20 * _HOUR),
            Told("raka", INSULT, 6 * _HOUR),
            Told("bayu", ORDERED, 2 * _HOUR),
        ),
    ),
)
