"""The picture of a supporter's circle: the people they invited, and those invited in turn. 1200 x 630.

It shows people only, never gifts, so that it can be shown to anyone.
"""

import hashlib
import io
import math
from dataclasses import dataclass

from PIL import Image, ImageDraw

from content.cards import Picture
from content.catalog import Catalog, Locale
from content.pictures.canvas import (
    COPPER,
    INK,
    MOSS,
    MUTED,
    PAPER,
    RULE,
    Weight,
    coin,
    fit,
    fit_font,
    font,
    readable,
)
from content.pictures.progress import MARGIN, SIZE

_DESIGN = 1  # increased when the drawing changes, so that old uploads are not reused
_CENTRE = (890, 315)
_NEAR, _FAR = 128, 226  # radii of the two rings, in pixels
_MOST_NEAR, _MOST_FAR = 18, 48  # dots that fit; for more people only the number is exact
_FINE = 3  # drawn this much larger and scaled down: Pillow's own edges are jagged
_COLUMN = 540  # width of the text in pixels


@dataclass(frozen=True, kw_only=True)
class CirclePictureView:
    locale: Locale
    charity: str
    people: int
    further: int


def circle_picture(catalog: Catalog, view: CirclePictureView) -> Picture:
    """Draw one large number, one line, and the people around a coin. Takes tens of milliseconds: use a thread."""
    image = Image.new("RGB", SIZE, PAPER)
    image.paste(_rings(view.people, view.further), (0, 0))
    draw = ImageDraw.Draw(image)
    _words(draw, catalog, view)
    image.paste(coin(34), (MARGIN, 570), coin(34))
    draw.text((MARGIN + 46, 596), "Obole", font=font(Weight.SEMIBOLD, 26), fill=MUTED, anchor="ls")
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    alt = catalog.text(view.locale, "picture-circle-alt", people=view.people, further=view.further)
    key = hashlib.sha256(f"circle {_DESIGN}\x1f{view}".encode()).hexdigest()[:32]
    return Picture(name=f"obole-{key[:12]}.png", png=out.getvalue(), alt=alt, key=key)


def _words(draw: ImageDraw.ImageDraw, catalog: Catalog, view: CirclePictureView) -> None:
    charity = font(Weight.MEDIUM, 34)
    draw.text((MARGIN, 58), fit(readable(view.charity), charity, _COLUMN), font=charity, fill=MUTED)
    number = catalog.number(view.locale, view.people)
    large = fit_font(Weight.EXTRABOLD, 200, number, _COLUMN)
    draw.text((MARGIN - int(large.size) // 20, 360), number, font=large, fill=INK, anchor="ls")
    lines = [catalog.text(view.locale, "picture-circle", people=view.people)]
    if view.further:
        lines.append(catalog.text(view.locale, "picture-circle-further", people=view.further))
    for at, line in enumerate(lines):
        face = fit_font(Weight.MEDIUM, 36, line, _COLUMN)
        draw.text((MARGIN, 430 + at * 52), line, font=face, fill=INK if at == 0 else MUTED, anchor="ls")


def _rings(people: int, further: int) -> Image.Image:
    """Draw the coin in the middle, the people invited around it, and those invited in turn further out."""
    large = Image.new("RGB", (SIZE[0] * _FINE, SIZE[1] * _FINE), PAPER)
    draw = ImageDraw.Draw(large)
    for radius in (_NEAR, _FAR):
        _ring(draw, radius)
    _dots(draw, min(further, _MOST_FAR), _FAR, 9, MOSS)
    _dots(draw, min(people, _MOST_NEAR), _NEAR, 15, COPPER)
    small = large.resize(SIZE, Image.Resampling.BOX)
    mark = coin(96)
    small.paste(mark, (_CENTRE[0] - 48, _CENTRE[1] - 48), mark)
    return small


def _ring(draw: ImageDraw.ImageDraw, radius: int) -> None:
    x, y, r = _CENTRE[0] * _FINE, _CENTRE[1] * _FINE, radius * _FINE
    draw.ellipse((x - r, y - r, x + r, y + r), outline=RULE, width=3 * _FINE)


def _dots(draw: ImageDraw.ImageDraw, number: int, radius: int, size: int, color: tuple[int, int, int]) -> None:
    for position in range(number):
        angle = 2 * math.pi * position / number - math.pi / 2
        x = (_CENTRE[0] + radius * math.cos(angle)) * _FINE
        y = (_CENTRE[1] + radius * math.sin(angle)) * _FINE
        r = size * _FINE
        draw.ellipse((x - r, y - r, x + r, y + r), fill=color)
