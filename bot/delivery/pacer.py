"""How fast messages may leave: overall, per chat and per group; and what pauses when the platform refuses some.

Telegram takes about 30 messages a second overall, one a second in one chat and 20 a minute in one group (its FAQ for
bots). What waits stands in lanes; whenever a slot is free the most urgent message whose chat is free gets it. Sends
are spread evenly: 30 at once and then a second of nothing would be the same pace, and an answer would have to wait.

A refusal (429) pauses the chat that it met, and everyone else goes on at half pace until its end; `refusals.py` says
when it pauses everything. Calls that send no message have a pace of their own, method by method: Telegram limits each
method, and does not say how (tdlib/td#1019).
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from bot.delivery.pace import MINUTE, Pace, Priority
from bot.delivery.refusals import Refusals
from bot.usecases.ports import RetryLater

Monotonic = Callable[[], float]  # seconds; never goes back
Sleep = Callable[[float], Awaitable[None]]

_NEVER = float("-inf")
_REMEMBERED = 2 * MINUTE  # seconds, after which a chat is as good as never written to
_FOREVER = float("inf")
_LOOK_AGAIN = 0.02  # seconds, where every chat that waits has just been written to
# The platform counts when messages arrive, and no two take equally long: a second of ours is this much longer. What is
# known of how long each has taken is added (`_arrived`).
_MARGIN = 1.015
_SLOWER_AGAIN = 0.0005  # seconds that the quickest answer known is forgotten by with each answer
_EVENLY = 0.95  # of the even distance, so that a late send can be made up for
_SOON = 60.0  # seconds after a halt in which another one means that the pace is above what this bot is granted
_STEP, _SLOWEST = 1.1, 2.0  # times slower, each time and at most
_HALF_PACE = 2.0  # times slower, while some chat is paused
# After a refusal the next two leave one by one, each after the answers to those before it had the time to come: should
# the whole bot be refused, only one message learns it.
_PROBES, _PROBE_SECONDS = 2, 0.2
_HALT_PATIENCE = 5.0  # seconds
_REPLY_PATIENCE = 30.0  # seconds; nobody still waits for an answer then
_CALL_PATIENCE = 5.0  # seconds, for a call that sends no message
_CALL = "call:"  # before what stands for a method where others name a chat
LONG_WAIT = 3600.0  # seconds, above which staff are told
_LONG_WAITS_KEPT = 100


@dataclass(frozen=True, slots=True)
class LongWait:
    """A pause of more than an hour. `chat`: the only one that is paused; None: everything is."""

    chat: str | None
    seconds: float


@dataclass(slots=True)
class _Slot:
    """When it was given out, and when its message left: later where the loop was busy, or the way was slow."""

    given: float
    left: float


@dataclass(slots=True)
class _Chat:
    """When a chat was written to, as often as a burst has messages; for a group also the whole last minute.

    `given`: slots whose message has not left yet; no more than a burst has, since not every platform says so.
    """

    times: tuple[float, ...] = ()  # a deque would take ten times the memory
    minute: deque[float] | None = None
    given: tuple[_Slot, ...] = ()


@dataclass(order=True, slots=True)
class _Waiter:
    turn: Priority
    number: int
    chat: str = field(compare=False)
    patience: float = field(compare=False)
    granted: "asyncio.Future[None]" = field(compare=False)


class Pacer:
    """One for each bot. `slot` waits until a message to a chat may leave; `heed` takes in what the platform refused."""

    def __init__(self, pace: Pace, *, monotonic: Monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self.pace = pace
        self.long_waits: deque[LongWait] = deque(maxlen=_LONG_WAITS_KEPT)  # whoever tells staff takes them out
        self._monotonic = monotonic
        self._sleep = sleep
        self._window = pace.window * _MARGIN
        self._distance = pace.window / pace.overall * _EVENLY
        self._recent: deque[_Slot] = deque(maxlen=pace.overall)
        self._methods: dict[str, deque[float]] = {}  # the last calls of each method that sends no message
        self._chats: dict[str, _Chat] = {}
        self._refusals = Refusals()
        self._quickest = _FOREVER  # seconds that a message and its answer took at least, lately
        self._probes = 0  # messages that still leave one by one
        self._halted_until = _NEVER
        self._slower, self._eased = 1.0, _NEVER  # times slower than set, and since when
        self._waiting: list[_Waiter] = []  # a heap
        self._number = 0
        self._dispatcher: asyncio.Task[None] | None = None

    # --- what the platform refuses ------------------------------------------------------------------
    def on_retry_later(self, chat: str, why: RetryLater) -> None:
        """Take in that the platform wants a pause: in this chat, of everything, or neither."""
        if why.flood:
            self.refused(chat, why.after)
        elif why.everything:
            self.halt(why.after)

    def refused(self, chat: str, seconds: float) -> None:
        """A message into this chat was too much: pause the chat, and everything where more speaks for that.

        Telling of the same refusal twice changes nothing.
        """
        now = self._monotonic()
        if self.pace.chats_apart:
            self._refusals.pause(chat, seconds, now)
            self._note_if_long(chat, seconds)
            self._turn_away()
        else:
            self._pause(chat, seconds, chat=chat, own=self._written_to_before(chat, now))

    def _pause(self, key: str, seconds: float, *, chat: str, own: bool) -> None:
        now = self._monotonic()
        all_until = self._refusals.add(key, seconds, now, chat=chat, own=own)
        self._probes = _PROBES
        if all_until is not None:
            self.halt(all_until - now)
        else:
            self._note_if_long(key, seconds)
        self._turn_away()

    def _note_if_long(self, chat: str | None, seconds: float) -> None:
        if seconds > LONG_WAIT:
            self.long_waits.append(LongWait(chat, seconds))

    def _written_to_before(self, chat: str, now: float) -> bool:
        """Whether the last minute saw another message to this chat than the one that was refused."""
        known = self._chats.get(chat)
        return known is not None and sum(at > now - MINUTE for at in known.times) > 1

    def halt(self, seconds: float) -> None:
        """Nothing leaves for so long. A shorter halt never shortens a longer one.

        One halt is an incident. Another one soon after it lowers the pace, which comes back step by step in quiet
        minutes.
        """
        now = self._monotonic()
        if self._halted_until < now < self._halted_until + _SOON:
            self._slower = min(self._times_slower(now) * _STEP, _SLOWEST)
        self._halted_until = self._eased = max(self._halted_until, now + seconds)
        self._note_if_long(None, seconds)
        self._turn_away()

    def _turn_away(self) -> None:
        """End the waiting of those for whom a pause has become too long."""
        for one in self._waiting:
            if not one.granted.done() and (pause := self._too_long(one.chat, one.patience)):
                one.granted.set_exception(RetryLater(pause, everything=False))

    def _too_long(self, chat: str, patience: float) -> float:
        """Seconds of a pause that is not to be waited out; 0 where there is none.

        A short halt is waited out by all, since nobody else could go first.
        """
        halt, pause = self.halted_for, self.paused_for(chat)
        return pause if pause > patience and (pause > halt or halt > _HALT_PATIENCE) else 0.0

    def _times_slower(self, now: float) -> float:
        """How much slower than set it is at the moment; a step less for each quiet minute."""
        while self._slower > 1.0 and now >= self._eased + _SOON:
            self._slower, self._eased = max(1.0, self._slower / _STEP), self._eased + _SOON
        return self._slower

    @property
    def halted_for(self) -> float:
        """Seconds until messages may leave again; 0 when they may."""
        return max(0.0, self._halted_until - self._monotonic())

    def paused_for(self, chat: str) -> float:
        """Seconds until the pause of this chat, or of everything, is over."""
        now = self._monotonic()
        return max(0.0, self._halted_until - now, self._refusals.paused_until(chat) - now)

    # --- what leaves -----------------------------------------------------------------------------------
    async def slot(self, chat: str, turn: Priority = Priority.EDIT, *, patience: float = _FOREVER) -> None:
        """Wait for this message's turn. Cancelled while it waits, it takes nobody's place.

        Raises RetryLater where the chat, or everything, is paused for more than `patience` seconds.
        """
        now = self._monotonic()
        if pause := self._too_long(chat, patience):
            raise RetryLater(pause, everything=False)
        if not self._waiting and self._wait(now) <= 0 and self._chat_wait(chat, turn, now) <= 0:
            self._take(chat, now)
            return
        waiter = _Waiter(turn, self._number, chat, patience, asyncio.get_running_loop().create_future())
        self._number += 1
        heapq.heappush(self._waiting, waiter)
        if self._dispatcher is None or self._dispatcher.done():
            self._dispatcher = asyncio.create_task(self._dispatch())
        try:
            await waiter.granted
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
                heapq.heapify(self._waiting)

    async def reply_slot(self, chat: str) -> None:
        """Wait until an answer may leave, before all else. Raises RetryLater where that would be too late."""
        await self.slot(chat, Priority.ANSWER, patience=_REPLY_PATIENCE)

    def left(self, chat: str) -> Callable[[], None]:
        """A message leaves for this chat: its second begins now. Return what to call once it is answered.

        One that nobody took a slot for is counted as well, since one act may be several requests: an edit that is
        refused, and a new message in its place.
        """
        known, now = self._chats.get(chat), self._monotonic()
        if known is not None and known.given:
            slot, known.given = known.given[0], known.given[1:]
            slot.left = now
        elif self.pace.per_chat:
            slot = self._count(chat, now)
        else:  # chats are not told apart, so neither are their slots
            slot = _Slot(now, now)
        return partial(self._arrived, slot)

    def _arrived(self, slot: _Slot) -> None:
        """A message was answered. What it took beyond the quickest may have passed before it was counted."""
        now = self._monotonic()
        self._quickest = min(now - slot.left, self._quickest + _SLOWER_AGAIN)
        slot.left = max(slot.left, now - self._quickest)

    async def call(self, method: str, chat: str = "") -> float:
        """Wait until a call that sends no message may leave. Return the seconds it would still have to wait, else 0.

        Each method may be called as often as messages may be sent, and takes nothing from their pace. While something
        is refused, calls leave in turn like messages, so that they do not meet the wait that everything is in.
        """
        key = _call_key(method, chat)
        now = self._monotonic()
        if now < self._refusals.slow_until or self.paused_for(key) > 0:
            try:
                await self.slot(key, Priority.ANSWER, patience=_CALL_PATIENCE)
            except RetryLater as why:
                return why.after
            return 0.0
        times = self._methods.setdefault(method, deque(maxlen=self.pace.overall))
        while len(times) == self.pace.overall and (wait := times[0] + self._window - self._monotonic()) > 0:
            await self._sleep(wait)
        times.append(self._monotonic())
        return 0.0

    def call_refused(self, method: str, chat: str, seconds: float) -> None:
        """A call that sends no message was refused: pause this method, for this chat.

        Its method has a limit of its own, so that a rare call can be refused without any message being too much. Only
        a refusal in a second chat, soon before or after it, pauses everything.
        """
        key = _call_key(method, chat)
        self._pause(key, seconds, chat=chat or key, own=True)

    async def _dispatch(self) -> None:
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
            slower = self._times_slower(now) * (_HALF_PACE if now < self._refusals.slow_until else 1.0)
            distance = max(self._distance * slower, _PROBE_SECONDS if self._probes else 0.0)
            wait = max(wait, self._recent[-1].given + distance - now)
            if len(self._recent) == self.pace.overall:
                wait = max(wait, self._recent[0].left + self._window * slower - now)
        return wait

    def _chat_wait(self, chat: str, turn: Priority, now: float) -> float:
        """Seconds until this chat may be written to.

        An answer may follow others in a burst: a person who taps twice gets both. A thank-you, which answers what
        somebody has just done, may follow one message in the same second, not two.
        """
        wait = self._refusals.paused_until(chat) - now
        known = self._chats.get(chat)
        if known is None:
            return wait
        per_chat, times = self.pace.per_chat, known.times
        if per_chat and len(times) == self.pace.burst and not chat.startswith(_CALL):
            wait = max(wait, times[0] + self.pace.burst * per_chat * _MARGIN - now)
        if turn is Priority.THANKS:
            wait = max(wait, times[-2] + 2 * per_chat - now) if len(times) > 1 else wait
        elif turn is not Priority.ANSWER and times:
            wait = max(wait, times[-1] + per_chat - now)
        if known.minute is not None and len(known.minute) == self.pace.per_group:
            wait = max(wait, known.minute[0] + MINUTE * _MARGIN - now)
        return wait

    def _take(self, chat: str, now: float) -> None:
        """Give out a slot."""
        slot = self._count(chat, now)
        if (known := self._chats.get(chat)) is not None:
            known.given = (*known.given, slot)[-self.pace.burst :]

    def _count(self, chat: str, now: float) -> _Slot:
        slot = _Slot(now, now)
        self._recent.append(slot)
        self._probes = max(0, self._probes - 1)
        self._remember(chat, now)
        return slot

    def _remember(self, chat: str, now: float) -> None:
        """Note that a chat is written to; chats that were not for a while are forgotten."""
        in_group = self.pace.per_group > 0 and chat.startswith(("-", "@"))
        if not in_group and not self.pace.per_chat:
            return
        known = self._chats.pop(chat, None)
        if known is None:
            known = _Chat(minute=deque(maxlen=self.pace.per_group) if in_group else None)
        known.times = (*known.times, now)[-self.pace.burst :]
        if known.minute is not None:
            known.minute.append(now)
        self._chats[chat] = known
        while (oldest := next(iter(self._chats))) and self._chats[oldest].times[-1] < now - _REMEMBERED:
            del self._chats[oldest]


def _call_key(method: str, chat: str) -> str:
    """Under what name the calls of a method about a chat are counted, and paused where they are refused."""
    return f"{_CALL}{method} {chat}"
