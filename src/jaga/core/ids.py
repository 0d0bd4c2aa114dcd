"""Typed identifiers: a prefix that names the kind, then a time-ordered random part.

The random part is a ULID (48 bits of milliseconds, 80 random bits) in Crockford's base 32, lower case, so that ids
sort by creation and nothing can be guessed from one.
"""

from __future__ import annotations

import re
import secrets
import time
from typing import ClassVar, Self

from jaga.core.errors import MalformedInput
from jaga.core.text import Text

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_BODY = re.compile(rf"[{_ALPHABET}]{{26}}")


class MalformedId(MalformedInput):
    code = "malformed_id"
    text = Text(
        id="Pengenal ini tidak berbentuk {kind}.",
        en="This identifier is not of the form {kind}.",
    )


def _ulid() -> str:
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


class Id(str):
    """A string that is known to be an identifier of one kind."""

    __slots__ = ()
    prefix: ClassVar[str]

    @classmethod
    def new(cls) -> Self:
        return cls(f"{cls.prefix}_{_ulid()}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The same text as a typed id; raises `MalformedId` for anything else."""
        prefix, _, body = text.partition("_")
        if prefix != cls.prefix or not _BODY.fullmatch(body):
            raise MalformedId(kind=f"{cls.prefix}_…")
        return cls(text)


class MemberId(Id):
    prefix = "mem"


class ChannelId(Id):
    prefix = "ch"


class PostId(Id):
    """A post or a comment; a comment is a post that stands below another."""

    prefix = "post"


class MediaId(Id):
    prefix = "med"


class BotId(Id):
    prefix = "bot"


class StaffId(Id):
    prefix = "stf"


class CaseId(Id):
    prefix = "case"


class NoticeId(Id):
    prefix = "ntc"


class DecisionId(Id):
    prefix = "dec"


class MeasureId(Id):
    prefix = "msr"


class StatementId(Id):
    prefix = "sor"


class AppealId(Id):
    prefix = "apl"


class EvidenceId(Id):
    prefix = "evd"


class InboxId(Id):
    prefix = "inb"


class AuthorityId(Id):
    prefix = "aut"


class OfficerId(Id):
    prefix = "off"


class SubmissionId(Id):
    prefix = "sub"


class ReplyId(Id):
    prefix = "rpl"


class FeedbackId(Id):
    prefix = "fbk"


class BankEntryId(Id):
    prefix = "bnk"
