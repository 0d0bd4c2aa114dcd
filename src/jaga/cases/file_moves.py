"""Which steps bring a file of the evidence to where the records want its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Move(StrEnum):
    SEAL = "seal"
    RESTORE = "restore"
    DROP_CLEAR = "drop_clear"
    DROP_SEALED = "drop_sealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What the records want of some bytes, and where they are."""

    live: bool
    """Something that can be read shows them, or somebody uploaded them and no decision took them since."""
    kept: bool
    """They belong to evidence whose time of keeping is not over."""
    clear: bool
    sealed: bool


def moves(now: Whereabouts) -> Iterator[Move]:
    """In this order, and durable one by one: bytes that are wanted exist in one form or both at every moment."""
    sealed = now.sealed
    if now.kept and now.clear and not sealed:
        yield Move.SEAL
        sealed = True
    if now.live and sealed and not now.clear:
        yield Move.RESTORE
    if now.clear and not now.live and (sealed or not now.kept):
        yield Move.DROP_CLEAR
    if sealed and not now.kept:
        yield Move.DROP_SEALED
