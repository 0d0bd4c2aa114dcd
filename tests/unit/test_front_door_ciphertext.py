"""What can be told to be clear is told by its first bytes, and ciphertext never is."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import sqlite3
import tarfile
import wave
import zipfile

import pytest
from PIL import Image

from jaga.web.front_door_ciphertext import HEAD_BYTES, clear_format


def picture(kind):
    out = io.BytesIO()
    Image.effect_noise((64, 64), 90).convert("RGB").save(out, kind)
    return out.getvalue()


def zipped(name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, os.urandom(5000))
    return out.getvalue()


def tarred():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("catatan.txt")
        member.size = 5000
        archive.addfile(member, io.BytesIO(os.urandom(5000)))
    return out.getvalue()


def sound():
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(os.urandom(8000))
    return out.getvalue()


def database():
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE catatan (isi)")
        return connection.serialize()


PROSE = "Rapat zqkabo nanti malam di balai; bawa tikar dan nasi bungkus secukupnya.\n"
FILES = {
    "PNG": picture("PNG"),
    "JPEG": picture("JPEG"),
    "WEBP": picture("WEBP"),
    "GIF": picture("GIF"),
    "BMP": picture("BMP"),
    "TIFF": picture("TIFF"),
    "HEIC": b"\x00\x00\x00\x18ftypheic" + os.urandom(100),
    "MP4": b"\x00\x00\x00\x18ftypisom" + os.urandom(100),
    "WebM": b"\x1a\x45\xdf\xa3" + os.urandom(100),
    "MP3 with a label": b"ID3\x04\x00" + os.urandom(100),
    "Ogg": b"OggS\x00\x02" + os.urandom(100),
    "WAV": sound(),
    "AMR": b"#!AMR\n" + os.urandom(100),
    "PDF": b"%PDF-1.7\n" + os.urandom(100),
    "ZIP": zipped("a.bin"),
    "a document of an office": zipped("word/document.xml"),
    "an old document of an office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "gzip": gzip.compress(os.urandom(2000)),
    "tar": tarred(),
    "SQLite": database(),
    "SVG": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "HTML": b"<!doctype html><title>x</title>",
    "JSON": json.dumps({"pesan": PROSE}).encode(),
    "a line": b"zqkabo nanti malam",
    "prose": PROSE.encode() * 100,
    "prose cut inside a character": ("é" * HEAD_BYTES).encode()[: HEAD_BYTES - 1],
    "prose with a mark of its order": b"\xef\xbb\xbf" + PROSE.encode(),
    "Arabic": "مرحبا بالجميع في القرية".encode(),
    "an emoji": "kumpul di sini 🎉🎉".encode(),
    "UTF-16": PROSE.encode("utf-16") * 4,
    "Latin-1": ("Café " + PROSE).encode("latin-1") * 8,
    "base 64": b"q9W3aa0Zx8YtQ" * 100,
    "nulls": bytes(4096),
    "numbers of a sensor": b"".join(number.to_bytes(4, "little") for number in range(1000)),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_file_that_is_not_encrypted_is_told_by_its_beginning(content):
    assert clear_format(content[:HEAD_BYTES]) is not None


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 32, 64, 255, 256, 257, 1000, 4095, HEAD_BYTES])
def test_ciphertext_passes_at_any_size(size):
    drawn = random.Random(20261125 + size)
    for _ in range(1_500):
        content = drawn.randbytes(size)
        assert clear_format(content) is None, content.hex()


@pytest.mark.parametrize(
    "beginning", [b"\xff\x0a", b"\xff\xfb", b"\x1f\x8b\x09", b"\x1f\x8b\x08\xff", b"BM", b"MZ"]
)
def test_a_beginning_that_chance_writes_often_is_no_proof(beginning):
    drawn = random.Random(7)
    for _ in range(200):
        assert clear_format(beginning + drawn.randbytes(2000)) is None


def test_what_is_short_is_not_held_against_its_sender():
    assert clear_format(b"zqkabo") is None
