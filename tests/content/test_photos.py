"""Pictures from staff are turned upright and made small, or refused; no file causes another error."""

import contextlib
import io
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

import bot
import content
import payments
from content.pictures import photos
from content.pictures.canvas import cover
from content.pictures.photos import WIDEST, NoPicture, take

_ORIENTATION, _TURNED = 0x0112, 6


def camera(form: str, size: tuple[int, int] = (4, 3)) -> bytes:
    """Return a picture as a phone writes it: sideways, with its orientation in the metadata."""
    notes = Image.Exif()
    notes[_ORIENTATION] = _TURNED
    notes[0x010E] = "hello"
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, form, exif=notes)
    return written.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_picture_is_upright_and_without_camera_metadata(form: str) -> None:
    with Image.open(io.BytesIO(take(camera(form, (2400, 1200))))) as shown:
        assert (shown.format, shown.width <= WIDEST, shown.height > shown.width) == ("PNG", True, True)
        assert not shown.getexif()


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns about unusual files
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_corrupt_file_is_accepted_or_refused(form: str) -> None:
    whole = camera(form)
    for at in range(min(200, len(whole))):
        for byte in (2, 4, 5, 7, 12):
            spoilt = whole[:at] + bytes([byte]) + whole[at + 1 :]
            try:
                assert take(spoilt).startswith(b"\x89PNG")
            except NoPicture:
                continue


def blank(width: int, height: int, mode: str) -> bytes:
    written = io.BytesIO()
    Image.new(mode, (width, height)).save(written, "PNG", compress_level=1)
    return written.getvalue()


@pytest.mark.parametrize("mode", ["1", "RGBA"])
def test_picture_above_twelve_megapixels_is_never_opened(mode: str) -> None:
    """This includes one-bit pictures, whose pixels take three bytes once unpacked for drawing."""
    most, more = blank(4032, 3024, mode), blank(4032, 3025, mode)
    assert take(most) and cover(most, (40, 60))
    assert cover(more, (40, 60)) is None
    with pytest.raises(NoPicture):
        take(more)


def test_pictures_are_opened_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, opened, together = camera("PNG"), [], threading.Barrier(2, timeout=0.2)
    unpack = photos._upright

    def unpack_slowly(image: bytes) -> Image.Image:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait()
            opened.append("two at a time")
        return unpack(image)

    monkeypatch.setattr(photos, "_upright", unpack_slowly)
    with ThreadPoolExecutor(4) as threads:
        for work in (take, take, lambda data: cover(data, (2, 2)), lambda data: cover(data, (3, 3))):
            threads.submit(work, picture)
    assert not opened


def test_no_other_module_opens_pictures() -> None:
    rooms = [folder for package in (bot, content, payments) for folder in package.__path__]
    opening = {
        file.name
        for room in rooms
        for file in Path(room).rglob("*.py")
        if re.search(r"Image\.(open|frombytes|frombuffer)|ImageFile|\.fromqpixmap", file.read_text(encoding="utf-8"))
    }
    assert opening == {"photos.py"}


def test_other_file_is_refused() -> None:
    for none in (b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", camera("JPEG")[:80]):
        with pytest.raises(NoPicture):
            take(none)
