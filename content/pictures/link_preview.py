"""The preview picture of a shared link: 1200 x 630, the campaign and what a gift does.

It shows no changing figures, since apps keep previews for weeks, and nothing about any person.
Drawing takes tens of milliseconds of CPU: run it in a worker thread, and only when `og_key` is new.
"""

import hashlib
import io
from dataclasses import astuple, dataclass

from PIL import Image, ImageDraw

from content.pictures.canvas import (
    COPPER,
    INK,
    MUTED,
    PAPER,
    SHADE,
    Weight,
    coin,
    cover,
    fit,
    font,
    motif,
    readable,
    wrap,
)

SIZE = (1200, 630)
_MARGIN = 80
_SIDE = 440  # width of the campaign's own picture, at the right
_DESIGN = 1  # increased when the drawing changes, so that apps fetch it again
_NAME_SIZES = ((84, 2), (68, 3), (56, 3))  # pixels, and the number of lines allowed at this size


@dataclass(frozen=True, kw_only=True)
class OgView:
    """`does`: « 5 $ = par exemple un repas », or empty; `backdrop`: the campaign's own picture."""

    charity: str
    campaign: str
    does: str = ""
    crisis: bool = False  # a sober picture
    backdrop: bytes | None = None


def og_key(view: OgView) -> str:
    """Return the picture's key, derived from its visible content, without drawing it."""
    seen = "\x1f".join(hashlib.sha256(v).hexdigest() if isinstance(v, bytes) else str(v) for v in astuple(view))
    return hashlib.sha256(f"og {_DESIGN}\x1f{seen}".encode()).hexdigest()[:16]


def og_picture(view: OgView) -> bytes:
    """Return the picture as a PNG. The same view always gives the same bytes."""
    image = Image.new("RGB", SIZE, PAPER)
    side = cover(view.backdrop, (_SIDE, SIZE[1])) if view.backdrop else None
    if side is not None:
        image.paste(side, (SIZE[0] - _SIDE, 0))
    elif not view.crisis:
        motif(image)
    draw = ImageDraw.Draw(image)
    width = SIZE[0] - (_SIDE if side is not None else 0) - 2 * _MARGIN
    charity = font(Weight.SEMIBOLD, 36)
    draw.text((_MARGIN, 100), fit(readable(view.charity), charity, width), font=charity, fill=MUTED, anchor="ls")
    _name(draw, readable(view.campaign), width)
    _does(draw, readable(view.does), width, crisis=view.crisis)
    image.paste(coin(40), (_MARGIN, 552), coin(40))
    draw.text((_MARGIN + 54, 583), "Obole", font=font(Weight.SEMIBOLD, 28), fill=MUTED, anchor="ls")
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3 if side is not None else 6)
    return out.getvalue()


def _name(draw: ImageDraw.ImageDraw, name: str, width: int) -> None:
    """Draw the campaign's name as large as it fits; at the smallest size it is cut."""
    for size, most in _NAME_SIZES:
        face = font(Weight.EXTRABOLD, size)
        lines = wrap(name, face, width, most)
        if " ".join(lines) == name:
            break
    for number, line in enumerate(lines):
        draw.text((_MARGIN, 142 + number * round(size * 1.14)), line, font=face, fill=INK)


def _does(draw: ImageDraw.ImageDraw, does: str, width: int, *, crisis: bool) -> None:
    """Draw what a gift does, on its own background."""
    if not does:
        return
    face = font(Weight.SEMIBOLD, 38)
    lines = wrap(does, face, width - 64, 2)
    bottom, height = 508, 44 + 50 * len(lines)
    wide = max(round(face.getlength(line)) for line in lines) + 64
    draw.rounded_rectangle(
        (_MARGIN, bottom - height, _MARGIN + wide, bottom), 26, fill=SHADE if crisis else (0xFB, 0xEE, 0xE3)
    )
    for number, line in enumerate(lines):
        y = bottom - height + 58 + number * 50
        draw.text((_MARGIN + 32, y), line, font=face, fill=INK if crisis else COPPER, anchor="ls")
