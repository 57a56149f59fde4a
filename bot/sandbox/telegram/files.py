"""Pictures and documents uploaded by the bot: file ids and their bytes."""

from __future__ import annotations

import random
import struct
from collections import OrderedDict
from dataclasses import dataclass
from mimetypes import guess_type

from bot.sandbox.kit import Json, random_text
from bot.sandbox.telegram.errors import bad

SIZES = (90, 320, 800, 1280)
MOST_BYTES = 10 * 2**20
MOST_DOCUMENT = 50 * 2**20  # core.telegram.org/bots/api#senddocument: "files of any type of up to 50 MB"


class Upload(bytes):
    """Uploaded bytes with the name of their file."""

    name: str

    def __new__(cls, content: bytes, name: str) -> Upload:
        upload = super().__new__(cls, content)
        upload.name = name
        return upload


@dataclass(frozen=True)
class Photo:
    content: bytes
    path: str
    sizes: tuple[Json, ...]  # PhotoSize objects, the largest last


class Files:
    """The last `keep` pictures. All sizes of a picture share its bytes: nothing is scaled here."""

    def __init__(self, rng: random.Random, keep: int) -> None:
        self._rng, self._keep, self._made = rng, keep, 0
        self._photos: OrderedDict[str, Photo] = OrderedDict()  # by the largest size's file id
        self._largest: dict[str, str] = {}
        self._documents: OrderedDict[str, bytes] = OrderedDict()

    def add_photo(self, content: bytes) -> Photo:
        """Store a picture. Raises Refused if Telegram does not accept it as a photo."""
        if len(content) > MOST_BYTES:
            size = len(content)
            raise bad(f"file of size {size} bytes is too big for a photo; the maximum size is {MOST_BYTES} bytes")
        width, height = _measure(content)
        if width + height > 10_000 or not 1 / 20 <= width / height <= 20:
            raise bad("PHOTO_INVALID_DIMENSIONS")
        sizes = []
        for side in [s for s in SIZES if s < max(width, height)] or [max(width, height)]:
            sizes.append(self._size(len(content), width, height, side))
        if len(sizes) < len(SIZES) and sizes[-1]["width"] < width:
            sizes.append(self._size(len(content), width, height, max(width, height)))
        self._made += 1
        suffix = "jpg" if content.startswith(b"\xff\xd8") else "png"
        photo = Photo(content, f"photos/file_{self._made}.{suffix}", tuple(sizes))
        self._keep_photo(photo)
        return photo

    def add_document(self, content: bytes | str) -> Json:
        """Store a file and return its Document. Raises Refused for a file that is empty, too large or not uploaded."""
        if not isinstance(content, Upload):
            raise bad("wrong remote file identifier specified: Wrong character in the string")
        if not content:
            raise bad("file must be non-empty")
        if len(content) > MOST_DOCUMENT:
            raise bad(f"file of size {len(content)} bytes is too big for a document")
        file_id = "BQACAgQAAxkDAAI" + random_text(self._rng, 56)
        self._documents[file_id] = content
        if len(self._documents) > self._keep:
            self._documents.popitem(last=False)
        return {
            "file_id": file_id,
            "file_unique_id": "AgAD" + random_text(self._rng, 12),
            "file_name": content.name,
            "mime_type": guess_type(content.name)[0] or "application/octet-stream",
            "file_size": len(content),
        }

    def document(self, file_id: str) -> bytes | None:
        """Return the content of a document, or None if it is unknown or forgotten."""
        return self._documents.get(file_id)

    def photo(self, file_id: str) -> Photo:
        """Return the picture with this file id. Raises Refused (400) if the id is unknown or forgotten."""
        photo = self._photos.get(self._largest.get(file_id, ""))
        if photo is None:
            raise bad("wrong remote file identifier specified: Wrong character in the string")
        return photo

    def size(self, file_id: str) -> Json:
        return next(s for s in self.photo(file_id).sizes if s["file_id"] == file_id)

    def at(self, path: str) -> bytes | None:
        return next((p.content for p in self._photos.values() if p.path == path), None)

    def _size(self, length: int, width: int, height: int, side: int) -> Json:
        scale = side / max(width, height)
        return {
            "file_id": "AgACAgQAAxkDAAI" + random_text(self._rng, 56),
            "file_unique_id": "AQAD" + random_text(self._rng, 12),
            "file_size": length,
            "width": max(1, round(width * scale)),
            "height": max(1, round(height * scale)),
        }

    def _keep_photo(self, photo: Photo) -> None:
        largest = photo.sizes[-1]["file_id"]
        self._photos[largest] = photo
        self._largest.update({size["file_id"]: largest for size in photo.sizes})
        if len(self._photos) > self._keep:
            _, old = self._photos.popitem(last=False)
            for size in old.sizes:
                del self._largest[size["file_id"]]


def _measure(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG or JPEG. Raises Refused for anything else."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        if width and height:
            return width, height
    if content[:2] == b"\xff\xd8":
        at = 2
        while at + 9 <= len(content) and content[at] == 0xFF:
            marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
            if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                height, width = struct.unpack(">HH", content[at + 5 : at + 9])
                return width, height
            at += 2 + length
    raise bad("IMAGE_PROCESS_FAILED")
