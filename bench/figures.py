"""One measured number, beside its baseline and its budget."""

from __future__ import annotations

import statistics
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    what: str
    value: float
    unit: str
    baseline: float | None = None
    """The same work on the plain system in the same run."""
    budget: str = ""
    """The design's words; empty where it sets none."""
    met: bool | None = None
    note: str = ""

    @classmethod
    def unmeasured(cls, what: str, error: Exception) -> Self:
        """Told as what it is, here and in the table, so that it cannot be missed."""
        traceback.print_exception(error)
        return cls(
            what=f"{what}: could not be measured ({type(error).__name__})", value=nan, unit="", met=False
        )

    @property
    def is_measured(self) -> bool:
        return not isnan(self.value)


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` of all samples do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * int(share * 1000) // 1000) - 1)]


def median(samples: Sequence[float]) -> float:
    return statistics.median(samples)
