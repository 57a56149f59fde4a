"""Background tasks of one process: none ends unnoticed, and shutdown ends in time even if something is stuck."""

import asyncio
import gc
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

TASK_SECONDS = 4.0  # for a cancelled task to end
SHUTDOWN_SECONDS = 8.0  # from the signal to the end of the process; Docker kills after 10


class EndedUnexpectedly(Exception):
    """A background task ended that should have run as long as the process. Its error is the `__cause__`."""


class Supervisor:
    """Starts background tasks, and reports the first that ends unexpectedly."""

    def __init__(self) -> None:
        self._ended = asyncio.Event()
        self._first: asyncio.Task[None] | None = None

    def start(self, stack: AsyncExitStack, name: str, coroutine: Coroutine[None, None, None]) -> None:
        """Run `work` beside us until the stack is left. It is not meant to end before."""
        task = asyncio.create_task(coroutine, name=name)
        task.add_done_callback(self._on_end)

        async def end() -> None:
            task.remove_done_callback(self._on_end)
            task.cancel()
            await asyncio.wait([task], timeout=TASK_SECONDS)
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                log.error("%s failed while it was stopped", name, exc_info=error)

        stack.push_async_callback(end)

    async def wait_for_end(self) -> None:
        """Wait until a task ends. Raises EndedUnexpectedly from the task's error, if any."""
        await self._ended.wait()
        assert self._first is not None
        error = None if self._first.cancelled() else self._first.exception()
        raise EndedUnexpectedly(f"{self._first.get_name()} ended unexpectedly") from error

    def _on_end(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        log.critical("%s ended unexpectedly", task.get_name(), exc_info=error)
        self._first = self._first or task
        self._ended.set()


class StopSignals:
    """Handles SIGTERM and SIGINT: the first asks for an orderly shutdown, a second one or the deadline exits at once.

    A thread enforces the deadline, since the event loop may be stuck, or an SQLite thread that waits for a lock.
    Messages being sent are then in doubt, as after a crash.
    """

    def __init__(self, *, seconds: float = SHUTDOWN_SECONDS, end: Callable[[int], Any] = os._exit) -> None:
        self.stop_requested = asyncio.Event()
        self._seconds = seconds
        self._end = end
        self._loop = asyncio.get_running_loop()
        self._deadline: threading.Timer | None = None

    def listen(self) -> None:
        """Install the handlers. They use `signal`, since handlers of the event loop do not run while it is busy."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def start_deadline(self) -> None:
        """Start the countdown to a forced exit."""
        if self._deadline is None:
            self._deadline = threading.Timer(self._seconds, self._too_late)
            self._deadline.daemon = True
            self._deadline.start()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._deadline is not None:
            self._end(1)
        self.start_deadline()
        self._loop.call_soon_threadsafe(self.stop_requested.set)

    def _too_late(self) -> None:
        sys.stderr.write(f"not stopped within {self._seconds:.0f} s: exiting at once\n")
        sys.stderr.flush()
        self._end(1)


async def run_until(stop_requested: asyncio.Event, supervisor: Supervisor) -> None:
    """Return once `stop` is set. Raises EndedUnexpectedly if a background task ends before."""
    watching = asyncio.create_task(supervisor.wait_for_end())
    waiting = asyncio.create_task(stop_requested.wait())
    try:
        await asyncio.wait([watching, waiting], return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
    finally:
        watching.cancel()
        waiting.cancel()
        await asyncio.gather(watching, waiting, return_exceptions=True)


async def first_end(tasks: Iterable[asyncio.Task[None]]) -> NoReturn:
    """Wait until one of the tasks ends, which none should. Raises its error, or RuntimeError if it has none.

    Cancelling this does not cancel the tasks.
    """
    done, _ = await asyncio.wait(list(tasks), return_when=asyncio.FIRST_COMPLETED)
    task = next(iter(done))
    if not task.cancelled():
        task.result()
    raise RuntimeError(f"{task.get_name()} ended without an error")


async def run_together(coroutines: Mapping[str, Coroutine[None, None, None]]) -> NoReturn:
    """Run coroutines that never end, by name. When one ends, cancel the others and raise its error.

    A TaskGroup would not notice one that returns or is cancelled.
    """
    tasks = [asyncio.create_task(coroutine, name=name) for name, coroutine in coroutines.items()]
    try:
        await first_end(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def tune_memory() -> None:
    """Exempt the objects loaded at start from garbage collection, which would pause us for 0.1 s (see gc.freeze)."""
    gc.collect()
    gc.freeze()
