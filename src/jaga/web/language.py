"""Which of the two languages a request is answered in."""

from __future__ import annotations

from typing import Any

from litestar import Request

from jaga.core.text import LANGUAGES, Language

COOKIE = "language"


def language_of(request: Request[Any, Any, Any]) -> Language:
    """`?lang=`, else the cookie, else `Accept-Language`, else Indonesian."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        for language in LANGUAGES:
            if chosen == language:
                return language
    return preferred(request.headers.get("accept-language", ""))


def preferred(header: str) -> Language:
    """The better liked of our languages in an `Accept-Language` header (RFC 9110 12.5.4)."""
    best: Language = "id"
    best_weight = 0.0
    for part in header[:500].split(","):
        tag, _, parameter = part.strip().partition(";")
        weight = _weight(parameter)
        for language in LANGUAGES:
            if tag.split("-")[0].lower() == language and weight > best_weight:
                best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
