"""One measured number, beside its baseline and its budget."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


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


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` of all samples do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * int(share * 1000) // 1000) - 1)]


def median(samples: Sequence[float]) -> float:
    return statistics.median(samples)
