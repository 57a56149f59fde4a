"""Wait for a condition: the only place where tests poll."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(happened: Callable[[], object | Awaitable[object]], within: float = 15, every: float = 0.01) -> None:
    """Wait until `happened` is true, checking every `every` seconds (0: at each step of the event loop).

    Raises TimeoutError after `within` seconds.
    """
    async with asyncio.timeout(within):
        while True:
            found = happened()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(every)
