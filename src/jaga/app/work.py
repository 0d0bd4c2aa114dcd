"""What the worker's tasks work with."""

from __future__ import annotations

from dataclasses import dataclass

from jaga.cases.carrying import CarryOut
from jaga.web.services import Services


@dataclass(frozen=True, slots=True)
class Work:
    services: Services
    """As the front door has them."""

    carry_out: CarryOut
    """What the worker alone may do: carry out decisions, which locks accounts."""
