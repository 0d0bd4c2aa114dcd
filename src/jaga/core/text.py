"""Text that exists in both of Jaga's languages."""

from __future__ import annotations

from dataclasses import dataclass
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
