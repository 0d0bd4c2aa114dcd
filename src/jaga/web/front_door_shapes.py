"""Shapes of JSON bodies: each gives the value as it is passed on, or says which part does not fit.

What a shape does not name does not pass, so a body carries nothing but what its route needs. A few texts that clients
always send and nobody needs are replaced by fixed words instead of being refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Self

_SHOWN = 60  # how much of an unexpected key is repeated to its sender
_DEEPEST = 8

Shape = Callable[[object], object]


class Unfit(Exception):
    """A part of the body that may not pass. `where` is its path, as in `.messages.@a:b`; empty for the whole."""

    def __init__(self, where: str = "") -> None:
        super().__init__(where)
        self.where = where

    def within(self, part: str) -> Self:
        return type(self)(part + self.where)


def exactly(*values: str | int) -> Shape:
    """One of these values and no other; `True` is not 1, though Python compares so."""

    def check(value: object) -> object:
        if type(value) not in {str, int} or value not in values:
            raise Unfit
        return value

    return check


def text(pattern: str) -> Shape:
    """Text that matches all of `pattern`."""
    compiled = re.compile(pattern)

    def check(value: object) -> object:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise Unfit
        return value

    return check


def label(longest: int) -> Shape:
    """One printable line, cut to `longest` characters."""

    def check(value: object) -> object:
        if not isinstance(value, str):
            raise Unfit
        return "".join(letter for letter in value if letter.isprintable())[:longest]

    return check


def always(words: str) -> Shape:
    """Any text, replaced by `words`."""

    def check(value: object) -> object:
        if not isinstance(value, str):
            raise Unfit
        return words

    return check


def emptied(value: object) -> object:
    """Any object, replaced by an empty one."""
    if not isinstance(value, Mapping):
        raise Unfit
    return {}


def whole(least: int, most: int) -> Shape:
    def check(value: object) -> object:
        if type(value) is not int or not least <= value <= most:
            raise Unfit
        return value

    return check


def share(value: object) -> object:
    """A number from 0 to 1, to four places."""
    if type(value) not in {int, float} or not 0 <= (number := float(str(value))) <= 1:
        raise Unfit
    return round(number, 4)


def flag(value: object) -> object:
    if type(value) is not bool:
        raise Unfit
    return value


def nothing(value: object) -> object:
    if value is not None:
        raise Unfit
    return None


def either(*shapes: Shape) -> Shape:
    """The first shape that fits; the fault of the last one when none does."""

    def check(value: object) -> object:
        for shape in shapes[:-1]:
            try:
                return shape(value)
            except Unfit:
                continue
        return shapes[-1](value)

    return check


def listing(item: Shape, *, most: int) -> Shape:
    """A list of at most `most` items of one shape."""

    def check(value: object) -> object:
        if not isinstance(value, list) or len(value) > most:
            raise Unfit
        return [_part(item, one, f"[{at}]") for at, one in enumerate(value)]

    return check


def table(key: Shape, value: Shape, *, most: int) -> Shape:
    """An object whose keys are data: each key and each value has its shape."""

    def check(given: object) -> object:
        if not isinstance(given, dict) or len(given) > most:
            raise Unfit
        return {
            _part(key, name, f".{name[:_SHOWN]}"): _part(value, one, f".{name[:_SHOWN]}")
            for name, one in given.items()
        }

    return check


def record(required: Mapping[str, Shape] | None = None, optional: Mapping[str, Shape] | None = None) -> Shape:
    """An object with these keys and no other."""
    musts, shapes = required or {}, {**(required or {}), **(optional or {})}

    def check(value: object) -> object:
        if not isinstance(value, dict):
            raise Unfit
        if missing := next((key for key in musts if key not in value), None):
            raise Unfit(f".{missing}")
        if extra := next((key for key in value if key not in shapes), None):
            raise Unfit(f".{extra[:_SHOWN]}")
        return {key: _part(shapes[key], one, f".{key}") for key, one in value.items()}

    return check


def tokens(pattern: str) -> Shape:
    """Any object, not too deep, in which every text, keys included, matches `pattern`: for structures that change."""
    compiled = re.compile(pattern)

    def visit(value: object, depth: int) -> object:
        if depth > _DEEPEST:
            raise Unfit
        match value:
            case str() if not compiled.fullmatch(value):
                raise Unfit
            case dict():
                return {visit(name, depth + 1): visit(one, depth + 1) for name, one in value.items()}
            case list():
                return [visit(one, depth + 1) for one in value]
            case _:
                return value

    def check(value: object) -> object:
        if not isinstance(value, dict):
            raise Unfit
        return visit(value, 0)

    return check


def fitted(content: bytes, shape: Shape) -> bytes:
    """The body to pass on. Raises `Unfit`, or `ValueError` when `content` is no JSON; none at all stands for `{}`."""
    try:
        value: Any = json.loads(content or b"{}", parse_constant=_no_number)
    except RecursionError:
        raise ValueError from None
    # Written anew, so that Synapse can never read the body differently than the shape did.
    return json.dumps(shape(value), separators=(",", ":"), allow_nan=False).encode()


def _part(shape: Shape, value: object, where: str) -> object:
    try:
        return shape(value)
    except Unfit as fault:
        raise fault.within(where) from None


def _no_number(constant: str) -> object:
    raise ValueError(constant)
