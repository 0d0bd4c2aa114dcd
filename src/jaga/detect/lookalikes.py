"""What a reader takes a character for: one table from any character to plain lower-case Latin, where it looks so.

Written after the idea of UTS #39 (confusable detection), from the letters themselves: rows name a Latin letter and
the characters of other alphabets that are drawn like it. Compatibility forms (full-width, mathematical, circled,
accented) need no row: their Unicode decomposition says what they are. Characters that cannot be seen are deleted.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Small and capital look-alikes in one row; Cyrillic, Greek, Armenian, Hebrew, Coptic, Latin extensions (small
# capitals, turned and struck letters), Cherokee, Lisu, Canadian syllabics, currency signs, in this order.
_ROWS = {
    "a": "аАӑᴀαΑάⲁɑɐⱥȺƌᎪꓮᗅᗩ₳∀ӓ",
    "ae": "æÆӕӔ",
    "b": "вВьЬъЪЂђΒβϐƀɃƁɓʙⲂⲃбБᏴꓐᗷᏏ฿",
    "c": "сСςϲϹçⲥⲤƈƇȼȻↄɔᴄᏟꓚᑕᏨ¢₵ⅽ",
    "d": "ԁԀժɖɗđĐƉƊᴅⅾᎠꓓᗞᗪᏧδ₫",
    "e": "еЕёЁєЄэЭεΕέҽҾҿɛƐǝəɘƏɇɆᴇⲈⲉ℮∑ΣᎬꓰᗴ€ϵ",
    "f": "ƒϝϜꞙғҒſɟꓝᖴ₣",
    "g": "ցɡǥǤɠƓɢɕԍԌᎶꓖᏀᏳ₲ƃ",
    "h": "нНһҺհիΗꜧħĦɦʜɥңҢћЋℏᎻꓧᕼᏂⱨⱧⲎ",
    "i": "іІїЇιΙίϊıɪɨƗᵢⅰӏӀᎥꓲɩⲒⲓ¡ᴉ",
    "j": "јЈϳͿյɉɈʝȷᴊᎫꓙᒍɾ",
    "k": "кКκΚϰқҚҝќЌĸƙƘᴋⱪⱩᏦꓗⲔⲕ₭ʞҟ",
    "l": "ǀłŁƚȽɫɭʟⅼᏞꓡᒪⱡⱠւՂĿ£ℓլⅬ",
    "m": "мМΜɱƜᴍⅿꓟᎷᗰⲘⲙ₥ɯ",
    "n": "пПηήΝոռղŋŊɲƝɳƞȠɴꓠᑎⲚⲛ₦иИйЙՈ",
    "o": "оОοΟόօՕסøØɵƟᴏⲟⲞᎾꓳσ๏ѳѲθΘөӨഠ০°º",
    "oe": "œŒ",
    "p": "рРρΡϱþÞƥƤᴘⲢⲣᏢꓑᑭ₱քҏ",
    "q": "ԛԚզգʠɋɊգϙႳǫǪ",
    "r": "гГґҐɍɌɽⱤʀᴦⲄⲅᎡꓣᖇɹяЯՐր",
    "s": "ѕЅꜱʂȿƽᏕꓢᔕՏʃ₴§",
    "t": "тТτΤŧŦƭƬʈƮᴛⲦⲧᎢꓔ₮ʇϮ†էե",
    "u": "υύμµսՍцЦʉɄᴜᑌꓴմʋƱ∪ܘ",
    "v": "ѵѴνⅴᴠᏙꓦᐯʌ∨ѷ",
    "w": "ԝԜωώѡѠшШщЩʍᴡᎳꓪᗯ₩աɰ",
    "x": "хХχΧӽӾⅹᕁꓫ᙭×ҳҲⲬⲭ✕✖╳",
    "y": "уУүҮұҰγΥΎўЎɏɎƴƳʏᎽꓬ¥ყϒчЧʎⲨ",
    "z": "ʐȥƶƵᴢᏃꓜζΖⱬⱫʑȤⲌ",
    "ss": "ß",
    "3": "зЗҙҘӡӠʒƷȝȜɜ",
    ".": "。․·•∙⋅",
    "/": "∕⁄⧸",
    "-": "‐‑‒–—―−﹘",
    "'": "’‘ʼʹ`´",
}

# Blank though Unicode does not call them spaces, and fillers without a shape.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5\u2065\ufff0\u180e\u00ad")
_NOT_SEEN = frozenset({"Cf", "Mn", "Me", "Cc"})
_SIGNS = frozenset({"So", "Sk", "Co", "Cn", "Cs"})
SIGN = "\x7f"
"""Stands for every emoji and other picture, so that most text is plain ASCII from here on."""
_LETTER_A = ord("a")
_FIRST_BEYOND_ASCII = 0x80

# Alphabets drawn in boxes and flags have no decomposition.
_BOXED = (0x1F150, 0x1F170, 0x1F1E6)

_BY_CHARACTER: dict[str, str] = {}
for _letter, _row in _ROWS.items():
    for _character in _row:
        _BY_CHARACTER.setdefault(_character, _letter)


def seen_as(character: str) -> str:
    """What `character` looks like, in lower case: itself, other characters, or nothing."""
    if character in _BY_CHARACTER:
        return _BY_CHARACTER[character]
    if character.isspace():
        return " "
    if character == SIGN:
        return SIGN
    category = unicodedata.category(character)
    if category in _NOT_SEEN or character in _BLANK:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    for first in _BOXED:
        if first <= ord(character) < first + 26:
            return chr(_LETTER_A + ord(character) - first)
    parts = _parts(character)
    if parts != character:
        return "".join(map(seen_as, parts))
    return SIGN if category in _SIGNS and ord(character) >= _FIRST_BEYOND_ASCII else character


def _parts(character: str) -> str:
    """One level below: the decomposed or lower-case form, without the brackets of `⒜`."""
    if "가" <= character <= "힣":  # syllables are what is read, not their letters
        return character
    parts = unicodedata.normalize("NFKD", character)
    if " " in parts:  # free-standing accents decompose to a space with the accent
        return character
    if len(parts) == 3 and parts[0] == "(" and parts[2] == ")":
        parts = parts[1]
    return parts if parts != character else character.casefold()


class CharacterTable(dict[int, "int | str | None"]):
    """For `str.translate`: fills itself as characters are met; ideographs and unassigned ones are not remembered."""

    def __missing__(self, code: int) -> int | str | None:
        seen = seen_as(chr(code))
        value: int | str | None = ord(seen) if len(seen) == 1 else seen or None
        if code < 0x3400 or 0xA000 <= code < 0xAC00 or 0xF900 <= code < 0x2_0000:
            self[code] = value
        return value


SEEN_AS = CharacterTable()
_FEW = 24


def all_seen_as(text: str) -> str:
    """`text.translate(SEEN_AS)`, quickly: plain ASCII is the fast path of `translate`, so the few others go first."""
    if not text.isascii():
        others = [character for character in set(text) if character > SIGN]
        if len(others) <= _FEW:
            for character in others:
                text = text.replace(character, seen_as(character))
    return text.translate(SEEN_AS)


@lru_cache(maxsize=4096)
def is_written_without_spaces(character: str) -> bool:
    """Scripts whose words no space parts: a word's edge cannot be told there."""
    code = ord(character)
    return any(first <= code <= last for first, last in _UNSPACED)


_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x1B00, 0x1B7F),  # Balinese
    (0x3040, 0x31FF),  # Kana, Bopomofo
    (0x3400, 0x9FFF),  # Han
    (0xA980, 0xA9DF),  # Javanese
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x3FFFF),
)


def folding_spoils(text: str) -> bool:
    """Whether folding would make another word of it: where vowels are marks (Javanese, Thai…), and for emoji."""
    return any(SIGN in seen_as(character) for character in text) or any(
        unicodedata.category(character) == "Mn"
        and not unicodedata.name(character, "").startswith(
            ("COMBINING", "ARABIC", "HEBREW", "VARIATION", "CYRILLIC")
        )
        for character in unicodedata.normalize("NFD", text)
    )
