"""How fast messages may leave: overall, per chat and per group; and what pauses after a refusal.

Telegram accepts about 30 messages a second overall, one a second in a chat and 20 a minute in a group (its FAQ for
bots). Messages wait by priority: a free slot goes to the most urgent one whose chat is free. Sends are spread evenly,
because after 30 at once an answer would have to wait for the rest of the second.

A refusal (429) pauses its chat, and everything else continues at half pace until that ends; `refusals.py` decides when
everything pauses. Calls that send no message have their own pace for each method: Telegram limits each method, and
does not say how (tdlib/td#1019).
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from bot.delivery.pace import MINUTE, Pace, Priority
from bot.delivery.refusals import Refusals
from bot.usecases.ports import DmRefusal, RetryLater

Monotonic = Callable[[], float]  # seconds; never goes back
Sleep = Callable[[float], Awaitable[None]]

_NEVER = float("-inf")
_REMEMBERED = 2 * MINUTE  # seconds after a chat's last message until it is forgotten
_INFINITY = float("inf")
_RECHECK = 0.02  # seconds between checks while every waiting chat was written to just now
# The platform counts when messages arrive, and transit times vary, so our seconds are this much longer. The known
# transit time of each message is added (`_arrived`).
_MARGIN = 1.015
_QUICKEST_DECAY = 0.0005  # seconds added to the quickest known answer time with each answer
_SPACING = 0.95  # share of the even distance, so that late sends can be made up for
_INCIDENT_APART = 60.0  # seconds; a second halt sooner than this means that the pace is too high for this bot
_SLOWER_STEP, _SLOWEST = 1.1, 2.0  # times slower: each time, and at most
_HALF_PACE = 2.0  # times slower, while some chat is paused
# After a refusal, the next two messages leave one by one, with time for the answers in between: if the whole bot is
# refused, only one message is lost to that.
_PROBES, _PROBE_SECONDS = 2, 0.2
_HALT_PATIENCE = 5.0  # seconds
_REPLY_PATIENCE = 30.0  # seconds, after which an answer is useless
_CALL_PATIENCE = 5.0  # seconds, for a call that sends no message
_CALL = "call:"  # prefix of keys that name a method instead of a chat
LONG_WAIT = 3600.0  # seconds, above which staff are notified
_MOST_LONG_WAITS = 100


@dataclass(frozen=True, slots=True)
class LongWait:
    """A pause of more than an hour. `chat`: the only paused chat, or None if everything is paused."""

    chat: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class DmRefused:
    """A direct message that Discord refused because the bot opens too many conversations. `chat`: the person's id."""

    chat: str
    why: DmRefusal


@dataclass(slots=True)
class _Slot:
    """When a slot was given out, and when its message left: later if the event loop was busy or the way was slow."""

    given: float
    left: float


@dataclass(slots=True)
class _Chat:
    """The times of a chat's last messages, one for each of a burst; for a group also those of the last minute.

    `given`: slots whose message has not left yet; at most a burst, since not every platform reports when they leave.
    """

    times: tuple[float, ...] = ()  # a deque takes ten times the memory
    minute: deque[float] | None = None
    given: tuple[_Slot, ...] = ()


@dataclass(order=True, slots=True)
class _Waiter:
    priority: Priority
    number: int
    chat: str = field(compare=False)
    patience: float = field(compare=False)
    granted: "asyncio.Future[None]" = field(compare=False)


class Pacer:
    """The pace of one bot. `slot` waits until a message may leave; `on_retry_later` pauses after a refusal."""

    def __init__(self, pace: Pace, *, monotonic: Monotonic, sleep: Sleep = asyncio.sleep) -> None:
        self.pace = pace
        self.long_waits: deque[LongWait] = deque(maxlen=_MOST_LONG_WAITS)  # drained by long_waits.report
        self.refusals = 0  # since the start
        self.refused_dms: list[DmRefused] = []  # drained by dm_refusals.store
        self._monotonic = monotonic
        self._sleep = sleep
        self._window = pace.window * _MARGIN
        self._distance = pace.window / pace.overall * _SPACING
        self._recent: deque[_Slot] = deque(maxlen=pace.overall)
        self._methods: dict[str, deque[float]] = {}  # times of the last calls of methods that send no message
        self._chats: dict[str, _Chat] = {}
        self._refusals = Refusals()
        self._quickest = _INFINITY  # shortest recent time from send to answer, in seconds
        self._probes = 0  # messages still to leave one by one
        self._halted_until = _NEVER
        self._slower, self._eased = 1.0, _NEVER  # times slower than the set pace, and since when
        self._waiting: list[_Waiter] = []  # a heap
        self._number = 0
        self._dispatcher: asyncio.Task[None] | None = None

    # --- refusals -----------------------------------------------------------------------------------
    def on_retry_later(self, chat: str, error: RetryLater) -> None:
        """Pause as the platform asked: this chat, everything, or nothing."""
        if error.dms is not None:
            self.refused_dms.append(DmRefused(chat, error.dms))
        if error.flood:
            self.refusals += 1
            self.refused(chat, error.after)
        elif error.everything:
            self.halt(error.after)

    def refused(self, chat: str, seconds: float) -> None:
        """Pause the chat whose message was refused, or everything if the refusals point to the whole bot.

        Idempotent for the same refusal.
        """
        now = self._monotonic()
        if self.pace.chats_apart:
            self._refusals.pause(chat, seconds, now)
            self._note_if_long(chat, seconds)
            self._refuse_waiters()
        else:
            self._pause(chat, seconds, chat=chat, only_this=self._written_to_before(chat, now))

    def _pause(self, key: str, seconds: float, *, chat: str, only_this: bool) -> None:
        now = self._monotonic()
        all_until = self._refusals.add(key, seconds, now, chat=chat, only_this=only_this)
        self._probes = _PROBES
        if all_until is not None:
            self.halt(all_until - now)
        else:
            self._note_if_long(key, seconds)
        self._refuse_waiters()

    def _note_if_long(self, chat: str | None, seconds: float) -> None:
        if seconds > LONG_WAIT:
            self.long_waits.append(LongWait(chat, seconds))

    def _written_to_before(self, chat: str, now: float) -> bool:
        """Return whether the last minute saw a message to this chat besides the refused one."""
        known = self._chats.get(chat)
        return known is not None and sum(at > now - MINUTE for at in known.times) > 1

    def halt(self, seconds: float) -> None:
        """Let nothing leave for `seconds`. A shorter halt never shortens a longer one.

        A single halt is an incident. Another one soon after lowers the pace, which recovers in steps in quiet minutes.
        """
        now = self._monotonic()
        if self._halted_until < now < self._halted_until + _INCIDENT_APART:
            self._slower = min(self._times_slower(now) * _SLOWER_STEP, _SLOWEST)
        self._halted_until = self._eased = max(self._halted_until, now + seconds)
        self._note_if_long(None, seconds)
        self._refuse_waiters()

    def _refuse_waiters(self) -> None:
        """Raise RetryLater in waiters whose pause now exceeds their patience."""
        for waiter in self._waiting:
            if not waiter.granted.done() and (pause := self._pause_to_refuse(waiter.chat, waiter.patience)):
                waiter.granted.set_exception(RetryLater(pause, everything=False))

    def _pause_to_refuse(self, chat: str, patience: float) -> float:
        """Return the seconds of a pause that exceeds `patience`, else 0.

        A short halt is waited out by everyone, since nobody else could go first.
        """
        halt, pause = self.halted_for, self.paused_for(chat)
        return pause if pause > patience and (pause > halt or halt > _HALT_PATIENCE) else 0.0

    def _times_slower(self, now: float) -> float:
        """Return how much slower than the set pace to send now: a step less for each quiet minute."""
        while self._slower > 1.0 and now >= self._eased + _INCIDENT_APART:
            self._slower, self._eased = max(1.0, self._slower / _SLOWER_STEP), self._eased + _INCIDENT_APART
        return self._slower

    @property
    def per_second(self) -> float:
        """How many messages may leave in a second now."""
        return self.pace.overall / self.pace.window / self._times_slower(self._monotonic())

    @property
    def halted_for(self) -> float:
        """Seconds until messages may leave again; 0 if they may now."""
        return max(0.0, self._halted_until - self._monotonic())

    def paused_for(self, chat: str) -> float:
        """Return the seconds until the pause of this chat, or of everything, ends."""
        now = self._monotonic()
        return max(0.0, self._halted_until - now, self._refusals.paused_until(chat) - now)

    # --- slots --------------------------------------------------------------------------------------
    async def slot(self, chat: str, priority: Priority = Priority.EDIT, *, patience: float = _INFINITY) -> None:
        """Wait until this message may leave. Cancelling the wait uses up no slot.

        Raises RetryLater if the chat, or everything, is paused for more than `patience` seconds.
        """
        now = self._monotonic()
        if pause := self._pause_to_refuse(chat, patience):
            raise RetryLater(pause, everything=False)
        if (
            not self._waiting
            and self._seconds_until_free(now) <= 0
            and self._seconds_until_chat_free(chat, priority, now) <= 0
        ):
            self._take(chat, now)
            return
        waiter = _Waiter(priority, self._number, chat, patience, asyncio.get_running_loop().create_future())
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
        """Wait until an answer may leave, ahead of everything else. Raises RetryLater if that would be too late."""
        await self.slot(chat, Priority.ANSWER, patience=_REPLY_PATIENCE)

    def left(self, chat: str) -> Callable[[], None]:
        """Note that a message leaves for this chat: its second begins now. Return what to call once it is answered.

        Messages without a slot are counted too, since one action may take several requests: an edit that is refused,
        then a new message.
        """
        known, now = self._chats.get(chat), self._monotonic()
        if known is not None and known.given:
            slot, known.given = known.given[0], known.given[1:]
            slot.left = now
        elif self.pace.per_chat:
            slot = self._count(chat, now)
        else:  # without a pace per chat, slots cannot be matched to messages
            slot = _Slot(now, now)
        return partial(self._arrived, slot)

    def _arrived(self, slot: _Slot) -> None:
        """Move the slot of an answered message: the time above the quickest may have passed before it was counted."""
        now = self._monotonic()
        self._quickest = min(now - slot.left, self._quickest + _QUICKEST_DECAY)
        slot.left = max(slot.left, now - self._quickest)

    async def call(self, method: str, chat: str = "") -> float:
        """Wait until a call that sends no message may leave. Return 0, or the seconds of a pause too long to wait out.

        Each method may be called as often as messages may be sent, without using up their pace. After a refusal, calls
        take slots like messages, so that they do not run into a wait of the whole bot.
        """
        key = _call_key(method, chat)
        now = self._monotonic()
        if now < self._refusals.slow_until or self.paused_for(key) > 0:
            try:
                await self.slot(key, Priority.ANSWER, patience=_CALL_PATIENCE)
            except RetryLater as error:
                return error.after
            return 0.0
        times = self._methods.setdefault(method, deque(maxlen=self.pace.overall))
        while len(times) == self.pace.overall and (wait := times[0] + self._window - self._monotonic()) > 0:
            await self._sleep(wait)
        times.append(self._monotonic())
        return 0.0

    def call_refused(self, method: str, chat: str, seconds: float) -> None:
        """Pause a method that sends no message in the chat that refused it.

        Each method has its own limit, so a rare call can be refused at a moderate pace of messages. Only a refusal in
        a second chat soon before or after pauses everything.
        """
        key = _call_key(method, chat)
        self._pause(key, seconds, chat=chat or key, only_this=True)

    async def _dispatch(self) -> None:
        """Give out slots one after the other while messages wait."""
        while self._waiting:
            now = self._monotonic()
            if (wait := self._seconds_until_free(now)) > 0:
                await self._sleep(wait)
            elif (waiter := self._next(now)) is not None:
                self._take(waiter.chat, now)
                waiter.granted.set_result(None)
                await asyncio.sleep(0)  # let it leave before the next slot is given out
            elif self._waiting:  # `_next` drops those that were cancelled
                frees = (self._seconds_until_chat_free(waiter.chat, waiter.priority, now) for waiter in self._waiting)
                await self._sleep(min((*frees, _RECHECK)))

    def _next(self, now: float) -> _Waiter | None:
        """Remove and return the most urgent waiter whose chat is free."""
        kept: list[_Waiter] = []
        found = None
        while self._waiting and found is None:
            waiter = heapq.heappop(self._waiting)
            if waiter.granted.done():  # cancelled
                continue
            if self._seconds_until_chat_free(waiter.chat, waiter.priority, now) <= 0:
                found = waiter
            else:
                kept.append(waiter)
        for waiter in kept:
            heapq.heappush(self._waiting, waiter)
        return found

    def _seconds_until_free(self, now: float) -> float:
        """Return the seconds until any message may leave."""
        wait = self._halted_until - now
        if self._recent:
            slower = self._times_slower(now) * (_HALF_PACE if now < self._refusals.slow_until else 1.0)
            distance = max(self._distance * slower, _PROBE_SECONDS if self._probes else 0.0)
            wait = max(wait, self._recent[-1].given + distance - now)
            if len(self._recent) == self.pace.overall:
                wait = max(wait, self._recent[0].left + self._window * slower - now)
        return wait

    def _seconds_until_chat_free(self, chat: str, priority: Priority, now: float) -> float:
        """Return the seconds until a message of this priority may go to this chat.

        Answers may follow each other in a burst: a person who taps twice gets both. A thank-you, which follows an
        action of the person, may follow one message within the same second, not two.
        """
        wait = self._refusals.paused_until(chat) - now
        known = self._chats.get(chat)
        if known is None:
            return wait
        per_chat, times = self.pace.per_chat, known.times
        if per_chat and len(times) == self.pace.burst and not chat.startswith(_CALL):
            wait = max(wait, times[0] + self.pace.burst * per_chat * _MARGIN - now)
        if priority is Priority.THANKS:
            wait = max(wait, times[-2] + 2 * per_chat - now) if len(times) > 1 else wait
        elif priority is not Priority.ANSWER and times:
            wait = max(wait, times[-1] + per_chat - now)
        if known.minute is not None and len(known.minute) == self.pace.per_group:
            wait = max(wait, known.minute[0] + MINUTE * _MARGIN - now)
        return wait

    def _take(self, chat: str, now: float) -> None:
        """Give a slot to this chat."""
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
        """Note a message to this chat, and forget chats without recent ones."""
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
    """Return the key under which calls of a method for a chat are paced and paused."""
    return f"{_CALL}{method} {chat}"
