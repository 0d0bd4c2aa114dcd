"""The child process that decodes pictures: bytes come in on stdin, a report goes out on stdout, until stdin ends.

It is started by `jaga.detect.inspection`, holds no secret, and may die at any picture.
"""

from __future__ import annotations

import os
import sys
import warnings
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps

from jaga.detect.cage import grant_cpu, lock_in
from jaga.detect.frames import LARGEST_ANSWER, answer_of_report, frame
from jaga.detect.magic import UNKNOWN
from jaga.detect.media import Picture, Undecodable

MOST_PIXELS = 50_000_000
LARGEST_SIDE = 640
_QUALITY = 80
_SIDEWAYS = range(5, 9)
_ORIENTATION = 0x0112
_MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


def decode(content: bytes) -> Picture | Undecodable:
    """The picture's true type and size, and a thumbnail; of several frames, the first."""
    mime = UNKNOWN
    try:
        with Image.open(BytesIO(content), formats=tuple(_MIMES)) as picture:
            mime = _MIMES.get(picture.format or "", UNKNOWN)
            if picture.width * picture.height > MOST_PIXELS:  # before anything is unpacked
                return Undecodable(mime, "too_many_pixels")
            return _reported(picture, mime)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Undecodable(mime, "too_many_pixels")
    except MemoryError:
        return Undecodable(mime, "too_large")
    except Exception:  # noqa: BLE001 - decoders raise anything; none of it makes a picture clean
        return Undecodable(mime, "truncated_or_corrupt")


def _reported(picture: Image.Image, mime: str) -> Picture:
    sideways = picture.getexif().get(_ORIENTATION) in _SIDEWAYS
    width, height = picture.size
    # As a fraction first, down to no less than the thumbnail: JPEG is decoded so, the others are averaged. Then the rest.
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.HAMMING, reducing_gap=1.0)
    small = ImageOps.exif_transpose(picture)
    small = small.convert("RGBA" if small.has_transparency_data else "RGB")
    small.info.clear()  # comments, color profile, EXIF
    out = BytesIO()
    small.save(out, "WEBP", quality=_QUALITY, method=2)
    return Picture(mime, height if sideways else width, width if sideways else height, out.getvalue())


def _work(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    while len(length := incoming.read(8)) == 8:
        content = incoming.read(int.from_bytes(length, "big"))
        grant_cpu()
        answer = frame(answer_of_report(decode(content)))
        del content
        outgoing.write(answer if len(answer) <= LARGEST_ANSWER else _too_large())
        outgoing.flush()


def _too_large() -> bytes:
    return frame(answer_of_report(Undecodable(UNKNOWN, "too_large")))


def main() -> None:
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    _warm_up()
    lock_in()
    _work(incoming, outgoing)


def _warm_up() -> None:
    """Every format once, also sideways and broken: what is loaded on first use could not be opened in the cage."""
    sideways = Image.Exif()
    sideways[_ORIENTATION] = 6
    for format_ in _MIMES:
        out = BytesIO()
        Image.new("RGB", (2 * LARGEST_SIDE, 2)).save(out, format_, exif=sideways)
        decode(out.getvalue())
        decode(out.getvalue()[:-20])
    decode(b"")


if __name__ == "__main__":
    main()
