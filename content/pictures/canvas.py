"""Drawing tools: our colours and font, smooth shapes, text that fits."""

from enum import StrEnum
from functools import lru_cache

import font_manrope  # type: ignore[import-untyped]  # a folder of font files
from PIL import Image, ImageDraw, ImageFont

from content.pictures.photos import NoPicture, cropped

Color = tuple[int, int, int]

COPPER: Color = (0xB4, 0x65, 0x3A)
INK: Color = (0x1F, 0x2A, 0x37)
PAPER: Color = (0xFB, 0xF7, 0xF0)
MOSS: Color = (0x4B, 0x7A, 0x5B)
MUTED: Color = (0x5B, 0x61, 0x6B)  # quieter ink; contrast still AA on paper
RULE: Color = (0xE8, 0xDE, 0xCF)  # the empty part of a bar
SHADE: Color = (0xF4, 0xEB, 0xDE)  # the motif behind a card without a picture
_RING: Color = (0xE9, 0xC3, 0xA6)

_SPACES = " \u00a0"  # the one that French needs before : and $ does not count as printable
_FINE = 4  # shapes are drawn this much larger and scaled down: Pillow's own edges are jagged


class Weight(StrEnum):
    """Cuts of Manrope (SIL Open Font License), which comes as a package."""

    MEDIUM = "Medium"
    SEMIBOLD = "SemiBold"
    BOLD = "Bold"
    EXTRABOLD = "ExtraBold"


@lru_cache(maxsize=64)
def font(weight: Weight, size: int) -> ImageFont.FreeTypeFont:
    """Return a weight of our font, in pixels, with the basic layout, which is the same on every machine."""
    path = f"{font_manrope.font_directory}/Manrope-{weight}.ttf"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=2048)
def _has_glyph(char: str) -> bool:
    if char.isspace():
        return True
    probe = font(Weight.MEDIUM, 24)
    return bytes(probe.getmask(char)) != bytes(probe.getmask("\uffff"))


def readable(text: str) -> str:
    """Return the text on one line, without characters that the font cannot draw (emoji, other scripts)."""
    shown = (char for char in text[:400] if char.isprintable() or char in _SPACES)
    drawn = "".join(char if _has_glyph(char) else " " for char in shown)
    return " ".join(word for word in drawn.split(" ") if word)


def fit(text: str, face: ImageFont.FreeTypeFont, width: int) -> str:
    """Return the text, cut with an ellipsis if it is wider than `width` pixels."""
    if face.getlength(text) <= width:
        return text
    while text and face.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def fit_font(weight: Weight, size: int, text: str, width: int) -> ImageFont.FreeTypeFont:
    """Return the font at `size`, or smaller if the text needs it: amounts are never cut."""
    wide = font(weight, size).getlength(text)
    return font(weight, size if wide <= width else max(8, int(size * width / wide)))


def wrap(text: str, face: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """Return at most `most` lines of at most `width` pixels; the last one is cut if more follows."""
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < most - 1:
        taken = 1
        while taken < len(words) and face.getlength(" ".join(words[: taken + 1])) <= width:
            taken += 1
        lines.append(fit(" ".join(words[:taken]), face, width))
        words = words[taken:]
    return [*lines, fit(" ".join(words), face, width)] if words else lines


def pill(image: Image.Image, box: tuple[int, int, int, int], color: Color) -> None:
    """Draw a bar with round ends."""
    width, height = box[2] - box[0], box[3] - box[1]
    mask = Image.new("L", (width * _FINE, height * _FINE), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, width * _FINE - 1, height * _FINE - 1), height * _FINE // 2, 255)
    image.paste(color, box[:2], mask.resize((width, height), Image.Resampling.BOX))


@lru_cache(maxsize=8)
def coin(size: int) -> Image.Image:
    """Return our coin, as in assets/coin.svg, on a transparent background."""
    unit = size * _FINE / 100
    large = Image.new("RGBA", (size * _FINE, size * _FINE), (*COPPER, 0))
    draw = ImageDraw.Draw(large)
    _circle(draw, unit, 48, fill=COPPER)
    _circle(draw, unit, 40.5, outline=_RING, stroke=3)
    _circle(draw, unit, 21.5, outline=PAPER, stroke=9)
    return large.resize((size, size), Image.Resampling.BOX)


def _circle(
    draw: ImageDraw.ImageDraw,
    unit: float,
    radius: float,
    *,
    fill: Color | None = None,
    outline: Color | None = None,
    stroke: float = 0,
) -> None:
    near, far = (50 - radius) * unit, (50 + radius) * unit
    draw.ellipse((near, near, far, far), fill=fill, outline=outline, width=max(1, round(stroke * unit)))


def motif(image: Image.Image) -> None:
    """Draw the coin's rings, large and pale, rising from the lower right corner."""
    mask = _motif_mask(image.size)
    image.paste(SHADE, (0, 0), mask)


@lru_cache(maxsize=2)
def _motif_mask(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", (size[0] * 2, size[1] * 2), 0)
    draw = ImageDraw.Draw(mask)
    x, y = size[0] * 2 - 120, size[1] * 2 - 140
    for radius, stroke in ((780, 70), (610, 26), (330, 150)):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=255, width=stroke)
    return mask.resize(size, Image.Resampling.BOX)


@lru_cache(maxsize=8)
def cover(data: bytes, size: tuple[int, int]) -> Image.Image | None:
    """Return the picture, cropped to fill `size`, or None if it cannot be read or is too large."""
    try:
        return cropped(data, size)
    except NoPicture:
        return None
