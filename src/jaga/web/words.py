"""Words, dates and numbers as each language writes them.

English stands in the templates; `translations/id/LC_MESSAGES/jaga.po` holds the Indonesian and is read as it is, so
that no compiled catalogue can be stale or missing.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from jaga.core.text import Language

TRANSLATIONS = Path(__file__).parent / "translations"
DOMAIN = "jaga"

_LOCALES: dict[Language, Locale] = {"id": Locale("id"), "en": Locale("en", "GB")}
# Indonesian readers get the capital's time, everyone else UTC; the name of the zone is always written beside it.
_ZONES: dict[Language, tuple[tzinfo, str]] = {"id": (ZoneInfo("Asia/Jakarta"), "WIB"), "en": (UTC, "UTC")}
_UNITS: dict[Language, tuple[str, str, str, str]] = {
    "id": ("hari", "jam", "mnt", "dtk"),
    "en": ("d", "h", "min", "s"),
}


@lru_cache(maxsize=4)
def translations(language: Language) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    with (TRANSLATIONS / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        catalog = read_po(source, locale=language, domain=DOMAIN, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def date_of(at: datetime, language: Language) -> str:
    """`23 November 2026`."""
    return format_date(at.astimezone(_ZONES[language][0]), format="long", locale=_LOCALES[language])


def short_date(at: datetime, language: Language) -> str:
    """`23 Nov 2026`."""
    return format_date(at.astimezone(_ZONES[language][0]), format="medium", locale=_LOCALES[language])


def time_of(at: datetime, language: Language) -> str:
    """`09.41 WIB`, `02:41 UTC`."""
    zone, name = _ZONES[language]
    return f"{format_time(at.astimezone(zone), format='short', locale=_LOCALES[language])} {name}"


def exact_time(at: datetime, language: Language) -> str:
    """`09.41.07 WIB`."""
    zone, name = _ZONES[language]
    return f"{format_time(at.astimezone(zone), format='medium', locale=_LOCALES[language])} {name}"


def moment(at: datetime, language: Language) -> str:
    """`23 Nov 2026, 09.41 WIB`."""
    return f"{short_date(at, language)}, {time_of(at, language)}"


def local_day(at: datetime, language: Language) -> str:
    """The calendar day as `2026-11-23`, to tell where one day ends and the next begins."""
    return at.astimezone(_ZONES[language][0]).date().isoformat()


def number(value: float, language: Language) -> str:
    """`1.284` in Indonesian, `1,284` in English."""
    return format_decimal(value, locale=_LOCALES[language])


def percent(value: float, language: Language) -> str:
    """`98,6%` of `0.986`."""
    return format_percent(value, format="#,##0.#%", locale=_LOCALES[language])


def span(length: timedelta, language: Language) -> str:
    """The two largest units that matter: `3 jam 14 mnt`, `47 mnt 12 dtk`; a past deadline has a minus sign."""
    days, hours, minutes, seconds = _UNITS[language]
    total = int(abs(length).total_seconds())
    whole_days = total // 86_400 if total >= 2 * 86_400 else 0  # laws say 24 hours, and so do we
    parts = [
        (whole_days, days),
        (total // 3_600 - whole_days * 24, hours),
        (total // 60 % 60, minutes),
        (total % 60, seconds),
    ]
    first = next((index for index, (count, _) in enumerate(parts) if count), len(parts) - 1)
    shown = [f"{count} {unit}" for count, unit in parts[first : first + 2] if count] or [f"0 {seconds}"]
    return ("−" if length < timedelta(0) else "") + " ".join(shown)


def size(count: int, language: Language) -> str:
    """`2,4 MB`."""
    for limit, unit in ((1_000_000, "MB"), (1_000, "kB")):
        if count >= limit:
            return f"{number(round(count / limit, 1), language)} {unit}"
    return f"{count} B"
