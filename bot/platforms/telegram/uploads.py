"""File IDs of pictures on Telegram: each picture is uploaded once, then sent by its ID."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from content.cards import Picture

MAX_KNOWN = 1024


class Uploads:
    """File IDs by Picture.key, the least recently used dropped first. In memory: after a restart, all upload again."""

    def __init__(self, limit: int = MAX_KNOWN) -> None:
        self._limit = limit
        self._known: OrderedDict[str, str] = OrderedDict()
        self._uploading: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def file_id_or_upload(self, picture: Picture) -> AsyncIterator[str | None]:
        """Yield the picture's file ID, or None: then the caller uploads it while others wait for the ID."""
        while (file_id := self._known.get(picture.key)) is None and picture.key in self._uploading:
            await self._uploading[picture.key].wait()
        if file_id is not None:
            self._known.move_to_end(picture.key)
            yield file_id
            return
        done = self._uploading[picture.key] = asyncio.Event()
        try:
            yield None
        finally:
            del self._uploading[picture.key]
            done.set()

    def file_id(self, picture: Picture) -> str | None:
        """Return the picture's file ID, or None if it was not uploaded."""
        return self._known.get(picture.key)

    def remember(self, picture: Picture, file_id: str) -> None:
        """Store the file ID of an uploaded picture."""
        self._known[picture.key] = file_id
        self._known.move_to_end(picture.key)
        while len(self._known) > self._limit:
            self._known.popitem(last=False)

    def forget(self, picture: Picture) -> None:
        """Drop a file ID that Telegram no longer accepts."""
        self._known.pop(picture.key, None)
