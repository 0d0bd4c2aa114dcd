"""One emoji, out of the list that Unicode keeps: a closed vocabulary, unlike what could be joined from its parts."""

from __future__ import annotations

from emoji import is_emoji

from jaga.sealed.shapes import Shape

_DRAWN_AS_PICTURE = "\ufe0f"  # clients add it also where Unicode's list has the emoji without


def _one_emoji(value: object) -> str | None:
    if not isinstance(value, str):
        return ""
    return None if is_emoji(value) or is_emoji(value.removesuffix(_DRAWN_AS_PICTURE)) else ""


# One of some 5,000: less than two bytes.
ONE_EMOJI = Shape(_one_emoji, free=2)
