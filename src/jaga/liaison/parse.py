"""From received bytes to a `Submission` or a `Reply`: each mistake is named by field and reason, and nothing else escapes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum, unique
from typing import Any, Final, NoReturn, TypeVar

import msgspec

from jaga.core.text import Text
from jaga.liaison.errors import MalformedJson, MalformedSubmission
from jaga.liaison.submission import (
    Action,
    Attachment,
    AttachmentClass,
    Kind,
    Record,
    Reply,
    RequestedData,
    Submission,
)
from jaga.sop.model import Urgency

DEEPEST = 16
_LONGEST_POINTER = 200
_SURROGATE = re.compile("[\ud800-\udfff]")

T = TypeVar("T", bound=Record)


@unique
class Wrong(StrEnum):
    """Why a field was not accepted; stable, for officers' software."""

    REQUIRED = "required"
    UNKNOWN_FIELD = "unknown_field"
    TYPE = "wrong_type"
    CHOICE = "not_one_of"
    SHORT = "too_short"
    LONG = "too_long"
    FORM = "wrong_form"
    TIME = "not_a_time"
    BASE64 = "not_base64"
    HASH = "sha256_mismatch"


_TEXTS: Final = {
    Wrong.REQUIRED: Text(id="wajib diisi.", en="is required."),
    Wrong.UNKNOWN_FIELD: Text(id="tidak dikenal; periksa ejaannya.", en="is unknown; check its spelling."),
    Wrong.TYPE: Text(id="jenis nilainya salah.", en="has a value of the wrong type."),
    Wrong.CHOICE: Text(id="bukan salah satu pilihan yang ada.", en="is not one of the possible choices."),
    Wrong.SHORT: Text(id="terlalu pendek.", en="is too short."),
    Wrong.LONG: Text(id="terlalu panjang.", en="is too long."),
    Wrong.FORM: Text(id="bentuknya tidak sesuai.", en="does not have the right form."),
    Wrong.TIME: Text(
        id="harus waktu dengan zona, seperti 2026-11-23T09:00:00+07:00.",
        en="must be a time with its zone, such as 2026-11-23T09:00:00+07:00.",
    ),
    Wrong.BASE64: Text(id="bukan base64.", en="is not base64."),
    Wrong.HASH: Text(id="tidak cocok dengan isi lampiran.", en="does not match the attachment's content."),
}
# What msgspec says, by the first phrase that fits.
_PHRASES: Final = (
    ("missing required field", Wrong.REQUIRED),
    ("contains unknown field", Wrong.UNKNOWN_FIELD),
    ("Invalid enum value", Wrong.CHOICE),
    ("of length >=", Wrong.SHORT),
    ("of length <=", Wrong.LONG),
    ("matching regex", Wrong.FORM),
    ("RFC3339", Wrong.TIME),
    ("timezone", Wrong.TIME),
    ("`datetime`", Wrong.TIME),
    ("base64", Wrong.BASE64),
)
_CHOICES: Final[dict[str, type[StrEnum]]] = {
    "kind": Kind,
    "urgency": Urgency,
    "requested_action": Action,
    "requested_data": RequestedData,
    "class": AttachmentClass,
}


def parse_submission(body: bytes) -> Submission:
    """Raises `MalformedJson` or `MalformedSubmission`."""
    submission = _record(body, Submission)
    if submission.category is None and submission.kind is not Kind.DATA_REQUEST:
        raise malformed("/category", Wrong.REQUIRED)
    _verify_plausible("/issued_at", submission.issued_at)
    if submission.nondisclosure is not None:
        _verify_plausible("/nondisclosure/until", submission.nondisclosure.until)
    _verify_hashes(submission.attachments)
    return submission


def parse_reply(body: bytes) -> Reply:
    """Raises `MalformedJson` or `MalformedSubmission`."""
    reply = _record(body, Reply)
    if reply == Reply():
        raise malformed("/text", Wrong.REQUIRED)
    _verify_hashes(reply.attachments)
    return reply


def malformed(pointer: str, wrong: Wrong, **fields: object) -> MalformedSubmission:
    return MalformedSubmission(pointer=pointer, reason=wrong.value, problem=_TEXTS[wrong], **fields)


def _verify_plausible(pointer: str, instant: datetime) -> None:
    """Years that every calendar, database and time zone can hold."""
    if not 2000 <= instant.year < 2200:
        raise malformed(pointer, Wrong.TIME)


def _verify_hashes(attachments: Iterable[Attachment]) -> None:
    for position, attachment in enumerate(attachments):
        digest = hashlib.sha256(attachment.content).hexdigest()
        if attachment.sha256 not in (None, digest):
            raise malformed(f"/attachments/{position}/sha256", Wrong.HASH)


def _record(body: bytes, form: type[T]) -> T:
    values = strict_json(body)
    try:
        return msgspec.convert(values, form)
    except msgspec.ValidationError as error:
        raise _explained(str(error)) from None


# --- JSON without surprises ------------------------------------------------------------------------------------------


def strict_json(body: bytes) -> Any:
    """`body` as JSON (RFC 8259): UTF-8, no key twice, no NaN, no lone surrogate, at most `DEEPEST` levels."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_not_json)
    except UnicodeDecodeError:
        raise _not_valid("bukan UTF-8.", "it is not UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except json.JSONDecodeError as error:
        raise _not_valid(
            f"baris {error.lineno}, kolom {error.colno}.", f"line {error.lineno}, column {error.colno}."
        ) from None
    except ValueError:  # a whole number of thousands of digits
        raise _not_valid("sebuah angka terlalu besar.", "a number is too large.") from None
    _check_depth(value, DEEPEST)
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _not_valid("sebuah kunci muncul dua kali.", "a key appears twice.")
    return values


def _not_json(word: str) -> NoReturn:
    raise _not_valid(f"{word} bukan angka JSON.", f"{word} is no JSON number.")


def _check_depth(value: Any, levels: int) -> None:
    """A bound on depth here is a bound on every function that walks the value later."""
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise _not_valid("sebuah huruf tidak lengkap.", "a character is incomplete.")
        return
    if not isinstance(value, dict | list):
        return
    if levels == 0:
        raise _too_deep()
    inner = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    for item in inner:
        _check_depth(item, levels - 1)


def _too_deep() -> MalformedJson:
    return _not_valid("bertingkat terlalu dalam.", "it is nested too deeply.")


def _not_valid(id: str, en: str) -> MalformedJson:
    return MalformedJson(problem=Text(id=id, en=en))


# --- from msgspec's words to a pointer and a reason ------------------------------------------------------------------


def _explained(message: str) -> MalformedSubmission:
    complaint, _, path = message.rpartition(" - at `$")
    if not complaint:
        complaint, path = message, ""
    pointer = _pointer(path.removesuffix("`"))
    wrong = next((wrong for phrase, wrong in _PHRASES if phrase in complaint), Wrong.TYPE)
    if wrong in (Wrong.REQUIRED, Wrong.UNKNOWN_FIELD):
        name = complaint.partition("field `")[2].removesuffix("`")
        pointer = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
    pointer = pointer[:_LONGEST_POINTER]
    return malformed(pointer, wrong, **_allowed(pointer, wrong))


def _pointer(path: str) -> str:
    """`.targets[0].uri` as `/targets/0/uri` (RFC 6901)."""
    return "".join(f"/{part}" for part in re.findall(r"[^.\[\]]+", path))


def _allowed(pointer: str, wrong: Wrong) -> dict[str, list[str]]:
    names = [part for part in pointer.split("/") if not part.isdigit()]
    if wrong is not Wrong.CHOICE or not names or names[-1] not in _CHOICES:
        return {}
    return {"allowed": [choice.value for choice in _CHOICES[names[-1]]]}
