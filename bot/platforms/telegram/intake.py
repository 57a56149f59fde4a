"""Updates between the door and the handlers: bounded, many people at once, each person's in their order."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from telegram import Update

logger = logging.getLogger(__name__)

MAX_WAITING = 1000
MAX_WAITING_EACH = 20  # who taps faster than they can be answered loses what is above this
AT_ONCE = 64


class Intake:
    """Takes updates in at once and has them handled in the background.

    When it is full, `put` waits (so polling pauses) and `offer` says no (so Telegram sends again later).
    """

    def __init__(
        self,
        handle: Callable[[Update], Awaitable[None]],
        *,
        max_waiting: int = MAX_WAITING,
        at_once: int = AT_ONCE,
    ) -> None:
        self._handle = handle
        self._waiting: asyncio.Queue[Update] = asyncio.Queue(max_waiting)
        self._lines: dict[int, deque[Update]] = {}  # of each person who is being answered right now
        self._at_once = at_once
        self._workers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to handle what comes in. Needs a running loop."""
        self._workers = [asyncio.create_task(self._work(), name=f"telegram intake {n}") for n in range(self._at_once)]

    @property
    def workers(self) -> Sequence[asyncio.Task[None]]:
        """The tasks that handle updates, which end only when they are stopped."""
        return self._workers

    async def put(self, update: Update) -> None:
        """Take the update in, waiting for room."""
        await self._waiting.put(update)

    def offer(self, update: Update) -> bool:
        """Take the update in if there is room."""
        try:
            self._waiting.put_nowait(update)
        except asyncio.QueueFull:
            return False
        return True

    async def stop(self, patience: float) -> None:
        """Handle what has been taken in for at most `patience` seconds, then give up the rest."""
        if not self._workers:
            return
        try:
            await asyncio.wait_for(self._waiting.join(), patience)
        except TimeoutError:
            logger.warning("stopped with Telegram updates still in work")
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._workers = []

    async def _work(self) -> None:
        while True:
            update = await self._waiting.get()
            who = update.effective_user.id if update.effective_user else update.update_id  # read when it came in
            if (line := self._lines.get(who)) is None:
                await self._answer(who, deque([update]))
            elif len(line) < MAX_WAITING_EACH:
                line.append(update)  # the worker that answers this person takes it next
            else:
                self._waiting.task_done()

    async def _answer(self, who: int, line: deque[Update]) -> None:
        """Handle a person's updates one after the other: a preference set off and on again must end up on."""
        self._lines[who] = line
        try:
            while line:
                await self._handle_safely(line.popleft())
        finally:
            del self._lines[who]

    async def _handle_safely(self, update: Update) -> None:
        try:
            await self._handle(update)
        except Exception:
            logger.exception("a Telegram update could not be handled")
        finally:
            self._waiting.task_done()
