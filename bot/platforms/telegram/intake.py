"""The queue between receiving and handling updates: bounded, many people at once, each person's in order."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from telegram import Update

from bot.platforms.telegram.pasted import PATIENCE_SECONDS, is_full, joined, may_continue
from bot.tracing import traced

logger = logging.getLogger(__name__)

MAX_WAITING = 1000
MAX_WAITING_EACH = 20  # further updates of one person are dropped
AT_ONCE = 64


class Intake:
    """Accepts updates at once and handles them in the background.

    When it is full, `put` waits (so polling pauses) and `offer` returns False (so Telegram sends again later).
    """

    def __init__(
        self,
        handle: Callable[[Update], Awaitable[None]],
        *,
        report: Callable[[Exception, str], object],
        max_waiting: int = MAX_WAITING,
        at_once: int = AT_ONCE,
    ) -> None:
        self._handle = handle
        self._report = report
        self._waiting: asyncio.Queue[Update] = asyncio.Queue(max_waiting)
        self._queues: dict[int, deque[Update]] = {}  # of each person whose update is being handled
        self._arrivals: dict[int, asyncio.Event] = {}  # of people whose long text may go on
        self._stopping = False
        self._at_once = at_once
        self._workers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start the workers. Needs a running event loop."""
        self._stopping = False
        self._workers = [asyncio.create_task(self._work(), name=f"telegram intake {n}") for n in range(self._at_once)]

    @property
    def workers(self) -> Sequence[asyncio.Task[None]]:
        """The tasks that handle updates; they end only when stopped."""
        return self._workers

    async def put(self, update: Update) -> None:
        """Accept the update, waiting for room."""
        await self._waiting.put(update)

    def offer(self, update: Update) -> bool:
        """Accept the update if there is room. Return whether there was."""
        try:
            self._waiting.put_nowait(update)
        except asyncio.QueueFull:
            return False
        return True

    async def stop(self, patience: float) -> None:
        """Handle accepted updates for at most `patience` seconds, then drop the rest."""
        if not self._workers:
            return
        self._stopping = True
        for arrival in self._arrivals.values():
            arrival.set()
        try:
            async with asyncio.timeout(patience):
                await self._waiting.join()
        except TimeoutError:
            logger.warning("stopped before all Telegram updates were handled")
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        self._workers = []

    async def _work(self) -> None:
        while True:
            update = await self._waiting.get()
            person = update.effective_user.id if update.effective_user else update.update_id
            if (queue := self._queues.get(person)) is None:
                await self._answer(person, deque([update]))
            elif len(queue) < MAX_WAITING_EACH:
                queue.append(update)  # handled next by the worker that answers this person
                if person in self._arrivals:
                    self._arrivals[person].set()
            else:
                self._waiting.task_done()

    async def _answer(self, person: int, queue: deque[Update]) -> None:
        """Handle a person's updates in order: a preference turned off and on again must end up on."""
        self._queues[person] = queue
        try:
            while queue:
                await self._handle_safely(await self._with_rest(person, queue))
        finally:
            del self._queues[person]

    async def _with_rest(self, person: int, queue: deque[Update]) -> Update:
        """Return the next update; a long text together with the messages that an app cut the rest of it into."""
        update = piece = queue.popleft()
        while may_continue(piece):
            if not queue and not await self._one_more_arrives(person):
                return update
            whole = _joined(update, queue[0], after_full=is_full(piece))
            if whole is None:
                return update
            update, piece = whole, queue.popleft()
            self._waiting.task_done()
        return update

    async def _one_more_arrives(self, person: int) -> bool:
        arrival = self._arrivals[person] = asyncio.Event()
        try:
            if not self._stopping:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await arrival.wait()
        except TimeoutError:
            pass
        finally:
            del self._arrivals[person]
        return bool(self._queues[person])

    async def _handle_safely(self, update: Update) -> None:
        try:
            with traced():
                await self._handle(update)
        except Exception as error:
            self._report(error, "answers on telegram")
        finally:
            self._waiting.task_done()


def _joined(first: Update, second: Update, *, after_full: bool) -> Update | None:
    try:
        return joined(first, second, after_full=after_full)
    except Exception:  # an odd message must not end the worker
        logger.exception("two pieces of a text could not be joined")
        return None
