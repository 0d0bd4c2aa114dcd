"""One emoji, out of the list that Unicode keeps: a closed vocabulary, unlike what could be joined from its parts."""

from __future__ import annotations

from emoji import is_emoji

from jaga.sealed.shapes import Shape

# Clients add it also where Unicode does not; Unicode's list has every emoji without it, too.
_DRAWN_AS_PICTURE = "\ufe0f"


def _one_emoji(value: object) -> str | None:
    return None if isinstance(value, str) and is_emoji(value.removesuffix(_DRAWN_AS_PICTURE)) else ""


# One of some 5,000: less than two bytes.
ONE_EMOJI = Shape(_one_emoji, free=2)
