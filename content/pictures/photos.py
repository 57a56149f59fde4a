"""Pictures from outside: the only module that opens them, and turns those of staff into small PNGs."""

import io
from threading import Lock

from PIL import Image, ImageOps

WIDEST = 1200  # pixels
# 12 megapixels, as phones count them. Opened, with intermediate copies, that is about 120 MB.
MOST_PIXELS = 4032 * 3024
_FORMATS = ("PNG", "JPEG", "WEBP")
_ONE_AT_A_TIME = Lock()


class NoPicture(ValueError):
    """The file is not a picture that can be shown, or is too large to unpack."""


def take(image: bytes) -> bytes:
    """Return a PNG at most WIDEST pixels wide, upright and without camera metadata. Raises NoPicture.

    Takes tens of milliseconds of CPU or more: run it in a worker thread.
    """
    shown = fitted(image, (WIDEST, WIDEST * 2))
    written = io.BytesIO()
    shown.save(written, "PNG")
    return written.getvalue()


def check(image: bytes) -> None:
    """Raise NoPicture if the file could not be shown later."""
    fitted(image, (WIDEST, WIDEST))


def fitted(image: bytes, size: tuple[int, int]) -> Image.Image:
    """Return the picture upright, in RGB or RGBA, scaled down to fit into `size`. Raises NoPicture."""
    with _ONE_AT_A_TIME:
        shown = _upright(image)
        shown.thumbnail(size)
        return shown


def cropped(image: bytes, size: tuple[int, int]) -> Image.Image:
    """Return the picture upright, in RGB, scaled and cropped to fill `size`. Raises NoPicture."""
    with _ONE_AT_A_TIME:
        return ImageOps.fit(_upright(image).convert("RGB"), size, Image.Resampling.LANCZOS)


def _upright(image: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(image), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NoPicture("too many pixels")
            ImageOps.exif_transpose(opened, in_place=True)
            clear = "A" in opened.getbands() or "transparency" in opened.info
            return opened.convert("RGBA" if clear else "RGB")
    except Exception as why:  # a maliciously broken file can make the decoder fail in any way, even with struct.error
        raise NoPicture(str(why)) from None
