"""What the supervisor hands to a process when it starts it: settings and secrets, in memory alone.

A file without a name (memfd_create(2)) that the child inherits, reads once and closes: nothing of it is on the disk,
in the environment or on the command line, where others could read it.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Hand:
    settings: Mapping[str, Any]
    """As `jaga.toml` would say them."""

    secrets: Mapping[str, bytes] = field(repr=False)


def put(hand: Hand) -> int:
    """A descriptor to be inherited."""
    secrets = {name: base64.b64encode(value).decode() for name, value in hand.secrets.items()}
    descriptor = os.memfd_create("jaga-hand", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(descriptor), "wb") as file:
        file.write(json.dumps({"settings": dict(hand.settings), "secrets": secrets}).encode())
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def take(descriptor: int) -> Hand:
    """What was put there; it is closed afterwards."""
    with os.fdopen(descriptor, "rb") as file:
        found = json.loads(file.read())
    return Hand(
        found["settings"], {name: base64.b64decode(value) for name, value in found["secrets"].items()}
    )
