"""Anyone's notice that something breaks law or terms (DSA 16): what it must say, and what it may disclose."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jaga.cases.errors import DisclosureConcernsAccounts, IncompleteNotice
from jaga.cases.target import Target, TargetKind
from jaga.core.ids import CaseId, MemberId, NoticeId
from jaga.core.text import Language, Text
from jaga.sop.model import Category, Sop

LONGEST_EXPLANATION = 5_000
LONGEST_NAME = 200
LONGEST_ADDRESS = 2_000
MOST_DISCLOSED = 50
LONGEST_MESSAGE = 10_000
MOST_PICTURES = 6
LARGEST_PICTURE = 600_000
"""Bytes of one photo; a JPEG of 1,280 pixels has about half of that."""
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedPicture:
    """A photo of a disclosed message, as its participant sent it here."""

    content: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    """WEBP, drawn by our own decoder: the only form that is shown in place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """One message that a participant of a sealed chat decrypted and chose to show. Nobody can verify its words here."""

    sender: str
    text: str
    sent_at: str = ""
    event_id: str = ""
    picture: DisclosedPicture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A notice as it arrives."""

    category: str
    target_uri: str
    explanation: str
    name: str
    email: str
    good_faith: bool
    language: Language
    disclosure: tuple[Disclosed, ...] = ()
    member: MemberId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    id: NoticeId
    case: CaseId
    filing: Filing
    received_at: datetime


def check_filing(filing: Filing, sop: Sop) -> Filing:
    """The notice without needless spaces. Raises `UnknownCategory`, or `IncompleteNotice` naming each field."""
    category = sop.category(filing.category)
    clean = Filing(
        category=filing.category,
        target_uri=filing.target_uri.strip(),
        explanation=filing.explanation.strip(),
        name=filing.name.strip(),
        email=filing.email.strip(),
        good_faith=filing.good_faith,
        language=filing.language,
        disclosure=filing.disclosure,
        member=filing.member,
    )
    missing = [field for field, there in _required(clean, category) if not there]
    if missing:
        raise IncompleteNotice(missing=", ".join(missing), fields=missing)
    return clean


def _required(filing: Filing, category: Category) -> Sequence[tuple[str, bool]]:
    # DSA 16(2): explanation, exact address, name and e-mail (not for child-sexual offences), good faith.
    named = category.anonymous_notices or filing.member is not None
    return (
        ("explanation", 0 < len(filing.explanation) <= LONGEST_EXPLANATION),
        ("target", 0 < len(filing.target_uri) <= LONGEST_ADDRESS),
        ("name", named or 0 < len(filing.name) <= LONGEST_NAME),
        ("email", (named and not filing.email) or _EMAIL.fullmatch(filing.email) is not None),
        ("good_faith", filing.good_faith),
        ("disclosure", _bounded(filing.disclosure)),
    )


def _bounded(disclosure: Sequence[Disclosed]) -> bool:
    pictures = sum(message.picture is not None for message in disclosure)
    return (
        len(disclosure) <= MOST_DISCLOSED
        and pictures <= MOST_PICTURES
        and all(
            message.text and len(message.text) <= LONGEST_MESSAGE and 0 < len(message.sender) <= LONGEST_NAME
            for message in disclosure
        )
    )


def disclosure_as_json(messages: Sequence[Disclosed]) -> bytes:
    """As the vault keeps them, and as the ledger commits to them."""
    return json.dumps([_as_dict(message) for message in messages]).encode()


def _as_dict(message: Disclosed) -> dict[str, Any]:
    words = {
        "sender": message.sender,
        "text": message.text,
        "sent_at": message.sent_at,
        "event_id": message.event_id,
    }
    return words if message.picture is None else {**words, "picture": _picture(message.picture)}


def _picture(picture: DisclosedPicture) -> dict[str, str]:
    return {
        "content": base64.b64encode(picture.content).decode(),
        "thumbnail": base64.b64encode(picture.thumbnail).decode(),
    }


def check_target(filing: Filing, target: Target) -> None:
    """What was disclosed from a sealed chat can only concern an account. Raises `DisclosureConcernsAccounts`."""
    if filing.disclosure and target.kind is not TargetKind.MEMBER:
        raise DisclosureConcernsAccounts


@dataclass(frozen=True, slots=True)
class FormStep:
    """One step of the form that anyone files a notice with."""

    name: str
    title: Text
    help: Text
    required: bool = True
    choices: tuple[tuple[str, Text], ...] = ()
    anonymous_for: tuple[str, ...] = ()
    """Categories in which this step may be left empty."""


_TARGET = FormStep(
    "target",
    Text(id="Di mana?", en="Where is it?"),
    Text(
        id="Alamat lengkap kiriman atau kanal, atau nama akun seperti @nama:server.",
        en="The full address of the post or channel, or an account such as @name:server.",
    ),
)
_EXPLANATION = FormStep(
    "explanation",
    Text(id="Mengapa?", en="Why?"),
    Text(
        id="Jelaskan dengan kata-kata sendiri mengapa ini melanggar hukum atau aturan.",
        en="Explain in your own words why this breaks the law or the rules.",
    ),
)
_DISCLOSURE = FormStep(
    "disclosure",
    Text(id="Pesan dari obrolan tersegel", en="Messages from a sealed chat"),
    Text(
        id="Hanya bila Anda peserta obrolan itu dan memilih mengungkap pesannya. Kami tidak dapat membacanya "
        "sendiri. Laporan semacam ini hanya dapat menyangkut akun.",
        en="Only if you are a participant and choose to show messages. We cannot read them ourselves. Such a "
        "notice can only concern an account.",
    ),
    required=False,
)
_GOOD_FAITH = FormStep(
    "good_faith",
    Text(id="Pernyataan", en="Statement"),
    Text(
        id="Saya yakin dengan itikad baik bahwa isi laporan ini benar dan lengkap.",
        en="I believe in good faith that what I say here is accurate and complete.",
    ),
)


def form_steps(sop: Sop) -> tuple[FormStep, ...]:
    """The form as the SOP in force makes it."""
    return (_category(sop), _TARGET, _EXPLANATION, *_person(sop), _DISCLOSURE, _GOOD_FAITH)


def _category(sop: Sop) -> FormStep:
    return FormStep(
        "category",
        Text(id="Apa masalahnya?", en="What is wrong?"),
        Text(id="Pilih yang paling cocok.", en="Choose what fits best."),
        choices=tuple((name, category.title) for name, category in sop.categories.items()),
    )


def _person(sop: Sop) -> tuple[FormStep, FormStep]:
    anonymous = tuple(name for name, category in sop.categories.items() if category.anonymous_notices)
    return (
        FormStep(
            "name",
            Text(id="Nama Anda", en="Your name"),
            Text(id="Penulis kiriman tidak akan melihatnya.", en="The author of the post will not see it."),
            anonymous_for=anonymous,
        ),
        FormStep(
            "email",
            Text(id="Surel Anda", en="Your e-mail address"),
            Text(id="Untuk menghubungi Anda bila perlu.", en="To reach you if need be."),
            anonymous_for=anonymous,
        ),
    )
