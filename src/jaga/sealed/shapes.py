"""Shapes of JSON values.

A shape is a function that gives `None` for a value that fits, or the path of the first part that does not. Shapes
are built from closed vocabularies and bounded patterns: wherever a shape accepted arbitrary text, a message could be
carried in clear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

Shape = Callable[[object], str | None]

_SHOWN = 60  # how much of an unexpected key is repeated to its sender


def exactly(*values: str | bool) -> Shape:
    """One of these values and no other."""
    return lambda value: None if type(value) in {str, bool} and value in values else ""


def text(pattern: str) -> Shape:
    """Text that matches all of `pattern`."""
    compiled = re.compile(pattern)
    return lambda value: None if isinstance(value, str) and compiled.fullmatch(value) else ""


def whole(least: int, most: int) -> Shape:
    """A whole number; `True` is none, though Python counts it as 1."""
    return lambda value: None if type(value) is int and least <= value <= most else ""


def nothing(value: object) -> str | None:
    return None if value is None else ""


def either(*shapes: Shape) -> Shape:
    """The first shape that fits; the fault of the last one when none does."""

    def check(value: object) -> str | None:
        fault: str | None = ""
        for shape in shapes:
            fault = shape(value)
            if fault is None:
                return None
        return fault

    return check


def listing(item: Shape, *, most: int) -> Shape:
    """A list of at most `most` items of one shape."""

    def check(value: object) -> str | None:
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
            return ""
        return next(
            (f"[{at}]{fault}" for at, one in enumerate(value) if (fault := item(one)) is not None), None
        )

    return check


def table(key: Shape, value: Shape, *, most: int) -> Shape:
    """An object whose keys are data: each key and each value has its shape."""

    def check(given: object) -> str | None:
        if not isinstance(given, Mapping) or len(given) > most:
            return ""
        for name, one in given.items():
            if key(name) is not None:
                return f".{str(name)[:_SHOWN]}"
            if (fault := value(one)) is not None:
                return f".{name}{fault}"
        return None

    return check


def record(required: Mapping[str, Shape] | None = None, optional: Mapping[str, Shape] | None = None) -> Shape:
    """An object with these keys and no other."""
    musts, shapes = required or {}, {**(required or {}), **(optional or {})}

    def check(value: object) -> str | None:
        if not isinstance(value, Mapping):
            return ""
        if missing := next((key for key in musts if key not in value), None):
            return f".{missing}"
        for key, one in value.items():
            shape = shapes.get(key)
            if shape is None:
                return f".{str(key)[:_SHOWN]}"
            if (fault := shape(one)) is not None:
                return f".{key}{fault}"
        return None

    return check


# Matrix identifiers (specification, appendices 4). Event ids of the room versions we create are a SHA-256.
EVENT_ID = text(r"\$[A-Za-z0-9_-]{43}")
USER_ID = text(r"@[a-z0-9._=/+-]{1,200}:[a-z0-9.-]{1,230}(:[0-9]{1,5})?")
DEVICE_ID = text(r"[A-Za-z0-9+/=._~-]{1,64}")
CONTENT_URI = text(r"mxc://[a-z0-9.:-]{1,236}/[A-Za-z0-9_-]{1,64}")
BASE64 = text(r"[A-Za-z0-9+/_-]{1,128}={0,2}")
KEY_32_BYTES = text(r"[A-Za-z0-9+/]{43}=?")
