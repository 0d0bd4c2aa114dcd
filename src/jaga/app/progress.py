"""What a person who started Jaga gets to read meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Progress:
    """Lines on stdout, or on stderr when stdout is for a program."""

    as_json: bool

    @property
    def output(self) -> TextIO:
        return sys.stderr if self.as_json else sys.stdout

    def tell(self, line: str) -> None:
        print(line, file=self.output, flush=True)

    @contextmanager
    def step(self, title: str, done: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.tell(f"  {title:<12} {done} in {time.monotonic() - began:.1f} s")
