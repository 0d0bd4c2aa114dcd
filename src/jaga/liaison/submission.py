"""What an officer submits, as frozen values: every field is bounded, and nothing unknown is let through.

One schema for notices, flags, referrals, orders and requests (MR 5/2020 Art. 15-16, TCO Annex I, DSA Art. 9 and 10).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum, unique
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from jaga.sop.model import RequiredItem, Urgency

# No control characters: these values are stored, shown and printed. `\Z`, since `$` lets a last newline pass.
Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{1,39}\Z")]
Line = Annotated[str, Meta(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
Prose = Annotated[str, Meta(max_length=20_000, pattern=r"^[^\x00]*\Z")]
Uri = Annotated[str, Meta(min_length=1, max_length=2_000, pattern=r"^[^\x00-\x20\x7f]+\Z")]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Instant = Annotated[datetime, Meta(tz=True)]
Scope = Annotated[str, Meta(pattern=r"^([A-Z]{2}|ALL_EU|GLOBAL)\Z")]
Duration = Annotated[str, Meta(max_length=20, pattern=r"^P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?\Z")]
LanguageTag = Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\Z")]


@unique
class Kind(StrEnum):
    NOTICE = "notice"
    FLAG = "flag"
    REFERRAL = "referral"
    REMOVAL_ORDER = "removal_order"
    DATA_REQUEST = "data_request"
    PRESERVATION_REQUEST = "preservation_request"


@unique
class Action(StrEnum):
    REMOVE = "remove"
    DISABLE_ALL = "disable_all"
    DISABLE_GEO = "disable_geo"
    SUSPEND_ACCOUNT = "suspend_account"
    PRESERVE = "preserve"
    DISCLOSE = "disclose"
    LABEL = "label"
    NONE = "none"


@unique
class RequestedData(StrEnum):
    """What a data request asks for. Every word of it is refused; the word decides the reason."""

    MESSAGE_CONTENT = "message_content"
    KEYS = "keys"
    WEAKER_ENCRYPTION = "weaker_encryption"
    HIDDEN_MEMBER = "hidden_member"
    FUTURE_LOGGING = "future_logging"
    MEMBERSHIP = "membership"
    CONTACTS = "contacts"
    IDENTITY = "identity"
    ADDRESSES = "addresses"
    OTHER = "other"


@unique
class AttachmentClass(StrEnum):
    OFFICIAL_LETTER = "official_letter"
    LEGAL_ANALYSIS = "legal_analysis"
    SCREENSHOT = "screenshot"
    COURT_RULING = "court_ruling"
    OTHER = "other"


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that says everything it was sent with, or is not accepted at all."""


class LegalBasis(Record, frozen=True):
    law: Line
    article: Line | None = None
    text_url: Uri | None = None


class Target(Record, frozen=True):
    uri: Uri
    exact: bool = True
    kind: Word | None = None
    extra_id: Line | None = None
    screenshot_sha256: Hash | None = None
    media_hash: Line | None = None


class Issuer(Record, frozen=True):
    """What the paper itself says of its issuer; who really sends is proven by the key."""

    authority_id: Line | None = None
    type: Word | None = None
    country: Line | None = None
    name: Line | None = None
    address: Line | None = None
    phone: Line | None = None
    email: Line | None = None


class Contact(Record, frozen=True):
    name: Line | None = None
    address: Line | None = None
    phone: Line | None = None
    email: Line | None = None
    url: Uri | None = None


class Redress(Record, frozen=True):
    body: Line
    deadline: Line | None = None
    url: Uri | None = None


class Nondisclosure(Record, frozen=True):
    until: Instant
    basis: Prose = ""
    extended: bool = False


class Attachment(Record, frozen=True, rename={"class_": "class", "content": "content_base64"}):
    name: Line
    class_: AttachmentClass
    content: bytes
    sha256: Hash | None = None
    mime: Line | None = None


LegalBases = Annotated[tuple[LegalBasis, ...], Meta(max_length=50)]
Targets = Annotated[tuple[Target, ...], Meta(max_length=200)]
Attachments = Annotated[tuple[Attachment, ...], Meta(max_length=20)]


class Submission(Record, frozen=True):
    kind: Kind
    regime: Word
    external_ref: Line
    issued_at: Instant
    supersedes: Line | None = None
    issuer: Issuer | None = None
    officer: Line | None = None
    authoriser: Line | None = None
    urgency: Urgency = Urgency.NORMAL
    category: Word | None = None
    legal_basis: LegalBases = ()
    reason_codes: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    reasons: Prose = ""
    targets: Targets = ()
    requested_action: Action | None = None
    requested_data: Annotated[tuple[RequestedData, ...], Meta(max_length=20)] = ()
    territorial_scope: Annotated[tuple[Scope, ...], Meta(max_length=60)] = ()
    deadline_claimed: Duration | None = None
    nondisclosure: Nondisclosure | None = None
    redress: Redress | None = None
    feedback_to: Contact | None = None
    home_authority: Contact | None = None
    copy_sent: bool | None = None
    language: LanguageTag | None = None
    translation_of: Line | None = None
    statement_good_faith: bool | None = None
    attachments: Attachments = ()

    def brings(self, item: RequiredItem) -> bool:
        """Whether this item of a regime's list is there, as a field or as an attachment."""
        classes = {attachment.class_ for attachment in self.attachments}
        match item:
            case RequiredItem.OFFICIAL_LETTER:
                return AttachmentClass.OFFICIAL_LETTER in classes
            case RequiredItem.LEGAL_ANALYSIS:
                written = bool(self.legal_basis and self.reasons.strip())
                return written or AttachmentClass.LEGAL_ANALYSIS in classes
            case RequiredItem.LEGAL_BASIS:
                return bool(self.legal_basis)
            case RequiredItem.REASONS:
                return bool(self.reasons.strip() or self.reason_codes)
            case RequiredItem.LINK:
                return bool(self.targets)
            case RequiredItem.SCREENSHOT:
                return AttachmentClass.SCREENSHOT in classes
            case RequiredItem.COURT_RULING:
                return AttachmentClass.COURT_RULING in classes


class Reply(Record, frozen=True):
    """What an officer adds when something was missing. A list of targets replaces the one before; the rest is added."""

    text: Prose = ""
    legal_basis: LegalBases = ()
    reason_codes: Annotated[tuple[Word, ...], Meta(max_length=20)] = ()
    reasons: Prose = ""
    targets: Targets = ()
    attachments: Attachments = ()


def amend(submission: Submission, reply: Reply) -> Submission:
    """The submission as it reads with this reply."""
    return replace(
        submission,
        legal_basis=submission.legal_basis + reply.legal_basis,
        reason_codes=submission.reason_codes + reply.reason_codes,
        reasons=reply.reasons if reply.reasons.strip() else submission.reasons,
        targets=reply.targets or submission.targets,
        attachments=submission.attachments + reply.attachments,
    )
