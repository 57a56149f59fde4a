"""Pictures that staff send: checked, and written anew as a PNG that holds nothing but the picture."""

import io

from PIL import Image, ImageOps

WIDEST = 1200  # pixels
_MOST_PIXELS = 50_000_000  # what is unpacked of a file that claims to be a picture
_FORMATS = ("PNG", "JPEG", "WEBP")


class NoPicture(ValueError):
    """The file is no picture that can be shown, or too large to unpack."""


def take(image: bytes) -> bytes:
    """A PNG of at most WIDEST pixels in width, upright and without what cameras write. Raises NoPicture.

    Takes tens of milliseconds of CPU and more: run it in a worker thread.
    """
    try:
        with Image.open(io.BytesIO(image), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise NoPicture("too many pixels")
            upright = ImageOps.exif_transpose(opened)
            clear = "A" in upright.getbands() or "transparency" in upright.info
            shown = upright.convert("RGBA" if clear else "RGB")
    except Exception as why:  # a file that is spoilt on purpose makes the decoder fail in any way, struct.error too
        raise NoPicture(str(why)) from None
    shown.thumbnail((WIDEST, WIDEST * 2))
    written = io.BytesIO()
    shown.save(written, "PNG")
    return written.getvalue()
