"""Which pictures Telegram has already: each is uploaded once and then named by its file id."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from content.cards import Picture

MAX_KNOWN = 1024


class Uploads:
    """File ids by Picture.key, the least used forgotten first. In memory: after a restart all go up again."""

    def __init__(self, limit: int = MAX_KNOWN) -> None:
        self._limit = limit
        self._known: OrderedDict[str, str] = OrderedDict()
        self._under_way: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def turn(self, picture: Picture) -> AsyncIterator[str | None]:
        """The picture's file id, or None: then the caller uploads it, and others wait to use that copy."""
        while (file_id := self._known.get(picture.key)) is None and picture.key in self._under_way:
            await self._under_way[picture.key].wait()
        if file_id is not None:
            self._known.move_to_end(picture.key)
            yield file_id
            return
        done = self._under_way[picture.key] = asyncio.Event()
        try:
            yield None
        finally:
            del self._under_way[picture.key]
            done.set()

    def known(self, picture: Picture) -> str | None:
        """The picture's file id, where Telegram has it."""
        return self._known.get(picture.key)

    def remember(self, picture: Picture, file_id: str) -> None:
        """Telegram has it now under this id."""
        self._known[picture.key] = file_id
        self._known.move_to_end(picture.key)
        while len(self._known) > self._limit:
            self._known.popitem(last=False)

    def forget(self, picture: Picture) -> None:
        """Telegram no longer knows the id it gave."""
        self._known.pop(picture.key, None)
