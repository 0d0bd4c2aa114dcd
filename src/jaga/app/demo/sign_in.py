"""The sheet's lines: who can sign in where. The file of them is of mode 600, as all secrets are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

SHEET = "demo.json"
"""Its name among the secrets."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Printed at every start of the demonstration."""

    who: str
    where: str
    name: str
    password: str = field(repr=False)
    totp_secret: str = field(default="", repr=False)
    recovery_key: str = field(default="", repr=False)
    """It opens a member's sealed history on a new device. Only invented people's stand here; nobody else's is known."""


def read_sheet(content: bytes) -> list[SignIn]:
    return [SignIn(**line) for line in json.loads(content)]


def write_sheet(lines: Iterable[SignIn]) -> bytes:
    return json.dumps([asdict(line) for line in lines]).encode()
