"""QR codes: an address as a picture, to show on a phone or to print. Making one takes milliseconds."""

import hashlib
import io

import segno

from content.cards import Picture

_DARK = "#1F2A37"  # the house's ink, on white: what cameras read best
_QUIET = 4  # modules of white around it, as the standard asks
_SIDE = 900  # pixels, at least: sharp on paper


def qr_picture(address: str, alt: str) -> Picture:
    """The address as a square PNG, which survives a fold or a stain (error correction M). Raises ValueError for more
    than some 2,300 characters."""
    code = segno.make_qr(address, error="m")
    scale = -(-_SIDE // code.symbol_size(border=_QUIET)[0])
    out = io.BytesIO()
    code.save(out, kind="png", scale=scale, border=_QUIET, dark=_DARK, light="#FFFFFF")
    key = hashlib.sha256(f"qr 1\x1f{address}".encode()).hexdigest()[:32]
    return Picture(name=f"obole-qr-{key[:12]}.png", png=out.getvalue(), alt=alt, key=key)


def qr_svg(address: str) -> bytes:
    """The same as an SVG, which a printer enlarges as it likes. Raises ValueError as above."""
    out = io.BytesIO()
    segno.make_qr(address, error="m").save(
        out, kind="svg", border=_QUIET, dark=_DARK, light="#FFFFFF", omitsize=True, svgclass=None, lineclass=None
    )
    return out.getvalue()
