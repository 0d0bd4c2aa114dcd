"""Whether the beginning of a file shows that it is not encrypted.

Ciphertext looks like chance; nothing proves that bytes are ciphertext. What can be told is the opposite: a known
format, readable text, or bytes too uneven for any cipher. Each test here hits an honest upload less than once in ten
million, and an upload that is encrypted anew is a new throw. What a compressor wrote without a known beginning passes.
"""

from __future__ import annotations

import unicodedata

from jaga.detect.magic import UNKNOWN, sniff

HEAD_BYTES = 4_096

_SHORTEST_TEXT = 16
"""A shorter file may be text by chance."""
_SHORTEST_SAMPLE = 256
_MOST_UNEVEN = 512.0
"""Chi-square over the 256 values of a byte: 255 in the mean and 23 in deviation for bytes by chance, of any number."""

_TWO_BYTES = (b"\xff\x0a", b"\xff\xfb")  # beginnings that a cipher writes by chance too often
_GZIP, _DEFLATE, _GZIP_FLAGS = b"\x1f\x8b", 8, 0x1F
_MORE: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"BZh91AY", "application/x-bzip2"),
    (b"#!AMR", "audio/amr"),
    (b"FORM", "audio/aiff"),
    (b"MThd", "audio/midi"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"\x7fELF", "application/x-elf"),
    (b"PK\x05\x06", "application/zip"),
)


def clear_format(head: bytes) -> str | None:
    """What the file is when it can be told that it is not encrypted: a media type; `None` for what may be ciphertext."""
    return _known(head) or ("text/plain" if _is_text(head) else None) or _uneven(head)


def _known(head: bytes) -> str | None:
    for prefix, mime in _MORE:
        if head.startswith(prefix):
            return mime
    mime = sniff(head)
    if mime in {UNKNOWN, "text/plain"} or head.startswith(_TWO_BYTES):
        return None
    if head.startswith(_GZIP) and (head[2:3] != bytes([_DEFLATE]) or head[3:4] > bytes([_GZIP_FLAGS])):
        return None
    return mime


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters; the last character may be cut."""
    if len(head) < _SHORTEST_TEXT:
        return False
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or len(head) < HEAD_BYTES:
            return False
        text = head[: error.start].decode()
    return all(letter in "\t\n\r\f" or unicodedata.category(letter) not in {"Cc", "Cn"} for letter in text)


def _uneven(head: bytes) -> str | None:
    if len(head) < _SHORTEST_SAMPLE:
        return None
    expected = len(head) / 256
    counts = [0] * 256
    for byte in head:
        counts[byte] += 1
    chi_square = sum((count - expected) ** 2 for count in counts) / expected
    return UNKNOWN if chi_square > _MOST_UNEVEN else None
