"""What travels over the detector's socket: frames of four bytes of length (big-endian) and that many bytes of JSON."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec

from jaga.detect.content import Content
from jaga.detect.media import MediaReport, Opaque, Picture, Undecodable
from jaga.detect.verdict import Allow, Hold, Refuse, Signal, Verdict

LARGEST_REQUEST = 1_500_000
LARGEST_ANSWER = 4_000_000
LARGEST_TEXT = 100_000
"""Characters of all fields of one content together."""

_LENGTH_BYTES = 4


class MalformedFrame(Exception):
    """The other side does not speak our protocol."""


class CheckRequest(msgspec.Struct, tag="check", forbid_unknown_fields=True):
    content: Content


class InspectRequest(msgspec.Struct, tag="inspect", forbid_unknown_fields=True):
    sha256: str
    declared_type: str


class StatusRequest(msgspec.Struct, tag="status", forbid_unknown_fields=True):
    pass


Request = CheckRequest | InspectRequest | StatusRequest


class VerdictAnswer(msgspec.Struct, tag="verdict"):
    verdict: Literal["allow", "hold", "refuse"]
    bank_version: int
    signals: tuple[Signal, ...]


class PictureAnswer(msgspec.Struct, tag="picture"):
    report: Picture


class OpaqueAnswer(msgspec.Struct, tag="opaque"):
    report: Opaque


class UndecodableAnswer(msgspec.Struct, tag="undecodable"):
    report: Undecodable


class StatusAnswer(msgspec.Struct, tag="status"):
    bank_version: int
    entries: dict[str, int]
    """How many of each kind are in force."""


class TooLargeAnswer(msgspec.Struct, tag="too_large"):
    limit: int


MediaAnswer = PictureAnswer | OpaqueAnswer | UndecodableAnswer
Answer = VerdictAnswer | MediaAnswer | StatusAnswer | TooLargeAnswer

_encoder = msgspec.json.Encoder()
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_answers: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


def frame(message: Request | Answer) -> bytes:
    """Raises `UnicodeEncodeError` for text with lone surrogates."""
    body = _encoder.encode(message)
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


def parse_request(body: bytes) -> Request:
    try:
        return _requests.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedFrame from error


def parse_answer(body: bytes) -> Answer:
    try:
        return _answers.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedFrame from error


def take_frame(received: bytearray, *, largest: int) -> bytes | None:
    """The first body in `received`, removed from it; none until it is whole. Raises `MalformedFrame`."""
    if len(received) < _LENGTH_BYTES:
        return None
    end = _LENGTH_BYTES + int.from_bytes(received[:_LENGTH_BYTES], "big")
    if not _LENGTH_BYTES < end <= _LENGTH_BYTES + largest:
        raise MalformedFrame
    if len(received) < end:
        return None
    body = bytes(received[_LENGTH_BYTES:end])
    del received[:end]
    return body


async def read_frame(reader: asyncio.StreamReader, *, largest: int) -> bytes:
    """The next body. Raises `MalformedFrame`, `asyncio.IncompleteReadError`."""
    length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
    if not 0 < length <= largest:
        raise MalformedFrame
    return await reader.readexactly(length)


def answer_of_verdict(verdict: Verdict) -> VerdictAnswer:
    return VerdictAnswer(verdict.name, verdict.bank_version, verdict.signals)


def verdict_of_answer(answer: VerdictAnswer) -> Verdict:
    match answer.verdict:
        case "allow":
            return Allow(answer.bank_version, answer.signals)
        case "hold":
            return Hold(answer.bank_version, answer.signals)
        case "refuse":
            return Refuse(answer.bank_version, answer.signals)


def answer_of_report(report: MediaReport) -> MediaAnswer:
    match report:
        case Picture():
            return PictureAnswer(report)
        case Opaque():
            return OpaqueAnswer(report)
        case Undecodable():
            return UndecodableAnswer(report)
