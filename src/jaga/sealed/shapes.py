"""Shapes of JSON values.

A shape says whether a value fits, and how much a sender could write into a value that does. Shapes are built from
closed vocabularies and bounded patterns: wherever one accepted arbitrary text, a message could be carried in clear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_SHOWN = 60  # how much of an unexpected key is repeated to its sender

Check = Callable[[object], str | None]


@dataclass(frozen=True, slots=True)
class Shape:
    """A check of a JSON value, and what it leaves to the sender."""

    check: Check
    """`None` for a value that fits, or the path of the first part that does not."""
    free: int = 0
    """How many bytes a sender may choose at will in a value that fits. Choices among known words count for nothing."""

    def __call__(self, value: object) -> str | None:
        return self.check(value)


def exactly(*values: str | bool) -> Shape:
    """One of these values and no other."""
    return Shape(lambda value: None if type(value) in {str, bool} and value in values else "")


def text(pattern: str, *, free: int) -> Shape:
    """Text that matches all of `pattern`, of which a sender chooses at most `free` bytes."""
    compiled = re.compile(pattern)
    return Shape(lambda value: None if isinstance(value, str) and compiled.fullmatch(value) else "", free)


def whole(least: int, most: int) -> Shape:
    """A whole number; `True` is none, though Python counts it as 1. Its bytes are those of its binary form."""
    size = ((most - least).bit_length() + 7) // 8
    return Shape(lambda value: None if type(value) is int and least <= value <= most else "", size)


def _nothing(value: object) -> str | None:
    return None if value is None else ""


nothing = Shape(_nothing)


def either(*shapes: Shape) -> Shape:
    """The first shape that fits; the fault of the last one when none does."""

    def check(value: object) -> str | None:
        fault: str | None = ""
        for shape in shapes:
            fault = shape(value)
            if fault is None:
                return None
        return fault

    return Shape(check, max(shape.free for shape in shapes))


def both(shape: Shape, further: Check) -> Shape:
    """A shape whose values must pass a further check, which sees only values that fit."""

    def check(value: object) -> str | None:
        fault = shape(value)
        return further(value) if fault is None else fault

    return Shape(check, shape.free)


def listing(item: Shape, *, most: int) -> Shape:
    """A list of at most `most` items of one shape, none of them twice."""

    def check(value: object) -> str | None:
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
            return ""
        for at, one in enumerate(value):
            if (fault := item(one)) is not None:
                return f"[{at}]{fault}"
            if one in value[:at]:
                return f"[{at}]"
        return None

    return Shape(check, most * item.free)


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

    return Shape(check, most * (key.free + value.free))


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

    return Shape(check, sum(shape.free for shape in shapes.values()))


# Matrix identifiers (specification, appendices 4). Event ids of the room versions we create are a SHA-256. What an id
# names must exist, which `jaga.sealed.guard` asks for; so there is nothing to choose in it.
EVENT_ID = text(r"\$[A-Za-z0-9_-]{43}", free=0)
USER_ID = text(r"@[a-z0-9._=/+-]{1,200}:[a-z0-9.-]{1,230}(:[0-9]{1,5})?", free=0)
DEVICE_ID = text(r"[A-Za-z0-9+/=._~-]{1,64}", free=0)
CONTENT_URI = text(r"mxc://[a-z0-9.:-]{1,236}/[A-Za-z0-9_-]{1,64}", free=0)
# 32 bytes in unpadded base 64: 43 characters, of which the last holds 4 bits.
_KEY = r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]"
KEY = text(_KEY, free=43)
# The key that signed the message. Who wants it to spell something must search for a key that does.
SIGNING_KEY = text(_KEY, free=0)
# The same length; clients of an older algorithm get the last character wrong.
MAC = text(r"[A-Za-z0-9+/]{43}", free=43)
