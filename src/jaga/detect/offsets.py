"""Texts that remember what they were rewritten from, so that a finding can be shown in the original."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cached_property

Change = tuple[int, int, int]
"""Start and end of a replaced piece in the source, and the length of what stands there now."""


def no_changes(_source: str) -> Iterable[Change]:
    """Character for character: no offset moves."""
    return ()


class Form:
    """One rewriting of a text. Where pieces moved is worked out only when a finding has to be traced back."""

    def __init__(
        self,
        text: str,
        *,
        source: Form | None = None,
        changes: Callable[[str], Iterable[Change]] = no_changes,
    ) -> None:
        self.text = text
        self.source = source
        self._changes = changes

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the very first text that became `text[start:end]`."""
        form = self
        while form.source is not None:
            start, end = form.step_back(start, end)
            form = form.source
        return start, end

    def step_back(self, start: int, end: int) -> tuple[int, int]:
        """The span of the source that became `text[start:end]`, which must not be empty."""
        return self._source_of(start)[0], self._source_of(end - 1)[1]

    def _source_of(self, position: int) -> tuple[int, int]:
        starts, pieces = self._pieces
        index = bisect_right(starts, position) - 1
        if index < 0:
            return position, position + 1
        source_start, source_end, end = pieces[index]
        if position < end:
            return source_start, source_end
        moved = source_end + position - end
        return moved, moved + 1

    @cached_property
    def _pieces(self) -> tuple[list[int], list[tuple[int, int, int]]]:
        starts: list[int] = []
        pieces: list[tuple[int, int, int]] = []
        shift = 0
        for source_start, source_end, length in self._changes(self.source.text if self.source else ""):
            start = source_start + shift
            starts.append(start)
            pieces.append((source_start, source_end, start + length))
            shift += length - (source_end - source_start)
        return starts, pieces
