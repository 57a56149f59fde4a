"""QR codes: an address as a picture, to show on a phone or to print. Drawing one takes milliseconds."""

import hashlib
import io

import segno

from content.cards import Picture

_DARK = "#1F2A37"  # our ink colour, on white, which cameras read best
_QUIET = 4  # modules of white around it, as the standard requires
_SIDE = 900  # minimum pixels: sharp on paper


def qr_picture(address: str, alt: str) -> Picture:
    """Return the address as a square PNG with error correction M, which survives a fold or a stain.

    Raises ValueError for more than about 2,300 characters.
    """
    code = segno.make_qr(address, error="m")
    scale = -(-_SIDE // code.symbol_size(border=_QUIET)[0])
    out = io.BytesIO()
    code.save(out, kind="png", scale=scale, border=_QUIET, dark=_DARK, light="#FFFFFF")
    key = hashlib.sha256(f"qr 1\x1f{address}".encode()).hexdigest()[:32]
    return Picture(name=f"obole-qr-{key[:12]}.png", png=out.getvalue(), alt=alt, key=key)


def qr_svg(address: str) -> bytes:
    """Return the same as a scalable SVG. Raises ValueError as above."""
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(
        out, kind="svg", border=_QUIET, dark=_DARK, light="#FFFFFF", omitsize=True, svgclass=None, lineclass=None
    )
    return out.getvalue()
