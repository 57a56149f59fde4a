"""Background tasks of one process."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack

log = logging.getLogger(__name__)

_STOP_WITHIN = 4.0  # seconds; whoever runs us expects an end within 5


async def background(stack: AsyncExitStack, name: str, work: Coroutine[None, None, None]) -> None:
    """Run something beside us until the stack is left."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_say_if_it_broke)

    async def end() -> None:
        task.cancel()
        await asyncio.wait([task], timeout=_STOP_WITHIN)

    stack.push_async_callback(end)


def _say_if_it_broke(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("%s ended unexpectedly", task.get_name(), exc_info=task.exception())
