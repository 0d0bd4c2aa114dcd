"""Text that exists in both of Jaga's languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal, get_args

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Indonesian and in English; `{names}` are filled by `format`."""

    id: str
    en: str

    def in_(self, language: Language) -> str:
        return self.id if language == "id" else self.en

    def format(self, **fields: object) -> Text:
        return Text(id=self.id.format(**fields), en=self.en.format(**fields))

    def as_dict(self) -> dict[str, str]:
        return {"id": self.id, "en": self.en}


_MONTHS: dict[Language, tuple[str, ...]] = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
# As pages write moments: Indonesian readers in the capital's time, everyone else in UTC.
_ZONES: dict[Language, timezone] = {"id": timezone(timedelta(hours=7)), "en": UTC}


def written_day(at: datetime) -> Text:
    """The day as people write it: `27 Mei 2027`, `27 May 2027`."""
    return Text(id=_day(at, "id"), en=_day(at, "en"))


def _day(at: datetime, language: Language) -> str:
    there = at.astimezone(_ZONES[language])
    return f"{there.day} {_MONTHS[language][there.month - 1]} {there.year}"
