"""Replies to people, within a budget for each: who writes faster gets fewer answers, and costs nobody else any.

What somebody does is carried out before its reply comes here, so that only words are left out.
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

_HELD_UP = 1.0  # seconds, at most, that the next act of a person waits for the reply to the one before


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyBudget:
    """`burst` replies at once, and after that one every `every` seconds.

    A reply of several messages, such as previews, counts as one: the pacer counts messages.
    """

    burst: int = 3
    every: float = 3.0


class Pacing(Protocol):
    """How replies keep to the pace of the whole bot. Chats are named as the platform names them."""

    async def reply_slot(self, chat: str, /) -> None:
        """Wait until a reply may leave. Raises RetryLater where that would be too late."""

    def on_retry_later(self, chat: str, why: RetryLater, /) -> None:
        """Take in that the platform wants a pause."""


class NoPacing:
    """Stands in where no pacer is plugged in."""

    async def reply_slot(self, chat: str, /) -> None: ...

    def on_retry_later(self, chat: str, why: RetryLater, /) -> None: ...


@dataclass(slots=True)
class _Line:
    """One person's replies. `accepted` fit into the budget; of what does not, only the newest is kept."""

    left: float  # replies of the budget
    at: float  # when that was so
    accepted: deque[tuple[Send, asyncio.Event]] = field(default_factory=deque)
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
        self._lines: OrderedDict[str, _Line] = OrderedDict()  # those heard of last are at the end

    async def give(self, person: str, send: Send) -> None:
        """Have a reply sent. Return once it is, or after a second; at once where it must wait for the budget.

        While it waits for the budget, a newer reply takes its place.
        """
        line = self._line(person)
        sent = None
        if line.newest is None and self._wait(line) <= 0:
            line.left -= 1
            sent = asyncio.Event()
            line.accepted.append((send, sent))
        else:
            line.newest = send
        if line.task is None:
            line.task = asyncio.create_task(self._serve(line))
        if sent is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(sent.wait(), _HELD_UP)

    async def stop(self, patience: float) -> None:
        """Send what is under way for at most `patience` seconds, then give up the rest."""
        tasks = [line.task for line in self._lines.values() if line.task is not None]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _serve(self, line: _Line) -> None:
        try:
            while line.accepted or line.newest:
                if line.accepted:
                    send, sent = line.accepted.popleft()
                    await _safely(send)
                    sent.set()
                elif (wait := self._wait(line)) > 0:
                    await self._sleep(wait)
                elif line.newest is not None:
                    send, line.newest = line.newest, None
                    line.left -= 1
                    await _safely(send)
        finally:
            line.task = None

    def _wait(self, line: _Line) -> float:
        """Seconds until the budget has room for one reply."""
        now = self._now()
        line.left = min(self._budget.burst, line.left + (now - line.at) / self._budget.every)
        line.at = now
        return (1 - line.left) * self._budget.every

    def _line(self, person: str) -> _Line:
        """This person's line; those whose budget is whole again are forgotten, since a new one would be the same."""
        now = self._now()
        line = self._lines.pop(person, None) or _Line(self._budget.burst, now)
        self._lines[person] = line
        while (oldest := next(iter(self._lines.values()))) is not line and self._is_whole(oldest, now):
            self._lines.popitem(last=False)
        return line

    def _is_whole(self, line: _Line, now: float) -> bool:
        left = line.left + (now - line.at) / self._budget.every
        return line.task is None and left >= self._budget.burst

    def _now(self) -> float:
        return asyncio.get_running_loop().time() if self._monotonic is None else self._monotonic()


async def _safely(send: Send) -> None:
    try:
        await send()
    except Exception:
        logger.exception("a reply could not be sent")
