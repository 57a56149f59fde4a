"""The background tasks of one process: none may end unnoticed, and stopping ends in time whatever is stuck."""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack
from types import FrameType
from typing import Any, NoReturn

log = logging.getLogger(__name__)

TASK_SECONDS = 4.0  # that one task may take to end once it is cancelled
SHUTDOWN_SECONDS = 8.0  # from the signal to the end of the process; Docker kills after 10


class EndedUnexpectedly(Exception):
    """A background task ended that should have run as long as the process; its error is the cause."""


class Supervisor:
    """Starts background tasks, and knows when one of them ended by itself."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()
        self._first: asyncio.Task[None] | None = None

    def start(self, stack: AsyncExitStack, name: str, work: Coroutine[None, None, None]) -> None:
        """Run `work` beside us until the stack is left. It is not meant to end before."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._note_end)

        async def end() -> None:
            task.remove_done_callback(self._note_end)
            task.cancel()
            await asyncio.wait([task], timeout=TASK_SECONDS)
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                log.error("%s failed while it was stopped", name, exc_info=error)

        stack.push_async_callback(end)

    async def wait_for_end(self) -> None:
        """Wait until a task ends by itself. Raises EndedUnexpectedly, caused by the task's error where it has one."""
        await self._ended.wait()
        assert self._first is not None
        error = None if self._first.cancelled() else self._first.exception()
        raise EndedUnexpectedly(f"{self._first.get_name()} ended unexpectedly") from error

    def _note_end(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        log.critical("%s ended unexpectedly", task.get_name(), exc_info=error)
        self._first = self._first or task
        self._ended.set()


class StopSignals:
    """SIGTERM and SIGINT ask for an orderly end; a second one, or the deadline, ends the process at once.

    The deadline is kept by a thread, since the event loop itself may be what is stuck, or a thread of SQLite's that
    waits for a lock. What was being sent is then in doubt, as after a crash.
    """

    def __init__(self, *, seconds: float = SHUTDOWN_SECONDS, end: Callable[[int], Any] = os._exit) -> None:
        self.told = asyncio.Event()
        self._seconds = seconds
        self._end = end
        self._loop = asyncio.get_running_loop()
        self._deadline: threading.Timer | None = None

    def listen(self) -> None:
        """Handle both signals from now on. A handler of Python's own also runs while the loop is busy."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._heard)

    def start_deadline(self) -> None:
        """Give the process so many seconds from now to end."""
        if self._deadline is None:
            self._deadline = threading.Timer(self._seconds, self._too_late)
            self._deadline.daemon = True
            self._deadline.start()

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        if self._deadline is not None:
            self._end(1)
        self.start_deadline()
        self._loop.call_soon_threadsafe(self.told.set)

    def _too_late(self) -> None:
        sys.stderr.write(f"not stopped within {self._seconds:.0f} s: ended at once\n")
        sys.stderr.flush()
        self._end(1)


async def run_until(told: asyncio.Event, supervisor: Supervisor) -> None:
    """Return once we are told to stop. Raises EndedUnexpectedly where a background task ends before."""
    watching = asyncio.create_task(supervisor.wait_for_end())
    waiting = asyncio.create_task(told.wait())
    try:
        await asyncio.wait([watching, waiting], return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
    finally:
        watching.cancel()
        waiting.cancel()
        await asyncio.gather(watching, waiting, return_exceptions=True)


async def first_end(tasks: Iterable[asyncio.Task[None]]) -> NoReturn:
    """Wait until one of some tasks ends, which none should. Raises its error, or RuntimeError where it has none.

    The tasks go on when this is cancelled.
    """
    done, _ = await asyncio.wait(list(tasks), return_when=asyncio.FIRST_COMPLETED)
    task = next(iter(done))
    if not task.cancelled():
        task.result()
    raise RuntimeError(f"{task.get_name()} ended without an error")


async def run_together(works: Mapping[str, Coroutine[None, None, None]]) -> NoReturn:
    """Run some coroutines, by name, that never end. Raises what ends the first of them, and cancels the others.

    A TaskGroup would not notice one that returns or is cancelled.
    """
    tasks = [asyncio.create_task(work, name=name) for name, work in works.items()]
    try:
        await first_end(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
