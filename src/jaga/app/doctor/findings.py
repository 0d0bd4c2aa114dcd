"""What an examination finds: one line each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from jaga.core.text import Text


@dataclass(frozen=True, slots=True)
class Good:
    detail: Text


@dataclass(frozen=True, slots=True)
class Noted:
    """Worth knowing, and no reason to fail."""

    detail: Text


@dataclass(frozen=True, slots=True)
class Failed:
    detail: Text


Finding = Good | Noted | Failed


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    """Stable, for programs."""

    title: Text
    finding: Finding


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the table before it is answered."""

    name: str
    title: Text
    ask: Callable[[], Awaitable[Finding]]


def both(text: str) -> Text:
    """What reads the same in both languages: numbers, names, paths."""
    return Text(id=text, en=text)


def failures(lines: list[Line]) -> list[Line]:
    return [line for line in lines if isinstance(line.finding, Failed)]
