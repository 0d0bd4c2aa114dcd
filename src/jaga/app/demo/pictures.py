"""The demonstration's pictures, drawn here: flat shapes in a few colors."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

from PIL import Image, ImageDraw

_SIZE = (1240, 620)
_SMOOTH = 2  # drawn larger and shrunk, so that edges are soft

Pen = ImageDraw.ImageDraw
Color = tuple[int, int, int]


def draw(name: str) -> bytes:
    """A PNG by its name in the story."""
    width, height = (side * _SMOOTH for side in _SIZE)
    image = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(image)
    _DRAWINGS[name](pen, width, height)
    file = io.BytesIO()
    image.resize(_SIZE, Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()


def _sky(pen: Pen, width: int, height: int, top: Color, bottom: Color) -> None:
    for y in range(height):
        share = y / height
        color = tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        pen.line([(0, y), (width, y)], fill=color)


def _ridge(
    pen: Pen, width: int, height: int, *, base: float, swing: float, phase: float, color: Color
) -> None:
    """A line of hills from two waves."""
    points = [
        (
            x,
            height
            * (base - swing * (math.sin(x / width * 7 + phase) + 0.5 * math.sin(x / width * 17 + 2 * phase))),
        )
        for x in range(0, width + 1, 8)
    ]
    pen.polygon([*points, (width, height), (0, height)], fill=color)


def _hills(pen: Pen, width: int, height: int) -> None:
    _sky(pen, width, height, (248, 205, 122), (243, 169, 83))
    radius = height * 0.11
    x, y = width * 0.74, height * 0.34
    pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=(255, 243, 214))
    _ridge(pen, width, height, base=0.62, swing=0.09, phase=0.4, color=(84, 150, 112))
    _ridge(pen, width, height, base=0.78, swing=0.06, phase=2.1, color=(47, 125, 91))
    _ridge(pen, width, height, base=0.92, swing=0.04, phase=4.0, color=(31, 92, 67))


def _waves(pen: Pen, width: int, height: int) -> None:
    _sky(pen, width, height, (232, 240, 246), (206, 222, 234))
    for row in range(1, 6):
        pen.line([(0, height * row / 6), (width, height * row / 6)], fill=(188, 206, 220), width=3)
    points = []
    for x in range(0, width, 4):
        near = math.exp(-(((x / width - 0.55) * 7) ** 2))
        points.append((x, height * (0.5 - 0.36 * near * math.sin(x / width * 190))))
    pen.line(points, fill=(29, 111, 165), width=9, joint="curve")


def _bowl(pen: Pen, width: int, height: int) -> None:
    _sky(pen, width, height, (252, 244, 228), (246, 228, 196))
    pen.ellipse([width * 0.2, height * 0.78, width * 0.8, height * 0.95], fill=(228, 204, 166))
    pen.pieslice([width * 0.27, -height * 0.05, width * 0.73, height * 0.9], 0, 180, fill=(38, 92, 110))
    pen.ellipse([width * 0.27, height * 0.33, width * 0.73, height * 0.52], fill=(240, 196, 92))
    for share, color in ((0.38, (94, 148, 72)), (0.5, (206, 92, 60)), (0.61, (250, 232, 190))):
        pen.ellipse(
            [width * (share - 0.035), height * 0.38, width * (share + 0.035), height * 0.47], fill=color
        )
    for share in (0.42, 0.5, 0.58):
        points = [
            (width * share + 16 * _SMOOTH * math.sin(step / 6), height * (0.3 - step * 0.006))
            for step in range(36)
        ]
        pen.line(points, fill=(214, 196, 168), width=8, joint="curve")


def _stalls(pen: Pen, width: int, height: int) -> None:
    _sky(pen, width, height, (196, 226, 232), (232, 242, 236))
    pen.rectangle([0, height * 0.82, width, height], fill=(206, 188, 158))
    for left, color in ((0.06, (196, 78, 66)), (0.37, (54, 122, 112)), (0.68, (214, 152, 52))):
        x, wide = width * left, width * 0.26
        pen.rectangle([x + wide * 0.06, height * 0.4, x + wide * 0.94, height * 0.82], fill=(120, 88, 62))
        pen.rectangle([x, height * 0.62, x + wide, height * 0.84], fill=(164, 124, 88))
        for strip in range(6):
            pen.polygon(
                [
                    (x + wide * strip / 6, height * 0.3),
                    (x + wide * (strip + 1) / 6, height * 0.3),
                    (x + wide * (strip * 1.1 + 0.8) / 6, height * 0.46),
                    (x + wide * (strip * 1.1 - 0.3) / 6, height * 0.46),
                ],
                fill=color if strip % 2 else (250, 246, 238),
            )
        for item in range(5):
            pen.ellipse(
                [
                    x + wide * (0.08 + item * 0.18),
                    height * 0.55,
                    x + wide * (0.2 + item * 0.18),
                    height * 0.64,
                ],
                fill=((230, 126, 60), (118, 168, 84), (222, 190, 74))[item % 3],
            )


_DRAWINGS: dict[str, Callable[[Pen, int, int], None]] = {
    "hills": _hills,
    "waves": _waves,
    "bowl": _bowl,
    "stalls": _stalls,
}
