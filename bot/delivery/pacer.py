"""How fast messages may leave: overall and per chat, with a halt of everything when the platform asks for it.

Telegram takes about 30 messages a second overall and one a second in one chat (its FAQ for bots). Answers to a
person go first, since they wait for nobody: they reserve a slot ahead of what is queued.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Monotonic = Callable[[], float]  # seconds; never goes back
Sleep = Callable[[float], Awaitable[None]]

_CHATS_REMEMBERED = 10_000
_NEVER = (float("-inf"), float("-inf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most `overall` sends in any `window` seconds, and `per_chat` seconds between two in one chat."""

    overall: int
    window: float = 1.0
    per_chat: float = 0.0


TELEGRAM = Pace(overall=30, per_chat=1.0)
DISCORD = Pace(overall=20, per_chat=0.25)  # discord.py keeps the buckets; this keeps background work modest


class Pacer:
    """One for each bot. `slot` waits until a message to a chat may leave; `halt` stops every lane."""

    def __init__(self, pace: Pace, *, monotonic: Monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self._pace = pace
        self._monotonic = monotonic
        self._sleep = sleep
        self._recent: deque[float] = deque(maxlen=pace.overall)
        self._last_in: dict[str, tuple[float, float]] = {}  # the last two of each chat
        self._halted_until = 0.0
        self._answers_waiting = 0

    def halt(self, seconds: float) -> None:
        """Nothing leaves for so long. A shorter halt never shortens a longer one."""
        self._halted_until = max(self._halted_until, self._monotonic() + seconds)

    @property
    def halted_for(self) -> float:
        """Seconds until messages may leave again; 0 when they may."""
        return max(0.0, self._halted_until - self._monotonic())

    async def slot(self, chat: str, *, answer: bool = False, soon: bool = False) -> None:
        """Wait for this message's turn. An answer goes before everything that is not one.

        `soon`: it may follow one other message in the same second, but not a third.
        """
        if answer:
            self._answers_waiting += 1
        try:
            while (wait := self._wait(chat, answer, soon)) > 0:
                await self._sleep(wait)
        finally:
            if answer:
                self._answers_waiting -= 1
        self._take(chat)

    def _wait(self, chat: str, answer: bool, soon: bool) -> float:
        now = self._monotonic()
        waits = [self._halted_until - now]
        if len(self._recent) == self._pace.overall:
            waits.append(self._recent[0] + self._pace.window - now)
        if not answer:  # a person who taps twice gets both answers; the platform allows short bursts in a chat
            before, last = self._last_in.get(chat, _NEVER)
            turn = before + 2 * self._pace.per_chat if soon else last + self._pace.per_chat
            waits.append(turn - now)
            if self._answers_waiting:
                waits.append(0.005)
        return max(waits)

    def _take(self, chat: str) -> None:
        now = self._monotonic()
        self._recent.append(now)
        _, last = self._last_in.pop(chat, _NEVER)
        self._last_in[chat] = (last, now)
        if len(self._last_in) > _CHATS_REMEMBERED:
            del self._last_in[next(iter(self._last_in))]
