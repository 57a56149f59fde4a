"""Replies within a budget per person: someone who writes faster gets fewer replies, at no cost to others.

Actions are carried out before their reply gets here, so only replies are ever left out.
"""

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from bot.usecases.ports import RetryLater

logger = logging.getLogger(__name__)

Send = Callable[[], Awaitable[None]]  # all messages of one reply, one after the other
Monotonic = Callable[[], float]  # seconds; never goes back
Sleep = Callable[[float], Awaitable[None]]

_LONGEST_HOLD = 1.0  # seconds, at most, that a person's next action waits for the previous reply


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyBudget:
    """`burst` replies at once, then one every `every` seconds.

    A reply of several messages, such as a preview, counts as one: the pacer counts messages.
    """

    burst: int = 3
    every: float = 3.0


class Pacing(Protocol):
    """The pace of the whole bot, for replies. Chats have the platform's IDs."""

    async def reply_slot(self, chat: str, /) -> None:
        """Wait until a reply may leave. Raises RetryLater if that would be too late."""

    def on_retry_later(self, chat: str, error: RetryLater, /) -> None:
        """Pause as the platform asked."""


class NoPacing:
    """A Pacing without limits."""

    async def reply_slot(self, chat: str, /) -> None: ...

    def on_retry_later(self, chat: str, error: RetryLater, /) -> None: ...


@dataclass(slots=True)
class _PersonQueue:
    """One person's replies: those within the budget, and the newest of those beyond it."""

    replies_left: float  # replies left in the budget at `updated_at`
    updated_at: float
    within_budget: deque[tuple[Send, asyncio.Event]] = field(default_factory=deque)
    newest: Send | None = None
    task: asyncio.Task[None] | None = None


class Replies:
    """Sends replies in the background, each person's in their order."""

    def __init__(
        self, budget: ReplyBudget | None, *, monotonic: Monotonic | None = None, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._budget = budget or ReplyBudget(burst=1_000_000)
        self._monotonic = monotonic
        self._sleep = sleep
        self._queues: OrderedDict[str, _PersonQueue] = OrderedDict()  # the most recent ones at the end

    async def send_reply(self, person: str, send: Send) -> None:
        """Queue a reply. Return once it is sent, after a second at most, or at once if it must wait for the budget.

        A newer reply replaces one that waits for the budget.
        """
        queue = self._queue_of(person)
        sent = None
        if queue.newest is None and self._wait(queue) <= 0:
            queue.replies_left -= 1
            sent = asyncio.Event()
            queue.within_budget.append((send, sent))
        else:
            queue.newest = send
        if queue.task is None:
            queue.task = asyncio.create_task(self._serve(queue))
        if sent is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_HOLD):
                    await sent.wait()

    async def stop(self, patience: float) -> None:
        """Send queued replies for at most `patience` seconds, then cancel the rest."""
        tasks = [queue.task for queue in self._queues.values() if queue.task is not None]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _serve(self, queue: _PersonQueue) -> None:
        try:
            while queue.within_budget or queue.newest:
                if queue.within_budget:
                    send, sent = queue.within_budget.popleft()
                    await _safely(send)
                    sent.set()
                elif (wait := self._wait(queue)) > 0:
                    await self._sleep(wait)
                elif queue.newest is not None:
                    send, queue.newest = queue.newest, None
                    queue.replies_left -= 1
                    await _safely(send)
        finally:
            queue.task = None

    def _wait(self, queue: _PersonQueue) -> float:
        """Return the seconds until the budget has room for one reply."""
        now = self._now()
        queue.replies_left = min(self._budget.burst, queue.replies_left + (now - queue.updated_at) / self._budget.every)
        queue.updated_at = now
        return (1 - queue.replies_left) * self._budget.every

    def _queue_of(self, person: str) -> _PersonQueue:
        """Return this person's queue. Drop idle queues with a full budget: new ones would be the same."""
        now = self._now()
        queue = self._queues.pop(person, None) or _PersonQueue(self._budget.burst, now)
        self._queues[person] = queue
        while (oldest := next(iter(self._queues.values()))) is not queue and self._is_idle(oldest, now):
            self._queues.popitem(last=False)
        return queue

    def _is_idle(self, queue: _PersonQueue, now: float) -> bool:
        replies_left = queue.replies_left + (now - queue.updated_at) / self._budget.every
        return queue.task is None and replies_left >= self._budget.burst

    def _now(self) -> float:
        return asyncio.get_running_loop().time() if self._monotonic is None else self._monotonic()


async def _safely(send: Send) -> None:
    try:
        await send()
    except Exception:
        logger.exception("a reply could not be sent")
