"""The demo's pictures, drawn here in code for this project: nothing comes from anybody else's file.

Each is a PNG and the same at every start.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from math import hypot

from PIL import Image, ImageDraw

_FINE = 3  # drawn this many times larger, for smooth edges
_SCENE = (660, 945)  # of the campaign's picture: twice its place on cards is enough
_SAMPLE = (720, 540)

Color = tuple[int, int, int]
Point = tuple[float, float]
_SKY_ABOVE, _SKY_BELOW = (0x2B, 0x4A, 0x6F), (0xF3, 0xC9, 0xA5)
_SNOW: Color = (0xF7, 0xF9, 0xFC)
_SNOW_FAR: Color = (0xC9, 0xD6, 0xE6)
_SHADE: Color = (0xDC, 0xE6, 0xF1)
_PINE: Color = (0x3C, 0x5E, 0x63)
_SKIN = ((0xF1, 0xC9, 0xA5), (0x9A, 0x63, 0x41), (0xD8, 0xA0, 0x72))
_DARK: Color = (0x2A, 0x2F, 0x3A)
_RED: Color = (0xC2, 0x4B, 0x3A)
_YELLOW: Color = (0xE8, 0xB0, 0x3E)
_GREEN: Color = (0x3F, 0x7B, 0x62)
_BLUE: Color = (0x2F, 0x6D, 0xA3)
_PAPER: Color = (0xFB, 0xF7, 0xF0)
_WOOD: Color = (0xB9, 0x86, 0x5B)


class _Sheet:
    """A drawing in units of its final pixels."""

    def __init__(self, size: tuple[int, int], color: Color) -> None:
        self.size = size
        self._image = Image.new("RGB", (size[0] * _FINE, size[1] * _FINE), color)
        self._draw = ImageDraw.Draw(self._image)

    def circle(self, at: Point, radius: float, color: Color) -> None:
        self.ellipse(at, radius, radius, color)

    def ellipse(self, at: Point, wide: float, high: float, color: Color) -> None:
        x, y = at
        self._draw.ellipse([v * _FINE for v in (x - wide, y - high, x + wide, y + high)], fill=color)

    def box(self, corner: Point, to: Point, round_by: float, color: Color) -> None:
        self._draw.rounded_rectangle([v * _FINE for v in (*corner, *to)], round_by * _FINE, fill=color)

    def line(self, points: list[Point], width: float, color: Color) -> None:
        """Draw a line with round ends and joints."""
        for (x1, y1), (x2, y2) in pairwise(points):
            steps = max(1, int(hypot(x2 - x1, y2 - y1)))
            for step in range(steps + 1):
                share = step / steps
                self.circle((x1 + (x2 - x1) * share, y1 + (y2 - y1) * share), width / 2, color)

    def area(self, points: list[Point], color: Color) -> None:
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=color)

    def shaded(self, above: Color, below: Color, height: int) -> None:
        """Fill the upper part with one color that becomes another."""
        for y in range(height * _FINE):
            share = y / (height * _FINE)
            mixed = tuple(round(a + (b - a) * share) for a, b in zip(above, below, strict=True))
            self._draw.line([(0, y), (self.size[0] * _FINE, y)], fill=mixed)

    def png(self) -> bytes:
        out = io.BytesIO()
        self._image.resize(self.size, Image.Resampling.BOX).save(out, "PNG", optimize=True)
        return out.getvalue()


@cache
def snow() -> bytes:
    """Return the example campaign's picture: three children in snowsuits, in the snow at dusk."""
    sheet, (width, height) = _Sheet(_SCENE, _SNOW), _SCENE
    sheet.shaded(_SKY_ABOVE, _SKY_BELOW, 560)
    sheet.ellipse((150, 700), 520, 230, _SNOW_FAR)
    sheet.ellipse((610, 730), 460, 250, _SHADE)
    for x, base, size in ((60, 540, 120), (132, 560, 90), (570, 520, 150), (640, 545, 105), (500, 530, 84)):
        _pine(sheet, x, base, size)
    sheet.ellipse((width / 2, height + 60), 620, 330, _SNOW)
    sheet.ellipse((330, 905), 270, 22, _SHADE)
    _child(sheet, (150, 880), 1.0, _RED, _SKIN[0], up=True)
    _child(sheet, (505, 885), 1.05, _BLUE, _SKIN[2], up=True)
    _child(sheet, (330, 900), 1.22, _YELLOW, _SKIN[1], up=False)
    flakes = random.Random(24)
    for _ in range(90):
        sheet.circle((flakes.uniform(0, width), flakes.uniform(0, height - 60)), flakes.uniform(1.6, 4.6), _SNOW)
    return sheet.png()


@cache
def suits() -> bytes:
    """Return a sample picture for staff: snowsuits that have arrived, on their hooks."""
    sheet = _Sheet(_SAMPLE, _PAPER)
    sheet.box((0, 430), (720, 540), 0, _WOOD)
    sheet.box((50, 70), (670, 96), 8, _WOOD)
    for x, color in zip((140, 287, 434, 581), (_RED, _YELLOW, _BLUE, _GREEN), strict=True):
        sheet.line([(x, 84), (x, 132)], 8, _DARK)
        _suit(sheet, (x, 400), 0.98, color)
    return sheet.png()


@cache
def mittens() -> bytes:
    """Return a sample picture for donors: a pair of mittens on a table."""
    sheet = _Sheet(_SAMPLE, _WOOD)
    for y in (120, 250, 390):
        sheet.line([(0, y), (720, y + 12)], 3, (0xA3, 0x73, 0x4A))
    for x, side in ((235, 1), (485, -1)):
        sheet.ellipse((x + side * 88, 275), 40, 62, _RED)
        sheet.box((x - 82, 120), (x + 82, 400), 80, _RED)
        sheet.box((x - 82, 352), (x + 82, 440), 16, _PAPER)
        for row in (176, 226, 276):
            sheet.line([(x - 56, row), (x - 28, row + 20), (x, row), (x + 28, row + 20), (x + 56, row)], 9, _PAPER)
    return sheet.png()


SAMPLES: Mapping[str, Callable[[], bytes]] = {"mittens": mittens, "suits": suits}


def _pine(sheet: _Sheet, x: float, base: float, size: float) -> None:
    for level in range(3):
        top, half = base - size + level * size * 0.26, size * (0.2 + level * 0.09)
        sheet.area([(x, top), (x - half, top + size * 0.46), (x + half, top + size * 0.46)], _PINE)


class _Figure:
    """A figure on a sheet, `foot` the middle between its feet; lengths at its own scale, heights above the feet."""

    def __init__(self, sheet: _Sheet, foot: Point, scale: float) -> None:
        self._sheet, self._foot, self._scale = sheet, foot, scale

    def _at(self, point: Point) -> Point:
        return self._foot[0] + point[0] * self._scale, self._foot[1] - point[1] * self._scale

    def line(self, points: list[Point], width: float, color: Color) -> None:
        self._sheet.line([self._at(point) for point in points], width * self._scale, color)

    def ellipse(self, at: Point, wide: float, high: float, color: Color) -> None:
        self._sheet.ellipse(self._at(at), wide * self._scale, high * self._scale, color)

    def circle(self, at: Point, radius: float, color: Color) -> None:
        self.ellipse(at, radius, radius, color)

    def box(self, half: float, top: float, bottom: float, round_by: float, color: Color) -> None:
        self._sheet.box(self._at((-half, top)), self._at((half, bottom)), round_by * self._scale, color)


def _suit(sheet: _Sheet, foot: Point, scale: float, color: Color) -> None:
    """Draw an empty snowsuit."""
    suit, dark = _Figure(sheet, foot, scale), _darker(color)
    for side in (-1, 1):
        suit.line([(side * 22, 110), (side * 25, 18)], 42, color)
        suit.line([(side * 44, 212), (side * 58, 118)], 32, dark)
    suit.box(50, 240, 90, 36, color)
    suit.circle((0, 250), 34, dark)
    suit.line([(0, 216), (0, 100)], 4, _PAPER)
    suit.line([(-49, 140), (49, 140)], 10, dark)


def _child(sheet: _Sheet, foot: Point, scale: float, color: Color, skin: Color, *, up: bool) -> None:
    """Draw a child in a snowsuit; `up`: with raised arms."""
    child, dark = _Figure(sheet, foot, scale), _darker(color)
    hand = 230 if up else 94
    for side in (-1, 1):
        child.line([(side * 24, 100), (side * 27, 22)], 44, color)
        child.ellipse((side * 31, 8), 30, 17, _DARK)
        child.line([(side * 42, 188), (side * 72, hand - 10 if up else hand + 16)], 34, dark)
        child.circle((side * 78, hand), 21, _PAPER)
    child.box(54, 222, 78, 42, color)
    child.line([(-53, 120), (53, 120)], 10, dark)
    child.circle((0, 262), 56, color)
    child.circle((0, 322), 15, _PAPER)
    child.circle((0, 256), 43, skin)
    child.line([(-40, 212), (40, 212)], 24, _PAPER)
    for side in (-1, 1):
        child.circle((side * 15, 262), 4.6, _DARK)
        child.circle((side * 26, 246), 7, _RED)
    child.line([(t, 232 + t * t / 40) for t in range(-12, 13, 3)], 4, _DARK)


def _darker(color: Color) -> Color:
    return color[0] * 4 // 5, color[1] * 4 // 5, color[2] * 4 // 5
