"""Canonical JSON (RFC 8785) for the values that the ledger commits to.

Numbers are whole and below 2**53, as the RFC asks of interoperable data; there are no floats in our records.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]

_LARGEST = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no canonical form: a float, a number too large, or a key that is not text."""


def canonical_json(value: Json) -> bytes:
    """UTF-8 bytes of `value`, keys in UTF-16 order, without white space. Raises `NotCanonical`."""
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(
        "utf-8", "strict"
    )


def _ordered(value: Json) -> Json:
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) > _LARGEST:
                raise NotCanonical(f"{value} does not fit in 53 bits")
            return value
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise NotCanonical("a key is not text")
            # RFC 8785 3.2.3: keys are sorted by their UTF-16 code units.
            return {
                key: _ordered(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))
            }
        case list() | tuple():
            return [_ordered(item) for item in value]
        case _:
            raise NotCanonical(f"{type(value).__name__} has no canonical form")
