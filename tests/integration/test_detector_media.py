"""Uploads are looked into by a process that may die at any of them; what cannot be read is never clean."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, PngImagePlugin
from tests.helpers.detector import detector_process

from jaga.detect.client import DetectorClient
from jaga.detect.inspection import Inspector
from jaga.detect.media import MediaState, Opaque, Picture, Undecodable, media_path, state_of

LARGEST = 20_000_000


def drawn(format_: str, size: tuple[int, int] = (1600, 900), mode: str = "RGB", **options: object) -> bytes:
    picture = Image.new(mode, size)
    ImageDraw.Draw(picture).ellipse((0, 0, size[0] // 2, size[1] // 2), fill="white" if mode != "P" else 1)
    out = BytesIO()
    picture.save(out, format_, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that unpacks to `width * height` pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    packer = zlib.compressobj(9)
    row = bytes(1 + width // 8)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
async def inspector(root):
    inspector = Inspector(root, largest=LARGEST)
    yield inspector
    await inspector.close()


def stored(root, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    path = media_path(root, digest)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return digest


@pytest.fixture
def inspect(inspector, root):
    async def inspect(content: bytes, declared: str = "application/octet-stream"):
        return await inspector(stored(root, content), declared)

    return inspect


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_a_picture_is_measured_and_gets_a_small_thumbnail(inspect, format_):
    report = await inspect(drawn(format_), "whatever/they-say")
    assert isinstance(report, Picture)
    assert (report.mime, report.width, report.height) == (f"image/{format_.lower()}", 1600, 900)
    with Image.open(BytesIO(report.thumbnail)) as thumbnail:
        assert thumbnail.format == "WEBP"
        assert thumbnail.size == (640, 360)
    assert state_of(report) is MediaState.DECODED


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
async def test_every_color_mode_is_read(inspect, mode):
    out = BytesIO()
    Image.new(mode, (40, 30)).save(out, "PNG")
    assert isinstance(await inspect(out.getvalue()), Picture)


async def test_a_print_color_jpeg_is_read(inspect):
    assert isinstance(await inspect(drawn("JPEG", mode="CMYK")), Picture)


async def test_a_sideways_picture_is_turned_and_its_metadata_dropped(inspect):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at my secret home"
    content = drawn("JPEG", exif=exif, icc_profile=b"secret profile" * 20, comment=b"secret comment")
    assert b"secret" in content
    report = await inspect(content)
    assert (report.width, report.height) == (900, 1600)
    with Image.open(BytesIO(report.thumbnail)) as thumbnail:
        assert thumbnail.size == (360, 640)
        assert not thumbnail.getexif()
    assert b"secret" not in report.thumbnail


async def test_of_a_moving_picture_the_first_frame_is_shown(inspect):
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "blue", "green")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    report = await inspect(out.getvalue())
    with Image.open(BytesIO(report.thumbnail)) as thumbnail:
        red, _, blue = thumbnail.convert("RGB").getpixel((5, 5))
        assert red > 200
        assert blue < 60


def commented() -> bytes:
    comment = PngImagePlugin.PngInfo()
    comment.add_text("a", "b" * 10_000_000, zip=True)
    return drawn("PNG", pnginfo=comment)


UNREADABLE = {
    "truncated JPEG": (lambda: drawn("JPEG")[:-2000], "truncated_or_corrupt"),
    "JPEG cut to its head": (lambda: drawn("JPEG")[:200], "truncated_or_corrupt"),
    "truncated PNG": (lambda: drawn("PNG")[:-40], "truncated_or_corrupt"),
    "noise after a PNG's head": (lambda: drawn("PNG")[:40] + os.urandom(5000), "truncated_or_corrupt"),
    "decompression bomb": (lambda: bomb(20_000, 20_000), "too_many_pixels"),
    "bomb below the usual limit": (lambda: bomb(13_000, 13_000), "too_many_pixels"),
    "bomb in one direction": (lambda: bomb(2_000_000_000, 1), "too_many_pixels"),
    "PNG with an unpacking comment": (commented, "truncated_or_corrupt"),
    "SVG": (lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "unsupported_format"),
    "BMP": (lambda: drawn("BMP", (9, 9)), "unsupported_format"),
    "TIFF": (lambda: drawn("TIFF", (9, 9)), "unsupported_format"),
    "icon": (lambda: drawn("ICO", (16, 16)), "unsupported_format"),
    "AVIF": (lambda: b"\x00\x00\x00\x1cftypavif" + bytes(40), "unsupported_format"),
}


@pytest.mark.parametrize(("make", "reason"), UNREADABLE.values(), ids=UNREADABLE)
async def test_a_picture_that_cannot_be_read_is_said_to_be_so(inspect, make, reason):
    report = await inspect(make(), "image/jpeg")
    assert isinstance(report, Undecodable)
    assert report.reason == reason
    assert state_of(report) is MediaState.UNDECODABLE
    assert isinstance(await inspect(drawn("PNG")), Picture), "the next picture is not concerned"


async def test_a_document_is_opaque_unless_it_says_that_it_is_a_picture(inspect):
    pdf = b"%PDF-1.7 ..."
    assert await inspect(pdf, "application/pdf") == Opaque("application/pdf")
    assert await inspect(pdf, "image/png") == Undecodable("application/pdf", "type_mismatch")
    assert await inspect(b"Selamat pagi", "text/plain") == Opaque("text/plain")
    assert await inspect(b"<html><svg onload=x>", "text/html") == Undecodable(
        "image/svg+xml", "unsupported_format"
    )
    assert await inspect(os.urandom(50), "x/y") == Opaque("application/octet-stream")


async def test_a_picture_larger_than_the_limit_is_not_even_read(inspect):
    report = await inspect(drawn("PNG") + bytes(LARGEST))
    assert report == Undecodable("image/png", "too_large")


@pytest.mark.parametrize("digest", ["0" * 64, "../../../etc/passwd", "", "A" * 64, "0" * 63 + "/"])
async def test_what_is_not_stored_or_no_digest_is_missing(inspector, digest):
    assert await inspector(digest, "image/png") == Undecodable("application/octet-stream", "missing")


async def test_a_decoder_killed_in_the_middle_is_replaced(inspector, inspect):
    slow = drawn("PNG", (7000, 7000))
    await inspect(drawn("PNG"))
    first = inspector._decoder.pid
    asked = asyncio.create_task(inspect(slow))
    await asyncio.sleep(0.1)
    os.kill(first, signal.SIGKILL)
    assert await asked == Undecodable("image/png", "decoder_died")
    assert isinstance(await inspect(slow), Picture)
    assert inspector._decoder.pid != first


async def test_a_decoder_that_hangs_is_replaced(root, inspect):
    impatient = Inspector(root, largest=LARGEST)
    await impatient(stored(root, drawn("PNG")), "")
    hanging = impatient._decoder.pid
    impatient._patience = 0.3
    os.kill(hanging, signal.SIGSTOP)
    assert await impatient(stored(root, drawn("PNG")), "") == Undecodable("image/png", "took_too_long")
    impatient._patience = 10
    assert isinstance(await impatient(stored(root, drawn("PNG")), ""), Picture)
    await impatient.close()


async def test_a_caller_that_gives_up_spoils_no_later_answer(inspector, inspect):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(inspect(drawn("PNG", (6900, 7000))), 0.05)
    report = await inspect(drawn("PNG", (33, 44)))
    assert (report.width, report.height) == (33, 44)


async def test_pictures_are_inspected_over_the_socket_while_posts_are_checked(root, tmp_path):
    with detector_process(tmp_path / "detector.sock", root, "zqkabo"):
        client = DetectorClient(tmp_path / "detector.sock")
        report = await client.inspect(stored(root, drawn("JPEG")), "image/jpeg")
        assert isinstance(report, Picture)
        assert isinstance(await client.inspect(stored(root, bomb(20_000, 20_000)), ""), Undecodable)
        assert isinstance(await client.inspect(stored(root, b"%PDF-1"), ""), Opaque)
        await client.close()


CAGED = """
import os, socket, sys
from jaga.detect import cage
cage.lock_in()
cage.grant_cpu()
def attempt(name, act):
    try:
        act()
    except (OSError, MemoryError) as error:
        print(name, type(error).__name__)
    else:
        print(name, "succeeded")
attempt("fork", os.fork)
attempt("exec", lambda: os.execv("/bin/true", ["true"]))
attempt("connect", lambda: socket.socket(socket.AF_INET))
attempt("read", lambda: os.open("/etc/passwd", os.O_RDONLY))
attempt("write", lambda: os.open("/tmp/jaga-cage", os.O_WRONLY | os.O_CREAT))
attempt("kill", lambda: os.kill(os.getppid(), 0))
attempt("memory", lambda: bytearray(2 << 30))
sys.stdout.flush()
while True:
    pass
"""


def test_the_cage_leaves_neither_files_nor_network_nor_processes_nor_endless_time():
    done = subprocess.run(
        [sys.executable, "-c", CAGED], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split("\n")[:-1] == [
        "fork PermissionError",
        "exec PermissionError",
        "connect PermissionError",
        "read PermissionError",
        "write PermissionError",
        "kill PermissionError",
        "memory MemoryError",
    ], done.stderr
    assert done.returncode == -signal.SIGXCPU
