"""How fast messages may leave: overall, per chat and per group, with a halt of everything when the platform asks.

Telegram takes about 30 messages a second overall, one a second in one chat and 20 a minute in one group (its FAQ for
bots). What waits stands in lanes; whenever a slot is free the most urgent message whose chat is free gets it. Sends
are spread evenly: 30 at once and then a second of nothing would be the same pace, and an answer would have to wait.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import IntEnum

Monotonic = Callable[[], float]  # seconds; never goes back
Sleep = Callable[[float], Awaitable[None]]

_NEVER = float("-inf")
_MINUTE = 60.0
_REMEMBERED = 2 * _MINUTE  # seconds, after which a chat is as good as never written to
_LOOK_AGAIN = 0.02  # seconds, where every chat that waits has just been written to
# The platform counts when messages arrive, and no two take equally long: a second of ours is this much longer.
_MARGIN = 1.03
_EVENLY = 0.95  # of the even distance, so that a late send can be made up for
_SOON = 60.0  # seconds after a halt in which another one means that the pace is above what this bot is granted
_STEP, _SLOWEST = 1.1, 2.0  # times slower, each time and at most


class Turn(IntEnum):
    """Who goes first when several wait."""

    ANSWER = 0  # somebody is looking at their screen
    THANKS = 1
    SERVICE = 2
    NUDGE = 3
    EDIT = 4  # cards in channels
    BROADCAST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most `overall` sends in any `window` seconds; `per_chat` seconds between two in one chat.

    `per_group`: so many a minute in one group or channel of Telegram, 0 for no such limit.
    """

    overall: int
    window: float = 1.0
    per_chat: float = 0.0
    per_group: int = 0

    @property
    def per_second(self) -> float:
        """How many leave in a second."""
        return self.overall / self.window


TELEGRAM = Pace(overall=30, per_chat=1.0, per_group=20)
DISCORD = Pace(overall=20, per_chat=0.25)  # discord.py keeps the buckets; this keeps background work modest
DISCORD_DMS = Pace(overall=10, window=_MINUTE)  # unasked direct messages: Discord flags bots that write to many


@dataclass(slots=True)
class _Chat:
    """When a chat was written to last, and before that; for a group also the last minute."""

    last: float = _NEVER
    before: float = _NEVER
    minute: deque[float] | None = None


@dataclass(order=True, slots=True)
class _Waiter:
    turn: Turn
    number: int
    chat: str = field(compare=False)
    granted: "asyncio.Future[None]" = field(compare=False)


class Pacer:
    """One for each bot. `slot` waits until a message to a chat may leave; `halt` stops every lane."""

    def __init__(self, pace: Pace, *, monotonic: Monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self.pace = pace
        self._monotonic = monotonic
        self._sleep = sleep
        self._window = pace.window * _MARGIN
        self._distance = pace.window / pace.overall * _EVENLY
        self._recent: deque[float] = deque(maxlen=pace.overall)
        self._chats: dict[str, _Chat] = {}
        self._halted_until = _NEVER
        self._slower, self._eased = 1.0, _NEVER  # times slower than set, and since when
        self._waiting: list[_Waiter] = []  # a heap
        self._number = 0
        self._usher: asyncio.Task[None] | None = None

    def halt(self, seconds: float) -> None:
        """Nothing leaves for so long. A shorter halt never shortens a longer one.

        One halt is an incident. Another one soon after it lowers the pace, which comes back step by step in quiet
        minutes.
        """
        now = self._monotonic()
        if self._halted_until < now < self._halted_until + _SOON:
            self._slower = min(self._times_slower(now) * _STEP, _SLOWEST)
        self._halted_until = self._eased = max(self._halted_until, now + seconds)

    def _times_slower(self, now: float) -> float:
        """How much slower than set it is at the moment; a step less for each quiet minute."""
        while self._slower > 1.0 and now >= self._eased + _SOON:
            self._slower, self._eased = max(1.0, self._slower / _STEP), self._eased + _SOON
        return self._slower

    @property
    def halted_for(self) -> float:
        """Seconds until messages may leave again; 0 when they may."""
        return max(0.0, self._halted_until - self._monotonic())

    async def slot(self, chat: str, turn: Turn = Turn.EDIT) -> None:
        """Wait for this message's turn. Cancelled while it waits, it takes nobody's place."""
        now = self._monotonic()
        if not self._waiting and self._wait(now) <= 0 and self._chat_wait(chat, turn, now) <= 0:
            self._take(chat, now)
            return
        waiter = _Waiter(turn, self._number, chat, asyncio.get_running_loop().create_future())
        self._number += 1
        heapq.heappush(self._waiting, waiter)
        if self._usher is None or self._usher.done():
            self._usher = asyncio.create_task(self._usher_in())
        try:
            await waiter.granted
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
                heapq.heapify(self._waiting)

    async def _usher_in(self) -> None:
        """Give out slots, one after the other, as long as anybody waits for one."""
        while self._waiting:
            now = self._monotonic()
            if (wait := self._wait(now)) > 0:
                await self._sleep(wait)
            elif (waiter := self._next(now)) is not None:
                self._take(waiter.chat, now)
                waiter.granted.set_result(None)
                await asyncio.sleep(0)  # it leaves now, not after the ones behind it
            else:
                soonest = min(self._chat_wait(one.chat, one.turn, now) for one in self._waiting)
                await self._sleep(min(soonest, _LOOK_AGAIN))

    def _next(self, now: float) -> _Waiter | None:
        """The most urgent one whose chat is free, taken out of those who wait."""
        kept: list[_Waiter] = []
        found = None
        while self._waiting and found is None:
            one = heapq.heappop(self._waiting)
            if one.granted.done():  # cancelled
                continue
            if self._chat_wait(one.chat, one.turn, now) <= 0:
                found = one
            else:
                kept.append(one)
        for one in kept:
            heapq.heappush(self._waiting, one)
        return found

    def _wait(self, now: float) -> float:
        """Seconds until anything at all may leave."""
        wait = self._halted_until - now
        if self._recent:
            slower = self._times_slower(now)
            wait = max(wait, self._recent[-1] + self._distance * slower - now)
            if len(self._recent) == self.pace.overall:
                wait = max(wait, self._recent[0] + self._window * slower - now)
        return wait

    def _chat_wait(self, chat: str, turn: Turn, now: float) -> float:
        """Seconds until this chat may be written to.

        An answer waits for nothing here: a person who taps twice gets both, and the platform allows short bursts. A
        thank-you, which answers what somebody has just done, may follow one message in the same second, not two.
        """
        known = self._chats.get(chat)
        if known is None or turn is Turn.ANSWER:
            return _NEVER
        per_chat = self.pace.per_chat
        wait = (known.before + 2 * per_chat if turn is Turn.THANKS else known.last + per_chat) - now
        if known.minute is not None and len(known.minute) == self.pace.per_group:
            wait = max(wait, known.minute[0] + _MINUTE * _MARGIN - now)
        return wait

    def _take(self, chat: str, now: float) -> None:
        self._recent.append(now)
        known = self._chats.pop(chat, None)
        in_group = self.pace.per_group > 0 and chat.startswith(("-", "@"))
        if not in_group and not self.pace.per_chat:
            return
        if known is None:
            known = _Chat(minute=deque(maxlen=self.pace.per_group) if in_group else None)
        known.before, known.last = known.last, now
        if known.minute is not None:
            known.minute.append(now)
        self._chats[chat] = known
        while (oldest := next(iter(self._chats))) and self._chats[oldest].last < now - _REMEMBERED:
            del self._chats[oldest]
