"""A member: a person with a Matrix account here, as the open side knows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from jaga.core.errors import MalformedInput
from jaga.core.ids import MemberId
from jaga.core.text import Language, Text

# Lower case, as Matrix writes them, and nothing that reads as a path or as another name.
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]")


class BadMemberName(MalformedInput):
    code = "bad_member_name"
    text = Text(
        id="Nama akun terdiri dari 2 sampai 64 huruf kecil, angka, titik, garis bawah atau tanda hubung.",
        en="An account name has 2 to 64 lower-case letters, digits, dots, underscores or hyphens.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person. `name` is the localpart of the Matrix id."""

    id: MemberId
    name: str
    display_name: str
    language: Language
    posting_suspended_until: datetime | None = None
    suspended_at: datetime | None = None


def parse_member_name(name: str) -> str:
    """The name itself; raises `BadMemberName`."""
    if not _NAME.fullmatch(name):
        raise BadMemberName
    return name
