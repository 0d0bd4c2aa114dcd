"""What one picture of 2,048 pixels costs the decoder: unpacking it and making its thumbnail.

A photograph has large smooth parts, edges, and a little grain. Pure noise is what no camera takes and no format can
pack: the dearest picture of its size. The same photograph as PNG and WEBP, which cannot be decoded at a fraction.
"""

from __future__ import annotations

import random
import time
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

from jaga.detect.decoder import decode

_SIZE = (2048, 1536)
_TIMES = 10


def measure() -> dict[str, float]:
    """CPU milliseconds, by name; of several tries the least, since the rest is the machine's."""
    photograph, noise = _photograph(), Image.effect_noise(_SIZE, 60).convert("RGB")
    return {
        "picture_2048_cpu_ms": _cost(photograph, "JPEG", quality=85),
        "picture_2048_progressive_cpu_ms": _cost(photograph, "JPEG", quality=85, progressive=True),
        "picture_2048_webp_cpu_ms": _cost(photograph, "WEBP", quality=80),
        "picture_2048_png_cpu_ms": _cost(photograph, "PNG"),
        "picture_2048_noise_cpu_ms": _cost(noise, "JPEG", quality=85),
    }


def _cost(picture: Image.Image, format_: str, **how: object) -> float:
    out, times = BytesIO(), []
    picture.save(out, format_, **how)
    content = out.getvalue()
    for _ in range(_TIMES):
        began = time.process_time()
        decode(content)
        times.append(time.process_time() - began)
    return min(times) * 1000


def _photograph() -> Image.Image:
    """Gradients, 120 soft-edged shapes, a film's grain; the same at every run."""
    chance = random.Random(3)
    across = Image.linear_gradient("L")
    bands = (Image.radial_gradient("L"), across, across.rotate(90))
    picture = Image.merge("RGB", [band.resize(_SIZE) for band in bands])
    pen = ImageDraw.Draw(picture)
    for _ in range(120):
        x, y, r = chance.randrange(_SIZE[0]), chance.randrange(_SIZE[1]), chance.randrange(10, 260)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=tuple(chance.randrange(256) for _ in range(3)))
    grain = Image.effect_noise(_SIZE, 12).convert("RGB")
    return Image.blend(picture.filter(ImageFilter.GaussianBlur(3)), grain, 0.12)
