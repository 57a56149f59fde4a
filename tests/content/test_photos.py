"""Pictures that staff send are taken in upright and small, or refused; no file breaks the answer."""

import io

import pytest
from PIL import Image

from content.photos import WIDEST, NoPicture, take

_ORIENTATION, _TURNED = 0x0112, 6


def camera(form: str, size: tuple[int, int] = (4, 3)) -> bytes:
    """A picture as a phone writes it: lying, with a note how to turn it."""
    notes = Image.Exif()
    notes[_ORIENTATION] = _TURNED
    notes[0x010E] = "hello"
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, form, exif=notes)
    return written.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_upright_and_keeps_nothing_of_the_camera(form: str) -> None:
    with Image.open(io.BytesIO(take(camera(form, (2400, 1200))))) as shown:
        assert (shown.format, shown.width <= WIDEST, shown.height > shown.width) == ("PNG", True, True)
        assert not shown.getexif()


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says what is odd about a file
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_spoilt_file_is_taken_or_refused_and_nothing_else(form: str) -> None:
    whole = camera(form)
    for at in range(min(200, len(whole))):
        for byte in (2, 4, 5, 7, 12):
            spoilt = whole[:at] + bytes([byte]) + whole[at + 1 :]
            try:
                assert take(spoilt).startswith(b"\x89PNG")
            except NoPicture:
                continue


def test_what_is_none_is_refused() -> None:
    for none in (b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", camera("JPEG")[:80]):
        with pytest.raises(NoPicture):
            take(none)
