"""Who may open an account by themselves; `jaga.toml` says which."""

from __future__ import annotations

from enum import Enum


class Registration(Enum):
    OPEN = "open"
    INVITATION = "invitation"
    CLOSED = "closed"
